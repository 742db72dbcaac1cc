import type {
  Fits,
  Fitting,
  Needs,
  Requires,
  TextLike,
  TextOperand,
  UnknownValue,
} from "../../expression/expression-types.ts";
import type { Expression } from "../expr.ts";
import type { PatternOptions, TimePatternOptions } from "../method-calls.ts";

type Computed<V, R, Kind, Result, N extends string> = Expression<Result, R & Requires<V, Kind>, N>;
type OfTexts<V, R, O, Result, N extends string> = Expression<
  Result,
  R & Requires<V, TextLike> & Needs<O, TextLike>,
  N
>;
type Truth = boolean | null;

/** Methods of texts. Positions and lengths count Unicode code points; positions start at 0. */
export interface TextMethods<V, R, N extends string> {
  /** The length in Unicode code points. */
  length<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, bigint | null, N>;
  /** @example lit("é").upper() // "É" */
  upper<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, string | null, N>;
  /** @example lit("ABC").lower() // "abc" */
  lower<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, string | null, N>;
  /** @example lit("abc").reverse() // "cba" */
  reverse<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, string | null, N>;
  /** The length in bytes of UTF-8. @example lit("é").byteLength() // 2n */
  byteLength<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, bigint | null, N>;
  /** Pads the start to a length; a longer text stays as it is. @example lit("7").padStart(3, "0") // "007" */
  padStart<S>(
    this: S & Fits<V, TextLike>,
    length: number,
    fill?: string,
  ): Computed<V, R, TextLike, string | null, N>;
  /** Pads the end to a length; a longer text stays as it is. @example lit("ab").padEnd(4, ".") // "ab.." */
  padEnd<S>(
    this: S & Fits<V, TextLike>,
    length: number,
    fill?: string,
  ): Computed<V, R, TextLike, string | null, N>;
  /** The first characters. @example lit("Hamburg").left(3) // "Ham" */
  left<S>(this: S & Fits<V, TextLike>, count: number): Computed<V, R, TextLike, string | null, N>;
  /** The last characters. @example lit("Hamburg").right(4) // "burg" */
  right<S>(this: S & Fits<V, TextLike>, count: number): Computed<V, R, TextLike, string | null, N>;
  /** Repeats the text. @example lit("ab").repeat(2) // "abab" */
  repeat<S>(this: S & Fits<V, TextLike>, count: number): Computed<V, R, TextLike, string | null, N>;
  /** Removes a prefix, if the text has it. @example lit("v1.2").stripPrefix("v") // "1.2" */
  stripPrefix<O extends TextOperand>(
    prefix: O & Fitting<O, TextLike> & Fits<V, TextLike>,
  ): OfTexts<V, R, O, string | null, N>;
  /** Removes a suffix, if the text has it. @example lit("a.csv").stripSuffix(".csv") // "a" */
  stripSuffix<O extends TextOperand>(
    suffix: O & Fitting<O, TextLike> & Fits<V, TextLike>,
  ): OfTexts<V, R, O, string | null, N>;
  /** The position of the first occurrence, counted from 0; null without one. @example lit("a-b").find("-") // 1n */
  find<O extends TextOperand>(
    text: O & Fitting<O, TextLike> & Fits<V, TextLike>,
  ): OfTexts<V, R, O, bigint | null, N>;
  /**
   * Splits the text and returns the part at a position, counted from 0, or from the end when negative; null beyond.
   * @example lit("a/b/c").splitPart("/", -1) // "c"
   */
  splitPart<S>(
    this: S & Fits<V, TextLike>,
    separator: string,
    index: number,
  ): Computed<V, R, TextLike, string | null, N>;
  /** The number of characters to change to get the other text. @example lit("kitten").levenshtein("sitting") // 3n */
  levenshtein<O extends TextOperand>(
    other: O & Fitting<O, TextLike> & Fits<V, TextLike>,
  ): OfTexts<V, R, O, bigint | null, N>;
  /** The text in Unicode's form NFC. @example lit("e\u0301").normalize() // "é" */
  normalize<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, string | null, N>;

  /**
   * All matches of a regular expression, or one group of each, as a list.
   * @example lit("a1b22").regexpExtractAll("[0-9]+") // ["1", "22"]
   */
  regexpExtractAll<S>(
    this: S & Fits<V, TextLike>,
    pattern: string,
    group?: number,
  ): Computed<V, R, TextLike, readonly string[] | null, N>;
  /** How often a regular expression matches. @example lit("banana").countMatches("an") // 2n */
  countMatches<S>(this: S & Fits<V, TextLike>, pattern: string): Computed<V, R, TextLike, bigint | null, N>;

  /**
   * DuckDB's hash of any value, for buckets. Other versions of DuckDB may return other hashes.
   * @example lit("a").hash().eq(lit("a").hash()) // true
   */
  hash(): Computed<V, R, unknown, bigint | null, N>;
  /**
   * The digest of bytes, or of a text in UTF-8, in hexadecimal; so are the following.
   * @example lit("a").md5() // "0cc175b9c0f1b6a831c399e269772661"
   */
  md5(): Computed<V, R, unknown, string | null, N>;
  /** @example lit("a").sha1() // "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8" */
  sha1(): Computed<V, R, unknown, string | null, N>;
  /** @example lit("a").sha256().left(8) // "ca978112" */
  sha256(): Computed<V, R, unknown, string | null, N>;
  /** The bytes in hexadecimal. @example lit("az").hex() // "617a" */
  hex(): Computed<V, R, unknown, string | null, N>;
  /** Bytes of a hexadecimal text. @example lit("617a").fromHex().decode() // "az" */
  fromHex<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, Uint8Array | null, N>;
  /** @example lit("hi").base64() // "aGk=" */
  base64(): Computed<V, R, unknown, string | null, N>;
  /** Bytes of a base64 text. @example lit("aGk=").fromBase64().decode() // "hi" */
  fromBase64<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, Uint8Array | null, N>;
  /** The bytes of the text in UTF-8. @example lit("é").encode().hex() // "c3a9" */
  encode<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, Uint8Array | null, N>;
  /** The text of bytes in UTF-8; bytes that are not UTF-8 are an error when it runs. @example lit(Buffer.from("é")).decode() // "é" */
  decode(): Computed<V, R, unknown, string | null, N>;
  /** The number of bytes. @example lit(Buffer.from("é")).byteSize() // 2n */
  byteSize(): Computed<V, R, unknown, bigint | null, N>;
  /** @example lit("a b&c").urlEncode() // "a%20b%26c" */
  urlEncode<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, string | null, N>;
  /** @example lit("a%20b").urlDecode() // "a b" */
  urlDecode<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, string | null, N>;

  /**
   * The value at a path of a JSON text, as text; null if the path is missing.
   * @example lit('{"a":[1,{"b":"x"}]}').jsonPath("$.a[1].b") // "x"
   */
  jsonPath<S>(this: S & Fits<V, TextLike>, path: string): Computed<V, R, TextLike, string | null, N>;
  /** A JSON text as a value of a type. @example lit('[1, 2]').jsonDecode("list<int64>") // [1n, 2n] */
  jsonDecode<S>(this: S & Fits<V, TextLike>, type: string): Computed<V, R, TextLike, UnknownValue, N>;
  /** Any value as JSON; times and dates are texts, bytes base64. @example toList(1, 2).jsonEncode() // "[1,2]" */
  jsonEncode(): Computed<V, R, unknown, string | null, N>;
  /**
   * The type of a JSON text: object, array, varchar, ubigint and so on.
   * @example lit('{"a":1}').jsonType() // "object"
   */
  jsonType<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, string | null, N>;
  /** Whether it is JSON. @example lit("{").jsonIsValid() // false */
  jsonIsValid<S>(this: S & Fits<V, TextLike>): Computed<V, R, TextLike, Truth, N>;

  /** SQL's LIKE: `%` is any text, `_` one character, a backslash takes the next character as it is. */
  like<S>(this: S & Fits<V, TextLike>, pattern: string): Computed<V, R, TextLike, Truth, N>;
  /** LIKE that ignores the case of letters. */
  ilike<S>(this: S & Fits<V, TextLike>, pattern: string): Computed<V, R, TextLike, Truth, N>;
  /**
   * Whether the regular expression matches anywhere in the text. Its syntax is RE2's, without lookaround and
   * backreferences; `{ ignoreCase: true }` finds letters of either case. @throws DlfLanceError InvalidInput for another.
   * @see https://github.com/google/re2/wiki/Syntax
   */
  matches<S>(
    this: S & Fits<V, TextLike>,
    pattern: string,
    options?: PatternOptions,
  ): Computed<V, R, TextLike, Truth, N>;
  /**
   * Replaces every match of a regular expression by a text, in which `\\1` to `\\9` are its groups, `\\0` the match and
   * `\\\\` a backslash. Patterns are as for {@link matches}.
   */
  regexpReplace<S>(
    this: S & Fits<V, TextLike>,
    pattern: string,
    by: string,
    options?: PatternOptions,
  ): Computed<V, R, TextLike, string | null, N>;
  /** The first match, or a group of it; null without a match. Patterns are as for {@link matches}. */
  regexpExtract<S>(
    this: S & Fits<V, TextLike>,
    pattern: string,
    group?: number,
    options?: PatternOptions,
  ): Computed<V, R, TextLike, string | null, N>;
  /** Removes spaces, or these characters, from both ends: `trim(".,")`. */
  trim<S>(this: S & Fits<V, TextLike>, characters?: string): Computed<V, R, TextLike, string | null, N>;
  trimStart<S>(this: S & Fits<V, TextLike>, characters?: string): Computed<V, R, TextLike, string | null, N>;
  trimEnd<S>(this: S & Fits<V, TextLike>, characters?: string): Computed<V, R, TextLike, string | null, N>;
  /** Characters from a position, counted in code points from 0: a number of them, or all to the end. */
  slice<S>(
    this: S & Fits<V, TextLike>,
    start: number,
    count?: number,
  ): Computed<V, R, TextLike, string | null, N>;
  /** Splits the text at the separators, into a list. */
  split<S>(
    this: S & Fits<V, TextLike>,
    separator: string,
  ): Computed<V, R, TextLike, readonly string[] | null, N>;
  /**
   * Reads a text as a date or timestamp, by a pattern as in {@link strftime}. A text of another form is an error when
   * the frame runs, or null with `orNull`. With a type that has a zone, the text is a local time there, unless it has
   * an offset (%z).
   * @example lit("01.05.2024").strptime("%d.%m.%Y", { type: "date" }).month() // 5n
   */
  strptime<S>(
    this: S & Fits<V, TextLike>,
    pattern: string,
    options?: TimePatternOptions,
  ): Computed<V, R, TextLike, UnknownValue, N>;
}
