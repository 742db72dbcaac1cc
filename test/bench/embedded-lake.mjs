/** A process as a notebook has it: a lake in a thread, and a main thread that a cell keeps busy if asked to. */
import { connect } from "../../dist/index.js";
import { startLocalLake } from "../../src/local/start.ts";

const [, , data, work] = process.argv;
const local = await startLocalLake({ data });
const lake = await connect(local.config);
await lake.createTable("default.t", { a: Array.from({ length: 1_000 }, (_, row) => row) });
await lake.close();
process.stdout.write(`${JSON.stringify({ config: local.config, env: local.environment })}\n`, () => {
  if (work === "busy") for (;;);
});
setInterval(() => {}, 1_000);
