import { randomBytes, randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DlfLanceError } from "../../errors.ts";
import { Secret } from "../../secret.ts";
import { z } from "../../zod.ts";

/** The keys of one data folder: the owner's access key, and the key that all temporary keys derive from. */
export interface LakeIdentity {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret;
  readonly tokenKey: Secret;
  /** The access key in a file as clients of DLF read it; undefined in a folder that cannot be written. */
  readonly tokenFile: string | undefined;
}

const fileSchema = z.object({
  accessKeyId: z.string().min(8),
  accessKeySecret: z.string().min(16),
  tokenKey: z.string().min(16),
});

/**
 * The identity of a data folder, made at its first use. Processes that start at the same time get the same one.
 *
 * @throws DlfLanceError InvalidInput if the file of keys cannot be understood
 */
export async function loadIdentity(folder: string): Promise<LakeIdentity> {
  const path = join(folder, "keys.json");
  const text = (await readIfPresent(path)) ?? (await createKeys(folder, path));
  const parsed = fileSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot open the local lake in ${folder}: ${path} does not hold its keys; delete the file to get new keys`,
    );
  }
  const { accessKeyId, accessKeySecret, tokenKey } = parsed.data;
  return {
    accessKeyId,
    accessKeySecret: new Secret(accessKeySecret),
    tokenKey: new Secret(tokenKey),
    tokenFile: await writeTokenFile(folder, accessKeyId, accessKeySecret),
  };
}

async function writeTokenFile(
  folder: string,
  accessKeyId: string,
  accessKeySecret: string,
): Promise<string | undefined> {
  const path = join(folder, "token.json");
  const text = `${JSON.stringify({ AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret })}\n`;
  if ((await readIfPresent(path)) === text) return path;
  const draft = join(folder, `token-${randomUUID()}.json`);
  try {
    await writeFile(draft, text, { mode: 0o600, flag: "wx" });
    await rename(draft, path);
    return path;
  } catch {
    return undefined;
  }
}

async function createKeys(folder: string, path: string): Promise<string> {
  const keys = {
    accessKeyId: `LOCAL${randomBytes(10).toString("hex").toUpperCase()}`,
    accessKeySecret: randomBytes(24).toString("base64url"),
    tokenKey: randomBytes(32).toString("base64url"),
  };
  const draft = join(folder, `keys-${randomUUID()}.json`);
  await writeFile(draft, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(path, "utf8");
}

function readIfPresent(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
