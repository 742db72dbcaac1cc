/** The tokens of a cell that is being written, which no parser reads: brackets may be open, and texts without an end. */

export interface Token {
  readonly kind: "name" | "text" | "template" | "number" | "sign";
  readonly start: number;
  /** Behind it; the end of the code for what is not closed. */
  readonly end: number;
  /** Of a bracket, the token that closes or opens it; absent for one without a partner. */
  partner?: number;
}

const name = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*/uy;
const number = /\d[\w.]*/y;
const space = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y;
const text = /"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/y;
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const sign = /\?\.|=>|[^\s\w]/uy;

const closing: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** @param until where to stop, in UTF-16 units; a token that reaches beyond is the last */
export function readTokens(code: string, until = code.length): Token[] {
  const tokens: Token[] = [];
  const open: number[] = [];
  let at = 0;

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    return pattern.exec(code)?.[0];
  }

  function add(kind: Token["kind"], length: number): void {
    tokens.push({ kind, start: at, end: at + length });
    at += length;
  }

  while (at < until) {
    const blank = match(space);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    const character = code.charAt(at);
    if (character === "`") {
      add("template", endOfTemplate(code, at) - at);
      continue;
    }
    const literal = match(text);
    const word = literal === undefined ? match(name) : undefined;
    const digits = literal === undefined && word === undefined ? match(number) : undefined;
    if (literal !== undefined) add("text", literal.length);
    else if (word !== undefined) add("name", word.length);
    else if (digits !== undefined) add("number", digits.length);
    else {
      const pattern = character === "/" && !endsValue(tokens.at(-1), code) ? match(regex) : undefined;
      if (pattern !== undefined) {
        add("text", pattern.length);
        continue;
      }
      const index = tokens.length;
      add("sign", match(sign)?.length ?? 1);
      if ("([{".includes(character)) open.push(index);
      const opening = closing[character];
      if (opening !== undefined) close(index, opening);
    }
  }
  return tokens;

  /** What is open inside of the pair stays open. */
  function close(index: number, opening: string): void {
    const place = open.findLastIndex((token) => code.charAt(tokens[token]?.start ?? 0) === opening);
    const partner = open[place];
    if (partner === undefined) return;
    open.length = place;
    const [opener, closer] = [tokens[partner], tokens[index]];
    if (opener !== undefined) opener.partner = index;
    if (closer !== undefined) closer.partner = partner;
  }
}

/** Whether the token of a text, or of a template without holes, has its closing quote. */
export function isClosed(written: string): boolean {
  return /^(["'`])(?:[^\\]|\\[\s\S])*\1$/.test(written);
}

/** Behind a value `/` divides. */
function endsValue(token: Token | undefined, code: string): boolean {
  if (token === undefined) return false;
  if (token.kind === "sign") return ")]}".includes(code.charAt(token.start));
  return (
    token.kind !== "name" || !/^(?:return|typeof|case|in|of|await)$/.test(code.slice(token.start, token.end))
  );
}

/** Behind the backtick that closes a template, whose holes may hold templates. */
function endOfTemplate(code: string, start: number): number {
  let at = start + 1;
  while (at < code.length) {
    const character = code.charAt(at);
    if (character === "\\") at += 2;
    else if (character === "`") return at + 1;
    else if (character === "$" && code.charAt(at + 1) === "{") at = endOfHole(code, at + 2);
    else at += 1;
  }
  return code.length;
}

/** Behind the bracket that closes a hole, which begins behind the one that opens it. */
export function endOfHole(code: string, start: number): number {
  let depth = 1;
  let at = start;
  while (at < code.length) {
    const character = code.charAt(at);
    if (character === "`") {
      at = endOfTemplate(code, at);
      continue;
    }
    if (character === '"' || character === "'") {
      text.lastIndex = at;
      at += text.exec(code)?.[0].length ?? 1;
      continue;
    }
    if (character === "{") depth += 1;
    else if (character === "}") depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  return code.length;
}
