import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

const run = promisify(execFile);

test("the installed kernel passes all of jupyter_kernel_test that applies to it", async () => {
  const prefix = await mkdtemp(join(tmpdir(), "dlf-lance-kernel-"));
  await run(process.execPath, ["src/launcher.cjs", "kernel", "install", "--prefix", prefix], {
    cwd: resolve(import.meta.dirname, "../.."),
  });
  const { stderr } = await run(
    inject("testPython"),
    [join(import.meta.dirname, "jupyter_kernel_test_dlf_lance.py"), "-v"],
    {
      cwd: prefix,
      env: { ...process.env, JUPYTER_PATH: join(prefix, "share", "jupyter") },
      timeout: 240_000,
    },
  );
  await rm(prefix, { recursive: true, force: true });
  // unittest reports on stderr; only the pager, which no front end asks a TypeScript kernel for, does not apply.
  expect(stderr).toMatch(/\nOK \(skipped=1\)\s*$/);
  expect(stderr).toMatch(/test_pager \(.*\) ... skipped/);
}, 300_000);
