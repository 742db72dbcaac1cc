/** No public function reads past an option that it does not have: what is misspelt would do nothing, without a word. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  append,
  type Connection,
  col,
  count,
  describe as describeTable,
  fromRows,
  rank,
  read,
  readFile,
  show,
} from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let opened: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  opened = await openTemporaryLake();
  ({ lake } = opened);
  await lake.createTable("default.orders", [{ id: 1, note: "a", v: new Float32Array([1, 2]) }]);
});
afterAll(() => opened.close());

/** What stands before the options, by the name of the parameter. */
const values: Readonly<Record<string, unknown>> = {
  table: "default.orders",
  newName: "default.others",
  namespace: "default",
  properties: { a: "b" },
  keys: ["a"],
  data: [{ id: 2 }],
  where: "id > 1",
  on: "id",
  columns: { twice: { sql: "id * 2" } },
  version: 1,
  column: "v",
  kind: { type: "btree" },
  index: "id_idx",
  offsets: [0],
  count: 1,
  number: 1,
  vector: [1, 2],
  text: "a",
  other: fromRows([{ id: 1 }]),
  change: (batch: unknown) => batch,
  path: "/nowhere/orders.parquet",
  chart: { x: "id" },
  type: "string",
  values: { note: "b" },
};

interface Method {
  readonly name: string;
  readonly parameters: readonly string[];
}

/** The methods of a class that take options, from its declaration. */
function methodsWithOptions(file: string): Method[] {
  const text = readFileSync(resolve(import.meta.dirname, "../../dist", file), "utf8");
  return [...text.matchAll(/^ {4}(\w+)(?:<.*?>)?\(/gm)].flatMap((found) => {
    const parameters = parameterNames(text.slice(found.index + found[0].length));
    return parameters.includes("options") ? [{ name: found[1] ?? "", parameters }] : [];
  });
}

/** Of what follows the parenthesis. */
function parameterNames(text: string): string[] {
  const names: string[] = [];
  let depth = 0;
  for (let at = 0, begins = 0; at < text.length; at++) {
    const sign = text[at] ?? "";
    if ("([{<".includes(sign)) depth++;
    if (depth === 0 && (sign === "," || sign === ")")) {
      names.push(/^\s*(\w+)/.exec(text.slice(begins, at))?.[1] ?? "");
      begins = at + 1;
      if (sign === ")") break;
    }
    if (")]}".includes(sign) || (sign === ">" && text[at - 1] !== "=")) depth--;
  }
  return names;
}

const classes: readonly (readonly [file: string, least: number, make: () => object])[] = [
  ["connection.d.ts", 6, () => lake],
  ["catalog/catalog-methods.d.ts", 24, () => lake],
  ["lake/lake-table.d.ts", 18, () => lake.table("default.orders")],
  ["frame/frame.d.ts", 21, () => read("default.orders", { connection: lake })],
  ["frame/builder/expr.d.ts", 1, () => col("id")],
];

test.each(classes)("%s: every method refuses an unknown option by its name", async (file, least, make) => {
  const methods = methodsWithOptions(file);
  expect(methods.length).toBeGreaterThanOrEqual(least);
  for (const { name, parameters } of methods) {
    const method = (make() as Record<string, (...all: unknown[]) => unknown>)[name];
    const call = async (options: unknown) => {
      const all = parameters.map((parameter) => (parameter === "options" ? options : values[parameter]));
      const result = await method?.apply(make(), all);
      const generator = result as Partial<AsyncGenerator> | undefined;
      if (typeof generator?.next === "function") await generator.next();
    };
    expect(await refusal(() => call({ zzz: true })), name).toMatch(
      /^InvalidInput: Cannot .*: no option named zzz; pass \w+/,
    );
    expect(await refusal(() => call(["signal"])), name).toMatch(/^InvalidInput: Cannot /);
  }
});

const shut = { zzz: true } as object;
const others: Readonly<Record<string, () => unknown>> = {
  "limit(1, …)": () => fromRows([{ id: 1 }]).limit(1, shut),
  "sample(…)": () => fromRows([{ id: 1 }]).sample({ rows: 1, ...shut }),
  "sort({ … })": () => fromRows([{ id: 1 }]).sort({ by: "id", ...shut }),
  "over({ … })": () => rank().over(shut),
  "sum().over({ … })": () => col("id").sum().over(shut),
  "orderBy: { … }": () => count().over({ orderBy: { by: "id", ...shut } }),
  "show(value, …)": () => show([{ id: 1 }], shut),
  "readFile(path, …)": () => readFile("orders.csv", shut),
  "read(name, …)": () => read("default.orders", { connection: lake, ...shut }),
  "describe(name, …)": () => describeTable("default.orders", { connection: lake, ...shut }),
  "append(name, rows, …)": () => append("default.orders", [{ id: 1 }], { connection: lake, ...shut }),
  "plot({ … })": () => fromRows([{ id: 1 }]).plot({ x: "id", ...shut }),
  "createIndex(column, { … })": () =>
    lake.table("default.orders").createIndex("id", { type: "btree", ...shut }),
  "alterColumns({ column: { … } })": () => lake.table("default.orders").alterColumns({ id: shut }),
};

test.each(Object.entries(others))("%s refuses an unknown option by its name", async (_, call) => {
  expect(await refusal(call)).toMatch(/^InvalidInput: Cannot .*: no option named zzz; /);
});

test.each([null, 5, "version", ["signal"], new Date(0)])(
  "functions refuse what is no object: %j",
  async (given) => {
    const wrong = given as object;
    for (const call of [
      () => read("default.orders", wrong),
      () => describeTable("default.orders", wrong),
      () => append("default.orders", [{ id: 1 }], wrong),
    ])
      expect(await refusal(call)).toMatch(/^InvalidInput: Cannot .*: the options are /);
  },
);

test.each([Symbol("path"), Object.create(null), undefined, 5])("a path is a text: %#", async (path) => {
  expect(await refusal(() => lake.readFile(path as string))).toMatch(/^InvalidInput: Cannot read a file/);
});

describe("what is meant is named", () => {
  const frame = fromRows([{ id: 1 }]);
  test.each<readonly [() => unknown, string]>([
    [() => frame.sort({ by: "id", desc: true } as never), "no option named desc; did you mean descending?"],
    [() => rank().over({ partition: "id" } as never), "no option named partition; did you mean partitionBy?"],
    [() => frame.limit(1, { ofset: 2 } as never), "no option named ofset; did you mean offset?"],
    [
      () => frame.collect(new AbortController().signal as never),
      "the options are AbortSignal; pass an object with",
    ],
    ...[Number.NaN, Number.POSITIVE_INFINITY, 0, -1, "5MB", null].map(
      (memoryLimit) =>
        [
          () => frame.collect({ memoryLimit: memoryLimit as never }),
          "; pass a number of bytes, such as 500e6",
        ] as const,
    ),
    [
      () => lake.append("default.orders", [{ id: 3 }], { commits: "many" as never }),
      'commits is "many"; pass "one" or "bounded"',
    ],
    ...(
      [
        [{ fields: { id: "int" } }, "fields is an object; pass a list of fields"],
        [{ fields: [{ name: "id" }] }, "fields is a list; pass a list of fields"],
        [{ properties: { rank: 1 } }, "properties is an object; pass an object of texts"],
        [{ storageVersion: 2.2 }, 'storageVersion is 2.2; pass "2.0", "2.1" or "2.2"'],
      ] as const
    ).map(
      ([options, words]) =>
        [() => lake.createTable("default.refused", [{ id: 1 }], options as never), words] as const,
    ),
    [
      () => lake.table("default.orders").merge("id", [{ id: 3 }], { whenNotMatched: "ignore" as never }),
      'whenNotMatched is "ignore"; pass "insert" or "skip"',
    ],
    [
      () => lake.table("default.orders").merge("id", [{ id: 3 }], { whenNotInData: "remove" as never }),
      'whenNotInData is "remove"; pass "keep" or "delete"',
    ],
    [
      () => lake.table("default.orders").createIndex("id", { type: "hash" } as never),
      'type is "hash"; pass "ivf_flat", "ivf_pq"',
    ],
  ])("%#", async (call, words) => {
    expect(await refusal(call)).toContain(words);
  });
});
