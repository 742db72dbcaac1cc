import { createRequire } from "node:module";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const load = createRequire(import.meta.url);

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string; duration?: number; failureMessages?: string[] }[];
  }[];
}

const { countTests, listFailures, listSlowest } = load("../../src/setup/test-report.cjs") as {
  countTests(report: Report): { passed: number; failed: number; skipped: number };
  listFailures(report: Report, root: string): string[];
  listSlowest(report: Report, root: string): string[];
};
const { reportTour } = load("../../src/setup/tour.cjs") as {
  reportTour(executed: { cells: object[] }): void;
};

const passing = Array.from({ length: 30 }, (_, index) => ({
  status: "passed",
  fullName: `test ${index}`,
  duration: index * 10,
}));
const report: Report = {
  numPassedTests: 30,
  numFailedTests: 1,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [
    { name: "/clone/test/a.test.ts", status: "passed", assertionResults: passing },
    {
      name: "/clone/test/b.test.ts",
      status: "failed",
      assertionResults: [
        {
          status: "failed",
          fullName: "breaks",
          failureMessages: [`Error: 1 is not 2${"\n    at a line".repeat(30)}`],
        },
        { status: "passed", fullName: "holds" },
      ],
    },
    { name: "/clone/test/broken.test.ts", status: "failed", message: "no such module", assertionResults: [] },
  ],
};

test("a test file that could not be loaded counts as failed", () => {
  expect(countTests(report)).toEqual({ passed: 30, failed: 2, skipped: 2 });
});

test("the twenty slowest tests come slowest first", () => {
  const lines = listSlowest(report, "/clone");
  expect(lines).toHaveLength(20);
  expect(lines[0]).toBe("    0.29 s  test/a.test.ts: test 29");
  expect(lines[19]).toBe("    0.10 s  test/a.test.ts: test 10");
});

test("what failed is named, with the beginning of its message", () => {
  const [breaks, broken, ...others] = listFailures(report, "/clone");
  expect(breaks).toMatch(/^test\/b\.test\.ts: breaks\n {4}Error: 1 is not 2\n/);
  expect(breaks?.split("\n")).toHaveLength(13);
  expect(broken).toBe("test/broken.test.ts: could not be run\n    no such module");
  expect(others).toEqual([]);
});

let said: string;
beforeEach(() => {
  said = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const times = {
  "iopub.status.busy": "2026-01-01T00:00:00.000Z",
  "iopub.status.idle": "2026-01-01T00:00:01.250Z",
};
const good = {
  cell_type: "code",
  execution_count: 1,
  metadata: { execution: times },
  outputs: [],
  source: ["// Read the table\n", "read(name)"],
};

test("a tour that ran is told by one line for each code cell", () => {
  reportTour({ cells: [{ cell_type: "markdown", source: ["# Title"] }, good] });
  expect(said).toBe("    ✓ Read the table  1.3 s\n");
});

test("the first failing cell is named with its error, and no cell after it is called good", () => {
  const outputs = [{ output_type: "error", ename: "TableNotFound", evalue: "Cannot open t", traceback: [] }];
  const bad = { ...good, outputs, source: "await describe(name)" };
  expect(() => reportTour({ cells: [good, bad, good] })).toThrow(
    /code cell 2 of 3 \(await describe\(name\)\): TableNotFound: Cannot open t\nNext: /,
  );
  expect(said.split("✓")).toHaveLength(2);
});

test("a cell that did not run is a failure", () => {
  expect(() => reportTour({ cells: [{ ...good, execution_count: null }] })).toThrow("it did not run");
});

test("a notebook without code is a failure", () => {
  expect(() => reportTour({ cells: [] })).toThrow("has no code cells");
});
