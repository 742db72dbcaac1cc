/** Which engine does what is above the scans. */
import { DlfLanceError } from "../../errors.ts";
import type { Engine, EngineInputs, EngineName } from "../engines/engine.ts";
import { engines } from "../engines/engines.ts";
import { describePlan } from "../plan/describe-plan.ts";
import type { Plan } from "../plan/plan.ts";

export interface EngineChoice {
  /** `lance` when the scan does it all. */
  readonly name: EngineName;
  /** Undefined when the scan does it all. */
  readonly engine: Engine | undefined;
  /** Why the others do not: what they cannot do, or that they would take longer. */
  readonly others: readonly { readonly name: EngineName; readonly why: string }[];
}

/**
 * @param forced the only engine to take.
 * @throws DlfLanceError Unsupported naming the reasons when no engine, or not the forced one, can run the plan.
 */
export function chooseEngine(top: Plan, inputs: EngineInputs, forced: EngineName | undefined): EngineChoice {
  if (forced === "lance" || (forced === undefined && top.step === "input")) {
    const isTable = top.step === "input" && inputs.get(top.name)?.scan !== undefined;
    if (isTable) return { name: "lance", engine: undefined, others: [] };
    if (forced === "lance")
      throw refuse(top, "lance", ["the scan takes filters, columns, limits and searches alone"]);
  }
  const candidates = engines
    .filter(({ name }) => forced === undefined || name === forced)
    .map((engine) => {
      const reasons = engine.canRun(top, inputs);
      return {
        engine,
        reasons,
        cost: reasons.length === 0 ? engine.cost(top, inputs) : Number.POSITIVE_INFINITY,
      };
    });
  const [best] = candidates.filter(({ reasons }) => reasons.length === 0).sort((a, b) => a.cost - b.cost);
  if (best === undefined) {
    const reasons = candidates.flatMap(({ engine, reasons: all }) =>
      all.map((why) => `${engine.name}: ${why}`),
    );
    throw refuse(top, forced, reasons.length === 0 ? [`there is no engine called ${forced}`] : reasons);
  }
  return {
    name: best.engine.name,
    engine: best.engine,
    others: candidates
      .filter((candidate) => candidate !== best)
      .map(({ engine, reasons }) => ({
        name: engine.name,
        why: reasons.length === 0 ? "it would take longer" : reasons.join("; "),
      })),
  };
}

function refuse(top: Plan, forced: EngineName | undefined, reasons: readonly string[]): DlfLanceError {
  const engine = forced === undefined ? "no engine here" : `the engine ${forced}`;
  return new DlfLanceError(
    "Unsupported",
    `Cannot run ${describePlan(top)}: ${engine} ${forced === undefined ? "does" : "does not do"} it (${reasons.join("; ")}).`,
  );
}
