import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isError } from "../../errors.ts";
import { type LoadedKeys, readTokenText, unusable } from "./access-keys.ts";

const tries = 4;
const pauseBetweenTries = 250;
const largestFile = 64 * 1024;

/**
 * Reads access keys from a file that another program keeps fresh. A file met while it is written is read again.
 *
 * @throws Unauthenticated
 */
export async function loadTokenFile(path: string): Promise<LoadedKeys> {
  for (let number = 1; ; number++) {
    try {
      return readTokenText(await readSmallFile(path), `file ${path}`);
    } catch (error) {
      if (!isError(error, "Unauthenticated") || number >= tries) throw error;
      await sleep(pauseBetweenTries * number);
    }
  }
}

async function readSmallFile(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw unusable(
      `file ${path}`,
      `it cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown reason"})`,
    );
  }
  if (text.length > largestFile) throw unusable(`file ${path}`, "it is too large to hold a token");
  return text;
}
