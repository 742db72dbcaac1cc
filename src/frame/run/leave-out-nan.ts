/** Files whose statistics are believed, which leave out NaN. */
import type { Table } from "../../arrow.ts";
import type { Plan } from "../plan/plan.ts";
import type { RowSource } from "../source.ts";
import type { FrameContext } from "./frame-context.ts";

/**
 * For groups of a plan's rows by one of their columns, where those of NaN may be missing. A filter of the plan would also
 * miss rows whose other columns hold NaN: then nothing changes.
 */
export function leaveOutNaN(plan: Plan, context: FrameContext): FrameContext {
  if (plan.step !== "input") return context;
  const rows = new Map([...context.rows].map(([name, source]) => [name, withoutNaN(source)] as const));
  return { ...context, rows };
}

function withoutNaN(source: Table | RowSource): Table | RowSource {
  if (!("resolve" in source)) return source;
  return {
    name: source.name,
    async resolve(signal) {
      const rows = await source.resolve(signal);
      return { ...rows, inPlace: rows.inPlace?.withoutNaN ?? rows.inPlace };
    },
  };
}
