/** What people call things in Daft, Polars, pandas, Spark and SQL, and how to write it here. */

const frameNames: Readonly<Record<string, string>> = {
  filter: 'where(col("price").gt(5))',
  query: 'where("price > 5")',
  dropDuplicates: "distinct()",
  drop: 'exclude("price")',
  columns: "(await frame.schema()).fields, or show()",
  dtypes: "await frame.schema()",
  shape: "await frame.count() and await frame.schema()",
  info: "await frame.schema()",
  collectSchema: "await frame.schema()",
  describe: "await frame.summarize()",
  toArrowTable: "await frame.collect()",
  toPandas: "await frame.toObjects(), or toParquet() for Python to read",
  toPolars: "await frame.collect(), which nodejs-polars reads",
  toArray: "await frame.toObjects()",
  toRows: "await frame.toObjects()",
  toDicts: "await frame.toObjects()",
  toPylist: "await frame.toObjects()",
  rows: "await frame.toObjects()",
  fetch: "await frame.limit(10).toObjects()",
  take: "limit(10)",
  skip: "offset(10)",
  slice: "limit(10, { offset: 20 })",
  iterRows: "for await (const batch of frame.batches())",
  iterrows: "for await (const batch of frame.batches())",
  forEach: "for (const row of await frame.toObjects())",
  map: "mapBatches(), or withColumn() with an expression",
  apply: "mapBatches(), or withColumn() with an expression",
  assign: 'withColumns({ total: col("price").mul(2) })',
  withColumnRenamed: 'rename({ price: "cost" })',
  orderBy: 'sort({ by: "price", descending: true })',
  sortBy: 'sort({ by: "price", descending: true })',
  sortValues: 'sort({ by: "price", descending: true })',
  groupby: 'groupBy("city").agg(count())',
  union: "concat(other)",
  unionAll: "concat(other)",
  vstack: "concat(other)",
  merge: 'join(other, { on: "id" })',
  melt: "unpivot({ keys, columns })",
  dropna: "dropNull()",
  dropNulls: "dropNull()",
  fillna: "fillNull(0)",
  isEmpty: "await frame.count() === 0",
  withRowCount: 'withRowIndex("row")',
  withRowNumber: 'withRowIndex("row")',
  nunique: 'agg(col("price").countDistinct())',
  sum: 'agg(col("price").sum())',
  mean: 'agg(col("price").mean())',
  min: 'agg(col("price").min())',
  max: 'agg(col("price").max())',
  median: 'agg(col("price").median())',
  std: 'agg(col("price").stddev())',
  quantile: 'agg(col("price").quantile(0.9))',
  corr: 'agg(col("price").corr(col("quantity")))',
  lazy: "the frame itself, which is lazy",
  cache: 'await frame.write("default.kept"), then read("default.kept")',
  persist: 'await frame.write("default.kept"), then read("default.kept")',
  withColumnsRenamed: 'rename({ price: "cost" })',
  selectExpr: 'select(col("price").mul(2).as("double"))',
  crossJoin: 'join(other, { how: "cross" })',
  joinWhere: 'join(other, { where: col("price").lt(col("limit")) })',
  unionByName: 'concat(other, { how: "diagonal" })',
  extend: "concat(other)",
  append: "concat(other)",
  intersectAll: "intersect(other)",
  exceptAll: "except(other)",
  subtract: "except(other)",
  iloc: "limit(10, { offset: 20 })",
  loc: 'where(col("price").gt(5)).select("price")',
  partitionBy: 'groupBy("city"), or over({ partitionBy: "city" })',
  reduce: 'agg(col("price").sum())',
  toDF: 'rename({ price: "cost" })',
  writeParquet: 'await frame.toParquet("rows.parquet")',
  writeCsv: 'await frame.toCsv("rows.csv")',
  sinkParquet: 'await frame.toParquet("rows.parquet")',
  print: "await frame.show()",
  display: "await frame.show()",
};

const expressionNames: Readonly<Record<string, string>> = {
  equals: "eq(5)",
  ne: "neq(5)",
  notEqual: "neq(5)",
  ge: "gte(5)",
  le: "lte(5)",
  greaterThan: "gt(5)",
  lessThan: "lt(5)",
  isin: "isIn([1, 2])",
  alias: 'as("total")',
  rename: 'as("total")',
  desc: 'sort({ by: "price", descending: true })',
  asc: 'sort("price")',
  plus: "add(1)",
  minus: "sub(1)",
  times: "mul(2)",
  multiply: "mul(2)",
  divide: "div(2)",
  fillna: "fillNull(0)",
  isna: "isNull()",
  notna: "isNotNull()",
  notNull: "isNotNull()",
  avg: "mean()",
  std: "stddev()",
  var: "variance()",
  nunique: "countDistinct()",
  nUnique: "countDistinct()",
  toUpperCase: "upper()",
  toUpper: "upper()",
  toLowerCase: "lower()",
  toLower: "lower()",
  includes: 'contains("a")',
  substr: "slice(0, 3)",
  substring: "slice(0, 3)",
  len: "length()",
  strip: "trim()",
  weekday: "dayOfWeek()",
  ifNull: "fillNull(0)",
  nvl: "fillNull(0)",
  else: 'otherwise("b")',
  get: "listGet(0), or mapGet(key)",
  apply: 'mapElements((value) => value, { type: "string" })',
  map: 'mapElements((value) => value, { type: "string" })',
  transform: 'mapElements((value) => value, { type: "string" })',
  cumsum: "cumSum()",
  cumcount: "cumCount()",
  pctChange: 'div(lag("price").over({ orderBy: "day" }))',
  shift: 'lag("price").over({ orderBy: "day" })',
  rank: 'rank().over({ orderBy: "price" })',
  size: "count()",
  nullCount: "isNull().countIf()",
  toList: "list()",
  implode: "list()",
  groupConcat: 'stringAgg(",")',
  percentile: "quantile(0.9)",
  rlike: 'matches("a.*")',
  regexpLike: 'matches("a.*")',
  match: 'matches("a.*")',
  capitalize: "slice(0, 1).upper()",
  zfill: 'padStart(5, "0")',
  ljust: "padEnd(5)",
  rjust: "padStart(5)",
  dateFormat: 'strftime("%Y-%m-%d")',
  toChar: 'strftime("%Y-%m-%d")',
  toDatetime: 'strptime("%Y-%m-%d")',
  isoformat: 'strftime("%Y-%m-%d")',
  dateAdd: "add(interval({ days: 1 }))",
  datediff: 'dateDiff(col("start"), "day")',
  astype: 'cast("int64")',
  tryCast: 'cast("int64", { orNull: true })',
};

/** What stands in front of methods elsewhere. */
const expressionNamespaces: readonly string[] = [
  "str",
  "dt",
  "arr",
  "struct",
  "cat",
  "bin",
  "embedding",
  "json",
];

const groupNames: Readonly<Record<string, string>> = {
  collect: 'agg(count()), or count(), sum("price") and the like, before it',
  toObjects: 'agg(count()), or count(), sum("price") and the like, before it',
  show: 'agg(count()), or count(), sum("price") and the like, before it',
  size: "count()",
  len: "count()",
  apply: 'agg(col("price").sum()), or over({ partitionBy: "city" }) in withColumn()',
  map: 'agg(col("price").sum()), or over({ partitionBy: "city" }) in withColumn()',
  mapGroups: 'agg(col("price").sum()), or over({ partitionBy: "city" }) in withColumn()',
  transform: 'over({ partitionBy: "city" }) in withColumn()',
  filter: 'agg(…).where(col("total").gt(5))',
  where: 'agg(…).where(col("total").gt(5))',
  having: 'agg(…).where(col("total").gt(5))',
  head: 'rowNumber().over({ partitionBy: "city", orderBy: "price" }) in withColumn(), and where()',
  nunique: 'agg(col("price").countDistinct())',
  std: 'agg(col("price").stddev())',
  quantile: 'agg(col("price").quantile(0.9))',
  list: 'agg(col("price").list())',
  aggregate: "agg(count())",
  pivot: "frame.pivot({ keys, on, values, aggregate })",
};

const byType: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Frame: frameNames,
  Expression: {
    ...expressionNames,
    ...Object.fromEntries(
      expressionNamespaces.map((name) => [name, 'the method itself, as in col("name").upper()']),
    ),
  },
  GroupedFrame: groupNames,
};

/** Names that are read without a call elsewhere. */
const properties: readonly string[] = [...expressionNamespaces, "iloc", "loc", "columns", "dtypes", "shape"];

/** Whether {@link adviseOnName} speaks of a property and not of a method. */
export function isPropertyElsewhere(name: string): boolean {
  return properties.includes(name);
}

/** How a name from elsewhere is written here; undefined for other names, and for other types. */
export function adviseOnName(type: string, name: string): string | undefined {
  const names = byType[type];
  const spelt = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return names !== undefined && Object.hasOwn(names, spelt) ? names[spelt] : undefined;
}

/** What cells of Python call, and what people take to be in scope. */
const globalNames: Readonly<Record<string, string>> = {
  print: "console.log(value), or show(value)",
  prompt: 'await input("Your name: ")',
  confirm: 'await input("Go on? ")',
  alert: "console.log(value), or show(value)",
  len: "value.length, or await frame.count()",
  str: "String(value)",
  int: "Math.trunc(Number(value))",
  float: "Number(value)",
  range: "Array.from({ length: 10 }, (_, index) => index)",
  None: "null",
  True: "true",
  False: "false",
  pl: 'read("default.orders") for a frame, and col("price") for a column',
  pd: 'read("default.orders") for a frame, and col("price") for a column',
  daft: 'read("default.orders") for a frame, and col("price") for a column',
  createTable: "await (await connect()).createTable(…)",
  listTables: "await (await connect()).listAllTables()",
  tables: "await (await connect()).listAllTables()",
  Frame: 'import type { Frame } from "dlf-lance"',
  Connection: 'import type { Connection } from "dlf-lance"',
  Expression: 'import type { Expression } from "dlf-lance"',
};

/** How a name that is not in scope is written here; undefined for other names. */
export function adviseOnGlobal(name: string): string | undefined {
  return Object.hasOwn(globalNames, name) ? globalNames[name] : undefined;
}

/** The names that {@link adviseOnName} knows of a type. */
export function namesElsewhere(type: string): readonly string[] {
  return Object.keys(byType[type] ?? {});
}

/** Types as SQL, Polars, pandas, Spark and JavaScript call them. */
const typeNames: Readonly<Record<string, string>> = {
  number: "float64",
  numeric: "decimal(38, 2)",
  decimal: "decimal(38, 2)",
  real: "float32",
  int: "int64",
  integer: "int64",
  bigint: "int64",
  long: "int64",
  smallint: "int16",
  short: "int16",
  tinyint: "int8",
  byte: "int8",
  str: "string",
  text: "string",
  varchar: "string",
  char: "string",
  object: "string",
  bytes: "binary",
  blob: "binary",
  datetime: "timestamp[us]",
  timestamp: "timestamp[us]",
  timestamptz: "timestamp[us, UTC]",
  time: "time64[us]",
  interval: "duration[us]",
  timedelta: "duration[us]",
};

/** The type that a name from elsewhere means here, such as `string` for `VARCHAR(20)`. */
export function meantType(name: string): string | undefined {
  const small = name.trim().toLowerCase();
  const [plain = ""] = /^[a-z]+/.exec(small) ?? [];
  if (Object.hasOwn(typeNames, small)) return typeNames[small];
  return small !== plain && small.startsWith(`${plain}(`) && plain.endsWith("char") ? "string" : undefined;
}
