/**
 * Prints the milliseconds of the first expression that this process computes, and of the second. With an argument, a frame
 * has been looked at before, and so many milliseconds have passed.
 */
import { setTimeout } from "node:timers/promises";
import { col, fromRows } from "../../dist/index.js";

const pause = process.argv[2];
if (pause !== undefined) {
  await fromRows({ x: [1, 2, 3] }).collect();
  await setTimeout(Number(pause));
}
const run = async () => {
  const start = performance.now();
  await fromRows({ x: [1, 2, 3] })
    .withColumn("y", col("x").add(1))
    .collect();
  return performance.now() - start;
};
console.log(await run(), await run());
