/**
 * Reads a table through Daft's process batch by batch, several times; prints the peak of this process's memory in megabytes,
 * and the milliseconds of the last time.
 */
import { runProgram, stopSidecars } from "../../src/daft/sidecars.ts";
import { scanProgram } from "./scan-program.ts";

const [python = "", path = "", times = "1"] = process.argv.slice(2);
let milliseconds = 0;
for (let time = 0; time < Number(times); time++) {
  const start = performance.now();
  for await (const _ of runProgram(
    { python },
    { program: scanProgram(path), tables: [], action: "read the table" },
  ));
  milliseconds = performance.now() - start;
}
stopSidecars();
console.log(Math.round(process.resourceUsage().maxRSS / 1_024), milliseconds);
