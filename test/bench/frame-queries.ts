/** The queries of the frame cases: `DLF_LANCE_BENCH_ROWS` rows, 10,000,000 unless it says otherwise. */
import type { Frame } from "../../src/frame/frame.ts";
import type { FrameContext } from "../../src/frame/run/frame-context.ts";
import type { TableSource } from "../../src/frame/source.ts";
import { col } from "../../src/index.ts";
import type { LanceTable } from "../../src/table/native/lance.ts";

export const rows = Number(process.env.DLF_LANCE_BENCH_ROWS ?? "10000000");
export const keys = Math.max(1, Math.round(rows / 10));

/** One query of ours and of the peers, theirs as Python for frames.py. */
export interface FrameQuery {
  readonly ours: (table: Frame, other: Frame) => Pick<Frame, "collect"> | Promise<number>;
  readonly daft: string;
  /** Where PyLance has the query. */
  readonly pylance?: string;
}

const value = () => [col("v").count().as("n"), col("v").mean().as("mean"), col("v").sum().as("sum")] as const;
const daftValue = 'col("v").count().alias("n"), col("v").mean().alias("mean"), col("v").sum().alias("sum")';

export const queries: Readonly<Record<string, FrameQuery>> = {
  "filter and select": {
    ours: (table) => table.where(col("v").gt(150)).select("id", "v"),
    daft: 'frame.where(col("v") > 150).select("id", "v")',
    pylance: 'dataset.to_table(filter="v > 150", columns=["id", "v"])',
  },
  "deep offset": {
    ours: (table) => table.offset(rows - 1_000).limit(20),
    daft: `frame.offset(${rows - 1_000}).limit(20)`,
    pylance: `dataset.to_table(offset=${rows - 1_000}, limit=20)`,
  },
  count: { ours: (table) => table.count(), daft: "frame.count_rows()", pylance: "dataset.count_rows()" },
  "filtered count": {
    ours: (table) => table.where(col("v").gt(150)).count(),
    daft: 'frame.where(col("v") > 150).count_rows()',
    pylance: 'dataset.count_rows("v > 150")',
  },
  "16 groups": {
    ours: (table) => table.groupBy("cat").agg(...value()),
    daft: `frame.groupby("cat").agg(${daftValue})`,
  },
  "1000 groups": {
    ours: (table) => table.groupBy("k").agg(...value()),
    daft: `frame.groupby("k").agg(${daftValue})`,
  },
  "1 M groups": {
    ours: (table) => table.groupBy("big").agg(...value()),
    daft: `frame.groupby("big").agg(${daftValue})`,
  },
  join: {
    ours: (table, other) =>
      table.sql`SELECT sum(a.v) AS sum, count(*) AS n FROM frame a JOIN ${other} b ON a.big = b.id`,
    daft:
      'frame.join(daft.read_lance(other), left_on="big", right_on="id", suffix="_r")' +
      '.agg(col("v").sum().alias("sum"), col("v").count().alias("n"))',
  },
  "new column and filter": {
    ours: (table) => table.withColumn("w", col("v").mul(2).add(col("k"))).where(col("w").gt(1_100)),
    daft: 'frame.with_column("w", col("v") * 2 + col("k")).where(col("w") > 1_100)',
  },
  sort: {
    ours: (table) => table.sort({ by: "v", descending: true }).limit(100),
    daft: 'frame.sort("v", desc=True).limit(100)',
  },
  distinct: {
    ours: (table) => table.select("cat", "k").distinct(),
    daft: 'frame.select("cat", "k").distinct()',
  },
};

export function createContext(
  handles: Readonly<Record<string, LanceTable>>,
  namespace = "bench",
  paths: Readonly<Record<string, string>> = {},
): FrameContext {
  const sources = new Map(
    Object.entries(handles).map(([table, handle]) => [
      `${namespace}.${table}`,
      openSource(handle, `${namespace}.${table}`, paths[table]),
    ]),
  );
  return {
    tables: { find: (table) => sources.get(table) as TableSource },
    rows: new Map(),
    functions: new Map(),
  };
}

/** Nothing writes to it: the newest version is the one that was opened. */
function openSource(handle: LanceTable, table: string, path: string | undefined): TableSource {
  return {
    name: table,
    async resolve() {
      const [version, schema, rows] = await Promise.all([
        handle.version(),
        handle.schema(),
        handle.countRows(),
      ]);
      return {
        version,
        schema,
        rows,
        countRows: (filter) => handle.countRows(filter),
        scan: (request) => handle.scan(request),
        release() {},
        ...(path === undefined
          ? {}
          : { place: async () => ({ kind: "path", uri: path, version, storageOptions: {} }) as const }),
      };
    },
  };
}
