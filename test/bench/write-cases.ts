import { createRequire } from "node:module";
import type * as LanceDb from "@lancedb/lancedb";
import { arrow } from "../../src/arrow.ts";
import { type Connection, connect } from "../../src/index.ts";
import { type ServedLake, serveLakeDirectly } from "../interop/local-lake.ts";
import type { BenchCase, BenchSide } from "./case.ts";
import { startPythonReader } from "./python-reader.ts";

const rows = 1_000_000;

/** What a program holds that computes: typed arrays for numbers, texts in a list. */
const columns = {
  id: BigInt64Array.from({ length: rows }, (_, index) => BigInt(index)),
  v: Float64Array.from({ length: rows }, (_, index) => index * 0.5),
  s: Array.from({ length: rows }, (_, index) => `category-${index % 20}`),
  at: BigInt64Array.from({ length: rows }, (_, index) => BigInt(index)),
};

type Peer = (
  lake: ServedLake,
  uri: string,
) => Promise<{ readonly sides: readonly BenchSide[]; close(): void }>;

function appendCase(peerName: string, preparePeer: Peer): BenchCase {
  return {
    name: `append 1 M rows from columns, beside ${peerName}`,
    async prepare() {
      const lake = await serveLakeDirectly();
      const connection = await connect(lake.config);
      await connection.createTable("default.ours", emptyTable());
      await connection.createTable("default.theirs", emptyTable());
      const { location } = await connection.describe("default.theirs");
      const peer = await preparePeer(lake, location);
      return {
        sides: [appendOurs(connection), ...peer.sides],
        async close() {
          peer.close();
          await connection.close();
          await lake.stop();
        },
      };
    },
  };
}

function appendOurs(connection: Connection): BenchSide {
  return {
    name: "dlf-lance",
    async run() {
      const result = await connection.append("default.ours", columns);
      if (result.rows !== rows) throw new Error(`${result.rows} rows were appended`);
    },
  };
}

function emptyTable() {
  return buildTable().slice(0, 0);
}

/** The same columns as an Arrow table: what the native library is given when nothing is checked. */
function buildTable() {
  const at = arrow.makeData({ type: new arrow.TimestampMillisecond(), length: rows, data: columns.at });
  return new arrow.Table({
    id: arrow.makeVector(columns.id),
    v: arrow.makeVector(columns.v),
    s: arrow.vectorFromArray(columns.s, new arrow.Utf8()),
    at: arrow.makeVector(at),
  });
}

function optionsOf(lake: ServedLake): Record<string, string> {
  return {
    oss_endpoint: lake.oss.endpoint,
    oss_access_key_id: lake.config["dlf.access-key-id"] ?? "",
    oss_secret_access_key: lake.config["dlf.access-key-secret"] ?? "",
    addressing_style: "path",
  };
}

export const writeCases: readonly BenchCase[] = [
  appendCase("add() of an Arrow table", async (lake) => {
    const lancedb = createRequire(import.meta.url)("@lancedb/lancedb") as typeof LanceDb;
    const data = buildTable();
    const uri = `oss://${lake.oss.bucket}/bench`;
    const database = await lancedb.connect(uri, { storageOptions: optionsOf(lake) });
    const table = await database.createTable("bare", data.slice(0, 0));
    return {
      sides: [
        {
          name: "add(), table made before",
          async run() {
            await table.add(data);
          },
        },
        {
          name: "add(), table made of them",
          async run() {
            await table.add(buildTable());
          },
        },
      ],
      close() {
        table.close();
        database.close();
      },
    };
  }),
  appendCase("PyLance", async (lake, uri) => {
    const python = startPythonReader(lake.env);
    return {
      sides: [
        {
          name: "PyLance",
          async run() {
            await python.order({ append: rows, uri, options: optionsOf(lake) });
          },
        },
      ],
      close: () => python.close(),
    };
  }),
];
