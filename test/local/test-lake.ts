import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LakeIdentity, loadIdentity } from "../../src/local/identity/identity.ts";
import { openLake } from "../../src/local/lake/lake.ts";
import type { LocalLake, LocalLakeOptions } from "../../src/local/lake/lake-options.ts";

/** A lake over a temporary folder, served from this process. */
export interface TestLake extends LocalLake {
  readonly folder: string;
  readonly identity: LakeIdentity;
  /** The owner's key. */
  readonly keys: Keys;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "dlf-lance-local-"));
}

export async function openTestLake(
  folder: string,
  options: Omit<LocalLakeOptions, "data"> = {},
): Promise<TestLake> {
  const lake = await openLake({ ...options, data: folder });
  const identity = await loadIdentity(folder);
  return { ...lake, folder, identity, keys: ownerKeys(lake) };
}

export function ownerKeys(lake: Pick<LocalLake, "config">): Keys {
  return {
    accessKeyId: lake.config["dlf.access-key-id"] ?? "",
    accessKeySecret: lake.config["dlf.access-key-secret"] ?? "",
  };
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
