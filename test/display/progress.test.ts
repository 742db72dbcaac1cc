import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inspectText, type MimeBundle } from "../../src/display/bundle.ts";
import { createProgressBoard, type ProgressBoard } from "../../src/display/progress/progress-board.ts";
import { createProgressLines } from "../../src/display/progress/progress-lines.ts";
import { renderProgress } from "../../src/display/progress/progress-view.ts";
import { DlfLanceError } from "../../src/errors.ts";
import { beginProgress, publishProgressWatcher, withProgress } from "../../src/progress.ts";
import { sizes } from "../sizes.ts";
import { hostileText } from "./hostile-text.ts";
import { readMarkup } from "./read-markup.ts";

interface Drawn {
  readonly at: number;
  readonly bundle: MimeBundle;
}

let drawn: Drawn[];
let watch: ProgressBoard;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout", "performance"] });
  drawn = [];
  watch = createProgressBoard((state) => {
    drawn.push({ at: state.now, bundle: renderProgress(state) });
  });
  publishProgressWatcher(watch);
});

afterEach(() => {
  publishProgressWatcher(undefined);
  vi.useRealTimers();
});

function lastText(): string {
  return inspectText(drawn.at(-1)?.bundle ?? {});
}

/** Most drawings within any one second. */
function greatestRate(): number {
  return Math.max(
    0,
    ...drawn.map(({ at }) => drawn.filter((other) => other.at >= at && other.at < at + 1000).length),
  );
}

test("work that ends within half a second is silent, however often it tells", () => {
  for (let run = 0; run < 50; run++) {
    const progress = beginProgress("read a", { rows: 10 });
    vi.advanceTimersByTime(49);
    for (let step = 0; step < 10; step++) {
      progress.advance({ rows: 1 });
      vi.advanceTimersByTime(45);
    }
    progress.end();
  }
  vi.advanceTimersByTime(5000);
  expect(drawn).toEqual([]);
});

test("long work is one state: a bar, amounts, rate, elapsed and remaining time, then a short line", () => {
  const progress = beginProgress("append to sales.orders", { rows: 10_000_000 });
  for (let step = 0; step < 40; step++) {
    vi.advanceTimersByTime(100);
    progress.advance({ rows: 100_000, bytes: 1_000_000 });
  }
  vi.advanceTimersByTime(200);
  expect(lastText()).toBe(
    "append to sales.orders ████████░░░░░░░░░░░░ 40 % · 4,000,000 of 10,000,000 rows · 40.0 MB · 970,000 rows/s · 4.1 s, about 7 s left",
  );
  expect(drawn[0]?.at).toBeGreaterThanOrEqual(500);
  expect(drawn.length).toBeGreaterThan(20);
  expect(greatestRate()).toBeLessThanOrEqual(10);
  progress.advance({ rows: 6_000_000 });
  progress.end();
  expect(lastText()).toBe(
    "append to sales.orders done in 4.2 s · 10,000,000 rows · 40.0 MB · 2,380,000 rows/s",
  );
  const count = drawn.length;
  progress.advance({ rows: 1 });
  progress.end("failed");
  vi.advanceTimersByTime(5000);
  expect(drawn.length).toBe(count);
});

test("a loop that leaves timers no time is drawn too", () => {
  const progress = beginProgress("scan");
  for (let step = 0; step < 300; step++) {
    vi.setSystemTime(Date.now());
    vi.spyOn(performance, "now").mockReturnValue(1e6 + step * 10);
    progress.advance({ rows: 1 });
  }
  vi.restoreAllMocks();
  expect(drawn.length).toBeGreaterThan(10);
  expect(greatestRate()).toBeLessThanOrEqual(10);
});

test("ten drawings a second at most, however much runs and ends at once", () => {
  const works = Array.from({ length: 60 }, (_, index) => beginProgress(`part ${index}`));
  vi.advanceTimersByTime(700);
  for (const work of works) {
    work.advance({ bytes: 10 });
    work.end();
  }
  for (let run = 0; run < 20; run++) {
    const [a, b] = [beginProgress("a"), beginProgress("b")];
    for (let step = 0; step < 51; step++) {
      vi.advanceTimersByTime(10);
      a.advance({ rows: 1 });
    }
    a.end();
    b.end();
  }
  expect(greatestRate()).toBeLessThanOrEqual(10);
  expect(lastText()).toMatch(/^… 95 operations before\nb done in 0\.5 s\na done/);
});

test("a stalled work still shows its time", () => {
  beginProgress("wait for the index", { parts: 3 });
  vi.advanceTimersByTime(3_100);
  expect(lastText()).toBe(`wait for the index ${"░".repeat(20)} 0 % · 0 of 3 parts · 2.5 s`);
  vi.advanceTimersByTime(200_000);
  expect(lastText()).toMatch(/ · 3 min \d\d s$/);
});

test("work whose code was ended from outside is ended in its place, and then stands still", () => {
  const work = beginProgress("append to sales.orders");
  work.begin("upload");
  vi.advanceTimersByTime(2_000);
  watch.endAll("interrupted");
  expect(lastText()).toBe("append to sales.orders interrupted after 2 s");
  const drawings = drawn.length;
  vi.advanceTimersByTime(60_000);
  work.advance({ rows: 1 });
  work.end("done");
  expect(drawn).toHaveLength(drawings);
});

test("steps stand below their work while they run", () => {
  const work = beginProgress("compact", { parts: 2 });
  const step = work.begin("write fragment 1", { rows: 100 });
  const inner = step.begin("flush");
  vi.advanceTimersByTime(600);
  expect(lastText().split("\n")).toEqual([
    `compact ${"░".repeat(20)} 0 % · 0 of 2 parts · 0.5 s`,
    `  write fragment 1 ${"░".repeat(20)} 0 % · 0 of 100 rows · 0.5 s`,
    "    flush 0.5 s",
  ]);
  inner.end();
  step.end();
  work.advance({ parts: 1 });
  vi.advanceTimersByTime(500);
  expect(lastText()).toMatch(/^compact █{10}░{10} 50 % · 1 of 2 parts · 0\.6 s, about 1 s left$/);
  const steps = Array.from({ length: 9 }, (_, index) => work.begin(`step ${index}`));
  vi.advanceTimersByTime(200);
  expect(lastText().split("\n")).toHaveLength(7);
  expect(lastText()).toMatch(/\n {2}… 4 more steps$/);
  for (const one of steps) one.end();
  work.end();
  expect(lastText()).toMatch(/^compact done in 1\.3 s · 1 of 2 parts$/);
});

test.each([
  ["failed", new Error("no"), /^append failed after 0\.7 s · 30 of 100 rows\n {2}write failed after 0\.7 s$/],
  [
    "interrupted",
    new DlfLanceError("Interrupted", "stop"),
    /^append interrupted after 0\.7 s · 30 of 100 rows$/,
  ],
])("work that is %s says so, and how far it was", async (how, error, text) => {
  const running = withProgress("append", { rows: 100 }, async (progress) => {
    progress.advance({ rows: 30 });
    const step = progress.begin("write");
    await vi.advanceTimersByTimeAsync(700);
    step.end(how === "failed" ? "failed" : "interrupted");
    throw error;
  });
  await expect(running).rejects.toBe(error);
  expect(lastText()).toMatch(text);
});

test("a title is data: it opens no tag and breaks no line", () => {
  fc.assert(
    fc.property(hostileText, (title) => {
      drawn = [];
      publishProgressWatcher(watch);
      const work = beginProgress(title, { rows: 1 });
      vi.advanceTimersByTime(600);
      work.end();
      expect(() => readMarkup(String(drawn.at(-1)?.bundle["text/html"]))).not.toThrow();
      expect(lastText().split("\n").length).toBeLessThanOrEqual(6);
      expect(lastText().replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    }),
    { numRuns: sizes.generatedCases },
  );
});

test("one row in a second is one row", () => {
  const progress = beginProgress("append to sales.orders", { rows: 2 });
  progress.advance({ rows: 2 });
  vi.advanceTimersByTime(2000);
  progress.end();
  expect(lastText()).toMatch(/ · 2 rows · 1 row\/s$/);
});

test("where output only grows, there are few lines", () => {
  const lines: string[] = [];
  publishProgressWatcher(createProgressLines((line) => lines.push(line)));
  const work = beginProgress("read sales.orders", { rows: 2_400 });
  for (let second = 0; second < 12; second++) {
    vi.advanceTimersByTime(1000);
    work.advance({ rows: 200 });
  }
  work.end();
  expect(lines).toEqual([
    "read sales.orders: 0 % · 0 of 2,400 rows · 0.5 s\n",
    expect.stringMatching(
      /^read sales\.orders: 41 % · 1,000 of 2,400 rows · 182 rows\/s · 5\.5 s, about 8 s left\n$/,
    ),
    expect.stringMatching(/^read sales\.orders: 83 %/),
    "read sales.orders: done in 12 s · 2,400 rows · 200 rows/s\n",
  ]);
});
