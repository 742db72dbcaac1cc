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
};

const byType: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Frame: frameNames,
  Expression: expressionNames,
};

/** How a name from elsewhere is written here; undefined for other names, and for other types. */
export function adviseOnName(type: string, name: string): string | undefined {
  const names = byType[type];
  const spelt = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return names !== undefined && Object.hasOwn(names, spelt) ? names[spelt] : undefined;
}

/** The names that {@link adviseOnName} knows of a type. */
export function namesElsewhere(type: string): readonly string[] {
  return Object.keys(byType[type] ?? {});
}
