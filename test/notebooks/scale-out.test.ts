import { tmpdir } from "node:os";
import { beforeAll, expect, inject, test, vi } from "vitest";
import { type NotebookRun, runNotebook, textOf } from "./run-notebook.ts";
import { expectStoredOutputs } from "./stored-outputs.ts";

const name = "09_scale_out.ipynb";
const rayPython = inject("rayPython");
/** The tag of cells that need Ray, and are left out without it. */
const skippedTag = rayPython === undefined ? "ray" : undefined;

let run: NotebookRun;

beforeAll(async () => {
  vi.stubEnv("DLF_LANCE_DAFT_PYTHON", rayPython ?? inject("testPython"));
  // The sockets of a cluster have no room for the long path of the run's own folder.
  vi.stubEnv("RAY_TMPDIR", tmpdir());
  // The cluster that the notebook starts itself gives up after half a minute where the machine is busy.
  vi.stubEnv("RAY_raylet_start_wait_time_s", "240");
  vi.stubEnv("RAY_agent_register_timeout_ms", "240000");
  vi.stubEnv("RAY_worker_register_timeout_seconds", "240");
  vi.stubEnv("RAY_worker_niceness", "0");
  // A cluster takes its time to start on a busy machine.
  run = await runNotebook(name, { skippedTag, cellSeconds: 600 });
}, 1_200_000);

test("every cell runs, and only the one with a mistake fails, in words", () => {
  const failed = run.cells.filter((cell) => cell.outputs.some(({ output_type }) => output_type === "error"));
  expect(failed.map(({ id }) => id)).toEqual(["mistake"]);
  expect(textOf(run, "mistake")).toContain(
    "Cannot run the frame over demo.sales on Daft: aggregates such as median()",
  );
  // What comes before is how far the work was, on a busy machine.
  const [table] = /┌[\s\S]*/.exec(textOf(run, "start")) ?? [];
  expect(textOf(run, "daft")).toContain(table);
  expect(textOf(run, "explain")).toContain("On Daft, in a separate process on this machine:");
  if (skippedTag === undefined) expect(textOf(run, "job-result")).toContain("by a job: the same");
  expect(textOf(run, "tidy")).toContain("here + daft + ray: ok");
});

test("the stored outputs are those of this run", () => expectStoredOutputs(name, run, skippedTag));
