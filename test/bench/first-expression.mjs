/** Prints the milliseconds of the first expression that this process computes, and of the second. */
import { col, fromRows } from "../../dist/index.js";

const run = async () => {
  const start = performance.now();
  await fromRows({ x: [1, 2, 3] })
    .withColumn("y", col("x").add(1))
    .collect();
  return performance.now() - start;
};
console.log(await run(), await run());
