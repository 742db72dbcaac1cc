/** Splits an optimised plan: below, a scan for each table with all that Lance takes; above, the rest. */
import { arrow, type Field } from "../../arrow.ts";
import type { ScanRequest } from "../../table/scan-request.ts";
import { type ScanPart, scanRequest, splitScan } from "../engines/lance/split-scan.ts";
import { pruneColumns } from "../optimize/prune-columns.ts";
import { takeName } from "../plan/columns.ts";
import { createPlan, inputsOf, mapInputs, type Plan, type ScanPlan } from "../plan/plan.ts";
import type { LeafPlan } from "../plan/plan-columns.ts";
import { planFields } from "../plan/step-fields.ts";

export type LeafFields = (leaf: LeafPlan) => readonly Field[];

/** What one scan delivers. */
export interface StagedScan {
  /** Of the `input` step that stands for its rows. */
  readonly name: string;
  readonly part: ScanPart;
  readonly request: ScanRequest;
  /** Of its rows. */
  readonly fields: readonly Field[];
}

export interface StagedPlan {
  /** What is done with the rows of the scans. */
  readonly top: Plan;
  readonly scans: readonly StagedScan[];
}

/**
 * @param plan checked.
 * @param isPushing whether scans take conditions, limits and searches, or deliver whole tables.
 * @throws DlfLanceError Unsupported for what Lance alone could do and does not.
 */
export function stagePlan(plan: Plan, leafFields: LeafFields, isPushing: boolean): StagedPlan {
  const taken = new Set<string>();
  const parts = new Map<string, ScanPart>();
  const find = (scan: ScanPlan) => {
    const byName = new Map(leafFields(scan).map((field) => [field.name, field]));
    return (column: string) => byName.get(column);
  };
  const split = (at: Plan): Plan => {
    const found = isPushing || at.step === "scan" ? splitScan(at, find) : undefined;
    if (found === undefined) return mapInputs(at, split);
    const name = takeName(found.part.scan.table, taken);
    parts.set(name, found.part);
    return found.rest({ step: "input", name });
  };
  for (const name of inputNames(plan)) taken.add(name);
  const top = split(plan);
  const fieldsOfPart = ({ plan: scanned }: ScanPart) => planFields(scanned, leafFields);
  const fieldsOf: LeafFields = (leaf) => {
    const part = leaf.step === "input" ? parts.get(leaf.name) : undefined;
    return part === undefined ? leafFields(leaf) : fieldsOfPart(part);
  };
  const columns = new Map<string, readonly string[]>();
  const narrowed = isPushing
    ? absorbSelections(
        pruneColumns(top, (leaf) => fieldsOf(leaf).map(({ name }) => name)),
        (name, names) => parts.has(name) && columns.set(name, names),
      )
    : top;
  const scans = [...parts].map(([name, part]): StagedScan => {
    const own = columns.get(name);
    const all = fieldsOfPart(part);
    return {
      name,
      part,
      request: scanRequest(part, own, leafFields(part.scan)),
      fields:
        own === undefined ? all : own.map((column) => all.find((field) => field.name === column) as Field),
    };
  });
  return { top: createPlan(narrowed), scans };
}

function inputNames(plan: Plan): readonly string[] {
  return plan.step === "input" ? [plan.name] : inputsOf(plan).flatMap(inputNames);
}

/** Takes selections of columns as they are away from above inputs; the input delivers no others then. */
function absorbSelections(
  written: Plan,
  narrow: (input: string, columns: readonly string[]) => unknown,
): Plan {
  const plan = mapInputs(written, (input) => absorbSelections(input, narrow));
  if (plan.step !== "project" || plan.input.step !== "input") return plan;
  const isPlain = plan.columns.every(
    ({ name, expression }) => expression.node === "column" && expression.name === name,
  );
  const names = plan.columns.map(({ name }) => name);
  return isPlain && narrow(plan.input.name, names) !== false ? plan.input : plan;
}

/** The schema of a scan's rows. */
export function scanSchema({ fields }: StagedScan) {
  return new arrow.Schema([...fields]);
}
