/** Statements that ask the catalog, or choose a namespace: SQL over `information_schema` in their place. */

/** What to do instead of the statement: choose a namespace, or run another text. */
export type CatalogStatement = { readonly use: string } | { readonly text: string };

const name = String.raw`(?:"(?<quoted>(?:[^"]|"")+)"|(?<plain>[\p{L}_][\p{L}\p{N}_$-]*))`;
const end = String.raw`\s*;?\s*$`;
const use = new RegExp(String.raw`^\s*USE\s+${name}${end}`, "iu");
const showNames = new RegExp(String.raw`^\s*SHOW\s+(?:DATABASES|SCHEMAS|NAMESPACES)${end}`, "iu");
const showAll = new RegExp(String.raw`^\s*SHOW\s+ALL\s+TABLES${end}`, "iu");
const showTables = new RegExp(String.raw`^\s*SHOW\s+TABLES(?:\s+(?:FROM|IN)\s+${name})?${end}`, "iu");

/**
 * @param namespace of tables that are named by one word; without it `SHOW TABLES` lists the tables of all namespaces.
 * @returns undefined for any other statement
 */
export function readCatalogStatement(
  statement: string,
  namespace: string | undefined,
): CatalogStatement | undefined {
  const chosen = use.exec(statement);
  if (chosen !== null) return { use: nameOf(chosen) ?? "" };
  if (showNames.test(statement))
    return { text: "SELECT schema_name AS name FROM information_schema.schemata ORDER BY name" };
  const tables = showTables.exec(statement);
  const within = tables === null ? undefined : (nameOf(tables) ?? namespace);
  if (tables !== null && within !== undefined) {
    const place = within.replaceAll("'", "''");
    return {
      text: `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = '${place}' ORDER BY name`,
    };
  }
  if (tables === null && !showAll.test(statement)) return undefined;
  return {
    text: 'SELECT table_schema AS namespace, table_name AS "name" FROM information_schema.tables ORDER BY ALL',
  };
}

function nameOf({ groups }: RegExpExecArray): string | undefined {
  return groups?.["plain"] ?? groups?.["quoted"]?.replaceAll('""', '"');
}
