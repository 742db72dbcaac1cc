/** What `dlf-lance daft install` says where it fails. With the network it is run by hand: it brings hundreds of megabytes. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { installDaft } from "../../src/daft/environment.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dlf-lance-install-"));
  for (const name of ["broken", "dangling", "old"]) mkdirSync(join(folder, name, "bin"), { recursive: true });
  const script = (text: string) => `#!/bin/sh\n${text}\n`;
  writeFileSync(join(folder, "broken/bin/python"), script("echo a library is gone >&2; exit 1"), {
    mode: 0o700,
  });
  symlinkSync("/nowhere/python3", join(folder, "dangling/bin/python"));
  writeFileSync(join(folder, "old/python"), script("echo 3 9"), { mode: 0o700 });
  writeFileSync(join(folder, "file"), "");
  vi.stubEnv("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
  vi.stubEnv("PIP_RETRIES", "0");
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);
const failures: Readonly<
  Record<string, readonly [options: () => Parameters<typeof installDaft>[0], message: RegExp]>
> = {
  "without Python": [
    () => ({ python: "python9.9", folder: at("new") }),
    /python9\.9 is missing; install Python 3\.10 or newer, or name one with --python$/,
  ],
  "with an old Python": [
    () => ({ python: at("old/python"), folder: at("new") }),
    /old\/python is Python 3\.9; install Python 3\.10 or newer, or name one with --python$/,
  ],
  "into a broken environment": [
    () => ({ folder: at("broken") }),
    /the environment in \S+broken does not work \(a library is gone\); remove that folder, or name another with --venv$/,
  ],
  "into an environment whose Python is gone": [
    () => ({ folder: at("dangling") }),
    /the environment in \S+dangling does not work \(spawn \S+ ENOENT\); remove that folder, or name another with --venv$/,
  ],
  "into a file": [
    () => ({ folder: at("file") }),
    /python3 makes no environment in \S+file \(.+\); name another folder with --venv$/,
  ],
  "below a file": [
    () => ({ folder: at("file/venv") }),
    /python3 makes no environment in \S+venv \(.+\); name another folder with --venv$/,
  ],
  "where no index answers": [
    () => ({ folder: at("new") }),
    /pip failed \(Could not find a version that satisfies the requirement daft==\S+ .*\); see that this machine reaches the package index, or name another with PIP_INDEX_URL, and run it again$/,
  ],
};

test.each(Object.entries(failures))(
  "%s, one sentence says why and what to do",
  async (_, [options, message]) => {
    const error = await installDaft(options()).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ code: expect.stringMatching(/^(Unsupported|Internal)$/) });
    expect(error?.message).toMatch(message);
    expect(error?.message).toMatch(/^Cannot install Daft: [^\n]*$/);
  },
);
