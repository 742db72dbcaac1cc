import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
    env: {
      LANCEDB_LOG: "error",
      // Kernels start from a snapshot in the tests too, but not from one of the user's.
      DLF_LANCE_CACHE: resolve(import.meta.dirname, ".dlf-lance", "cache"),
    },
  },
});
