import { connect } from "../../src/index.ts";
import { serveLakeDirectly } from "../interop/local-lake.ts";
import type { BenchCase } from "./case.ts";

const rows = 2_000_000;
const appendedRows = 200_000;

/** What signature V4 costs: the same table read and appended to through the gateway and straight. */
export const gatewayCases: readonly BenchCase[] = [
  {
    name: `read ${rows} rows from the local OSS`,
    prepare: () =>
      openBoth(async (lake) => {
        const seen = (await lake.read("default.bench").collect()).numRows;
        if (seen < rows) throw new Error(`${seen} of ${rows} rows`);
      }),
  },
  {
    name: `append ${appendedRows} rows to the local OSS`,
    prepare: () => {
      const columns = makeColumns(appendedRows);
      return openBoth(async (lake) => {
        await lake.append("default.bench", columns);
      });
    },
  },
];

type Lake = Awaited<ReturnType<typeof connect>>;

async function openBoth(run: (lake: Lake) => Promise<void>) {
  const local = await serveLakeDirectly();
  const [gateway, straight] = await Promise.all(
    ["v4", "v1"].map((signature) => connect({ ...local.config, "dlf.oss-signature": signature })),
  );
  if (gateway === undefined || straight === undefined) throw new Error("not connected");
  await straight.createTable("default.bench", makeColumns(rows));
  return {
    sides: [
      { name: "signature V4 by gateway", run: () => run(gateway) },
      { name: "signature V1 straight", run: () => run(straight) },
    ],
    async close() {
      await gateway.close();
      await straight.close();
      await local.stop();
    },
  };
}

function makeColumns(count: number) {
  return {
    id: BigInt64Array.from({ length: count }, (_, index) => BigInt(index)),
    value: Float64Array.from({ length: count }, (_, index) => Math.sin(index)),
  };
}
