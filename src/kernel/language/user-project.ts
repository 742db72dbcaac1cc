import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "../../zod.ts";
import type { UserOptions } from "./cell-project.ts";
import { findTypeScript } from "./language-server.ts";
import type { FileChange } from "./local-modules.ts";

/** The `tsconfig.json` of a folder. */
export interface UserProject {
  exists(): boolean;
  /** As of the last look; undefined while there is none. */
  options(): UserOptions | undefined;
  /** Looks, and returns what has changed since the last look. */
  takeChanges(): Promise<readonly FileChange[]>;
}

const shown = z.object({
  compilerOptions: z.object({
    paths: z.record(z.string(), z.array(z.string())).default({}),
    typeRoots: z.array(z.string()).default([]),
  }),
});

export function createUserProject(folder: string): UserProject {
  const file = join(folder, "tsconfig.json");
  let stamp = "";
  let options: UserOptions | undefined;

  function look(): string {
    const status = statSync(file, { throwIfNoEntry: false });
    return status === undefined ? "" : `${status.mtimeMs} ${status.size} ${status.ino}`;
  }

  return {
    exists: () => look() !== "",
    options: () => options,
    takeChanges: async () => {
      const now = look();
      if (now === stamp) return [];
      const type = now === "" ? 3 : stamp === "" ? 1 : 2;
      stamp = now;
      options = now === "" ? undefined : await readOptions(folder, file);
      return [{ uri: pathToFileURL(file).href, type }];
    },
  };
}

/** With all that it extends, as the compiler reads it. What it cannot read says nothing. */
async function readOptions(folder: string, file: string): Promise<UserOptions> {
  const text = await new Promise<string>((done) => {
    execFile(findTypeScript(), ["--showConfig", "-p", file], { cwd: folder }, (_error, output) =>
      done(output),
    );
  });
  const { success, data } = shown.safeParse(parse(text));
  if (!success) return { paths: {}, typeRoots: [] };
  const { paths, typeRoots } = data.compilerOptions;
  return { paths, typeRoots: typeRoots.map((root) => resolve(folder, root)) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
