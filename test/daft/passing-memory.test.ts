import { expect, test } from "vitest";
import { PassingMemory } from "../../src/daft/passing-memory.ts";

test("the memory of batches that nobody holds is used again, before V8 looks for it", () => {
  const memory = new PassingMemory();
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for (let passed = 0; passed < 64; passed++) {
    memory.passed(Buffer.allocUnsafeSlow(4 << 20).byteLength);
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  // All of them together have 256 MB.
  expect(most).toBeLessThan(64 << 20);
});
