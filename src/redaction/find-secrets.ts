/** Finds every place of a text where a secret is written, where one was cut off, and where one may just have begun. */
import { isDigit } from "./decode-runs.ts";
import { createPieceFinder, mostBeforeSeed } from "./find-pieces.ts";
import {
  countPublicBytes,
  type Gap,
  type Needle,
  needlesOf,
  shortestSecret,
  textsOf,
} from "./secret-needles.ts";
import { breakUnits, endOf, endsInBreak, findBreakEnds } from "./text-breaks.ts";

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

/** What a text of a needle begins with: two units or more; or what is before a break, one unit or two. */
interface Beginning {
  readonly text: string;
  /** Behind a break: the units that go on. */
  readonly next?: readonly string[];
}

/** What begins with the same text, of `beginningsOf`. */
interface Entry {
  readonly text: string;
  readonly needles: Needle[];
  /** Of beginnings before a break: by the unit behind it. */
  readonly byNext?: Map<string, Needle[]>;
}

export function createSecretFinder(): SecretFinder {
  /** By their text. */
  const entries = new Map<string, Entry>();
  const entriesBeforeBreak = new Map<string, Entry>();
  /** By the first unit of UTF-16 alone, for the end of a text. */
  const byUnit = new Map<number, Entry[]>();
  /** Shorter than three units, by the hash of two. */
  const byPair = createEntryIndex();
  const byTriple = createEntryIndex();

  const pieces = createPieceFinder();

  function add(secret: string): void {
    const [text = "", ...lines] = textsOf(secret);
    // A piece is of one line: the first and the last of a key file are those of every one.
    for (const line of text.includes("\n") ? lines : [text]) pieces.add(line, countPublicBytes(line));
    for (const needle of needlesOf(secret)) {
      for (const beginning of beginningsOf(needle)) addNeedle(entryOf(beginning), beginning, needle);
    }
  }

  function entryOf({ text, next }: Beginning): Entry {
    const known = next === undefined ? entries : entriesBeforeBreak;
    const found = known.get(text);
    if (found !== undefined) return found;
    const entry = { text, needles: [], ...(next === undefined ? {} : { byNext: new Map() }) };
    known.set(text, entry);
    const first = text.charCodeAt(0);
    addTo(byUnit, first, entry);
    if (text.length > 2) byTriple.add(hashAt(text, 0, 3), entry);
    else if (text.length > 1) byPair.add(hashAt(text, 0, 2), entry);
    else for (const unit of breakUnits) byPair.add(hashAt(text + unit, 0, 2), entry);
    return entry;
  }

  function find(text: string, isWhole: boolean): Findings {
    if (byUnit.size === 0) return { spans: [], undecidedFrom: text.length };
    const whole: Span[] = [];
    let undecidedFrom = text.length;
    const breakAt = rememberBreaks(text);
    const needlesAt = ({ byNext, needles }: Entry, place: number): readonly Needle[] => {
      if (byNext === undefined) return needles;
      const { ends, isUnfinished } = breakAt(place);
      if (isUnfinished) return needles;
      return ends.length === 0 ? [] : [...new Set(ends.flatMap((end) => byNext.get(text.charAt(end)) ?? []))];
    };
    const look = (entries: readonly Entry[] | undefined, start: number): void => {
      if (entries === undefined) return;
      for (const entry of entries) {
        if (!mayStartWith(text, entry.text, start)) continue;
        for (const needle of needlesAt(entry, start + entry.text.length)) {
          if (needle.isNumbers && isDigit(text.charCodeAt(start - 1))) continue;
          const match = matchNeedle(text, start, needle, isWhole, breakAt);
          if (match.end > start) addSpan(whole, { start, end: match.end });
          if (match.undecided) undecidedFrom = Math.min(undecidedFrom, start);
        }
      }
    };
    for (let start = 0; start < text.length; start++) {
      // Too little is left for a secret, and where the first undecided place is, is known.
      if (text.length - start < shortestSecret && (isWhole || undecidedFrom < start)) break;
      if (start + 2 < text.length) {
        look(byPair.at(hashAt(text, start, 2)), start);
        look(byTriple.at(hashAt(text, start, 3)), start);
      } else look(byUnit.get(text.charCodeAt(start)), start);
    }
    const spans = joinSpans(whole, pieces.find(text));
    if (!isWhole) undecidedFrom = Math.min(undecidedFrom, pieces.findUnfinished(text));
    const cut = spans.find((span) => span.start < undecidedFrom && undecidedFrom < span.end);
    return { spans, undecidedFrom: cut?.start ?? undecidedFrom };
  }

  return { add, find };
}

function addNeedle(entry: Entry, { next }: Beginning, needle: Needle): void {
  entry.needles.push(needle);
  if (entry.byNext === undefined) return;
  for (const unit of next ?? []) addTo(entry.byNext, unit, needle);
}

function addTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

interface Break {
  /** Where the text may go on. */
  readonly ends: readonly number[];
  /** The text ends before it is seen whether it goes on. */
  readonly isUnfinished: boolean;
}

function findBreak(text: string, place: number): Break {
  const ends = findBreakEnds(text, place);
  return {
    ends,
    isUnfinished: place >= text.length || ends.includes(text.length) || endsInBreak(text, place),
  };
}

type BreakAt = (place: number) => Break;

const noBreak: Break = { ends: [], isUnfinished: false };
/** Breaks that are remembered at once. */
const mostBreaks = 1_000;

/** The breaks of a text: many needles ask for the same. */
function rememberBreaks(text: string): BreakAt {
  const known = new Map<number, Break>();
  return (place) => {
    if (place < text.length && !breakUnits.includes(text.charAt(place))) return noBreak;
    const found = known.get(place) ?? findBreak(text, place);
    if (known.size > mostBreaks) known.clear();
    known.set(place, found);
    return found;
  };
}

/** Every text of the needle begins with one of them. */
function beginningsOf(needle: Needle): readonly Beginning[] {
  const firsts = needle.spellings(0);
  const third = unitsAt(needle, 2);
  const rests = spellingsAt(needle, 1).flatMap((text) =>
    text.length > 1 ? [text.slice(0, 2)] : third.map((unit) => text + unit),
  );
  const whole = firsts.flatMap((text) => {
    if (text.length > 2) return [text];
    const after = text.length > 1 ? unitsAt(needle, 1) : [...gapUnits(needle, 1), ...rests];
    return after.map((rest) => text + rest);
  });
  return [...[...new Set(whole)].map((text) => ({ text })), ...beginningsBeforeBreak(needle)];
}

function beginningsBeforeBreak(needle: Needle): readonly Beginning[] {
  const firsts = needle.spellings(0).filter((text) => text.length <= 2);
  const single = firsts.filter((text) => text.length === 1);
  const seconds = spellingsAt(needle, 1).filter((text) => text.length === 1);
  const both = single.flatMap((text) => seconds.map((next) => text + next));
  return [
    ...(needle.gap(1)?.isBreakable ? firsts.map((text) => ({ text, next: firstUnits(needle, 1) })) : []),
    ...(needle.gap(2)?.isBreakable ? both.map((text) => ({ text, next: firstUnits(needle, 2) })) : []),
  ];
}

function firstUnits(needle: Needle, step: number): readonly string[] {
  return [...new Set(needle.spellings(step).map((text) => text.charAt(0)))];
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

interface EntryIndex {
  add(hash: number, entry: Entry): void;
  at(hash: number): readonly Entry[] | undefined;
}

/** How many hashes of beginnings there are. */
const hashes = 1 << 18;

function createEntryIndex(): EntryIndex {
  const lists = new Map<number, Entry[]>();
  /** One look at it settles most places of a text. */
  const isKnown = new Uint8Array(hashes);
  return {
    add: (hash, entry) => {
      addTo(lists, hash, entry);
      isKnown[hash] = 1;
    },
    at: (hash) => (isKnown[hash] === 1 ? lists.get(hash) : undefined),
  };
}

/** Of so many units of a text. */
function hashAt(text: string, place: number, count: 2 | 3): number {
  const third = count === 3 ? text.charCodeAt(place + 2) : 0;
  return (text.charCodeAt(place) + (text.charCodeAt(place + 1) << 6) + (third << 12)) & (hashes - 1);
}

/** Also where the text ends before the beginning does. */
function mayStartWith(text: string, beginning: string, start: number): boolean {
  if (start + beginning.length <= text.length) return text.startsWith(beginning, start);
  return beginning.startsWith(text.slice(start));
}

/**
 * Both in the order of their starts. The few units that chance makes of a piece next to a whole secret are not of it: of
 * those in front a stream does not know when it shows them.
 */
function joinSpans(spans: readonly Span[], pieces: readonly Span[]): readonly Span[] {
  if (pieces.length === 0) return spans;
  const joined: Span[] = [];
  let next = 0;
  const clipped = pieces.map((piece) => {
    while (next < spans.length && (spans[next]?.end ?? 0) <= piece.start) next++;
    return clipPiece(piece, spans[next]);
  });
  for (const span of [...spans, ...clipped].sort((a, b) => a.start - b.start)) addSpan(joined, span);
  return joined;
}

function clipPiece(piece: Span, whole: Span | undefined): Span {
  if (whole === undefined || whole.start >= piece.end) return piece;
  const [before, behind] = [whole.start - piece.start, piece.end - whole.end];
  return {
    start: before > mostBeforeSeed ? piece.start : Math.max(piece.start, whole.start),
    end: behind > mostBeforeSeed ? piece.end : Math.min(piece.end, whole.end),
  };
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
function matchNeedle(text: string, from: number, needle: Needle, isWhole: boolean, breakAt: BreakAt): Match {
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
      if (gap !== undefined) gapEnds(text, place, gap, breakAt).forEach(follow);
    }
    // What begins a gap may be the next character as well, as a quote may.
    undecided ||= gap !== undefined && isUnfinished(text, places, gap, breakAt);
    if (next.size === 0) {
      return step < needle.beginning
        ? { end: -1, undecided }
        : cutOff(text, places, needle, isWhole, undecided);
    }
    places = [...next];
  }
  return { end: Math.max(...places), undecided };
}

/** Every place beyond this one where the gap may end. */
function gapEnds(
  text: string,
  place: number,
  { units, pattern, isBreakable }: Gap,
  breakAt: BreakAt,
): readonly number[] {
  const end = units.includes(text.charAt(place)) ? endOf(pattern, text, place) : -1;
  const ends = isBreakable ? breakAt(place).ends : [];
  return end > place ? [end, ...ends] : ends;
}

/** Units that a gap of the longest kind has. */
const longestGap = 112;

/** Whether the text ends inside of a gap. */
function isUnfinished(
  text: string,
  places: readonly number[],
  { unfinished, isBreakable }: Gap,
  breakAt: BreakAt,
): boolean {
  return places.some((place) => {
    if (isBreakable && breakAt(place).isUnfinished) return true;
    if (unfinished === undefined || text.length - place > longestGap) return false;
    return endOf(unfinished, text, place) >= 0;
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
const closing = String.raw`\0?[\s,\])}]*(?:\u2026|\.\.\.|&hellip;|\\u2026|%E2%80%A6)|[^\S\n]*(?:\r?\n|\\+["'nr]|["'\`<|\u2502]|&(?:quot|apos|lt|#0?39|#34|#96|#x27|#x22);)`;

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
