import { arrow } from "../../arrow.ts";
import { describeValue } from "../../check-options.ts";
import type { ClusterIdentity } from "../../daft/program.ts";
import { DlfLanceError } from "../../errors.ts";
import { currentInterruptSignal } from "../../interrupt.ts";
import { type JobPlace, type RayJobsOptions, rayJobsOptionsShape } from "../../jobs/ray-jobs.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { withProgress } from "../../progress.ts";
import { z } from "../../zod.ts";
import { parse } from "../builder/arguments.ts";
import type { Plan } from "../plan/plan.ts";
import { nameHere } from "./cut-stages.ts";
import type { FrameContext, WriteMode } from "./frame-context.ts";
import { preparePlan } from "./prepare.ts";
import { withRun } from "./run.ts";
import { stagePacker } from "./run-stages.ts";
import { wordRefusal } from "./word-refusal.ts";

/** Where a job runs, and as whom. */
export interface SubmitOptions extends RayJobsOptions {
  /** `create` by default, which fails when the table exists. */
  readonly mode?: WriteMode;
  /**
   * Who the machines of the cluster are to DLF: the RAM role of the machines (`{ kind: "ecs" }`), or the keys of a file that is mounted there
   * (`{ kind: "file", path }`). That of the connection when left out, where that is one of these.
   */
  readonly identity?: ClusterIdentity;
  /** The command that starts Python with Daft on the cluster; `python` when left out. */
  readonly python?: string;
  /** Ends the submission; once the job is there, `stop()` of the job ends it. */
  readonly signal?: AbortSignal;
}

const filePath = {
  error: ({ input }: { readonly input?: unknown }) =>
    `${describeValue(input)} is not the path of a file from the root; pass one that the machines of the cluster have, as in "/run/keys.json"`,
};
const identityShape = loadWhenUsed(() =>
  z.discriminatedUnion(
    "kind",
    [
      z.strictObject({ kind: z.literal("ecs"), role: z.string().min(1).exactOptional() }),
      z.strictObject({
        kind: z.literal("file"),
        path: z.string(filePath).startsWith("/", filePath),
      }),
    ],
    {
      error: ({ input }) =>
        `${describeValue(input)} is not an identity; pass { kind: "ecs" } or { kind: "file", path: "/run/keys.json" }`,
    },
  ),
);

const optionsShape = loadWhenUsed(() =>
  z.strictObject({
    ...rayJobsOptionsShape(),
    mode: z.enum(["create", "append", "overwrite"]).default("create"),
    identity: identityShape.exactOptional(),
    python: z
      .string("python is a command")
      .regex(/^[\w./-]+$/, "python is a command without arguments, as in python3.11 or /opt/venv/bin/python")
      .exactOptional(),
    signal: z.instanceof(AbortSignal, { error: "signal is an AbortSignal" }).exactOptional(),
  }),
);

/** @throws DlfLanceError Unsupported for a frame on no connection, and for one with steps that only this process does */
export async function submitFrame(
  plan: Plan,
  context: FrameContext,
  table: string | readonly [string, string],
  options: SubmitOptions,
): Promise<JobPlace> {
  const { signal = currentInterruptSignal(), ...wish } = parse(optionsShape, options, "submit a job");
  const { submit } = context.tables;
  if (submit === undefined) {
    throw new DlfLanceError(
      "Unsupported",
      "Cannot submit a job: this frame is on no connection; begin with read() of one",
    );
  }
  const within = signal === undefined ? {} : { signal };
  return withRun(context, { ...within, engine: "ray" }, async (run) => {
    const prepared = await preparePlan(plan, { ...run, isWhole: true });
    const schema = new arrow.Schema([...prepared.fields]);
    return withProgress(`submit a job that writes ${String(table)}`, {}, (progress) => {
      const pack = stagePacker(prepared.root, { run, progress, functions: context.functions });
      if (pack === undefined) {
        const why = `${nameHere(prepared.optimized)} is done in this process`;
        throw wordRefusal([{ why, wayOut: "leave out that step" }], {
          engine: "ray",
          isWhole: true,
          what: "the frame",
        });
      }
      return submit(table, { schema, pack }, { ...wish, ...within });
    });
  });
}
