/** Reads a table batch by batch; prints its rows and the peak of this process's memory in kilobytes. */
import { openLanceFiles } from "./lance-files.ts";

const files = await openLanceFiles(process.argv[2] ?? "");
let rows = 0;
for await (const batch of files.table.scan({})) rows += batch.numRows;
await files.close();
console.log(rows, process.resourceUsage().maxRSS);
