/** Finds secrets in what a program wrote, however they are written there. */

/**
 * Where secrets occur in `text`: as they are, or inside URL encoding, JSON or HTML escapes, base64 (any alignment,
 * either alphabet, over line ends) or hexadecimal digits. It decodes the text, where the kernel's filter encodes
 * the secret, so that the two cannot be wrong in the same way.
 * @returns one line for each find, without the secret: "secret 2 in base64"; empty when there is none
 */
export function findSecrets(text: string, secrets: readonly string[]): string[] {
  const shortest = Math.min(...secrets.map((secret) => toBytes(secret).length));
  if (shortest === 0 || shortest === Number.POSITIVE_INFINITY) {
    throw new Error("no secrets to look for, or an empty one, which would be found everywhere");
  }
  const views = decodeEscapes(text);
  const found = new Set<string>();
  for (const [place, view] of [...views, ...views.flatMap((each) => decodeBytes(each, shortest))]) {
    for (const [index, secret] of secrets.entries()) {
      if (view.includes(toBytes(secret))) found.add(`secret ${index} in ${place}`);
    }
  }
  return [...found];
}

/**
 * How many bytes of `secret` stand in a row in `text`, in whichever of those encodings shows most of them, or as
 * numbers between commas or blanks.
 */
export function longestLeak(text: string, secret: string): number {
  const bytes = toBytes(secret);
  const views = decodeEscapes(text);
  const numbers: View = ["numbers", decodeNumbers(text)];
  const all = [...views, ...views.flatMap((view) => decodeBytes(view, 4)), numbers];
  return Math.max(...all.map(([, view]) => longestCommon(view, bytes)));
}

function longestCommon(text: string, part: string): number {
  let longest = 0;
  for (let start = 0; start + longest < part.length; start++) {
    while (start + longest < part.length && text.includes(part.slice(start, start + longest + 1))) longest++;
  }
  return longest;
}

/** Numbers that can be bytes; keys before a colon are none. */
function decodeNumbers(text: string): string {
  const plain = decodeJson(decodeHtml(text));
  return plain
    .replace(/["']?\d+["']?\s*:\s*(?=\d)/g, "")
    .replace(/[^\d,\s]+/g, " 300 ")
    .split(/[,\s]+/)
    .filter((digits) => digits !== "")
    .map((digits) => (Number(digits) < 256 ? String.fromCharCode(Number(digits)) : "\n"))
    .join("");
}

/** A text, as one byte per character, with the name of the encoding it was taken out of. */
type View = readonly [place: string, text: string];

function decodeEscapes(text: string): View[] {
  const json = decodeJson(text);
  const views: View[] = [
    ["plain text", text],
    ["URL encoding", decodeUrl(text)],
    ["JSON", json],
    ["JSON in JSON", decodeJson(json)],
    ["URL encoding in JSON", decodeUrl(json)],
    ["HTML", decodeHtml(text)],
    ["HTML in JSON", decodeHtml(json)],
  ];
  const seen = new Set<string>();
  return views
    .filter(([, view]) => !seen.has(view) && seen.add(view))
    .map(([place, view]) => [place, toBytes(view)] as const);
}

/** What is written in the characters of an encoding, in runs long enough to hold `shortest` bytes. */
function decodeBytes([place, text]: View, shortest: number): View[] {
  const base64Runs = new RegExp(`[A-Za-z0-9+/_-]{${Math.ceil((shortest * 4) / 3)},}`, "g");
  const hexRuns = new RegExp(`[0-9A-Fa-f]{${shortest * 2},}`, "g");
  const joined = text.replace(/\s+/g, "");
  const where = (encoding: string) => (place === "plain text" ? encoding : `${encoding} in ${place}`);
  return [text, joined].flatMap((source): View[] => [
    [where("base64"), decodeRuns(source, base64Runs, "base64", 4)],
    [where("hexadecimal digits"), decodeRuns(source, hexRuns, "hex", 2)],
  ]);
}

/** Every run of an encoding's characters, decoded from each of its first `period` characters on. */
function decodeRuns(text: string, runs: RegExp, encoding: "base64" | "hex", period: number): string {
  const decoded = [...text.matchAll(runs)].flatMap(([run]) =>
    Array.from({ length: period }, (_, start) => Buffer.from(run.slice(start), encoding).toString("latin1")),
  );
  return decoded.join("\n");
}

function decodeUrl(text: string): string {
  return text
    .replace(/\+/g, "%2B")
    .replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"));
}

function decodeJson(text: string): string {
  const letters: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/gs, (_, code: string | undefined, letter: string) =>
    code === undefined ? (letters[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function decodeHtml(text: string): string {
  const names: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));/g, (whole, hex, decimal, name) => {
    if (hex !== undefined) return fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return fromCodePoint(Number(decimal));
    return names[name] ?? whole;
  });
}

function fromCodePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

function toBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
