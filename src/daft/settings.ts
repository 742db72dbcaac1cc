/** What a connection says of the engine of its frames. */

import { describeValue, isPlainObject, refuseOptions, wordIssue } from "../check-options.ts";
import { DlfLanceError } from "../errors.ts";
import { loadWhenUsed } from "../load-when-used.ts";
import { z } from "../zod.ts";
import type { SidecarOptions } from "./sidecar.ts";

/** Runs the frames of a connection on Daft, unless a frame or a run says otherwise. */
export interface EngineSettings {
  readonly kind: "daft";
  /** One process of this machine, or a Ray cluster; `native` when left out. */
  readonly runner?: "native" | "ray";
  /**
   * Of a running cluster: `host:port` from one of its machines, `ray://host:10001` from elsewhere, `auto` for the one that
   * this machine belongs to. A cluster is started on this machine when left out.
   */
  readonly address?: string;
  /** The Python with Daft, instead of the one that `dlf-lance daft install` made. */
  readonly python?: string;
}

const settingsSchema = loadWhenUsed(() =>
  z.strictObject({
    kind: z.literal("daft"),
    runner: z.enum(["native", "ray"]).exactOptional(),
    // A wrong address is not repeated: it may hold a login.
    address: z
      .string()
      .regex(/^(auto|(ray:\/\/)?[^\s/:@]+:\d+)$/, {
        error: 'address is not one of a Ray cluster; pass "auto", "host:port" or "ray://host:port"',
      })
      .exactOptional(),
    python: z.string().min(1).exactOptional(),
  }),
);

const settingNames = Object.keys({
  kind: true,
  runner: true,
  address: true,
  python: true,
} satisfies Record<keyof EngineSettings, true>);

export interface ChosenEngine {
  readonly engine: "daft" | "ray";
  readonly scaleOut: SidecarOptions;
}

/** @throws DlfLanceError InvalidInput naming the first setting that does not fit */
export function parseEngineSettings(settings: unknown): ChosenEngine {
  if (!isPlainObject(settings)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot connect: engine is ${describeValue(settings)}; pass { kind: "daft" }, or { kind: "daft", runner: "ray" }`,
    );
  }
  const unknown = Object.keys(settings).filter((name) => !settingNames.includes(name));
  if (unknown.length > 0) throw refuseOptions(unknown, settingNames, "choose an engine");
  const parsed = settingsSchema.safeParse(settings, { error: wordIssue });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DlfLanceError("InvalidInput", `Cannot connect: engine: ${issue?.message ?? "it does not fit"}`);
  }
  const { runner, address, python } = parsed.data;
  if (address !== undefined && runner !== "ray") {
    throw new DlfLanceError(
      "InvalidInput",
      'Cannot connect: engine: an address without Ray; pass runner: "ray" with it',
    );
  }
  return {
    engine: runner === "ray" ? "ray" : "daft",
    scaleOut: {
      ...(runner === "ray" ? { runner } : {}),
      ...(python === undefined ? {} : { python }),
      ...(address === undefined ? {} : { address }),
    },
  };
}
