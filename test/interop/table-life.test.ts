import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Connection, connect } from "../../src/index.ts";
import { sizes } from "../sizes.ts";
import { type ServedLake, serveLakeDirectly } from "./local-lake.ts";
import { runPython, runPythonOf } from "./run-python.ts";

let served: ServedLake;
let lake: Connection;

beforeAll(async () => {
  served = await serveLakeDirectly("--seed-demo", "--oss-port", "0");
  lake = await connect(served.config);
});

afterAll(async () => {
  await lake?.close();
  expect(await served?.stop()).toBe(0);
});

function python(file: string, ...arguments_: readonly string[]): Promise<string> {
  return runPython({ ...served.env, DLF_CONFIG: JSON.stringify(served.config) }, file, ...arguments_);
}

test("PyLance creates, changes, indexes, compacts, tags, travels and cleans up a table over oss://", async () => {
  const answer = JSON.parse(await python("table_life.py", "default", "life", `${sizes.versions}`));
  expect(answer).toMatchObject({ rows: 135 + sizes.versions, versions: 1 });
  expect(await lake.listTables("default")).not.toContain("life");
});

test("the demo tables that the command has made are there for Python, with their types", async () => {
  const { schema, nulls } = JSON.parse(await python("peer.py", "types", "demo", "sales"));
  expect(schema).toEqual({
    order_id: "int64",
    tracking_number: "uint64",
    customer: "string",
    quantity: "int32",
    price: "decimal128(12, 2)",
    discount: "double",
    weight_kg: "float",
    paid: "bool",
    ordered_on: "date32[day]",
    ordered_at: "timestamp[us, tz=Asia/Shanghai]",
    shipped_at: "timestamp[ms]",
    handling_time: "duration[ms]",
    tags: "list<item: string>",
    address: "struct<city: string, postcode: string, place: struct<latitude: double, longitude: double>>",
  });
  expect(nulls.customer).toBeGreaterThan(0);
});

test("pypaimon lists, creates, alters, renames and drops in the catalog", async () => {
  const config = { DLF_CONFIG: JSON.stringify(served.config) };
  expect(await runPythonOf(inject("paimonPython"), config, "paimon_catalog.py")).toBe("pypaimon: ok\n");
});
