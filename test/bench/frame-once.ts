/** Runs one query of the frame cases; prints its rows and the peak of this process's memory in kilobytes. */
import { startBridge } from "../../src/bridge/bridge.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { Frame } from "../../src/frame/frame.ts";
import { openLanceDatabase } from "../../src/table/native/lance.ts";
import { createContext, queries } from "./frame-queries.ts";

const [name = "", table = "", other = ""] = process.argv.slice(2);
const bridge = await startBridge(async ([, called = ""]) => ({
  location: called === "table" ? table : other,
  storageOptions: {},
}));
const database = await openLanceDatabase(bridge);
const handles = {
  table: await database.open(parseTableId("bench.table")),
  other: await database.open(parseTableId("bench.other")),
};
const context = createContext(handles);
const asked = queries[name]?.ours(Frame.read(context, "bench.table"), Frame.read(context, "bench.other"));
const rows = asked instanceof Promise ? await asked : (await asked?.collect())?.numRows;
for (const handle of Object.values(handles)) handle.close();
database.close();
await bridge.close();
console.log(rows, process.resourceUsage().maxRSS);
