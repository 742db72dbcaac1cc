/**
 * SQL as it is handed to the native library, which reads one expression and ignores whatever follows it: of
 * `id > 1 limit 1` it takes `id > 1`. Within parentheses it refuses the rest.
 */
export function encloseSql(sql: string): string {
  return `(${sql})`;
}

/** The text within those parentheses, as messages quote it. */
export function discloseSql(sql: string): string {
  return /^\((.*)\)$/s.exec(sql.trim())?.[1] ?? sql.trim();
}
