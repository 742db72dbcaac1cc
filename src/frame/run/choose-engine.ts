/** Which engine does a stage. */
import { DlfLanceError } from "../../errors.ts";
import { type EngineName, type InputShapes, isRemoteEngine, type ReadyPlan } from "../engines/engine.ts";
import { type EngineEntry, engines } from "../engines/engines.ts";
import type { Reason } from "../engines/refusal.ts";
import { describePlan } from "../plan/describe-plan.ts";
import { findSqlText, namePlan, type Plan } from "../plan/plan.ts";
import type { Run } from "./run.ts";
import { wordRefusal } from "./word-refusal.ts";

export interface EngineChoice {
  readonly name: EngineName;
  readonly ready: ReadyPlan;
  /** Why the others do not: what they cannot do, or that they would take longer. */
  readonly others: readonly { readonly name: EngineName; readonly why: string }[];
}

interface Candidate {
  readonly name: EngineName;
  readonly ready?: ReadyPlan;
  readonly reasons: readonly Reason[];
}

export interface EngineWishes {
  /** The only engine to take. */
  readonly forced: EngineName | undefined;
  /** Whether the others are asked too, although they cannot be better. */
  readonly isTold?: boolean;
  /** See {@link Run.isWhole}. */
  readonly isWhole?: Run["isWhole"] | undefined;
}

/**
 * @throws DlfLanceError Unsupported naming the reasons when no engine, or not the forced one, can run the plan.
 */
export async function chooseEngine(
  plan: Plan,
  inputs: InputShapes,
  { forced, isTold = false, isWhole }: EngineWishes,
): Promise<EngineChoice> {
  const asked: Candidate[] = [];
  let best: (Candidate & { readonly ready: ReadyPlan }) | undefined;
  for (const entry of engines) {
    if (forced === undefined ? entry.isOnRequest === true : entry.name !== forced) continue;
    const isBetter = best === undefined || entry.leastCost(plan) < best.ready.cost;
    if (!isBetter && !isTold) continue;
    const candidate = await prepare(entry, plan, inputs);
    asked.push(candidate);
    const { ready } = candidate;
    if (ready !== undefined && (best === undefined || ready.cost < best.ready.cost))
      best = { ...candidate, ready };
  }
  if (best === undefined) throw refuse(plan, asked, { forced, isWhole });
  const { name, ready } = best;
  const others = asked
    .filter((candidate) => candidate.name !== name)
    .map(({ name: other, reasons }) => ({
      name: other,
      why: reasons.length === 0 ? "it would take longer" : reasons.map(({ why }) => why).join("; "),
    }));
  return { name, ready, others };
}

async function prepare(entry: EngineEntry, plan: Plan, inputs: InputShapes): Promise<Candidate> {
  const prepared = (await entry.load()).prepare(plan, inputs);
  const { name } = entry;
  return "reasons" in prepared ? { name, reasons: prepared.reasons } : { name, ready: prepared, reasons: [] };
}

export function refuse(
  plan: Plan,
  asked: readonly Candidate[],
  { forced, isWhole }: EngineWishes,
): DlfLanceError {
  if (isRemoteEngine(forced)) {
    const all = asked.flatMap((candidate) => candidate.reasons);
    return wordRefusal(all, { engine: forced, isWhole, what: `the frame over ${namePlan(plan)}` });
  }
  const reasons = asked.flatMap(({ name, reasons: all }) => all.map(({ why }) => `${name}: ${why}`));
  if (reasons.length === 0) reasons.push(`no engine called ${forced}`);
  const text = forced === undefined ? findSqlText(plan) : undefined;
  if (text !== undefined) {
    return new DlfLanceError(
      "Unsupported",
      `Cannot run ${describePlan(plan)}: only Lance reads SQL text such as ${JSON.stringify(text)}, and no table is read there; write it as an expression, such as col("price").gt(5), or with frame.sql`,
    );
  }
  const engine = forced === undefined ? "no engine here" : `the engine ${forced}`;
  return new DlfLanceError(
    "Unsupported",
    `Cannot run ${describePlan(plan)}: ${engine} ${forced === undefined ? "does" : "does not do"} it (${reasons.join("; ")})`,
  );
}
