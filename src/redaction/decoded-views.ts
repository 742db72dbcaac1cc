/** What a text says where its characters are written in numbers, one by one: each run of them, decoded. */

/** A decoded text, and where each of its units stands in the text that was read. */
export interface DecodedView {
  readonly text: string;
  /** Of a unit. */
  startOf(unit: number): number;
  /** Exclusive; of a unit. */
  endOf(unit: number): number;
  /** Whether it reaches the text's end, so that more of it may follow. */
  readonly isOpen: boolean;
}

/** A unit, or several in a row that are written as they are. */
interface Segment {
  /** In the decoded text. */
  readonly at: number;
  readonly start: number;
  readonly length: number;
  readonly isPlain: boolean;
}

/** Percent signs, entities, escapes of program texts, and quoted-printable; each also escaped once more, and NUL of UTF-16. */
const escaping =
  /%(?:25){0,3}(?:00)?([0-9A-Fa-f]{2})(?:%(?:25){0,3}00)?|&(?:amp;){0,3}#(?:0{0,6}(\d{2,3})|[xX]0{0,6}([0-9A-Fa-f]{2}));|\\{1,8}(?:u00|U000000|x)([0-9A-Fa-f]{2})(?:\\{1,8}x00)?|\\{1,8}u\{0{0,6}([0-9A-Fa-f]{2})\}|\\{1,8}([01][0-7]{2})|=([2-7][0-9A-F])|=\r?\n|[\0\u200b\u00ad]/g;
/** The beginning of one, at a text's end. */
const begunEscape =
  /(?:%(?:25){0,3}[0-9A-Fa-f]?|&(?:amp;){0,3}(?:a(?:mp?)?|#[xX]?[0-9A-Fa-f]{0,6})?|\\{1,8}(?:u[0-9A-Fa-f]{0,3}|u\{[0-9A-Fa-f]{0,6}|U[0-9A-Fa-f]{0,7}|x[0-9A-Fa-f]?|[01][0-7]?)?|=[2-7]?|=\r)$/;

/**
 * The text with all escapes decoded; undefined where it holds none.
 * @param goesOn whether more of the text comes, so that what may be the beginning of an escape is left out
 */
export function decodeEscapes(whole: string, goesOn: boolean): DecodedView | undefined {
  const begun = goesOn ? (begunEscape.exec(whole.slice(-24))?.[0].length ?? 0) : 0;
  const text = whole.slice(0, whole.length - begun);
  const segments: Segment[] = [];
  const parts: string[] = [];
  let [at, done] = [0, 0];
  const keep = (end: number) => {
    if (end === done) return;
    segments.push({ at, start: done, length: end - done, isPlain: true });
    parts.push(text.slice(done, end));
    at += end - done;
    done = end;
  };
  for (const found of text.matchAll(escaping)) {
    const unit = readEscape(found);
    keep(found.index);
    done = found.index + found[0].length;
    if (unit === "") continue;
    segments.push({ at, start: found.index, length: found[0].length, isPlain: false });
    parts.push(unit);
    at++;
  }
  if (done === 0 && begun === 0) return undefined;
  keep(text.length);
  const segmentOf = (unit: number) => findSegment(segments, unit);
  return {
    text: parts.join(""),
    startOf(unit) {
      const { at, start, isPlain } = segmentOf(unit);
      return isPlain ? start + unit - at : start;
    },
    endOf(unit) {
      const { at, start, length, isPlain } = segmentOf(unit);
      return isPlain ? start + unit - at + 1 : start + length;
    },
    isOpen: true,
  };
}

function readEscape([, percent, decimal, entity, escaped, braced, octal, quoted]: RegExpExecArray): string {
  const hex = percent ?? entity ?? escaped ?? braced ?? quoted;
  const code =
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : octal !== undefined
        ? Number.parseInt(octal, 8)
        : Number(decimal ?? 0);
  return code === 0 ? "" : String.fromCharCode(code);
}

/** The last one that begins at the unit or before it. */
function findSegment(segments: readonly Segment[], unit: number): Segment {
  let [low, high] = [0, segments.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((segments[middle]?.at ?? 0) <= unit) low = middle;
    else high = middle - 1;
  }
  return segments[low] ?? { at: 0, start: 0, length: 0, isPlain: true };
}

/** Units of the digits of six bytes, which are looked at as one. */
const shortestRun = 13;
const hexByte = "[0-9A-Fa-f]{2}";
/** Digits of bytes with something between them, and those of UTF-16 with nothing. */
const hexRuns = [
  new RegExp(`(?<![0-9A-Fa-f])(?:0x)?(?:${hexByte}){1,40}(?:[\\s:,-]{1,3}(?:0x)?(?:${hexByte}){1,40})+`, "g"),
  /(?:00)?(?:[2-7][0-9A-Fa-f]00){6,}(?:[2-7][0-9A-Fa-f])?/g,
];

/** The first digits of such a run, with what comes between them. */
const begunRun = new RegExp(
  `(?<![0-9A-Fa-f])(?:0x)?(?:${hexByte}){1,40}(?=[\\s:,-]{1,3}(?:0x?)?[0-9A-Fa-f]?$)`,
  "g",
);

/** Each run of hexadecimal digits that are apart, or of UTF-16, without its zeros. */
export function decodeHex(text: string, goesOn: boolean): readonly DecodedView[] {
  return [...hexRuns, ...(goesOn ? [begunRun] : [])].flatMap((runs) =>
    Array.from(text.matchAll(runs))
      .filter(([run]) => run.length >= shortestRun)
      .map(({ 0: run, index }) => {
        const bytes = [...run.matchAll(/0x|[0-9A-Fa-f]{2}/g)].filter(
          ([digits]) => digits !== "0x" && digits !== "00",
        );
        const startOf = (unit: number) => index + (bytes[unit]?.index ?? 0);
        const behind = text.slice(index + run.length, index + run.length + 8);
        return {
          text: bytes.map(([digits]) => String.fromCharCode(Number.parseInt(digits, 16))).join(""),
          startOf,
          endOf: (unit: number) => startOf(unit) + 2,
          isOpen: /^[\s:,-]{0,3}(?:0x?)?[0-9A-Fa-f]?$/.test(behind),
        };
      }),
  );
}

const mark = String.raw`(?:\x1b\[[\d;]{0,12}m|\\){0,8}`;
const character = String.raw`${mark}(["'\`])([^"'\`\\\n])${mark}\1${mark}`;
const following = String.raw`\s{0,90},\s{0,90}(?:"\d{1,7}":\s{0,9})?${mark}(["'\`])[^"'\`\\\n]${mark}\3${mark}`;
const characterLists = new RegExp(`${character}(?:${following}){5,}`, "g");

/** Each list of single characters in quotes, as of `[...text]` and `{ ...text }`. */
export function decodeCharacters(text: string): readonly DecodedView[] {
  return Array.from(text.matchAll(characterLists), ({ 0: list, index }) => {
    // The quotes around it stay: a stream has shown the first one before it knows what follows.
    const found = [...list.matchAll(new RegExp(`(?<!\\d)${character}`, "gd"))];
    const placeOf = (unit: number, side: 0 | 1) => index + (found[unit]?.indices?.[2]?.[side] ?? 0);
    return {
      text: found.map(([, , one]) => one).join(""),
      startOf: (unit) => placeOf(unit, 0),
      endOf: (unit) => placeOf(unit, 1),
      isOpen: /^[\s,"'`\\]*(?:\d*["']?:?\s*)?(?:["'`\\]*[^"'`\n]?["'`\\]*)?$/.test(
        text.slice(index + list.length, index + list.length + 100),
      ),
    };
  });
}
