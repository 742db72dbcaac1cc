/** Reads a table through Daft's process batch by batch; prints the peak of this process's memory in megabytes. */
import { runProgram, stopSidecars } from "../../src/daft/sidecars.ts";
import { scanProgram } from "./scan-program.ts";

const [python = "", path = ""] = process.argv.slice(2);
for await (const _ of runProgram(
  { python },
  { program: scanProgram(path), tables: [], action: "read the table" },
));
stopSidecars();
console.log(Math.round(process.resourceUsage().maxRSS / 1_024));
