import { createRequire } from "node:module";
import { relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const { chooseTestFiles, findNeeds, isUnitTest } = createRequire(import.meta.url)(
  "../../src/setup/test-needs.cjs",
) as {
  chooseTestFiles(filters: readonly string[]): string[];
  findNeeds(files: readonly string[]): Record<string, true>;
  isUnitTest(file: string): boolean;
};

const namesOf = (files: readonly string[]) => files.map((file) => relative(root, file));

test("files are chosen as vitest chooses them: by a part of their path", () => {
  expect(namesOf(chooseTestFiles(["./test/setup/test-needs"]))).toEqual(["test/setup/test-needs.test.ts"]);
  expect(chooseTestFiles(["no such file"])).toEqual([]);
  expect(chooseTestFiles([]).length).toBeGreaterThan(100);
});

test.each([
  ["test/catalog/sign.test.ts", {}],
  ["test/setup/lock.test.ts", {}],
  ["test/notebooks/tables.test.ts", { notebooks: true }],
  ["test/browser/tour.test.ts", { notebooks: true, chromium: true }],
  ["test/interop/edits.test.ts", { testPython: true }],
  ["test/contract/paimon.test.ts", { paimon: true }],
])("%s needs what it and its imports ask for", (file, needs) => {
  expect(findNeeds(chooseTestFiles([file]))).toEqual(needs);
});

test("unit tests are those that need Node alone", () => {
  const units = namesOf(chooseTestFiles([]).filter(isUnitTest));
  expect(units).toContain("test/catalog/sign.test.ts");
  expect(units).not.toContain("test/setup/lock.test.ts");
  expect(units).not.toContain("test/lake/writes.test.ts");
  expect(units).not.toContain("test/local/tokens.test.ts");
  expect(findNeeds(chooseTestFiles([]).filter(isUnitTest))).toEqual({});
});
