/** Rows of two inputs side by side. */
import type { Field, RecordBatch } from "../../../src/arrow.ts";
import type { ExpressionNode } from "../../../src/frame/expression/expression-node.ts";
import { inferField } from "../../../src/frame/functions/infer-type.ts";
import type { JoinPlan } from "../../../src/frame/plan/plan.ts";
import { buildBatch } from "../../../src/frame/rows/build-data.ts";
import type { Value } from "../../../src/frame/rows/values.ts";
import { comparableForms, valueKey } from "./compare.ts";
import { compileExpression } from "./evaluate.ts";
import { allPositions, batchesOf, type Rows, refuseTooMany } from "./rows.ts";

type FindField = (column: string) => Field;

/** @param fields of the result: those of both sides, or of the left one for `semi` and `anti`. */
export function* joinRows(
  plan: JoinPlan,
  left: Rows,
  right: Rows,
  fields: readonly Field[],
): Generator<RecordBatch, void, undefined> {
  const [findLeft, findRight] = [finder(left.fields), finder(right.fields)];
  const forms = plan.on.map((pair) =>
    comparableForms(inferField(pair.left, findLeft).type, inferField(pair.right, findRight).type),
  );
  const keysOf = (rows: Rows, side: 0 | 1): (string | undefined)[] =>
    rowKeys(
      rows,
      plan.on.map((pair) => (side === 0 ? pair.left : pair.right)),
      forms.map((form) => form[side]),
    );
  const matches = new Map<string, number[]>();
  for (const [row, key] of keysOf(right, 1).entries()) {
    if (key === undefined) continue;
    const found = matches.get(key);
    if (found === undefined) matches.set(key, [row]);
    else found.push(row);
  }
  const leftKeys = keysOf(left, 0);
  const matchesAt = (row: number): readonly number[] => {
    const key = leftKeys[row];
    return (key === undefined ? undefined : matches.get(key)) ?? [];
  };
  if (plan.kind === "semi" || plan.kind === "anti") {
    const isKept = (row: number) => matchesAt(row).length > 0 === (plan.kind === "semi");
    yield* batchesOf(fields, left.columns, allPositions(left.count).filter(isKept));
    return;
  }
  const keepsLeft = plan.kind === "left" || plan.kind === "full";
  const keepsRight = plan.kind === "right" || plan.kind === "full";
  const pairs = { left: [] as number[], right: [] as number[] };
  const add = (a: number, b: number) => {
    pairs.left.push(a);
    pairs.right.push(b);
    refuseTooMany(pairs.left.length);
  };
  const matched = new Set<number>();
  for (let row = 0; row < left.count; row++) {
    const found = matchesAt(row);
    for (const other of found) {
      add(row, other);
      if (keepsRight) matched.add(other);
    }
    if (found.length === 0 && keepsLeft) add(row, -1);
  }
  if (keepsRight) {
    for (let row = 0; row < right.count; row++) if (!matched.has(row)) add(-1, row);
  }
  const take = (columns: readonly Value[][], positions: readonly number[]) =>
    columns.map((column) => positions.map((row) => (row < 0 ? null : (column[row] ?? null))));
  const columns = [...take(left.columns, pairs.left), ...take(right.columns, pairs.right)];
  yield* batchesOf(fields, columns, allPositions(pairs.left.length));
}

function finder(fields: readonly Field[]): FindField {
  const byName = new Map(fields.map((field) => [field.name, field]));
  return (column) => byName.get(column) as Field;
}

/** One text for rows with equal keys; undefined where a key is null, which equals nothing. */
function rowKeys(
  rows: Rows,
  keys: readonly ExpressionNode[],
  forms: readonly ((value: Value) => Value)[],
): (string | undefined)[] {
  const batch = buildBatch(rows.fields, rows.columns, rows.count);
  const reads = keys.map((key) => compileExpression(key, batch));
  return Array.from({ length: rows.count }, (_, row) => {
    const values = reads.map((read, index) => forms[index]?.(read(row)) ?? null);
    return values.includes(null) ? undefined : values.map(valueKey).join(",");
  });
}
