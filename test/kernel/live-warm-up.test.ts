/** What a kernel does while nobody waits for it. */
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { startKernelClient } from "./kernel-client.ts";

test.runIf(process.platform === "linux")(
  "a kernel that has connected loads DuckDB before an expression needs it",
  async () => {
    const entry = resolve(import.meta.dirname, "../../dist/run-kernel.js");
    const kernel = await startKernelClient({ entry, environment: { DLF_LANCE_DATA: "lake" } });
    try {
      const isLoaded = async () => {
        const { result } = await kernel.execute(
          'import { readFileSync } from "node:fs";\nreadFileSync("/proc/self/maps", "utf8").includes("libduckdb")',
        );
        return result?.["text/plain"];
      };
      expect(await isLoaded()).toBe("false");
      await kernel.execute("await connect(); 0");
      await expect.poll(isLoaded, { timeout: 20_000, interval: 100 }).toBe("true");
    } finally {
      await kernel.stop();
    }
  },
);
