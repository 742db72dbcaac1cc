import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const isFull = process.env.DLF_LANCE_TEST_SIZE === "full";

const everything = { include: ["test/**/*.test.ts"] };

/** The tests of tables once more, on a bucket that takes OSS signature V4 only. */
const onSignatureV4 = {
  name: "signature V4",
  include: ["test/workflow.test.ts", "test/table/**/*.test.ts", "test/lake/**/*.test.ts"],
  env: { DLF_LANCE_TEST_OSS: "v4" },
};

const inProjects = [{ name: "all", ...everything }, onSignatureV4].map((test) => ({
  extends: true as const,
  test,
}));

export default defineConfig({
  test: {
    ...(isFull ? { projects: inProjects } : everything),
    globalSetup: ["test/global-setup.ts"],
    // A slow or busy machine takes several times as long as a quiet one.
    testTimeout: isFull ? 600_000 : 120_000,
    hookTimeout: 120_000,
    // What a test waits for comes later on a slow or busy machine; one second is vitest's own.
    expect: { poll: { timeout: 30_000 } },
    pool: "forks",
    // Tests wait for kernels, servers and deadlines as often as they compute.
    maxWorkers: 3,
    env: {
      LANCEDB_LOG: "error",
      // Kernels of tests leave nothing in the home of whoever runs them.
      DLF_LANCE_HISTORY: "off",
      XDG_STATE_HOME: resolve(import.meta.dirname, ".dlf-lance", "state"),
    },
  },
});
