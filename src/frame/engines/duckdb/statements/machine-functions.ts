/** Functions that tell of the machine or of the state of DuckDB, which a statement over tables is not to show. */

const settings = "settings are options, such as collect({ memoryLimit })";
const catalog = 'list tables with lake.sql("SHOW TABLES"), and columns with DESCRIBE and the table';

/** First match wins. */
const functions: readonly (readonly [name: RegExp, next: string])[] = [
  [/^(?:duckdb_secrets|which_secret)$/, "credentials are options of connect()"],
  [/^getenv$/, "read process.env, and put the value in, as in WHERE city = ${city}"],
  [/^(?:current_setting|duckdb_settings|duckdb_variables|pragma_user_agent)$/, settings],
  // These are constants of the language, the same on every machine.
  [/^duckdb_(?:functions|keywords|types)$/, ""],
  [/^(?:duckdb|pragma)_/, catalog],
];

/** These run a text as SQL, in which another function would not be seen. */
const hiding = /^(?:query|query_table|json_execute_serialized_sql)$/;

/** Why a function is refused, with what to do; undefined for one that is not. */
function adviseOnFunction(name: string): string | undefined {
  if (hiding.test(name))
    return `${name}() runs a statement that stands in a text; write the statement itself`;
  const next = functions.find(([pattern]) => pattern.test(name))?.[1];
  return next ? `${name}() tells of the machine and not of tables; ${next}` : undefined;
}

/** What is wrong with the first such function of a statement, as DuckDB serializes it. */
export function findMachineFunction(part: unknown): string | undefined {
  if (typeof part !== "object" || part === null) return undefined;
  if ("function_name" in part && typeof part.function_name === "string") {
    const advice = adviseOnFunction(part.function_name.toLowerCase());
    if (advice !== undefined) return advice;
  }
  for (const inner of Object.values(part)) {
    const advice = findMachineFunction(inner);
    if (advice !== undefined) return advice;
  }
  return undefined;
}
