/**
 * Runs of items that stand apart, each a character of a text: lists of numbers, groups of hexadecimal digits, lists of
 * characters in quotes. They are read item by item: one pattern for a run would fail on a run of a million.
 */
import type { DecodedView } from "./decode-escapes.ts";

/** Shorter runs tell no secret, together with what else is found of it. */
const shortestRun = 6;

/** Every run of the text, decoded. @param goesOn whether more of the text comes */
export function decodeRuns(text: string, goesOn: boolean): readonly DecodedView[] {
  return [
    ...decodeNumbers(text, goesOn),
    ...decodeHexGroups(text, goesOn),
    ...decodeWideHex(text),
    ...decodeCharacters(text),
  ];
}

/** What is read of a text, one run after the other. */
interface Run {
  begin(): void;
  /** Zeros count for nothing: they stand between the bytes of UTF-16 and UTF-32. */
  add(code: number, start: number, end: number): void;
  dropLast(): void;
  /** Whether it is long enough to tell a secret. */
  isTelling(): boolean;
  /** @param isOpen whether the run may go on behind the text's end */
  view(isOpen: boolean): DecodedView;
}

function createRun(): Run {
  const codes: number[] = [];
  const places: number[] = [];
  return {
    begin: () => {
      codes.length = 0;
      places.length = 0;
    },
    add: (code, start, end) => {
      if (code === 0) return;
      codes.push(code);
      places.push(start, end);
    },
    dropLast: () => {
      codes.pop();
      places.length = codes.length * 2;
    },
    isTelling: () => codes.length >= shortestRun,
    view: (isOpen) => {
      const placesOfView = Int32Array.from(places);
      return {
        text: Buffer.from(Uint16Array.from(codes).buffer).toString("utf16le"),
        startOf: (unit) => placesOfView[unit * 2] ?? 0,
        endOf: (unit) => placesOfView[unit * 2 + 1] ?? 0,
        isOpen,
      };
    },
  };
}

const color = String.raw`\x1b\[[\d;]{0,12}m`;
/** Where a list is laid out by `JSON.stringify` or `inspect`, also as an object with its keys. */
const comma = String.raw`\s{0,90},\s{0,90}(?:"\d{1,7}":\s{0,9})?`;
const numberGap = new RegExp(String.raw`n?(?:${color}){0,8}${comma}(?:${color}){0,8}(?=\d)`, "y");
const openNumbers = new RegExp(
  String.raw`n?(?:${color}){0,8}[\s,]{0,200}(?:"\d{0,7}(?:":?\s{0,9})?)?(?:\x1b(?:\[[\d;]{0,12})?)?$`,
  "y",
);

/** Bytes in lists of numbers: any other number ends a run. */
function decodeNumbers(text: string, goesOn: boolean): readonly DecodedView[] {
  if (!mayHoldList(text)) return [];
  const views: DecodedView[] = [];
  const run = createRun();
  for (let place = 0; place < text.length; ) {
    const start = place;
    while (isDigit(text.charCodeAt(place))) place++;
    const byte = place === start || place - start > 3 ? 256 : Number(text.slice(start, place));
    if (byte < 256) run.add(byte, start, place);
    const next = place === start ? -1 : endOfNumberGap(text, place);
    if (byte > 255 || next < 0) {
      const isOpen = byte < 256 && matchesAt(openNumbers, text, place);
      // The last number may have more digits.
      if (isOpen && goesOn) run.dropLast();
      if (run.isTelling()) views.push(run.view(isOpen));
      run.begin();
    }
    place = next < 0 ? nextNumber(text, Math.max(place, start + 1)) : next;
  }
  return views;
}

/** Far quicker than to read the numbers, which most texts do not need. */
function mayHoldList(text: string): boolean {
  let numbers = 0;
  for (let at = text.indexOf(","); at >= 0; at = text.indexOf(",", at + 1)) {
    // A digit, the n of a bigint, the m of a color, or a blank.
    const unit = text.charCodeAt(at - 1);
    numbers = isDigit(unit) || unit === 110 || unit === 109 || unit <= 32 ? numbers + 1 : 0;
    if (numbers >= shortestRun - 1) return true;
  }
  return false;
}

/** -1 where no other number follows. */
function endOfNumberGap(text: string, place: number): number {
  const unit = text.charCodeAt(place);
  if (unit === 44) {
    const after = text.charCodeAt(place + 1) === 32 ? place + 2 : place + 1;
    if (isDigit(text.charCodeAt(after))) return after;
  } else if (unit > 32 && unit !== 110) return -1;
  return endAt(numberGap, text, place);
}

/** Where a number begins that is not the fraction of another. */
function nextNumber(text: string, from: number): number {
  let place = from;
  while (place < text.length) {
    if (isDigit(text.charCodeAt(place))) {
      const before = text.charCodeAt(place - 1);
      if (before !== 46 && !isDigit(before)) return place;
    }
    place++;
  }
  return place;
}

export function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

/** By unit, what it is as a hexadecimal digit; 16 for none. */
const hexValues = Uint8Array.from({ length: 128 }, (_, unit) => {
  const value = Number.parseInt(String.fromCharCode(unit), 16);
  return Number.isNaN(value) ? 16 : value;
});

function hexAt(text: string, place: number): number {
  return hexValues[text.charCodeAt(place)] ?? 16;
}

/** A byte of two digits; -1 for none. */
function byteAt(text: string, place: number): number {
  const [high, low] = [hexAt(text, place), hexAt(text, place + 1)];
  return high < 16 && low < 16 ? high * 16 + low : -1;
}

/** Digits of one group, at most: longer ones are found as they stand. */
const longestGroup = 80;
/** Units between two groups, at most. */
const longestHexGap = 3;
const openHex = /[\s:,-]{0,3}(?:0x?)?[0-9A-Fa-f]?$/y;

/** Groups of whole bytes, with something between them. */
function decodeHexGroups(text: string, goesOn: boolean): readonly DecodedView[] {
  const views: DecodedView[] = [];
  const run = createRun();
  for (let place = 0; place < text.length; ) {
    if (hexAt(text, place) > 15) {
      place++;
      continue;
    }
    let end = endOfGroup(text, place);
    const isGroup = (end - place) % 2 === 0 && end - place <= longestGroup;
    const isApart = isGroup && (startOfNextGroup(text, end) > 0 || (goesOn && text.length - end <= 6));
    if (isApart) {
      run.begin();
      end = readGroups(run, text, place, end);
      if (run.isTelling()) views.push(run.view(matchesAt(openHex, text, end)));
    }
    place = end;
    while (hexAt(text, place) < 16) place++;
  }
  return views;
}

/** @returns where they end */
function readGroups(run: Run, text: string, first: number, firstEnd: number): number {
  let [start, end, isWhole] = [first, firstEnd, true];
  while (end > start) {
    for (let place = start; place < end; place += 2) run.add(byteAt(text, place), place, place + 2);
    const next = isWhole ? startOfNextGroup(text, end) : -1;
    if (next < 0) break;
    const length = endOfGroup(text, next) - next;
    const read = Math.min(length, longestGroup) & ~1;
    [start, end, isWhole] = [next, next + read, read === length];
  }
  return end;
}

function endOfGroup(text: string, start: number): number {
  let end = start;
  while (hexAt(text, end) < 16) end++;
  return end;
}

/** -1 where none follows. */
function startOfNextGroup(text: string, end: number): number {
  let place = end;
  while (place - end < longestHexGap && isHexGap(text.charCodeAt(place))) place++;
  if (place === end) return -1;
  if (text.startsWith("0x", place)) place += 2;
  return hexAt(text, place) < 16 && hexAt(text, place + 1) < 16 ? place : -1;
}

/** White space, a colon, a comma, or a hyphen. */
function isHexGap(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13) || unit === 58 || unit === 44 || unit === 45;
}

/** Units of a character in digits of UTF-32. */
const widestStep = 8;

/** Digits of UTF-16, and of UTF-32, with nothing between them but the zeros. */
function decodeWideHex(text: string): readonly DecodedView[] {
  const views: DecodedView[] = [];
  const run = createRun();
  for (let zeros = text.indexOf("00"); zeros >= 0; ) {
    let end = readWide(run, text, zeros, "00");
    if (end < 0) end = readWide(run, text, zeros, "000000");
    if (end >= 0) views.push(run.view(text.length - end < widestStep * 2));
    zeros = text.indexOf("00", end < 0 ? zeros + 1 : end);
  }
  return views;
}

/** From the first zeros on, behind a byte or before it. @returns where the run ends; -1 for none that tells a secret */
function readWide(run: Run, text: string, first: number, zeros: string): number {
  const step = zeros.length + 2;
  if (!text.startsWith(zeros, first + step)) return -1;
  run.begin();
  const add = (place: number): boolean => {
    const byte = byteAt(text, place);
    if (byte < 32 || byte > 127) return false;
    run.add(byte, place, place + 2);
    return true;
  };
  if (first > 1) add(first - 2);
  let place = first;
  while (text.startsWith(zeros, place) && add(place + zeros.length)) place += step;
  return run.isTelling() ? place : -1;
}

const mark = String.raw`(?:${color}|\\){0,8}`;
const character = String.raw`(["'\`])([^"'\`\\\n])${mark}\1${mark}`;
const firstCharacter = new RegExp(character, "dy");
const nextCharacter = new RegExp(`${comma}${mark}${character}`, "dy");
const openCharacters = /[\s,"'`\\]*(?:\d*["']?:?\s*)?(?:["'`\\]*[^"'`\n]?["'`\\]*)?$/y;

/** Lists of single characters in quotes, as of `[...text]` and `{ ...text }`. */
function decodeCharacters(text: string): readonly DecodedView[] {
  const views: DecodedView[] = [];
  const run = createRun();
  for (let place = 0; place < text.length; ) {
    if (!mayBeCharacter(text, place)) {
      place++;
      continue;
    }
    run.begin();
    let end = addCharacter(run, firstCharacter, text, place);
    for (let next = end; next > 0; next = addCharacter(run, nextCharacter, text, end)) end = next;
    if (!run.isTelling()) {
      place++;
      continue;
    }
    views.push(run.view(text.length - end <= 100 && matchesAt(openCharacters, text, end)));
    place = end;
  }
  return views;
}

/** The quotes stay: a stream has shown the first one before it knows what follows. @returns the end; -1 where none stands */
function addCharacter(run: Run, pattern: RegExp, text: string, place: number): number {
  pattern.lastIndex = place;
  const found = pattern.exec(text);
  if (found === null) return -1;
  const [start = 0, end = 0] = found.indices?.[2] ?? [];
  run.add(text.charCodeAt(start), start, end);
  return pattern.lastIndex;
}

function mayBeCharacter(text: string, place: number): boolean {
  const unit = text.charCodeAt(place);
  if (unit !== 34 && unit !== 39 && unit !== 96) return false;
  const behind = text.charCodeAt(place + 2);
  return behind === unit || behind === 92 || behind === 27;
}

function matchesAt(sticky: RegExp, text: string, place: number): boolean {
  return endAt(sticky, text, place) >= 0;
}

/** -1 where the pattern does not match. */
function endAt(sticky: RegExp, text: string, place: number): number {
  sticky.lastIndex = place;
  return sticky.test(text) ? sticky.lastIndex : -1;
}
