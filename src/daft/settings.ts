/** What a connection says of the engine of its frames. */
import * as z from "zod";
import { DlfLanceError } from "../errors.ts";
import type { SidecarOptions } from "./sidecar.ts";

/** Runs the frames of a connection on Daft, unless a frame or a run says otherwise. */
export interface EngineSettings {
  readonly kind: "daft";
  /** `native`, the default: a process on this machine. `ray`: a Ray cluster. */
  readonly runner?: "native" | "ray";
  /** Of a running Ray cluster: `host:port` or `ray://host:port`. Without it one is started on this machine. */
  readonly address?: string;
  /** The Python with Daft, instead of the one that `dlf-lance daft install` made. */
  readonly python?: string;
}

const settingsSchema = z
  .strictObject({
    kind: z.literal("daft", 'kind is "daft"'),
    runner: z.enum(["native", "ray"], "runner is native or ray").default("native"),
    address: z.string("address is a text such as host:6379").min(1).exactOptional(),
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
