/** Who sends the requests: where access keys come from, and the keeper that has them ready. */

import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import type { SigningKeys } from "../protocol/sign.ts";
import { type LoadedKeys, readToken, unusable } from "./access-keys.ts";
import { createEcsRoleLoader, type EcsRole } from "./ecs-role.ts";
import { createKeyKeeper, type KeyKeeper } from "./key-keeper.ts";
import { createMachineLoader } from "./machine-keys.ts";
import { loadTokenFile } from "./token-file.ts";

/** Keys as a caller's own function answers them. */
export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
  /** When they end; without it they are asked for once. ISO 8601, epoch milliseconds or a Date. */
  readonly expiration?: string | number | Date | undefined;
}

/** Where access keys come from. */
export type KeySource =
  | { readonly kind: "keys"; readonly keys: SigningKeys }
  | { readonly kind: "file"; readonly path: string }
  | ({ readonly kind: "ecs" } & EcsRole)
  | { readonly kind: "function"; readonly load: () => Promise<TemporaryKeys> | TemporaryKeys }
  | { readonly kind: "machine" };

export function createIdentity(source: KeySource): KeyKeeper {
  if (source.kind === "keys") return { get: async () => source.keys };
  return createKeyKeeper(createLoader(source));
}

/** Asks a source for keys, each time it is called. */
export function createLoader(source: KeySource): () => Promise<LoadedKeys> {
  switch (source.kind) {
    case "keys":
      return async () => ({ keys: source.keys });
    case "file":
      return () => loadTokenFile(source.path);
    case "ecs":
      return createEcsRoleLoader(source);
    case "function":
      return () => callFunction(source.load);
    case "machine":
      return createMachineLoader();
    default:
      return source satisfies never;
  }
}

const answerShape = loadWhenUsed(() =>
  z.object({
    accessKeyId: z.unknown().optional(),
    accessKeySecret: z.unknown().optional(),
    securityToken: z.unknown().optional(),
    expiration: z.unknown().optional(),
  }),
);

async function callFunction(load: () => Promise<TemporaryKeys> | TemporaryKeys): Promise<LoadedKeys> {
  const place = "the configured function";
  let answer: unknown;
  try {
    answer = await load();
  } catch {
    // What the function threw may hold a key.
    throw unusable(place, "it failed");
  }
  const parsed = answerShape.safeParse(answer);
  if (!parsed.success) throw unusable(place, "it must answer { accessKeyId, accessKeySecret, … }");
  const { accessKeyId, accessKeySecret, securityToken, expiration } = parsed.data;
  return readToken(
    {
      AccessKeyId: accessKeyId,
      AccessKeySecret: accessKeySecret,
      SecurityToken: securityToken,
      Expiration: expiration,
    },
    place,
  );
}
