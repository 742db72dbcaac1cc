/** The guide's workflow with this package: the twin of the Python example, step for step. CONFIG as there. */
import { inspect, isDeepStrictEqual } from "node:util";
import { connect, toIpcStream } from "dlf-lance";

const lake = await connect(JSON.parse(process.env.DLF_CONFIG));
const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
const table = `default.test_lance_ts_${stamp}_${process.pid}`;
const rows = { f0: [201n, 202n, 203n], f1: ["daft-a", "daft-b", "daft-c"] };

console.log(await lake.createTable(table, toIpcStream(rows)));
console.log(await lake.describe(table));
console.log(await lake.read(table).show());
check("initial readback", await lake.read(table).toObjects(), toRows(rows));
console.log(await lake.append(table, { f0: [204], f1: ["daft-d"] }));
console.log(await lake.read(table).show());
check(
  "append readback",
  await lake.read(table).toObjects(),
  toRows({ f0: [...rows.f0, 204n], f1: [...rows.f1, "daft-d"] }),
);
await lake.close();
console.log("dlf + lance + typescript: ok");

function toRows(columns) {
  return columns.f0.map((f0, index) => ({ f0, f1: columns.f1[index] }));
}

function check(what, have, want) {
  if (!isDeepStrictEqual(have, want))
    throw new Error(`${what}: have ${inspect(have)}, want ${inspect(want)}`);
}
