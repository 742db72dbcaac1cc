/** Finds every place of a text where a secret is written, where one was cut off, and where one may just have begun. */
import { type Gap, type Needle, needlesOf, shortestSecret } from "./secret-needles.ts";

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

export interface SecretFinder {
  /** Makes a secret known from now on. */
  add(secret: string): void;
  /** @param isWhole that nothing follows the text: the beginning of a secret at its end is the secret, cut off */
  find(text: string, isWhole: boolean): Findings;
}

/** What begins with the same text. */
interface Entry {
  readonly beginning: string;
  readonly needles: Needle[];
}

export function createSecretFinder(): SecretFinder {
  /** By the first two units of UTF-16. */
  const byPair = new Map<number, Entry[]>();
  /** By the first unit alone, for the end of a text. */
  const byUnit = new Map<number, Entry[]>();
  /** One look at it settles most places of a text. */
  const isBeginning = new Uint8Array(1 << 16);

  function add(secret: string): void {
    for (const needle of needlesOf(secret)) {
      for (const beginning of beginningsOf(needle)) {
        const [first, second] = [beginning.charCodeAt(0), beginning.charCodeAt(1)];
        addEntry(byUnit, first, beginning, needle);
        addEntry(byPair, pairOf(first, second), beginning, needle);
        isBeginning[lowPairOf(first, second)] = 1;
      }
    }
  }

  function entriesAt(text: string, start: number): readonly Entry[] | undefined {
    const first = text.charCodeAt(start);
    if (start === text.length - 1) return byUnit.get(first);
    const second = text.charCodeAt(start + 1);
    return isBeginning[lowPairOf(first, second)] === 1 ? byPair.get(pairOf(first, second)) : undefined;
  }

  function find(text: string, isWhole: boolean): Findings {
    const spans: Span[] = [];
    let undecidedFrom = text.length;
    if (byUnit.size === 0) return { spans, undecidedFrom };
    for (let start = 0; start < text.length; start++) {
      // Too little is left for a secret, and where the first undecided place is, is known.
      if (text.length - start < shortestSecret && (isWhole || undecidedFrom < start)) break;
      const entries = entriesAt(text, start);
      if (entries === undefined) continue;
      for (const { beginning, needles } of entries) {
        if (!mayStartWith(text, beginning, start)) continue;
        for (const needle of needles) {
          const match = matchNeedle(text, start, needle, isWhole);
          if (match.end > start) addSpan(spans, { start, end: match.end });
          if (match.undecided) undecidedFrom = Math.min(undecidedFrom, start);
        }
      }
    }
    const cut = spans.find((span) => span.start < undecidedFrom && undecidedFrom < span.end);
    return { spans, undecidedFrom: cut?.start ?? undecidedFrom };
  }

  return { add, find };
}

function addEntry(index: Map<number, Entry[]>, key: number, beginning: string, needle: Needle): void {
  const entries = index.get(key) ?? [];
  index.set(key, entries);
  const entry = entries.find((known) => known.beginning === beginning);
  if (entry === undefined) entries.push({ beginning, needles: [needle] });
  else entry.needles.push(needle);
}

/** Two units or more, one of which every text of the needle begins with. */
function beginningsOf(needle: Needle): readonly string[] {
  const third = unitsAt(needle, 2);
  const rests = spellingsAt(needle, 1).flatMap((text) =>
    text.length > 1 ? [text.slice(0, 2)] : third.map((unit) => text + unit),
  );
  const beginnings = needle.spellings(0).flatMap((text) => {
    if (text.length > 2) return [text];
    const after = text.length > 1 ? unitsAt(needle, 1) : [...gapUnits(needle, 1), ...rests];
    return after.map((rest) => text + rest);
  });
  return [...new Set(beginnings)];
}

/** What may be the first unit at a step, or of the gap before it. */
function unitsAt(needle: Needle, step: number): readonly string[] {
  return [...gapUnits(needle, step), ...spellingsAt(needle, step).map((text) => text.charAt(0))];
}

function gapUnits(needle: Needle, step: number): readonly string[] {
  return [...(needle.gap(step)?.units ?? "")];
}

/** The spellings that may follow the step before at once. */
function spellingsAt(needle: Needle, step: number): readonly string[] {
  return needle.gap(step)?.isRequired === true ? [] : needle.spellings(step);
}

function pairOf(first: number, second: number): number {
  return first * 0x1_0000 + second;
}

function lowPairOf(first: number, second: number): number {
  return ((first & 0xff) << 8) | (second & 0xff);
}

/** Also where the text ends before the beginning does. */
function mayStartWith(text: string, beginning: string, start: number): boolean {
  if (start + beginning.length <= text.length) return text.startsWith(beginning, start);
  return beginning.startsWith(text.slice(start));
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
  /** The text ended before the needle, or before it was seen whether the needle is cut off. */
  readonly undecided: boolean;
}

/** Follows every way the spellings can be read at once, so that the time stays in proportion to the needle. */
function matchNeedle(text: string, from: number, needle: Needle, isWhole: boolean): Match {
  let places: readonly number[] = [from];
  let undecided = false;
  for (let step = 0; step < needle.length; step++) {
    const gap = step === 0 ? undefined : needle.gap(step);
    const spellings = needle.spellings(step);
    const next = new Set<number>();
    const follow = (place: number): void => {
      for (const spelling of spellings) {
        const end = place + spelling.length;
        if (end > text.length) undecided ||= spelling.startsWith(text.slice(place));
        else if (text.startsWith(spelling, place)) next.add(end);
      }
    };
    for (const place of places) {
      undecided ||= place === text.length;
      if (gap?.isRequired !== true) follow(place);
      const end = gap === undefined ? place : gapEnd(text, place, gap);
      if (end > place) follow(end);
    }
    if (next.size === 0) {
      undecided ||= gap !== undefined && isUnfinished(text, places, gap);
      return step < needle.beginning
        ? { end: -1, undecided }
        : cutOff(text, places, needle, isWhole, undecided);
    }
    places = [...next];
  }
  return { end: Math.max(...places), undecided };
}

function gapEnd(text: string, place: number, { units, pattern }: Gap): number {
  if (place === text.length || !units.includes(text.charAt(place))) return place;
  pattern.lastIndex = place;
  return pattern.test(text) ? pattern.lastIndex : place;
}

/** Units that a gap of the longest kind has. */
const longestGap = 112;

/** Whether the text ends inside of a gap. */
function isUnfinished(text: string, places: readonly number[], { unfinished: pattern }: Gap): boolean {
  if (pattern === undefined) return false;
  return places.some((place) => {
    if (text.length - place > longestGap) return false;
    pattern.lastIndex = place;
    return pattern.test(text);
  });
}

interface CutPatterns {
  /** Where the text is cut, whatever follows. The first group is what the cut left of a step. */
  readonly sure: RegExp;
  /** Where it is cut when nothing follows. */
  readonly atEnd: RegExp;
}

const cutPatterns = new Map<string, CutPatterns>();

/** An ellipsis, perhaps behind a comma; or the end of a line, of a quoted text, of an element, of a table's cell. */
const closing = String.raw`[\s,\])]*(?:\u2026|\.\.\.|&hellip;|\\u2026|%E2%80%A6)|[^\S\n]*(?:\r?\n|\\+["'nr]|["'\`<|\u2502]|&(?:quot|apos|lt|#0?39|#34|#96|#x27|#x22);)`;

function cutPatternsOf({ remainder }: Needle): CutPatterns {
  const known = cutPatterns.get(remainder);
  if (known !== undefined) return known;
  const made = {
    sure: new RegExp(`((?:${remainder})?)(?:${closing})`, "y"),
    atEnd: new RegExp(`((?:${remainder})?)[\\s,\\])]*(?:\\.{0,2}|&[#\\w]{0,5}|\\\\*)$`, "y"),
  };
  cutPatterns.set(remainder, made);
  return made;
}

function cutOff(
  text: string,
  places: readonly number[],
  needle: Needle,
  isWhole: boolean,
  undecided: boolean,
): Match {
  const { sure, atEnd } = cutPatternsOf(needle);
  const endWith = (pattern: RegExp): number =>
    Math.max(
      ...places.map((place) => {
        pattern.lastIndex = place;
        const found = pattern.exec(text);
        return found === null ? -1 : place + (found[1]?.length ?? 0);
      }),
    );
  const end = endWith(sure);
  if (end >= 0) return { end, undecided };
  if (undecided && isWhole) return { end: text.length, undecided };
  const endOfText = endWith(atEnd);
  if (endOfText < 0) return { end: -1, undecided };
  return isWhole ? { end: endOfText, undecided } : { end: -1, undecided: true };
}
