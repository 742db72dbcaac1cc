import { createHash } from "node:crypto";
import { shortenKeyId } from "../../secret.ts";
import type { KeySource } from "../identity/identity.ts";
import type { CatalogConfig } from "./config.ts";

/** Who is connected, and where. Configurations with equal texts act for the same caller. */
export function describeIdentity(config: CatalogConfig): string {
  const { host } = new URL(config.uri);
  return `${config.warehouse} at ${host} as ${describeCaller(config)}`;
}

/** Short key ids can be equal where whole ones differ, so a part of a digest follows. */
function describeCaller({ authentication }: CatalogConfig): string {
  switch (authentication.kind) {
    case "signature":
      return describeSource(authentication.source);
    case "bearer":
      return `bearer (${digest(authentication.token.reveal())})`;
    default:
      return authentication satisfies never;
  }
}

/** Keys that renew themselves change, so where they come from stands for them. */
function describeSource(source: KeySource): string {
  switch (source.kind) {
    case "keys": {
      const keyId = source.keys.accessKeyId.reveal();
      return `${shortenKeyId(keyId)} (${digest(keyId)})`;
    }
    case "file":
      return `token file (${digest(source.path)})`;
    case "ecs":
      return `ECS role ${source.name ?? "of this machine"} (${digest(source.metadataUrl)})`;
    case "function":
      return `function (${numberOf(source.load)})`;
    case "machine":
      return "this machine's default chain";
    default:
      return source satisfies never;
  }
}

const functionNumbers = new WeakMap<object, number>();
let functionCount = 0;

/** Nobody knows whom a function's keys belong to, so each function counts as a separate caller. */
function numberOf(load: object): number {
  const known = functionNumbers.get(load);
  if (known !== undefined) return known;
  functionCount += 1;
  functionNumbers.set(load, functionCount);
  return functionCount;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
