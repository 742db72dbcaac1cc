/**
 * The figures of docs/speed.md, from one run of the benchmark:
 *
 *     npm run bench -- --json figures.json
 *     node test/bench/speed-page.ts figures.json
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { BenchReport } from "./case.ts";

export const start = "<!-- Written by test/bench/speed-page.ts. -->";
export const end = "<!-- The end of what it writes. -->";

interface Row {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly ratio: number;
}

/** From where a difference counts. */
const margin = 1.05;

/** Gains and losses alike: every case of the run, next to each of its peers. */
export function composeFigures({ date, machine, cases }: BenchReport): string {
  const rows = cases
    .flatMap(({ name, unit, sides: [ours, ...peers] }): Row[] => {
      if (ours === undefined) return [];
      return peers.map((peer) => ({
        what: name,
        ours: `${ours.name === "dlf-lance" ? "" : `${ours.name}: `}${describe(ours, unit)}`,
        peer: `${peer.name}: ${describe(peer, unit)}`,
        ratio: ours.median / peer.median,
      }));
    })
    .sort((a, b) => a.ratio - b.ratio);
  const groups = [
    ["Less than the peer", rows.filter(({ ratio }) => ratio < 1 / margin)],
    ["As much", rows.filter(({ ratio }) => ratio >= 1 / margin && ratio <= margin)],
    ["More than the peer", rows.filter(({ ratio }) => ratio > margin)],
  ] as const;
  const load = Math.max(...cases.map((measured) => measured.load));
  const isBusy =
    load > 1 ? ` The machine was busy with other work: up to ${format(load)} tasks per core.` : "";
  return [
    `One run of ${date.slice(0, 10)} on ${machine}. Medians, with the lowest and the highest run.${isBusy}`,
    ...groups.flatMap(([title, found]) => (found.length === 0 ? [] : [`## ${title}`, table(found)])),
  ].join("\n\n");
}

function table(rows: readonly Row[]): string {
  return [
    "| | this package | next to | ratio |",
    "| --- | ---: | ---: | ---: |",
    ...rows.map(
      ({ what, ours, peer, ratio }) =>
        `| ${what} | ${ours} | ${peer} | ${ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2)} |`,
    ),
  ].join("\n");
}

function describe(
  { median, lowest, highest }: BenchReport["cases"][number]["sides"][number],
  unit: string,
): string {
  return `${format(median)} ${unit} (${format(lowest)}–${format(highest)})`;
}

function format(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 1 : 0 });
}

if (import.meta.main) {
  const page = new URL("../../docs/speed.md", import.meta.url);
  const report = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as BenchReport;
  const text = readFileSync(page, "utf8");
  const [before = "", rest = ""] = text.split(start);
  const after = rest.split(end)[1] ?? "";
  writeFileSync(page, `${before}${start}\n\n${composeFigures(report)}\n\n${end}${after}`);
}
