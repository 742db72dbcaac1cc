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

type Computed<V, R, Kind, Result, N extends string> = Expression<Result, R & Requires<V, Kind>, N>;
type OfTexts<V, R, O, Result, N extends string> = Expression<
  Result,
  R & Requires<V, TextLike> & Needs<O, TextLike>,
  N
>;
type Truth = boolean | null;

/** Methods of texts. Positions and lengths count Unicode code points; positions start at 0. */
export interface TextMethods<V, R, N extends string> {
  /** In bytes of UTF-8. @example lit("é").byteLength() // 2n */
  byteLength(): Computed<V, R, TextLike, bigint | null, N>;
  /** Filled up at the start; a longer text stays as it is. @example lit("7").padStart(3, "0") // "007" */
  padStart(length: number, fill?: string): Computed<V, R, TextLike, string | null, N>;
  /** Filled up at the end; a longer text stays as it is. @example lit("ab").padEnd(4, ".") // "ab.." */
  padEnd(length: number, fill?: string): Computed<V, R, TextLike, string | null, N>;
  /** The first characters. @example lit("Hamburg").left(3) // "Ham" */
  left(count: number): Computed<V, R, TextLike, string | null, N>;
  /** The last characters. @example lit("Hamburg").right(4) // "burg" */
  right(count: number): Computed<V, R, TextLike, string | null, N>;
  /** The text so many times. @example lit("ab").repeat(2) // "abab" */
  repeat(count: number): Computed<V, R, TextLike, string | null, N>;
  /** Without the prefix, where it is there. @example lit("v1.2").stripPrefix("v") // "1.2" */
  stripPrefix<O extends TextOperand>(
    prefix: O & Fitting<O, TextLike> & Fits<V, TextLike>,
  ): OfTexts<V, R, O, string | null, N>;
  /** Without the suffix, where it is there. @example lit("a.csv").stripSuffix(".csv") // "a" */
  stripSuffix<O extends TextOperand>(
    suffix: O & Fitting<O, TextLike> & Fits<V, TextLike>,
  ): OfTexts<V, R, O, string | null, N>;
  /** The position of the first occurrence; null without one. @example lit("a-b").find("-") // 1n */
  find<O extends TextOperand>(
    text: O & Fitting<O, TextLike> & Fits<V, TextLike>,
  ): OfTexts<V, R, O, bigint | null, N>;
  /** The part at a position from 0, or from the end when negative; null beyond. @example lit("a/b/c").splitPart("/", -1) // "c" */
  splitPart(separator: string, index: number): Computed<V, R, TextLike, string | null, N>;
  /** How many characters have to change to make the other text. @example lit("kitten").levenshtein("sitting") // 3n */
  levenshtein<O extends TextOperand>(
    other: O & Fitting<O, TextLike> & Fits<V, TextLike>,
  ): OfTexts<V, R, O, bigint | null, N>;
  /** In Unicode's form NFC. @example lit("e\u0301").normalize() // "é" */
  normalize(): Computed<V, R, TextLike, string | null, N>;

  /** All matches of a regular expression, or a group of each. @example lit("a1b22").regexpExtractAll("[0-9]+") // ["1", "22"] */
  regexpExtractAll(pattern: string, group?: number): Computed<V, R, TextLike, readonly string[] | null, N>;
  /** How often a regular expression matches. @example lit("banana").countMatches("an") // 2n */
  countMatches(pattern: string): Computed<V, R, TextLike, bigint | null, N>;

  /** DuckDB's hash of any value, for buckets; other versions of DuckDB may give others. @example lit("a").hash().eq(lit("a").hash()) // true */
  hash(): Computed<V, R, unknown, bigint | null, N>;
  /** The digest in hexadecimal, of a text's UTF-8 or of bytes; as are the following. @example lit("a").md5() // "0cc175b9c0f1b6a831c399e269772661" */
  md5(): Computed<V, R, unknown, string | null, N>;
  /** @example lit("a").sha1() // "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8" */
  sha1(): Computed<V, R, unknown, string | null, N>;
  /** @example lit("a").sha256().left(8) // "ca978112" */
  sha256(): Computed<V, R, unknown, string | null, N>;
  /** The bytes in hexadecimal. @example lit("az").hex() // "617a" */
  hex(): Computed<V, R, unknown, string | null, N>;
  /** Bytes of a hexadecimal text. @example lit("617a").fromHex().decode() // "az" */
  fromHex(): Computed<V, R, TextLike, Uint8Array | null, N>;
  /** @example lit("hi").base64() // "aGk=" */
  base64(): Computed<V, R, unknown, string | null, N>;
  /** Bytes of a base64 text. @example lit("aGk=").fromBase64().decode() // "hi" */
  fromBase64(): Computed<V, R, TextLike, Uint8Array | null, N>;
  /** The bytes of the text in UTF-8. @example lit("é").encode().hex() // "c3a9" */
  encode(): Computed<V, R, TextLike, Uint8Array | null, N>;
  /** The text of bytes in UTF-8; bytes that are not UTF-8 are an error when it runs. @example lit(Buffer.from("é")).decode() // "é" */
  decode(): Computed<V, R, unknown, string | null, N>;
  /** How many bytes there are. @example lit(Buffer.from("é")).byteSize() // 2n */
  byteSize(): Computed<V, R, unknown, bigint | null, N>;
  /** @example lit("a b&c").urlEncode() // "a%20b%26c" */
  urlEncode(): Computed<V, R, TextLike, string | null, N>;
  /** @example lit("a%20b").urlDecode() // "a b" */
  urlDecode(): Computed<V, R, TextLike, string | null, N>;

  /** The value at a path of a JSON text, as a text; null where it is not there. @example lit('{"a":[1,{"b":"x"}]}').jsonPath("$.a[1].b") // "x" */
  jsonPath(path: string): Computed<V, R, TextLike, string | null, N>;
  /** A JSON text as a value of a type. @example lit('[1, 2]').jsonDecode("list<int64>") // [1n, 2n] */
  jsonDecode(type: string): Computed<V, R, TextLike, UnknownValue, N>;
  /** Any value as JSON; times and dates are texts, bytes base64. @example toList(1, 2).jsonEncode() // "[1,2]" */
  jsonEncode(): Computed<V, R, unknown, string | null, N>;
  /** What a JSON text holds: object, array, varchar, ubigint and so on. @example lit('{"a":1}').jsonType() // "object" */
  jsonType(): Computed<V, R, TextLike, string | null, N>;
  /** Whether it is JSON. @example lit("{").jsonIsValid() // false */
  jsonIsValid(): Computed<V, R, TextLike, Truth, N>;
}
