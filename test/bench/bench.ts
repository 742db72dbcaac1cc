/**
 * Speed beside the peers, in one run: every case times ours and a peer in turn, A B B A, so that a drift of the
 * machine's speed meets both and neither always follows the other; it prints medians, extremes and the ratio of the
 * medians.
 *
 *     npm run bench -- [--runs N] [--only TEXT] [--json FILE]
 */
import { writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { busyCellCase } from "./busy-cell-case.ts";
import type { BenchCase, BenchReport, Measured } from "./case.ts";
import { catalogCases } from "./catalog-cases.ts";
import { displayCases } from "./display-cases.ts";
import { expressionCases } from "./expression-cases.ts";
import { frameCases } from "./frame-cases.ts";
import { gatewayCases } from "./gateway-case.ts";
import { guideCase } from "./guide-case.ts";
import { kernelCases } from "./kernel-cases.ts";
import { networkCases } from "./network-cases.ts";
import { plotCases } from "./plot-case.ts";
import { readCases } from "./read-cases.ts";
import { scaleCases } from "./scale-cases.ts";
import { scanCases } from "./scan-case.ts";
import { tpchCases } from "./tpch-case.ts";
import { writeCases } from "./write-cases.ts";

const cases: readonly BenchCase[] = [
  guideCase,
  ...kernelCases,
  ...catalogCases,
  busyCellCase,
  ...readCases,
  ...scanCases,
  ...frameCases,
  ...expressionCases,
  ...tpchCases,
  ...scaleCases,
  ...gatewayCases,
  ...displayCases,
  ...writeCases,
  ...plotCases,
  ...networkCases,
];

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "7" },
    only: { type: "string", default: "" },
    json: { type: "string" },
  },
});

const results: Measured[] = [];
for (const benchCase of cases.filter(({ name }) => name.includes(options.only))) {
  const result = await measure(benchCase, Number(options.runs));
  results.push(result);
  print(result);
  save();
}

/** After each case, so that a run that is stopped has what it has measured. */
function save(): void {
  if (options.json === undefined) return;
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const report: BenchReport = {
    date: new Date().toISOString(),
    machine: `${cpus().length} cores and ${gibibytes} GiB, Node ${process.versions.node}`,
    cases: results,
  };
  writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
}

async function measure(benchCase: BenchCase, runs: number): Promise<Measured> {
  const load = (loadavg()[0] ?? 0) / cpus().length;
  const { sides, close } = await benchCase.prepare();
  try {
    const times = sides.map((): number[] => []);
    for (let run = -1; run < runs; run++) {
      const order = [...sides.entries()];
      for (const [index, side] of run % 2 === 0 ? order : order.toReversed()) {
        const start = performance.now();
        const measure = (await side.run()) ?? performance.now() - start;
        // The first round warms the page cache and is not counted.
        if (run >= 0) times[index]?.push(measure);
      }
    }
    return {
      name: benchCase.name,
      unit: benchCase.unit ?? "ms",
      load,
      sides: sides.map(({ name }, index) => summarise(name, times[index] ?? [])),
    };
  } finally {
    await close();
  }
}

function summarise(name: string, times: number[]): Measured["sides"][number] {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { name, median, lowest: at(0), highest: at(sorted.length - 1), runs: sorted.length };
}

function print({ name, unit, sides }: Measured): void {
  const peer = sides[1]?.median ?? Number.NaN;
  console.log(`\n${name}`);
  for (const side of sides) {
    const range = `${side.lowest.toFixed(0)}–${side.highest.toFixed(0)}`;
    const ratio = side === sides[1] ? "" : `${(side.median / peer).toFixed(2)} × ${sides[1]?.name}`;
    console.log(
      `  ${side.name.padEnd(24)} ${side.median.toFixed(0).padStart(7)} ${unit}  (${range}, ${side.runs} runs)  ${ratio}`,
    );
  }
}
