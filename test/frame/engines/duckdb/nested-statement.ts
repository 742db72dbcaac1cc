/** Statements of SELECTs within SELECTs over tables with the columns `a` (whole numbers), `b` (floats) and `c` (text). */
import fc, { type GeneratorValue } from "fast-check";

type Scope = readonly string[];

const columns = ["a", "b", "c"] as const;
const constants = {
  a: ["0", "1", "2", "3", "NULL", "1.5"],
  b: ["0.5", "1", "2.5", "NULL", "-1"],
  c: ["'x'", "'y'", "''", "'zz'", "NULL"],
} as const;

/** Every row of its result has the columns `a`, `b` and `c`; no LIMIT of it is without an order. */
export function drawStatement(draw: GeneratorValue, tables: readonly string[]): string {
  let names = 0;
  const common: string[] = [];
  const pick = <T>(of: readonly T[]): T => of[draw(fc.nat, of.length - 1)] as T;
  /** True in one of so many. */
  const oneOf = (count: number): boolean => draw(fc.nat, count - 1) === 0;
  const alias = (): string => `s${names++}`;

  function condition(own: Scope, outer: Scope, depth: number): string {
    const scope = outer.length > 0 && oneOf(4) ? outer : own;
    const column = pick(columns);
    const place = own.length === 1 && scope === own && oneOf(3) ? column : `${pick(scope)}.${column}`;
    const value = () => pick(constants[column]);
    const inner = () => condition(own, outer, depth);
    const forms: (() => string)[] = [
      () => `${place} ${pick(["=", "<", ">=", "<>", ">"])} ${value()}`,
      () => `${value()} ${pick(["=", "<", ">=", "<>"])} ${place}`,
      () => `${place} BETWEEN ${value()} AND ${value()}`,
      () => `${place} IS ${pick(["", "NOT "])}NULL`,
      () => `${place} ${pick(["", "NOT "])}IN (${value()}, ${value()})`,
      () => `(${inner()} ${pick(["AND", "OR"])} ${inner()})`,
      () => `NOT (${inner()})`,
      () => `${place} ${pick(["=", "<", ">"])} ${pick([...own, ...outer])}.${column}`,
      () => (column === "c" ? `length(${place}) < 2` : `${place} + 1 > 2`),
    ];
    if (depth > 0) {
      forms.push(
        () => `${pick(["", "NOT "])}EXISTS (${query(depth - 1, [...own, ...outer])})`,
        () => `${place} ${pick(["", "NOT "])}IN (SELECT ${column} FROM (${query(depth - 1, [])}) ${alias()})`,
        () =>
          `${place} >= (SELECT min(${column}) FROM (${query(depth - 1, oneOf(3) ? own : [])}) ${alias()})`,
      );
    }
    return pick(forms)();
  }

  /** @param own is given the name of the source. */
  function source(depth: number, own: string[]): string {
    const rows = depth > 0 && oneOf(2) ? `(${query(depth - 1, [])})` : pick([...tables, ...common]);
    const name = alias();
    own.push(name);
    return `${rows} ${name}`;
  }

  function from(depth: number, own: string[]): string {
    let text = source(depth, own);
    while (oneOf(4)) {
      const right: string[] = [];
      const left = own[0] as string;
      const join = pick([
        "JOIN",
        "LEFT JOIN",
        "RIGHT JOIN",
        "FULL JOIN",
        "SEMI JOIN",
        "ANTI JOIN",
        "CROSS JOIN",
      ]);
      text += ` ${join} ${source(depth - 1, right)}`;
      if (join !== "CROSS JOIN")
        text += ` ON (${left}.a = ${right[0]}.a AND ${condition([...own, ...right], [], 0)})`;
      if (join !== "SEMI JOIN" && join !== "ANTI JOIN") own.push(...right);
    }
    return text;
  }

  function query(depth: number, outer: Scope): string {
    if (depth > 0 && oneOf(6)) {
      const [left, right] = [query(depth - 1, outer), query(depth - 1, outer)];
      const union = `(${left}) ${pick(["UNION ALL", "UNION ALL", "UNION", "EXCEPT", "INTERSECT"])} (${right})`;
      return `SELECT * FROM (${union}) ${alias()}`;
    }
    const own: string[] = [];
    const rows = from(depth, own);
    const filtered = `FROM ${rows}${oneOf(4) ? "" : ` WHERE ${condition(own, outer, depth)}`}`;
    const [x, y] = [pick(own), pick(own)];
    const plain = `SELECT ${x}.a AS a, ${y}.b AS b, ${x}.c AS c ${filtered}`;
    return pick([
      plain,
      plain,
      `SELECT ${own.length === 1 ? "*" : `${y}.*`} ${filtered}`,
      `SELECT max(${x}.a) AS a, min(${y}.b) AS b, ${x}.c AS c ${filtered} GROUP BY ${x}.c${oneOf(3) ? " HAVING count(*) > 1" : ""}`,
      `SELECT DISTINCT ${x}.a AS a, ${y}.b AS b, ${x}.c AS c ${filtered}`,
      `SELECT ${x}.a AS a, max(${y}.b) OVER (PARTITION BY ${x}.c) AS b, ${x}.c AS c ${filtered}`,
      `SELECT ${x}.a + 1 AS a, -${y}.b AS b, upper(${x}.c) AS c ${filtered}`,
      `SELECT * FROM (${plain}) ${alias()} ORDER BY ALL LIMIT ${draw(fc.nat, 3)} OFFSET ${draw(fc.nat, 1)}`,
    ]);
  }

  const made: string[] = [];
  while (oneOf(3)) {
    const name = oneOf(4) ? pick(tables) : `k${made.length}`;
    if (common.includes(name)) break;
    made.push(`${name} AS ${pick(["", "MATERIALIZED ", "NOT MATERIALIZED "])}(${query(1, [])})`);
    common.push(name);
  }
  return `${made.length === 0 ? "" : `WITH ${made.join(", ")} `}${query(2, [])}`;
}
