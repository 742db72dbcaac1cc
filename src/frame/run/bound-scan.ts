import type { Plan, TopPlan } from "../plan/plan.ts";
import { wordsOf } from "../rows/number-words.ts";
import { kindOf } from "../types/column-kind.ts";
import type { ScanStage, StageInput } from "./stage.ts";

/** More rows than this are better sorted in one go. */
const mostRows = 100_000;
/** Fewer rows than this are sorted sooner than their key is read twice. */
const leastScannedRows = 200_000;

type Inputs = ReadonlyMap<string, StageInput>;

/**
 * The inputs of a stage that sorts a table for its first rows: where the first key is a number, it is read alone first,
 * and of the table only the rows that can be among the first. Inputs of other stages are given back as they are.
 */
export function boundScan(plan: Plan, inputs: Inputs): Inputs {
  if (plan.step !== "top") return inputs;
  const [name, scan] = findScan(plan, inputs) ?? [];
  const order = scan === undefined ? undefined : findOrder(plan, scan);
  if (name === undefined || scan === undefined || order === undefined) return inputs;
  const rows = plan.offset + plan.count;
  return new Map([...inputs, [name, { stage: { ...scan, rows, bound: { order, rows } } }]]);
}

function findScan({ input, count, offset }: TopPlan, inputs: Inputs): [string, ScanStage] | undefined {
  let at = input;
  while (at.step === "project") at = at.input;
  const stage = at.step === "input" ? inputs.get(at.name)?.stage : undefined;
  if (at.step !== "input" || stage?.stage !== "scan") return undefined;
  const { request, rows = 0 } = stage;
  const isWhole = request.search === undefined && request.limit === undefined && request.offset === undefined;
  const kept = offset + count;
  return isWhole && rows >= leastScannedRows && kept > 0 && kept <= mostRows ? [at.name, stage] : undefined;
}

/** The first key as a column of the scan; undefined for one that is computed, or is not a number in Arrow. */
function findOrder({ input, keys: [key] }: TopPlan, { fields }: ScanStage) {
  if (key === undefined) return undefined;
  let { expression } = key;
  for (let at = input; at.step === "project"; at = at.input) {
    const wanted = expression.node === "column" ? expression.name : undefined;
    expression = at.columns.find((column) => column.name === wanted)?.expression ?? expression;
  }
  const column = expression.node === "column" ? expression.name : undefined;
  const field = fields.find(({ name }) => name === column);
  if (field === undefined) return undefined;
  const kind = kindOf(field);
  const isNumber =
    (kind.kind === "float" || ("min" in kind && kind.kind !== "time" && kind.kind !== "duration")) &&
    wordsOf(field.type) > 0;
  if (!isNumber) return undefined;
  const { descending, nullsFirst } = key;
  return { column: field.name, kind, descending, nullsFirst };
}
