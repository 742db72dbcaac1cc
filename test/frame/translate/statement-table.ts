/** A table with columns of many types, for statements. */
import { arrow } from "../../../src/arrow.ts";
import type { LanceFolder } from "../lance-folder.ts";
import { buildTable } from "../sample-table.ts";

const count = 60;

/** Makes the table `t`. */
export async function createStatementTable(folder: LanceFolder): Promise<void> {
  const cells = <T>(of: readonly T[], step = 1) =>
    Array.from({ length: count }, (_, index) => of[(index * step) % of.length] as T);
  const floats = [1.5, Number.NaN, null, -0, 0, Number.POSITIVE_INFINITY, -2.25];
  const millis = [0n, 1_700_000_000_123n, null, -1n];
  const micros = [0n, 1_700_000_000_123_456n, null, -1n];
  const address = new arrow.Struct([new arrow.Field("city", new arrow.Utf8(), true)]);
  await folder.create(
    "t",
    buildTable([
      { name: "id", type: new arrow.Int64(), cells: Array.from({ length: count }, (_, id) => BigInt(id)) },
      { name: "n", type: new arrow.Int32(), cells: cells([7, -7, 0, null, 2_147_483_647, 3, -1]) },
      { name: "tiny", type: new arrow.Int8(), cells: cells([100, 27, null, -128, 5]) },
      { name: "x", type: new arrow.Float64(), cells: cells(floats) },
      { name: "f", type: new arrow.Float32(), cells: cells([...floats, 0.1]) },
      {
        name: "price",
        type: new arrow.Decimal(2, 12),
        cells: cells([12_345n, -5n, null, 0n, 99_999n, 250n]),
      },
      {
        name: "Word",
        type: new arrow.Utf8(),
        cells: cells(["a", "B", "é", "", null, "a_b", "a%b", "😀x", "it's", "7"]),
      },
      { name: "ok", type: new arrow.Bool(), cells: cells([true, false, null]) },
      { name: "day", type: new arrow.DateDay(), cells: cells([0, 19_000, null, -1, 20_000]) },
      { name: "moment", type: new arrow.TimestampMicrosecond(), cells: cells(micros) },
      { name: "milli", type: new arrow.TimestampMillisecond(), cells: cells(millis) },
      {
        name: "nano",
        type: new arrow.TimestampNanosecond(),
        cells: cells([0n, -1n, null, 1_700_000_000_123_456_789n]),
      },
      { name: "second", type: new arrow.TimestampSecond(), cells: cells([0n, 1n, null, 2n]) },
      { name: "zoned", type: new arrow.TimestampMillisecond("UTC"), cells: cells(millis) },
      { name: "shanghai", type: new arrow.TimestampMicrosecond("Asia/Shanghai"), cells: cells(micros) },
      {
        name: "list",
        type: new arrow.List(new arrow.Field("item", new arrow.Int64(), true)),
        cells: cells([[1n], [], null, [1n, 2n]]),
      },
      { name: "address", type: address, cells: cells([{ city: "Bonn" }, null, { city: null }]) },
    ]),
  );
}
