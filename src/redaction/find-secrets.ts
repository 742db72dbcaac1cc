/** Finds every place of a text where one of a list of secrets is written, and where one may just have begun. */
import { type Needle, needlesOf } from "./secret-needles.ts";

export interface Span {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface Findings {
  /** In order, none touching another. */
  readonly spans: readonly Span[];
  /** From here on the text may be the beginning of a secret; the text's length when it can not. */
  readonly undecidedFrom: number;
}

export type SecretFinder = (text: string) => Findings;

/** A finder for these secrets; making one costs far more than using it. */
export function createSecretFinder(secrets: readonly string[]): SecretFinder {
  const needles = secrets.flatMap(needlesOf);
  const byBeginning = indexBy(needles, beginningsOf);
  const byFirstUnit = indexBy(needles, ([first = []]) => first.map((spelling) => spelling.charCodeAt(0)));
  return (text) => {
    const spans: Span[] = [];
    let undecidedFrom = text.length;
    if (needles.length === 0) return { spans, undecidedFrom };
    for (let start = 0; start < text.length; start++) {
      const isLast = start === text.length - 1;
      const candidates = isLast
        ? byFirstUnit.get(text.charCodeAt(start))
        : byBeginning.get(keyOf(text.charCodeAt(start), text.charCodeAt(start + 1)));
      if (candidates === undefined) continue;
      for (const needle of candidates) {
        const match = matchNeedle(text, start, needle);
        if (match.end > start) addSpan(spans, { start, end: match.end });
        if (match.undecided) undecidedFrom = Math.min(undecidedFrom, start);
      }
    }
    const cut = spans.find((span) => span.start < undecidedFrom && undecidedFrom < span.end);
    return { spans, undecidedFrom: cut?.start ?? undecidedFrom };
  };
}

function indexBy(
  needles: readonly Needle[],
  keysOf: (needle: Needle) => number[],
): ReadonlyMap<number, readonly Needle[]> {
  const index = new Map<number, Needle[]>();
  for (const needle of needles) {
    for (const key of new Set(keysOf(needle))) {
      const sharing = index.get(key);
      if (sharing === undefined) index.set(key, [needle]);
      else sharing.push(needle);
    }
  }
  return index;
}

/** The two UTF-16 units a needle may begin with, so that most places of a text cost one look-up. */
function beginningsOf([first = [], second = []]: Needle): number[] {
  return first.flatMap((spelling) =>
    spelling.length > 1
      ? [keyOf(spelling.charCodeAt(0), spelling.charCodeAt(1))]
      : second.map((next) => keyOf(spelling.charCodeAt(0), next.charCodeAt(0))),
  );
}

function keyOf(first: number, second: number): number {
  return first * 0x1_0000 + second;
}

/** Spans come in order of their start: one that touches the last one makes it longer. */
function addSpan(spans: Span[], span: Span): void {
  const last = spans.at(-1);
  if (last === undefined || last.end < span.start) spans.push(span);
  else if (last.end < span.end) spans[spans.length - 1] = { start: last.start, end: span.end };
}

interface Match {
  /** Exclusive; -1 for none. */
  readonly end: number;
  /** The text ended before the needle did. */
  readonly undecided: boolean;
}

/** Follows every way the spellings can be read at once, so that the time stays in proportion to the needle. */
function matchNeedle(text: string, from: number, needle: Needle): Match {
  let places: readonly number[] = [from];
  let undecided = false;
  for (const spellings of needle) {
    const next: number[] = [];
    for (const place of places) {
      for (const spelling of spellings) {
        const end = place + spelling.length;
        if (end > text.length) undecided ||= spelling.startsWith(text.slice(place));
        else if (text.startsWith(spelling, place) && !next.includes(end)) next.push(end);
      }
    }
    if (next.length === 0) return { end: -1, undecided };
    places = next;
  }
  return { end: Math.max(...places), undecided };
}
