/** Every function of a row, on odd values of every type: what our frames compute is what DuckDB computes under Python. */
import { beforeAll, expect, test } from "vitest";
import type { Field, RecordBatch } from "../../../../src/arrow.ts";
import { compileSteps } from "../../../../src/frame/engines/duckdb/compile-steps.ts";
import { sharedDatabase } from "../../../../src/frame/engines/duckdb/database.ts";
import type { RowStep } from "../../../../src/frame/engines/duckdb/row-statement.ts";
import { compileRowSteps } from "../../../../src/frame/engines/duckdb/stream-rows.ts";
import { call } from "../../../../src/frame/expression/expression-build.ts";
import type { ExpressionNode, SortKey } from "../../../../src/frame/expression/expression-node.ts";
import { operandsOf } from "../../../../src/frame/expression/expression-parts.ts";
import { expressionSql, type Scope } from "../../../../src/frame/functions/expression-sql.ts";
import { findScalar, scalarFunctions } from "../../../../src/frame/functions/scalar-functions.ts";
import type { Plan } from "../../../../src/frame/plan/plan.ts";
import { col, type Expression, lit, toList, toStruct, when } from "../../../../src/index.ts";
import { oddTable } from "./odd-rows.ts";
import { askOracle, type Encoded, encodeRows } from "./oracle.ts";

/** Ours beside DuckDB's own, written over DuckDB's own types. */
type Case = readonly [ours: Expression | ExpressionNode, theirs: string];

const nan = "'nan'::DOUBLE";
const berlin = "timezone('Europe/Berlin', z)";
/** Epoch of Berlin's local time, back as an instant. */
const cases: Readonly<Record<string, Case>> = {
  "add whole": [col("j").add(col("k")), "j + k::BIGINT"],
  "add floats": [col("f").add(col("g")), "f + g"],
  "add float32": [col("h").add(1), "h::DOUBLE + 1"],
  "add decimals": [col("d").add(col("e")), "d::DECIMAL(38,2) + e::DECIMAL(38,4)"],
  "subtract decimal from whole": [lit(1).sub(col("d")), "1 - d"],
  "multiply decimals": [col("d").mul(col("e")), "d::DECIMAL(38,2) * e::DECIMAL(38,4)"],
  "multiply by written decimal": [col("d").mul(1.05), "d::DECIMAL(38,2) * 1.05::DECIMAL(38,2)"],
  "decimal beside a float": [col("d").mul(col("g")), "d::DOUBLE * g"],
  divide: [col("j").div(col("k")), "j::DOUBLE / k"],
  "divide decimals": [col("d").div(col("e")), "d::DOUBLE / e::DOUBLE"],
  "divide by zeros": [col("g").div(col("f")), "g / (f + 0.0)"],
  intDivide: [arithmetic("intDivide", "k", "j"), "k::BIGINT // j"],
  modulo: [col("k").mod(col("j")), "k::BIGINT % j"],
  "modulo floats": [col("g").mod(col("f")), "g % f"],
  "modulo decimals": [col("e").mod(col("d")), "e % d"],
  "modulo of decimals with more digits behind the point": [
    col("d").mod(col("e")),
    "d::DECIMAL(38,4) % e::DECIMAL(38,4)",
  ],
  "modulo of decimals and a whole number": [col("e").mod(7), "e::DECIMAL(38,4) % 7::DECIMAL(38,4)"],
  "modulo of a whole number and decimals": [
    lit(10 ** 15).mod(col("e")),
    "1000000000000000 % e::DECIMAL(38,4)",
  ],
  "compare floats": [col("f").lt(col("g")), "f < g"],
  "compare with NaN": [col("f").gte(Number.NaN), `f >= ${nan}`],
  "compare decimals": [col("d").gt(col("e")), "d > e"],
  "compare uint64": [col("u").gt(col("i")), "u > i"],
  "compare units": [col("t1").lte(col("t2")), "t1 <= t2"],
  "compare texts": [col("s").gt(col("p")), "s > p"],
  isIn: [col("j").isIn([1, 2, 2.5, -3]), "j IN (1, 2, -3)"],
  like: [col("s").like("a_%"), "s LIKE 'a_%'"],
  ilike: [col("s").ilike("é%"), "s ILIKE 'é%'"],
  "three-valued and": [col("b").and(col("f").gt(0)), "b AND f > 0"],
  "three-valued or": [col("b").or(col("f").gt(0)), "b OR f > 0"],
  isNull: [col("s").isNull(), "s IS NULL"],
  when: [
    when(col("j").gt(0), col("d")).otherwise(col("e")),
    "CASE WHEN j > 0 THEN d::DECIMAL(38,4) ELSE e::DECIMAL(38,4) END",
  ],
  "compare uint64 beyond int64": [col("u64").gt(col("i")), "u64::HUGEINT > i::HUGEINT"],
  "uint64 and a constant beyond int64": [col("u64").gte(2n ** 63n), "u64 >= 9223372036854775808"],
  "uint64 as text": [col("u64").cast("string"), "u64::VARCHAR"],
  "uint64 as float": [col("u64").div(3), "u64::DOUBLE / 3"],
  "negate 38 digits": [col("d38").negate(), "-d38"],
  "38 digits less themselves": [col("d38").sub(col("d38")), "d38 - d38"],
  "compare 38 digits": [col("d38").gt(col("i")), "d38 > i::DECIMAL(38,0)"],
  "38 digits as text": [col("d38").cast("string"), "d38::VARCHAR"],
  "length of lists of lists": [col("ll").listLength(), "len(ll)"],
  "list in a list": [col("ll").listGet(0), "ll[1]"],
  "length of a list in a list": [col("ll").listGet(0).listLength(), "len(ll[1])"],
  "null among lists": [col("ll").isNull(), "ll IS NULL"],
  "list in structs": [col("qq").field("a").field("b").listLength(), "len(qq.a.b)"],
  "text in structs": [col("qq").field("a").field("b").listGet(0).upper(), "upper(qq.a.b[1])"],
  negate: [col("i").negate(), "-i"],
  "negate decimal": [col("d").negate(), "-d"],
  abs: [col("i").abs(), "abs(i)"],
  "abs float": [col("f").abs(), "abs(f)"],
  "abs decimal": [col("e").abs(), "abs(e)"],
  sign: [col("i").sign(), "sign(i)::BIGINT"],
  "sign float": [col("f").sign(), "CASE WHEN isnan(f) THEN f ELSE sign(f)::DOUBLE END"],
  floor: [col("f").floor(), "floor(f)"],
  "floor decimal": [col("d").floor(), "floor(d)"],
  ceil: [col("f").ceil(), "ceil(f)"],
  "ceil decimal": [col("d").ceil(), "ceil(d)"],
  trunc: [col("f").trunc(), "trunc(f)"],
  "trunc decimal": [col("d").trunc(), "trunc(d)"],
  round: [col("g").round(2), "round(g, 2)"],
  "round decimal": [col("e").round(2), "round(e, 2)"],
  "round decimal to tens": [col("d").round(-1), "round(d, -1)"],
  "round whole": [col("k").round(-3), "round(k::BIGINT, -3)"],
  sqrt: [col("f").sqrt(), `CASE WHEN f < 0 THEN ${nan} ELSE sqrt(f) END`],
  exp: [col("g").exp(), "exp(g)"],
  ln: [col("f").ln(), `CASE WHEN f < 0 THEN ${nan} WHEN f = 0 THEN '-inf'::DOUBLE ELSE ln(f) END`],
  log10: [fn("log10", "f"), `CASE WHEN f < 0 THEN ${nan} WHEN f = 0 THEN '-inf'::DOUBLE ELSE log10(f) END`],
  log2: [fn("log2", "f"), `CASE WHEN f < 0 THEN ${nan} WHEN f = 0 THEN '-inf'::DOUBLE ELSE log2(f) END`],
  power: [fn("power", "g", "j"), "pow(g, j)"],
  isNaN: [col("f").isNaN(), "isnan(f)"],
  greatest: [fn("greatest", "f", "g"), "greatest(f, g)"],
  least: [fn("least", "d", "e"), "least(d::DECIMAL(38,4), e::DECIMAL(38,4))"],
  coalesce: [fn("coalesce", "j", "k"), "coalesce(j, k::BIGINT)"],
  nullIf: [fn("nullIf", "j", "k"), "nullif(j, k)"],
  length: [col("s").length(), "length(s)"],
  upper: [col("s").upper(), "upper(s)"],
  lower: [col("s").lower(), "lower(s)"],
  reverse: [fn("reverse", "s"), "reverse(s)"],
  trim: [col("s").trim(), "trim(s, ' ')"],
  trimStart: [col("s").trimStart(), "ltrim(s, ' ')"],
  trimEnd: [col("s").trimEnd(), "rtrim(s, ' ')"],
  concat: [col("s").concat("-").concat(col("w")), "s || '-' || w"],
  slice: [col("s").slice(1, 2), "substring(s, 2, 2)"],
  "slice to the end": [col("s").slice(1), "substring(s, 2)"],
  contains: [col("s").contains(col("p")), "contains(s, p)"],
  startsWith: [col("s").startsWith(col("p")), "starts_with(s, p)"],
  endsWith: [col("s").endsWith("b"), "suffix(s, 'b')"],
  replace: [col("s").replace("a", "%"), "replace(s, 'a', '%')"],
  regexpMatch: [col("s").matches("(?i)[é\\d]+"), "regexp_matches(s, '(?i)[é\\d]+')"],
  regexpReplace: [col("s").regexpReplace("\\d", "\\\\"), "regexp_replace(s, '\\d', '\\\\', 'g')"],
  regexpExtract: [
    col("s").regexpExtract("(?<letter>[a-z])(\\d)", 2),
    "CASE WHEN regexp_matches(s, '([a-z])(\\d)') THEN regexp_extract(s, '([a-z])(\\d)', 2) END",
  ],
  split: [col("s").split("a"), "string_split(s, 'a')"],
  ...Object.fromEntries(
    (["t0", "t1", "t2", "y"] as const).flatMap((name): [string, Case][] => {
      const own = name === "y" ? "y" : `${name}::TIMESTAMP`;
      return [
        [`year of ${name}`, [col(name).year(), `year(${own})`]],
        [`quarter of ${name}`, [col(name).quarter(), `quarter(${own})`]],
        [`month of ${name}`, [col(name).month(), `month(${own})`]],
        [`week of ${name}`, [col(name).week(), `weekofyear(${own})`]],
        [`day of ${name}`, [col(name).day(), `day(${own})`]],
        [`dayOfWeek of ${name}`, [col(name).dayOfWeek(), `isodow(${own})`]],
        [`dayOfYear of ${name}`, [col(name).dayOfYear(), `dayofyear(${own})`]],
        [`toDate of ${name}`, [col(name).toDate(), `date_diff('day', DATE '1970-01-01', ${own}::DATE)`]],
      ];
    }),
  ),
  hour: [col("t2").hour(), "hour(t2)"],
  minute: [col("t0").minute(), "minute(t0::TIMESTAMP)"],
  second: [col("t1").second(), "second(t1::TIMESTAMP)"],
  // DuckDB takes the part of the microsecond nearest to 0, which before 1970 is another day.
  "day of nanoseconds": [
    col("t3").day(),
    "day(make_timestamp(floor(epoch_ns(t3)::HUGEINT::DECIMAL(38,0) / 1000.0::DECIMAL(5,1))::BIGINT))",
  ],
  "hour in Berlin": [col("z").hour(), `hour(${berlin})`],
  "date in Berlin": [col("z").toDate(), `date_diff('day', DATE '1970-01-01', ${berlin}::DATE)`],
  "year in Berlin": [col("z").year(), `year(${berlin})`],
  "month of t2": [col("t2").dateTrunc("month"), "epoch_us(date_trunc('month', t2))"],
  "hour of t0": [col("t0").dateTrunc("hour"), "epoch(date_trunc('hour', t0::TIMESTAMP))::BIGINT"],
  "week of y": [
    col("y").dateTrunc("week"),
    "date_diff('day', DATE '1970-01-01', date_trunc('week', y)::DATE)",
  ],
  // Within a day by the instant: no offset of Berlin since 1893 has other minutes than the hour's own.
  "hour of Berlin": [
    when(col("z").gt("1900-01-01T00:00:00Z"), col("z").dateTrunc("hour")),
    "CASE WHEN z > TIMESTAMPTZ '1900-01-01' THEN epoch_us(date_trunc('hour', z)) END",
  ],
  "day of Berlin": [
    col("z").dateTrunc("day"),
    `epoch_us(timezone('Europe/Berlin', date_trunc('day', ${berlin})))`,
  ],
  listLength: [col("l").listLength(), "len(l)"],
  listGet: [col("l").listGet(-1), "l[-1]"],
  listContains: [col("l").listContains(1), "list_contains(l, 1)"],
  "listContains of a column": [col("l").listContains(col("j")), "list_contains(l, j)"],
  ...Object.fromEntries(
    (["cbrt", "atan", "sinh", "cosh", "tanh", "asinh", "degrees", "radians"] as const).map(
      (name): [string, Case] => [name, [col("g")[name](), `${name}(g)`]],
    ),
  ),
  ...Object.fromEntries(
    (["sin", "cos", "tan"] as const).map((name): [string, Case] => [
      name,
      [col("f")[name](), `CASE WHEN isfinite(f) THEN ${name}(f) WHEN f IS NOT NULL THEN ${nan} END`],
    ]),
  ),
  cot: [col("f").cot(), `CASE WHEN isfinite(f) AND f <> 0 THEN cot(f) WHEN f IS NOT NULL THEN ${nan} END`],
  asin: [col("f").asin(), `CASE WHEN f BETWEEN -1 AND 1 THEN asin(f) WHEN f IS NOT NULL THEN ${nan} END`],
  acos: [col("f").acos(), `CASE WHEN f BETWEEN -1 AND 1 THEN acos(f) WHEN f IS NOT NULL THEN ${nan} END`],
  atanh: [col("f").atanh(), `CASE WHEN f BETWEEN -1 AND 1 THEN atanh(f) WHEN f IS NOT NULL THEN ${nan} END`],
  acosh: [col("f").acosh(), `CASE WHEN f >= 1 THEN acosh(f) WHEN f IS NOT NULL THEN ${nan} END`],
  atan2: [col("f").atan2(col("g")), "atan2(f, g)"],
  log: [
    col("f").log(3),
    `CASE WHEN f < 0 THEN ${nan} WHEN f = 0 THEN '-inf'::DOUBLE ELSE ln(f) / ln(3.0::DOUBLE) END`,
  ],
  isInf: [col("f").isInf(), "isinf(f)"],
  isFinite: [col("f").isFinite(), "isfinite(f)"],
  fillNaN: [col("f").fillNaN(col("j")), "CASE WHEN isnan(f) THEN j::DOUBLE ELSE f END"],
  clip: [col("f").clip(-1, col("g")), "CASE WHEN f IS NOT NULL THEN least(greatest(f, -1), g) END"],
  "clip decimals": [
    col("d").clip(-2.5, 10),
    "CASE WHEN d IS NOT NULL THEN least(greatest(d, -2.5::DECIMAL(12,2)), 10) END",
  ],
  bitwiseAnd: [col("i").bitwiseAnd(col("k")), "i & k"],
  bitwiseOr: [col("i").bitwiseOr(6), "i | 6"],
  bitwiseXor: [col("i").bitwiseXor(col("j")), "xor(i, j)"],
  bitwiseNot: [col("i").bitwiseNot(), "~i"],
  bitCount: [col("i").bitCount(), "bit_count(i)::BIGINT"],
  shiftLeft: [col("j").shiftLeft(3), "j * 8"],
  shiftRight: [col("i").shiftRight(3), "i >> 3"],
  byteLength: [col("s").byteLength(), "strlen(s)"],
  padStart: [col("s").padStart(5, "é-"), "CASE WHEN length(s) >= 5 THEN s ELSE lpad(s, 5, 'é-') END"],
  padEnd: [col("s").padEnd(3), "CASE WHEN length(s) >= 3 THEN s ELSE rpad(s, 3, ' ') END"],
  left: [col("s").left(2), "left(s, 2)"],
  right: [col("s").right(2), "right(s, 2)"],
  repeat: [col("s").repeat(3), "repeat(s, 3)"],
  stripPrefix: [
    col("s").stripPrefix(col("p")),
    "CASE WHEN starts_with(s, p) THEN substring(s, length(p) + 1) ELSE s END",
  ],
  stripSuffix: [col("s").stripSuffix("b"), "CASE WHEN suffix(s, 'b') THEN left(s, length(s) - 1) ELSE s END"],
  "trim of characters": [col("s").trim("a%"), "trim(s, 'a%')"],
  find: [col("s").find(col("p")), "nullif(instr(s, p), 0) - 1"],
  splitPart: [col("s").splitPart("a", -1), "string_split(s, 'a')[-1]"],
  levenshtein: [col("s").levenshtein(col("p")), "characters_apart(s, p)"],
  normalize: [col("s").normalize(), "nfc_normalize(s)"],
  regexpExtractAll: [
    col("s").regexpExtractAll("([a-z])(\\d*)", 1),
    "regexp_extract_all(s, '([a-z])(\\d*)', 1)",
  ],
  countMatches: [col("s").countMatches("[a-z]"), "len(regexp_extract_all(s, '[a-z]'))"],
  "matches of either case": [col("s").matches("^É", { ignoreCase: true }), "regexp_matches(s, '^é', 'i')"],
  "regexpReplace with groups": [
    col("s").regexpReplace("([a-z])(\\d+)", "<\\2\\1>"),
    "regexp_replace(s, '([a-z])(\\d+)', '<\\2\\1>', 'g')",
  ],
  hash: [col("s").hash(), "hash(s)"],
  md5: [col("s").md5(), "md5(s)"],
  sha1: [col("bt").sha1(), "sha1(bt)"],
  sha256: [col("s").sha256(), "sha256(s)"],
  hex: [col("s").hex(), "lower(hex(s))"],
  base64: [col("s").base64(), "to_base64(encode(s))"],
  fromBase64: [col("s").base64().fromBase64(), "encode(s)"],
  fromHex: [col("s").hex().fromHex(), "encode(s)"],
  encode: [col("s").encode(), "encode(s)"],
  decode: [col("bt").decode(), "decode(bt)"],
  byteSize: [col("bt").byteSize(), "octet_length(bt)"],
  urlEncode: [col("s").urlEncode(), "url_encode(s)"],
  urlDecode: [col("s").urlEncode().urlDecode(), "s"],
  jsonPath: [col("js").jsonPath("$.b[1]"), "json_extract_string(js, '$.b[1]')"],
  jsonType: [col("js").jsonType(), "lower(json_type(js))"],
  jsonIsValid: [col("s").jsonIsValid(), "json_valid(s)"],
  jsonEncode: [col("l").jsonEncode(), "to_json(l)::VARCHAR"],
  "jsonEncode of a struct": [col("q").jsonEncode(), "CASE WHEN q IS NOT NULL THEN to_json(q)::VARCHAR END"],
  "jsonEncode of a date": [col("y").jsonEncode(), "to_json(y)::VARCHAR"],
  jsonDecode: [
    col("js").jsonDecode("struct<a: int64, b: list<string>, c: struct<d: double>>"),
    `CASE WHEN json_type(js) = 'OBJECT' THEN from_json(js, '{"a":"BIGINT","b":["VARCHAR"],"c":{"d":"DOUBLE"}}') END`,
  ],
  "jsonDecode to a list": [
    col("js").jsonDecode("list<int64>"),
    `CASE WHEN json_type(js) = 'ARRAY' THEN from_json(js, '["BIGINT"]') END`,
  ],
  eqNullSafe: [col("j").eqNullSafe(col("k")), "j IS NOT DISTINCT FROM k"],
  "eqNullSafe of floats": [col("f").eqNullSafe(col("h")), "f IS NOT DISTINCT FROM h::DOUBLE"],
  "eqNullSafe of a constant": [col("d").eqNullSafe(2.5), "coalesce(d = 2.5, false)"],
  "eqNullSafe of null": [col("s").eqNullSafe(null), "s IS NULL"],
  toList: [toList(col("j"), col("k"), null), "[j, k::BIGINT, NULL]"],
  toStruct: [toStruct({ a: col("j"), "b c": col("s") }), "{'a': j, 'b c': s}"],
  field: [col("q").field("b t"), "q['b t']"],
  listSum: [col("l").listSum(), "list_sum(l)::BIGINT"],
  listMean: [col("l").listMean(), "list_avg(l)"],
  "listMean of floats": [col("c").listMean(), "list_avg(c)"],
  listMedian: [col("l").listMedian(), "list_median(l)"],
  listMin: [col("c").listMin(), "list_min(c)"],
  listMax: [col("x").listMax(), "list_max(x)"],
  listAny: [toList(col("b"), col("f").gt(0)).listAny(), "list_aggregate([b, f > 0], 'bool_or')"],
  listAll: [toList(col("b"), col("f").gt(0)).listAll(), "list_aggregate([b, f > 0], 'bool_and')"],
  listCount: [col("x").listCount(), "list_count(x)::BIGINT"],
  listSort: [col("c").listSort(), "list_sort(c, 'ASC', 'NULLS LAST')"],
  "listSort descending": [col("x").listSort(true), "list_sort(x, 'DESC', 'NULLS LAST')"],
  listReverse: [col("l").listReverse(), "list_reverse(l)"],
  listDistinct: [col("c").listDistinct(), "list_sort(list_distinct(c))"],
  listCountDistinct: [col("l").listCountDistinct(), "list_unique(l)::BIGINT"],
  listDropNull: [col("x").listDropNull(), "list_filter(x, lambda e: e IS NOT NULL)"],
  listJoin: [
    col("x").listJoin("é,"),
    "coalesce(array_to_string(x, 'é,'), CASE WHEN x IS NOT NULL THEN '' END)",
  ],
  listSlice: [col("l").listSlice(1, 2), "l[2:3]"],
  "listSlice from the end": [col("l").listSlice(-2), "l[greatest(len(l) - 1, 1):]"],
  listConcat: [col("l").listConcat(toList(col("k"))), "list_concat(l, [k::BIGINT])"],
  listIntersect: [col("l").listIntersect(toList(1, 2)), "list_sort(list_intersect(l, [1, 2]))"],
  listIndexOf: [
    col("l").listIndexOf(col("j")),
    "CASE WHEN j IS NOT NULL THEN nullif(list_position(l, j), 0) - 1 END",
  ],
  listFlatten: [toList(col("l"), toList(col("j"))).listFlatten(), "flatten([l, [j]])"],
  isoYear: [col("t2").isoYear(), "isoyear(t2)"],
  daysInMonth: [col("y").daysInMonth(), "day(last_day(y))"],
  millisecond: [col("t2").millisecond(), "millisecond(t2) % 1000"],
  microsecond: [col("t1").microsecond(), "microsecond(t1::TIMESTAMP) % 1000000"],
  nanosecond: [col("t3").nanosecond(), "(epoch_ns(t3) % 1000000000 + 1000000000) % 1000000000"],
  "nanosecond of a time of day": [col("n").nanosecond(), "(epoch_us(n) % 1000000) * 1000"],
  "hour of a time of day": [col("n").hour(), "hour(n)"],
  toTime: [col("t2").toTime(), "epoch_us(t2::TIME)"],
  "toTime in Berlin": [col("z").toTime(), `epoch_us(${berlin}::TIME)`],
  toUnixEpoch: [col("t2").toUnixEpoch(), "floor(epoch_us(t2) / 1000000.0::DECIMAL(10, 1))::BIGINT"],
  "toUnixEpoch in microseconds": [col("t1").toUnixEpoch("microsecond"), "epoch_us(t1::TIMESTAMP)"],
  "toUnixEpoch of a date": [col("y").toUnixEpoch("millisecond"), "epoch_ms(y)"],
  offsetBy: [
    col("t2").offsetBy({ months: 1, days: -2, hours: 3 }),
    "epoch_us(t2 + INTERVAL 1 MONTH + INTERVAL (-2) DAY + INTERVAL 3 HOUR)",
  ],
  "offsetBy of a date": [
    col("y").offsetBy({ years: -1, months: 1, weeks: 1 }),
    "date_diff('day', DATE '1970-01-01', (y + INTERVAL (-11) MONTH + INTERVAL 7 DAY)::DATE)",
  ],
  "offsetBy in Berlin": [
    col("z").offsetBy({ months: 5, days: 1 }),
    `epoch_us(timezone('Europe/Berlin', ${berlin} + INTERVAL 5 MONTH + INTERVAL 1 DAY))`,
  ],
  "offsetBy of nanoseconds": [
    col("t3").offsetBy({ months: 1, nanoseconds: 7 }),
    "(epoch_us(make_timestamp((epoch_ns(t3) - (epoch_ns(t3) % 1000 + 1000) % 1000) // 1000) + INTERVAL 1 MONTH) * 1000 + (epoch_ns(t3) % 1000 + 1000) % 1000 + 7)::BIGINT",
  ],
  timeBucket: [col("t2").timeBucket({ months: 3 }), "epoch_us(date_trunc('quarter', t2))"],
  "timeBucket of 45 minutes": [
    col("t2").timeBucket({ minutes: 45 }),
    "epoch_us(t2) - ((epoch_us(t2) % 2700000000) + 2700000000) % 2700000000",
  ],
  "timeBucket of days": [
    col("y").timeBucket({ days: 10 }),
    "date_diff('day', DATE '1970-01-01', y) - ((date_diff('day', DATE '1970-01-01', y) % 10) + 10) % 10",
  ],
  dateDiff: [col("t2").dateDiff(col("t0"), "month"), "date_diff('month', t0::TIMESTAMP, t2)"],
  "dateDiff in weeks": [
    col("t2").dateDiff(col("t1"), "week"),
    "date_diff('day', date_trunc('week', t1::TIMESTAMP), date_trunc('week', t2)) // 7",
  ],
  "dateDiff of a date": [col("y").dateDiff(col("t2"), "day"), "date_diff('day', t2, y::TIMESTAMP)"],
  "dateDiff of hours in a zone": [
    when(
      col("z").gt("1900-01-01T00:00:00Z"),
      col("z").dateDiff(lit("2024-10-27 00:00:00").cast("timestamp[us, UTC]"), "hour"),
    ),
    "CASE WHEN z > TIMESTAMPTZ '1900-01-01' THEN date_diff('hour', TIMESTAMPTZ '2024-10-27 00:00:00+00', z) END",
  ],
  strftime: [
    col("t2").strftime("%Y-%m-%d %H:%M:%S.%f %j %A %-d"),
    "strftime(t2, '%Y-%m-%d %H:%M:%S.%f %j %A %-d')",
  ],
  "strftime in Berlin": [col("z").strftime("%d.%m.%Y %H:%M"), `strftime(${berlin}, '%d.%m.%Y %H:%M')`],
  strptime: [col("s").strptime("%Y-%m-%d", { orNull: true }), "epoch_us(try_strptime(s, '%Y-%m-%d'))"],
  "strptime of what strftime wrote": [
    col("z")
      .strftime("%Y-%m-%d %H:%M:%S")
      .strptime("%Y-%m-%d %H:%M:%S", { type: "timestamp[us, Europe/Berlin]" }),
    `epoch_us(timezone('Europe/Berlin', date_trunc('second', ${berlin})))`,
  ],
  convertTimeZone: [col("z").convertTimeZone("Asia/Tokyo").hour(), "hour(timezone('Asia/Tokyo', z))"],
  replaceTimeZone: [col("t2").replaceTimeZone("Europe/Berlin"), "epoch_us(timezone('Europe/Berlin', t2))"],
  "replaceTimeZone by none": [col("z").replaceTimeZone(null), `epoch_us(${berlin})`],
  totalDays: [col("o").totalDays(), "epoch_us(o)::DOUBLE / 86400000000"],
  totalHours: [col("o").totalHours(), "epoch_us(o)::DOUBLE / 3600000000"],
  totalMinutes: [col("o").totalMinutes(), "epoch_us(o)::DOUBLE / 60000000"],
  totalSeconds: [col("o").totalSeconds(), "epoch_us(o)::DOUBLE / 1000000"],
  totalMilliseconds: [col("o").totalMilliseconds(), "epoch_us(o)::DOUBLE / 1000"],
  "difference of timestamps": [arithmetic("subtract", "t2", "t1"), "epoch_us(t2) - epoch_us(t1::TIMESTAMP)"],
  "timestamp and duration": [arithmetic("add", "t1", "o"), "epoch_us(t1::TIMESTAMP) + epoch_us(o)"],
  "difference of dates": [arithmetic("subtract", "y", "y"), "CASE WHEN y IS NOT NULL THEN 0 END::BIGINT"],
  "date and whole number": [
    arithmetic("add", "y", "j"),
    "date_diff('day', DATE '1970-01-01', y + j::INTEGER)",
  ],
  "duration times a number": [arithmetic("multiply", "o", "j"), "epoch_us(o) * j"],
  "compare durations": [col("o").gt("1d 00:00:00"), "epoch_us(o) > 86400000000"],
  "compare times of day": [col("n").lte("12:30:00.5"), "n <= TIME '12:30:00.5'"],
  "compare lists": [col("l").lt(col("l").listReverse()), "l < list_reverse(l)"],
  "compare structs": [col("q").eq(toStruct({ a: col("j"), "b t": col("s") })), "q = {'a': j, 'b t': s}"],
  cosineSimilarity: [
    col("v").cosineSimilarity([1, 0.5, 2]),
    "CASE WHEN list_count(v::DOUBLE[]) = 3 THEN CASE WHEN NOT list_inner_product(list_transform(v::DOUBLE[], lambda e: coalesce(e, 0)), list_transform(v::DOUBLE[], lambda e: coalesce(e, 0))) > 0 OR isnan(list_inner_product(list_transform(v::DOUBLE[], lambda e: coalesce(e, 0)), list_transform(v::DOUBLE[], lambda e: coalesce(e, 0)))) THEN 'nan'::DOUBLE ELSE list_cosine_similarity(list_transform(v::DOUBLE[], lambda e: coalesce(e, 0)), [1, 0.5, 2]::DOUBLE[]) END END",
  ],
  cosineDistance: [
    col("v").cosineDistance(col("v")),
    "CASE WHEN list_count(v::DOUBLE[]) = 3 THEN CASE WHEN NOT list_inner_product(list_transform(v::DOUBLE[], lambda e: coalesce(e, 0)), list_transform(v::DOUBLE[], lambda e: coalesce(e, 0))) > 0 OR isnan(list_inner_product(list_transform(v::DOUBLE[], lambda e: coalesce(e, 0)), list_transform(v::DOUBLE[], lambda e: coalesce(e, 0)))) THEN 'nan'::DOUBLE ELSE list_cosine_distance(list_transform(v::DOUBLE[], lambda e: coalesce(e, 0)), list_transform(v::DOUBLE[], lambda e: coalesce(e, 0))) END END",
  ],
  dot: [
    col("v").dot([1, 0, 1]),
    "CASE WHEN list_count(v::DOUBLE[]) = 3 THEN list_inner_product(list_transform(v::DOUBLE[], lambda e: coalesce(e, 0)), [1, 0, 1]::DOUBLE[]) END",
  ],
  l2Distance: [
    col("v").l2Distance([0, 0, 0]),
    "CASE WHEN list_count(v::DOUBLE[]) = 3 THEN list_distance(list_transform(v::DOUBLE[], lambda e: coalesce(e, 0)), [0, 0, 0]::DOUBLE[]) END",
  ],
  mapGet: [col("mp").mapGet("a"), "map_extract_value(mp, 'a')"],
  mapKeys: [col("mp").mapKeys(), "map_keys(mp)"],
  mapValues: [col("mp").mapValues(), "map_values(mp)"],
  mapContains: [
    col("mp").mapContains(col("s")),
    "CASE WHEN s IS NOT NULL AND mp IS NOT NULL THEN map_contains(mp, s) END",
  ],
  mapLength: [col("mp").mapLength(), "cardinality(mp)::BIGINT"],
  "cast float to whole": [col("g").cast("int64"), "trunc(g)::BIGINT"],
  "cast float to whole or null": [col("f").cast("int32", { orNull: true }), "TRY_CAST(trunc(f) AS INTEGER)"],
  "cast decimal to whole": [col("d").cast("int64"), "trunc(d)::BIGINT"],
  "cast decimal": [col("e").cast("decimal(12, 1)", { orNull: true }), "TRY_CAST(e AS DECIMAL(12,1))"],
  "cast float to decimal": [col("g").cast("decimal(20, 3)"), "g::DECIMAL(20,3)"],
  "cast text to whole": [col("s").cast("int64", { orNull: true }), "TRY_CAST(s AS BIGINT)"],
  "cast text to float": [col("s").cast("float64", { orNull: true }), "TRY_CAST(s AS DOUBLE)"],
  "cast text to date": [
    col("s").cast("date", { orNull: true }),
    "date_diff('day', DATE '1970-01-01', TRY_CAST(s AS DATE))",
  ],
  "cast float to text": [col("f").cast("string"), "f::VARCHAR"],
  "cast decimal to text": [col("e").cast("string"), "e::VARCHAR"],
  "cast timestamp to text": [col("t2").cast("string"), "t2::VARCHAR"],
  "cast time of day to text": [col("n").cast("string"), "n::VARCHAR"],
  "cast time of day in nanoseconds to text": [col("n").cast("time64[ns]").cast("string"), "n::VARCHAR"],
  "cast date to text": [col("y").cast("string"), "y::VARCHAR"],
  "cast boolean": [col("b").cast("int64"), "b::BIGINT"],
  "cast units": [col("t2").cast("timestamp[s]"), "floor(epoch_us(t2) / 1000000)::BIGINT"],
  "cast units of a time of day": [col("n").cast("time64[ns]"), "epoch_us(n) * 1000"],
  "cast units of a time of day to seconds": [col("n").cast("time32[s]"), "epoch_us(n) // 1000000"],
  "cast time of day to duration": [col("n").cast("duration[ns]"), "epoch_us(n) * 1000"],
  "cast time of day to duration in seconds": [col("n").cast("duration[s]"), "epoch_us(n) // 1000000"],
  "cast duration to time of day": [
    col("n").cast("duration[ns]").cast("time64[us]").cast("string"),
    "n::VARCHAR",
  ],
  "cast duration beyond a day to time of day": [
    col("o").cast("time64[ns]", { orNull: true }),
    "CASE WHEN epoch_us(o) BETWEEN 0 AND 86399999999 THEN epoch_us(o) * 1000 END",
  ],
  "cast timestamp to time of day": [col("t2").cast("time64[us]").cast("string"), "t2::TIME::VARCHAR"],
  "cast timestamp to time of day in seconds": [col("t2").cast("time32[s]"), "epoch_us(t2::TIME) // 1000000"],
  "cast text to time of day": [col("n").cast("string").cast("time64[us]").cast("string"), "n::VARCHAR"],
  "cast text to time of day, or null": [
    col("s").cast("time64[us]", { orNull: true }),
    "epoch_us(TRY_CAST(s AS TIME))",
  ],
  "cast units of a duration": [col("o").cast("duration[ns]"), "epoch_us(o) * 1000"],
  "cast units of a duration to seconds": [
    col("o").cast("duration[s]"),
    "floor(epoch_us(o) / 1000000)::BIGINT",
  ],
  "cast date to timestamp": [col("y").cast("timestamp[us]"), "epoch_us(y::TIMESTAMP)"],
  "cast list": [col("l").cast("list<string>"), "l::VARCHAR[]"],
};

function fn(
  name: (typeof scalarFunctions)[number],
  first: string,
  ...others: readonly string[]
): ExpressionNode {
  return call(name, col(first), ...others.map((other) => col(other)));
}

function arithmetic(
  operator: "intDivide" | "add" | "subtract" | "multiply",
  left: string,
  right: string,
): ExpressionNode {
  return {
    node: "arithmetic",
    operator,
    left: { node: "column", name: left },
    right: { node: "column", name: right },
  };
}

function nodeOf(ours: Expression | ExpressionNode): ExpressionNode {
  return "node" in ours && typeof ours.node === "object" ? ours.node : (ours as ExpressionNode);
}

const table = oddTable(7);
let answers: Readonly<Record<string, readonly (readonly Encoded[])[] | string>>;

beforeAll(async () => {
  answers = await askOracle(
    table,
    Object.fromEntries(Object.entries(cases).map(([name, [, sql]]) => [name, `SELECT ${sql} FROM t`])),
  );
}, 240_000);

function stream(node: ExpressionNode, batchRows: number): Promise<Encoded[]> {
  return streamSteps([{ step: "project", columns: [{ name: "value", expression: node }] }], batchRows);
}

async function streamSteps(steps: readonly RowStep[], batchRows: number): Promise<Encoded[]> {
  const { fields } = table.schema;
  const whole = table.batches[0] as RecordBatch;
  async function* batches() {
    for (let row = 0; row < whole.numRows; row += batchRows) yield whole.slice(row, row + batchRows);
  }
  const rows: RecordBatch[] = [];
  for await (const batch of compileRowSteps(fields, steps).run(sharedDatabase, batches(), {
    action: "compute",
  }))
    rows.push(batch);
  return encodeRows(rows).map(([value]) => value as Encoded);
}

test.each(Object.keys(cases))("%s", async (name) => {
  const [ours] = cases[name] as Case;
  const theirs = answers[name];
  expect(typeof theirs, String(theirs)).not.toBe("string");
  const expected = (theirs as readonly (readonly Encoded[])[]).map(([value]) => value);
  for (const batchRows of [400, 129])
    expect(differences(await stream(nodeOf(ours), batchRows), expected)).toEqual([]);
  expect(differences(await block(nodeOf(ours)), expected)).toEqual([]);
});

/** In one statement over all rows. */
async function block(node: ExpressionNode): Promise<Encoded[]> {
  const rows: Plan = { step: "input", name: "rows" };
  const sorted: Plan = { step: "sort", input: rows, keys: [byNothing] };
  const columns = [{ name: "value", expression: node }];
  const steps = compileSteps(
    { step: "project", input: sorted, columns },
    { fields: () => table.schema.fields },
  );
  const found: RecordBatch[] = [];
  async function* batches() {
    yield* table.batches;
  }
  const run = { rows: batches, work: { action: "compute" }, memoryLimit: 1e9, isOwnLimit: false };
  for await (const batch of steps.run(run)) found.push(batch);
  return encodeRows(found).map(([value]) => value as Encoded);
}

/** Equal rows keep their order. */
const byNothing: SortKey = { expression: lit(1).node, descending: false, nullsFirst: false };

/** The first rows in which two columns differ. */
function differences(ours: readonly Encoded[], theirs: readonly (Encoded | undefined)[]) {
  const rows = theirs.map((expected, row) => ({ row, expected, ours: ours[row] }));
  const found = rows.filter((each) => JSON.stringify(each.ours) !== JSON.stringify(each.expected));
  return [...found.slice(0, 5), ...(ours.length === theirs.length ? [] : [{ rows: ours.length }])];
}

const deep: Readonly<Record<string, readonly [column: string, apply: (value: Expression) => Expression]>> = {
  sqrt: ["f", (value) => value.sqrt()],
  ln: ["f", (value) => value.abs().add(3).ln()],
  asin: ["g", (value) => value.sin().asin()],
  sign: ["d", (value) => value.sign().add(col("d"))],
  regexpExtract: ["s", (value) => value.regexpExtract("([a-z].*)", 1).concat("bound1")],
  "bound names": ["s", (value) => value.concat(" bound1").regexpExtract("bound1?(.*)", 0)],
  cast: ["g", (value) => value.cast("string", { orNull: true }).cast("double", { orNull: true })],
  hour: ["z", (value) => value.dateTrunc("hour").offsetBy({ hours: 1 })],
  week: ["z", (value) => value.dateTrunc("week").offsetBy({ days: 8 })],
  when: ["g", (value) => when(value.gt(1), value.sqrt()).otherwise(value.abs().add(1).ln())],
};

test.each(Object.keys(deep))("%s forty times over is what forty steps come to", async (name) => {
  const [column, apply] = deep[name] as (typeof deep)[string];
  // What computes with a value twice doubles as written, and is as deep as it may be.
  const depth = name === "when" ? 5 : 40;
  let whole: Expression = col(column);
  const steps: RowStep[] = [];
  for (let level = 0; level < depth; level++) {
    const below = col(level === 0 ? column : "value");
    whole = apply(whole);
    const kept = table.schema.fields.map((field) => ({ name: field.name, expression: col(field.name).node }));
    steps.push({ step: "project", columns: [...kept, { name: "value", expression: apply(below).node }] });
  }
  steps.push({ step: "project", columns: [{ name: "value", expression: col("value").node }] });
  expect(differences(await stream(whole.node, 400), await streamSteps(steps, 400))).toEqual([]);
});

test("the text of any function inside itself grows with its depth, and no faster", () => {
  const { fields } = table.schema;
  const scope = {
    field: (name: string) => fields.find((field) => field.name === name) as Field,
    sql: String,
  };
  const others = [lit(2), lit("day"), lit("a")].map(({ node }) => node);
  let nested = 0;
  for (const name of scalarFunctions) {
    for (const { name: column } of fields) {
      const nest = (depth: number, other: ExpressionNode): ExpressionNode => {
        const { takes, least = takes.length } = findScalar(name);
        const arguments_ = Array.from({ length: Math.max(1, least) - 1 }, () => other);
        const first = depth === 0 ? col(column).node : nest(depth - 1, other);
        return depth === 0 ? first : { node: "call", function: name, arguments: [first, ...arguments_] };
      };
      const fitting = [...others, col(column).node].find((other) => isWritten(nest(3, other), scope));
      if (fitting === undefined) continue;
      nested += 1;
      const [shallow, far] = [20, 40].map((depth) => expressionSql(nest(depth, fitting), scope).length);
      expect(far, `${name} of ${column}`).toBeLessThan(2.5 * (shallow as number));
    }
  }
  expect(nested).toBeGreaterThan(200);
});

function isWritten(node: ExpressionNode, scope: Scope): boolean {
  try {
    return expressionSql(node, scope).length > 0;
  } catch {
    // Calls that nobody can write are refused in many ways.
    return false;
  }
}

test("every function of the table is among the cases", () => {
  const used = new Set<string>();
  const visit = (node: ExpressionNode) => {
    if (node.node === "call") used.add(node.function);
    for (const operand of operandsOf(node)) visit(operand);
  };
  for (const [ours] of Object.values(cases)) visit(nodeOf(ours));
  expect([...scalarFunctions].filter((name) => !used.has(name))).toEqual([]);
});
