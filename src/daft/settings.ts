/** What a connection says of the engine of its frames. */
import * as z from "zod";
import { DlfLanceError } from "../errors.ts";
import type { SidecarOptions } from "./sidecar.ts";

/** Runs the frames of a connection on Daft, unless a frame or a run says otherwise. */
export interface EngineSettings {
  readonly kind: "daft";
  /** The Python with Daft, instead of the one that `dlf-lance daft install` made. */
  readonly python?: string;
}

const settingsSchema = z.strictObject({
  kind: z.literal("daft", 'kind is "daft"'),
  python: z.string("python is the path of an interpreter").min(1).exactOptional(),
});

export interface ChosenEngine {
  readonly engine: "daft";
  readonly scaleOut: SidecarOptions;
}

/** @throws DlfLanceError InvalidInput naming the first setting that does not fit */
export function parseEngineSettings(settings: unknown): ChosenEngine {
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DlfLanceError("InvalidInput", `Cannot connect: engine: ${issue?.message ?? "it does not fit"}`);
  }
  const { python } = parsed.data;
  return { engine: "daft", scaleOut: python === undefined ? {} : { python } };
}
