import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { nativeLogDirectives } from "../../src/table/native/native-log.ts";
import { findSecrets } from "../secrets.ts";

test("the part that prints keys stays off, whatever is asked", () => {
  expect(nativeLogDirectives(undefined)).toBe("error,reqsign=off");
  expect(nativeLogDirectives(" ")).toBe("error,reqsign=off");
  expect(nativeLogDirectives("debug")).toBe("debug,reqsign=off");
  expect(nativeLogDirectives("warn, reqsign_core::api=trace,reqsign")).toBe("warn,reqsign=off");
  expect(nativeLogDirectives("lance=trace/key|token")).toBe("lance=trace,reqsign=off/key|token");
});

test.each(["debug", "trace", "info,reqsign_core::api=trace"])(
  "LANCEDB_LOG=%s prints no key and no token",
  async (asked) => {
    const folder = await mkdtemp(join(tmpdir(), "dlf-lance-log-"));
    const source = (file: string) => JSON.stringify(new URL(`../../src/${file}`, import.meta.url).href);
    const program = `import { connect } from ${source("index.ts")};
    import { knownSecrets } from ${source("redaction/known-secrets.ts")};
    const lake = await connect();
    await lake.createTable("default.logged", [{ id: 1 }]);
    await lake.append("default.logged", [{ id: 2 }]);
    console.log(JSON.stringify([await lake.read("default.logged").count(), knownSecrets()]));
    await lake.close();`;
    try {
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        ["--input-type=module", "-e", program],
        {
          env: { ...process.env, DLF_LANCE_DATA: folder, LANCEDB_LOG: asked },
          maxBuffer: 1 << 26,
        },
      );
      const [rows, secrets] = JSON.parse(stdout) as [number, string[]];
      expect(rows).toBe(2);
      expect(secrets.length).toBeGreaterThan(3);
      expect(stderr).toMatch(/lance/);
      expect(findSecrets(stderr, secrets)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
