/** What a connection says of the engine of its frames. */
import * as z from "zod";
import { DlfLanceError } from "../errors.ts";
import type { SidecarOptions } from "./sidecar.ts";

/** Runs the frames of a connection on Daft, unless a frame or a run says otherwise. */
export interface EngineSettings {
  readonly kind: "daft";
  /** `native`, the default: one process. `ray`: several, as a Ray cluster of this machine. */
  readonly runner?: "native" | "ray";
  /** Of a Ray cluster that runs on this machine, as in `127.0.0.1:6379`. Without it one is started. */
  readonly address?: string;
  /** The Python with Daft, instead of the one that `dlf-lance daft install` made. */
  readonly python?: string;
}

const settingsSchema = z
  .strictObject({
    kind: z.literal("daft", 'kind is "daft"'),
    runner: z.enum(["native", "ray"], "runner is native or ray").default("native"),
    address: z
      .string("address is a text such as 127.0.0.1:6379")
      .regex(
        /^(127\.0\.0\.1|localhost):\d{1,5}$/,
        "address is of a Ray cluster on this machine, such as 127.0.0.1:6379: workers elsewhere cannot ask this process for keys",
      )
      .exactOptional(),
    python: z.string("python is the path of an interpreter").min(1).exactOptional(),
  })
  .refine(
    ({ runner, address }) => runner === "ray" || address === undefined,
    'address is of a Ray cluster; pass runner: "ray" too',
  );

export interface ChosenEngine {
  readonly engine: "daft" | "ray";
  readonly scaleOut: Omit<SidecarOptions, "runner">;
}

/** @throws DlfLanceError InvalidInput naming the first setting that does not fit */
export function parseEngineSettings(settings: unknown): ChosenEngine {
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DlfLanceError("InvalidInput", `Cannot connect: engine: ${issue?.message ?? "it does not fit"}`);
  }
  const { runner, address, python } = parsed.data;
  return {
    engine: runner === "ray" ? "ray" : "daft",
    scaleOut: {
      ...(address === undefined ? {} : { address }),
      ...(python === undefined ? {} : { python }),
    },
  };
}
