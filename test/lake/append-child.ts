/** Appends whole batches to a table, one after the other, until it is killed. Says so before the first. */
import { connect } from "../../src/index.ts";

const [config = "", table = "", batchRows = ""] = process.argv.slice(2);
const lake = await connect(JSON.parse(config));
const rows = Number(batchRows);
const data = {
  n: BigInt64Array.from({ length: rows }, (_, index) => BigInt(index)),
  text: Array.from({ length: rows }, String),
};
console.log("ready");
for (;;) {
  await lake.append(table, data);
  console.log("appended");
}
