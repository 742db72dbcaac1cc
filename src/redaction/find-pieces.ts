/** Finds what `slice` leaves of a secret: a longer piece of it anywhere in a text, also where no cut is marked. */

import { type DecodedView, decodeEscapes } from "./decode-escapes.ts";
import { decodeRuns } from "./decode-runs.ts";
import { base64Cores } from "./secret-needles.ts";

export interface Piece {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface PieceFinder {
  /** @param telling bytes at its beginning that are public, and identify no secret */
  add(secret: string, telling: number): void;
  /** In the order of their starts; they may touch. */
  find(text: string): Piece[];
  /** Where a piece of a secret begins that reaches the text's end and may go on; the text's length for none. */
  findUnfinished(text: string): number;
}

/** Characters of a secret in a row that are a piece of it, when they mix small letters, capitals and digits, */
const shortestMixed = 12;
/** and when they do not: words of a passphrase, or a host's name in an address, are found in other texts too. */
const shortestPlain = 16;
/** Different characters that a piece has at least: a row of zeros is found everywhere. */
const fewestDifferent = 6;

/** Units that are looked up at once. */
const seedLength = 6;
/** Units of a piece that a stream may show before it knows that they are of one. */
export const mostBeforeSeed = seedLength - 1;
/** Every piece of the shortest length holds a seed that begins at a multiple of this. */
const stride = shortestMixed - seedLength + 1;
/** Units before its end that show a piece that goes on behind a text: of a seed, as entities are written. */
export const pieceContext = seedLength * 12;

/** Of a seed, the units that its hash is made of. */
const hashedLength = 4;
/** Seeds of one place of a text: more have only secrets that repeat themselves, and one of them is as good as another. */
const mostSeeds = 16;
/** How many hashes there are. */
const hashes = 1 << 18;

/** One way to write a secret. */
interface Spelling {
  readonly units: Uint16Array;
  /** The place of a unit in the secret's bytes, whole where a byte begins. */
  readonly placeOf: (unit: number) => number;
  /** The secret, a character for each byte. */
  readonly bytes: string;
  /** Where the bytes begin that identify it. */
  readonly telling: number;
}

interface Seed {
  readonly spelling: Spelling;
  readonly at: number;
}

export function createPieceFinder(): PieceFinder {
  const seeds = createSeedIndex();

  function find(text: string): Piece[] {
    if (seeds.isEmpty()) return [];
    const decoded = readViews(text, false).flatMap((view) =>
      findWritten(view.text).map(({ start, end }) => ({
        start: view.startOf(start),
        end: view.endOf(end - 1),
      })),
    );
    return [...findWritten(text), ...decoded].sort((a, b) => a.start - b.start);
  }

  function findWritten(text: string): Piece[] {
    const pieces: Piece[] = [];
    for (let place = 0; place + seedLength <= text.length; place += stride) {
      let furthest = place;
      for (const seed of seeds.at(text, place)) {
        const piece = pieceAround(text, place, seed);
        if (piece === undefined) continue;
        pieces.push(piece);
        furthest = Math.max(furthest, piece.end);
      }
      // Of a long piece every place would find it again.
      place += Math.max(0, Math.floor((furthest - seedLength - place) / stride)) * stride;
    }
    return pieces;
  }

  function findUnfinished(text: string): number {
    if (seeds.isEmpty()) return text.length;
    const starts = readViews(text, true)
      .filter(({ isOpen }) => isOpen)
      .map((view) => {
        const start = findUnfinishedWritten(view.text);
        return start < view.text.length ? view.startOf(start) : text.length;
      });
    return Math.min(findUnfinishedWritten(text), ...starts);
  }

  function findUnfinishedWritten(text: string): number {
    const place = text.length - seedLength;
    if (place < 0) return text.length;
    const starts = seeds
      .at(text, place)
      .filter(({ spelling, at }) => at + seedLength < spelling.units.length)
      .map(({ spelling, at }) => place - sharedBefore(text, place, spelling.units, at));
    return Math.min(text.length, ...starts);
  }

  const add: PieceFinder["add"] = (secret, telling) => spellingsOf(secret, telling).forEach(seeds.add);
  return { add, find, findUnfinished };
}

/** What the text says in other ways than as it stands. */
function readViews(text: string, goesOn: boolean): readonly DecodedView[] {
  const escaped = decodeEscapes(text, goesOn);
  return [...(escaped === undefined ? [] : [escaped]), ...decodeRuns(text, goesOn)];
}

interface SeedIndex {
  add(spelling: Spelling): void;
  /** Those that stand at a place of a text. */
  at(text: string, place: number): readonly Seed[];
  isEmpty(): boolean;
}

const none: readonly Seed[] = [];

/** A token has ten thousand seeds: they are numbers, and not objects. */
function createSeedIndex(): SeedIndex {
  const spellings: Spelling[] = [];
  /** By hash, the number of the last seed that has it; 0 for none. */
  const last = new Int32Array(hashes);
  /** For each seed the one before it that has the same hash, */
  const earlier = [0];
  /** the number of its spelling, and its place there. */
  const holders = [0];
  const places = [0];

  function add(spelling: Spelling): void {
    const { units } = spelling;
    spellings.push(spelling);
    for (let at = 0; at + seedLength <= units.length; at++) {
      if (hasFewUnits(units, at)) continue;
      const hash = hashUnits(units, at);
      earlier.push(last[hash] ?? 0);
      holders.push(spellings.length - 1);
      places.push(at);
      last[hash] = earlier.length - 1;
    }
  }

  function at(text: string, place: number): readonly Seed[] {
    let found: Seed[] | undefined;
    for (let seed = last[hashText(text, place)] ?? 0; seed !== 0; seed = earlier[seed] ?? 0) {
      const spelling = spellings[holders[seed] ?? 0];
      const at = places[seed] ?? 0;
      if (spelling === undefined || !isAt(text, place, spelling.units, at)) continue;
      found ??= [];
      found.push({ spelling, at });
      if (found.length === mostSeeds) break;
    }
    return found ?? none;
  }

  return { add, at, isEmpty: () => spellings.length === 0 };
}

/** One sign or two in a row say nothing, and stand at many places of one secret. */
function hasFewUnits(units: Uint16Array, at: number): boolean {
  let signs = 0;
  for (let step = 0; step < seedLength; step++) signs |= 1 << ((units[at + step] ?? 0) & 31);
  const beyondOne = signs & (signs - 1);
  return (beyondOne & (beyondOne - 1)) === 0;
}

/** The longest piece that a seed at a place of a text is part of, if it tells the secret. */
function pieceAround(text: string, place: number, { spelling, at }: Seed): Piece | undefined {
  const { units } = spelling;
  const before = sharedBefore(text, place, units, at);
  let length = seedLength;
  while (place + length < text.length && foldAt(text, place + length) === units[at + length]) length++;
  if (!isPieceTelling(spelling, at - before, at + length)) return undefined;
  const start = place - before;
  return { start: text[start] === " " ? start + 1 : start, end: place + length };
}

function isPieceTelling({ bytes, placeOf, telling }: Spelling, start: number, end: number): boolean {
  const piece = bytes.slice(Math.max(telling, Math.ceil(placeOf(start))), Math.floor(placeOf(end)));
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(piece));
  const shortest = kinds.length > 1 ? shortestMixed : shortestPlain;
  return piece.length >= shortest && new Set(piece).size >= fewestDifferent;
}

function isAt(text: string, place: number, units: Uint16Array, at: number): boolean {
  for (let step = 0; step < seedLength; step++) {
    if (foldAt(text, place + step) !== units[at + step]) return false;
  }
  return true;
}

/** How many units before a place of a text are those before a unit of a spelling. */
function sharedBefore(text: string, place: number, units: Uint16Array, at: number): number {
  let length = 0;
  while (length < place && length < at && foldAt(text, place - length - 1) === units[at - length - 1])
    length++;
  return length;
}

/** In small letters and in the alphabet of plain Base64, so that one spelling stands for several. */
const folded = Uint16Array.from({ length: 128 }, (_, unit) => {
  const sign = String.fromCharCode(unit);
  return ({ "-": "+", _: "/" }[sign] ?? sign.toLowerCase()).charCodeAt(0);
});

function foldAt(text: string, place: number): number {
  const unit = text.charCodeAt(place);
  return unit < 128 ? (folded[unit] ?? unit) : unit;
}

function hashText(text: string, place: number): number {
  let hash = 0;
  for (let step = 0; step < hashedLength; step++) hash = mix(hash, foldAt(text, place + step));
  return hash & (hashes - 1);
}

function hashUnits(units: Uint16Array, at: number): number {
  let hash = 0;
  for (let step = 0; step < hashedLength; step++) hash = mix(hash, units[at + step] ?? 0);
  return hash & (hashes - 1);
}

function mix(hash: number, unit: number): number {
  const mixed = Math.imul(hash ^ unit, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

const htmlNames: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapings: readonly ((character: string) => string)[] = [
  (character) => character,
  (character) => (/[\w.~-]/.test(character) ? character : percent(character)),
  (character) => JSON.stringify(character).slice(1, -1),
  (character) => htmlNames[character] ?? character,
];

function percent(character: string): string {
  return Buffer.from(character).toString("hex").replace(/../g, "%$&");
}

/** As text in its escapings, as Base64 at each place it may have in a longer text, and in hexadecimal digits. */
function spellingsOf(secret: string, telling: number): readonly Spelling[] {
  const buffer = Buffer.from(secret, "utf8");
  const bytes = buffer.toString("latin1");
  if (bytes.length < shortestMixed) return [];
  const spelling = (text: string, placeOf: Spelling["placeOf"]): Spelling => ({
    units: Uint16Array.from({ length: text.length }, (_, at) => foldAt(text, at)),
    placeOf,
    bytes,
    telling,
  });
  const escaped = new Map(
    escapings.map((spell) => {
      const parts = Array.from(secret, (character) => ({ character, text: spell(character) }));
      return [parts.map(({ text }) => text).join(""), parts] as const;
    }),
  );
  const hex = buffer.toString("hex");
  return [
    ...[...escaped].map(([text, parts]) => {
      const places = placesOf(parts);
      return spelling(text, (unit) => places[unit] ?? bytes.length);
    }),
    ...base64Digits(buffer).map(({ digits, byteOf }) => spelling(digits, byteOf)),
    ...wideOf(secret)
      .flatMap(base64Digits)
      .map(({ digits, byteOf }) => spelling(digits, (unit) => byteOf(unit) / 2)),
    spelling(hex, (unit) => unit / 2),
    spelling(hex.replace(/..(?=.)/g, "$& "), (unit) => (unit + 1) / 3),
  ];
}

/** Longer secrets are not written in UTF-16: a token of ten thousand letters would have as many seeds more. */
const longestWide = 256;

/** Its bytes in UTF-16, in both orders. */
function wideOf(secret: string): readonly Buffer[] {
  if (secret.length > longestWide || Buffer.byteLength(secret) !== secret.length) return [];
  const wide = Buffer.from(secret, "utf16le");
  return [wide, Buffer.from(wide).swap16()];
}

interface Base64Digits {
  readonly digits: string;
  /** The place of a digit in the bytes, whole where a byte begins. */
  readonly byteOf: (digit: number) => number;
}

/** For each place that the bytes may have in a longer text; without the digits that they share with what is next to them. */
function base64Digits(bytes: Buffer): readonly Base64Digits[] {
  return base64Cores(bytes).map((digits, before) => {
    const shared = Math.ceil((before * 8) / 6);
    return { digits, byteOf: (digit) => ((digit + shared) * 6) / 8 - before };
  });
}

/** Of each unit of the escaped characters, the place in the secret's bytes. */
function placesOf(
  parts: readonly { readonly character: string; readonly text: string }[],
): readonly number[] {
  const places: number[] = [];
  let start = 0;
  for (const { character, text } of parts) {
    const length = Buffer.byteLength(character);
    for (let unit = 0; unit < text.length; unit++) places.push(start + (length * unit) / text.length);
    start += length;
  }
  return places;
}
