import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { BenchReport } from "./case.ts";
import { composeFigures, end, start } from "./speed-page.ts";

const side = (name: string, median: number) => ({
  name,
  median,
  lowest: median / 2,
  highest: median * 2,
  runs: 5,
});

const report: BenchReport = {
  date: "2026-01-31T12:00:00Z",
  machine: "a machine",
  cases: [
    {
      name: "slow",
      unit: "ms",
      load: 0.5,
      sides: [side("dlf-lance", 2_000), side("peer", 1_000), side("other", 8_000)],
    },
    { name: "alike", unit: "MB", load: 0.5, sides: [side("after", 10.26), side("before", 10)] },
  ],
};

test("gains and losses stand side by side, every peer in the group where its ratio belongs", () => {
  const [, less = "", same = "", more = ""] = composeFigures(report).split(/^## .*$/m);
  expect(less).toContain("| slow | 2,000 ms (1,000–4,000) | other: 8,000 ms (4,000–16,000) | 0.25 |");
  expect(same).toContain("| alike | after: 10.3 MB (5.1–20.5) | before: 10 MB (5–20) | 1.03 |");
  expect(more).toContain("| slow | 2,000 ms (1,000–4,000) | peer: 1,000 ms (500–2,000) | 2.00 |");
});

test("each ratio of the page is that of its figures, in the group where it belongs", () => {
  const page = readFileSync(new URL("../../docs/speed.md", import.meta.url), "utf8");
  const figures = page.slice(page.indexOf(start), page.indexOf(end));
  const groups = figures.split(/^## (.*)$/m).slice(1);
  let rows = 0;
  for (let index = 0; index < groups.length; index += 2) {
    const [title = "", text = ""] = groups.slice(index, index + 2);
    for (const [line, ours = "", peer = "", ratio] of text.matchAll(
      /^\| .* \| (?:[^|]*: )?([\d,.]+) \w+ \(.*?\) \| [^|]*: ([\d,.]+) \w+ \(.*?\) \| ([\d.]+) \|$/gm,
    )) {
      rows += 1;
      const [left, right] = [ours, peer].map((value) => Number(value.replaceAll(",", "")));
      expect(Math.abs((left ?? 0) / (right ?? 1) / Number(ratio) - 1), line).toBeLessThan(0.06);
      if (title.startsWith("Less")) expect(Number(ratio), line).toBeLessThan(1);
      if (title.startsWith("More")) expect(Number(ratio), line).toBeGreaterThan(1);
    }
  }
  expect(rows).toBe(figures.split("\n").filter((line) => /^\| [^|-]/.test(line)).length);
  expect(rows).toBeGreaterThan(10);
});
