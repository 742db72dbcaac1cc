/** Types as the compiler writes them in what it says, and the names of columns in them. */

const quotedText = /"((?:[^"\\]|\\.)*)"/g;

/** Texts among literals, as in `"a" | "b"` and `("a" | "b")[]`. */
export function literalsIn(type: string): readonly string[] {
  return /^[(["]|^readonly/.test(type)
    ? [...type.matchAll(quotedText)].map(([, text = ""]) => unquote(text))
    : [];
}

/** `"a" | "b" | readonly ("a" | "b")[]`, all of it texts. */
export function literalsOf(type: string): readonly string[] | undefined {
  if (/[^\s|()[\]]/.test(type.replace(quotedText, "").replaceAll("readonly", ""))) return undefined;
  const names = new Set([...type.matchAll(quotedText)].map(([, name = ""]) => unquote(name)));
  return names.size === 0 ? undefined : [...names];
}

/** The columns that the first type of rows in a text has; the compiler may have cut that short, and written it again in full. */
export function columnsOf(type: string): readonly string[] | undefined {
  const start = startOfRows.exec(type)?.index;
  const first = start === undefined ? undefined : readColumns(type, start);
  if (start === undefined || first === undefined) return undefined;
  const rest = type.slice(first.end);
  if (!/\.\.\. \d+ more \.\.\./.test(type.slice(start, first.end))) return first.names;
  const again = columnsOf(rest);
  const isSame = again !== undefined && first.names.every((name) => again.includes(name));
  return isSame ? again : first.names;
}

const startOfRows = /\b(?:Flat|Omit)<|\{/;

export interface ReadColumns {
  readonly names: readonly string[];
  /** Those that are never null, where each is known. */
  readonly required?: readonly string[];
  /** Each with its type, where that is known. */
  readonly types?: ReadonlyMap<string, string>;
  /** Behind the type. */
  readonly end: number;
}

/** `{ a: …; b: … }`, without some as `Omit<…, "a" | "b">`, and several of them together as `Flat<… & …>`. */
export function readColumns(type: string, at: number): ReadColumns | undefined {
  const first = readColumnsAlone(type, at);
  if (first === undefined) return undefined;
  const names = new Set(first.names);
  let { end } = first;
  while (type.startsWith(" & ", end)) {
    const more = readColumnsAlone(type, end + 3);
    if (more === undefined) break;
    for (const name of more.names) names.add(name);
    end = more.end;
  }
  return { names: [...names], end };
}

function readColumnsAlone(type: string, at: number): ReadColumns | undefined {
  if (type.startsWith("Flat<", at)) {
    const inner = readColumns(type, at + "Flat<".length);
    return inner && { names: inner.names, end: inner.end + 1 };
  }
  if (type.startsWith("Omit<", at)) {
    const inner = readColumns(type, at + "Omit<".length);
    if (inner === undefined) return undefined;
    const [omitted = ""] = /^, (?:"(?:[^"\\]|\\.)*"(?: \| )?)*/.exec(type.slice(inner.end)) ?? [];
    const without = [...omitted.matchAll(quotedText)].map(([, name = ""]) => unquote(name));
    return {
      names: inner.names.filter((name) => !without.includes(name)),
      end: inner.end + omitted.length + 1,
    };
  }
  return type.charAt(at) === "{" ? readMembers(type, at) : undefined;
}

/** The names of the properties of an object type. */
export function readMembers(type: string, start: number): ReadColumns | undefined {
  const names: string[] = [];
  const required: string[] = [];
  const types = new Map<string, string>();
  const member = /\s*(?:readonly )?(?:"((?:[^"\\]|\\.)*)"|([\p{ID_Continue}$]+))\??:\s/uy;
  let at = start + 1;
  while (at < type.length) {
    member.lastIndex = at;
    const found = member.exec(type);
    if (found === null) break;
    const name = found[2] ?? unquote(found[1] ?? "");
    at = endOfMember(type, member.lastIndex);
    names.push(name);
    types.set(name, type.slice(member.lastIndex, at).replace(/;$/, ""));
    if (!/\| null;?$/.test(type.slice(member.lastIndex, at))) required.push(name);
  }
  return names.length === 0 ? undefined : { names, required, types, end: closingOf(type, start) + 1 };
}

/** Where the next member begins: behind the semicolon that no bracket or quote holds. */
export function endOfMember(type: string, from: number): number {
  let depth = 0;
  for (let at = from; at < type.length; at++) {
    const character = type.charAt(at);
    if (character === '"') at = endOfText(type, at);
    else if ("{[(<".includes(character)) depth++;
    else if (")]}".includes(character) || (character === ">" && type.charAt(at - 1) !== "=")) depth--;
    else if (character === ";" && depth === 0) return at + 1;
    if (depth < 0) return type.length;
  }
  return type.length;
}

/** The types of a tuple, written between its brackets. */
export function splitTypes(types: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= types.length; at++) {
    const character = types.charAt(at);
    if (character === '"') at = endOfText(types, at);
    else if ("{[(<".includes(character) && character !== "") depth++;
    else if (")]}".includes(character) && character !== "") depth--;
    else if (character === ">" && types.charAt(at - 1) !== "=") depth--;
    else if (depth === 0 && (character === "," || character === "")) {
      parts.push(types.slice(start, at).trim());
      start = at + 1;
    }
  }
  return parts.filter((part) => part !== "");
}

function endOfText(type: string, from: number): number {
  let at = from + 1;
  while (at < type.length && type.charAt(at) !== '"') at += type.charAt(at) === "\\" ? 2 : 1;
  return at;
}

export function unquoteName(name: string): string {
  return /^".*"$/.test(name) ? unquote(name.slice(1, -1)) : name;
}

export function unquote(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}

export function closingOf(type: string, from: number): number {
  let depth = 0;
  for (let at = from; at < type.length; at++) {
    const character = type.charAt(at);
    if (character === '"') at = endOfText(type, at);
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return at;
  }
  return type.length;
}
