/** Files as frames: every value as it was written, and a sentence for what cannot be read. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile as readBytes, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { arrow, type DataType, type Field } from "../../../src/arrow.ts";
import { fieldTypeName, typeName } from "../../../src/display/arrow/type-name.ts";
import { displaySymbol } from "../../../src/display/mime.ts";
import { col, count, fromRows, readFile } from "../../../src/index.ts";
import { withoutDictionaries } from "../../../src/table/columns/change-children.ts";
import type { FileOptions } from "../../../src/types.ts";
import { refusal } from "../../refusal.ts";
import { sizes } from "../../sizes.ts";
import { buildTable, columnSamples, nestedSamples } from "../sample-table.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "read-files-"));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;

async function fileOf(ending: string, content: string | Uint8Array): Promise<string> {
  files += 1;
  const path = join(folder, `file ${files}${ending}`);
  await writeFile(path, content);
  return path;
}

async function typesOf(path: string, options: FileOptions = {}) {
  const { fields } = await readFile(path, options).schema();
  return Object.fromEntries(fields.map((field) => [field.name, fieldTypeName(field)]));
}

async function readText(ending: string, content: string | Uint8Array, options: FileOptions = {}) {
  return readFile(await fileOf(ending, content), options).toObjects();
}

async function refusalOf(ending: string, content: string | Uint8Array, options: FileOptions = {}) {
  const path = await fileOf(ending, content);
  return (await refusal(() => readFile(path, options).toObjects())).replaceAll(path, "FILE");
}

const { DataType: Types } = arrow;
/** Texts with a zero byte are no lines of CSV. */
const csvTypes = (type: DataType) => !Types.isBinary(type);

const written: readonly (readonly [ending: string, holds: (type: DataType) => boolean])[] = [
  [".csv", csvTypes],
  [".parquet", (type) => !(Types.isTimestamp(type) && type.unit === 3 && type.timezone)],
  [".json", () => true],
  [".arrow", () => true],
  [".arrows", () => true],
];

test.each(written)("what we write to %s comes back as it was", async (ending, holds) => {
  const samples = [...columnSamples, ...(ending === ".csv" ? [] : nestedSamples)].filter(({ type }) =>
    holds(type),
  );
  const columns = fc
    .array(fc.constantFrom(...samples), { minLength: 1, maxLength: 6 })
    .chain((chosen) =>
      fc
        .integer({ min: 0, max: 12 })
        .chain((rows) =>
          fc.tuple(
            ...chosen.map(({ type, cell }, index) =>
              fc
                .array(cell, { minLength: rows, maxLength: rows })
                .map((cells) => ({ name: `c ${index}`, type, cells })),
            ),
          ),
        ),
    );
  await fc.assert(
    fc.asyncProperty(columns, async (drawn) => {
      const table = buildTable(drawn);
      const frame = fromRows(table);
      const path = join(folder, `written${ending}`);
      const write = { ".csv": "toCsv", ".parquet": "toParquet", ".json": "toJson" }[ending] ?? "toArrow";
      await frame[write as "toCsv"](path, { overwrite: true });
      const types = Object.fromEntries(
        drawn.map(({ name, type }) => [name, typeName(withoutDictionaries(type))]),
      );
      const options = ending === ".csv" || ending === ".json" ? { types } : {};
      expect(await readFile(path, options).toObjects()).toEqual(await frame.toObjects());
      if (!ending.startsWith(".arrow")) expect(await typesOf(path, options)).toEqual(types);
    }),
    { numRuns: Math.ceil(sizes.generatedCases / 10) },
  );
});

test("whole numbers beyond int64, decimals, leading zeros and empty texts stay what they are", async () => {
  const csv =
    'big,price,zip,text,none\n18446744073709551615,3179664.42,007,"",\n1,12345678901234567.89,012,a,\n';
  const path = await fileOf(".csv", csv);
  expect(await typesOf(path)).toEqual({
    big: "uint64",
    price: "decimal128(38, 2)",
    zip: "string",
    text: "string",
    none: "string",
  });
  expect(await readFile(path).toObjects()).toEqual([
    { big: 18446744073709551615n, price: "3179664.42", zip: "007", text: "", none: null },
    { big: 1n, price: "12345678901234567.89", zip: "012", text: "a", none: null },
  ]);
});

test("types are found out", async () => {
  const csv = [
    "i,f,b,d,t,z,n,x",
    "1,1.5,true,2026-01-31,2026-01-31 08:00:00.000001,2026-01-31T08:00:00Z,2026-01-31T08:00:00.000000001,1",
    "-2,1e3,false,1969-12-31,2026-01-31T08:00,2026-01-31T08:00:00+08:00,2026-01-31 08:00:00,one",
  ].join("\n");
  expect(await typesOf(await fileOf(".csv", csv))).toEqual({
    i: "int64",
    f: "double",
    b: "bool",
    d: "date32[day]",
    t: "timestamp[us]",
    z: "timestamp[us, UTC]",
    n: "timestamp[ns]",
    x: "string",
  });
});

test("a frame of a file is filtered, grouped, joined, put into SQL, counted and shown", async () => {
  const path = await fileOf(".csv", "city,price\nRome,1.5\nRome,2.5\nOslo,4\n");
  const file = readFile(path);
  expect(
    await file.where(col("price").gt(2)).groupBy("city").agg(count().as("n")).sort("city").toObjects(),
  ).toEqual([
    { city: "Oslo", n: 1n },
    { city: "Rome", n: 1n },
  ]);
  const other = fromRows([{ city: "Rome", country: "Italy" }]);
  expect(await file.join(other, { on: "city" }).count()).toBe(2);
  const sql = await other.sql`SELECT sum(price) AS total FROM ${file}`.toObjects();
  expect(sql).toEqual([{ total: 8 }]);
  const bundle = await file[displaySymbol]();
  expect(bundle["text/plain"]).toContain("Rome");
  expect(bundle["text/html"]).toContain("Oslo");
  expect(String(await file.explain())).toContain(path);
});

test("files of a pattern are one frame, and have the same columns", async () => {
  await writeFile(join(folder, "part-2.csv"), "a,b\n3,x\n");
  await writeFile(join(folder, "part-1.csv"), "a,b\n1,x\n2,y\n");
  const frame = readFile(join(folder, "part-*.csv"));
  expect(await frame.toObjects()).toEqual([
    { a: 1n, b: "x" },
    { a: 2n, b: "y" },
    { a: 3n, b: "x" },
  ]);
  await writeFile(join(folder, "part-3.csv"), "a,c\n3,x\n");
  expect(await refusal(() => frame.toObjects())).toContain("its columns are a int64, c string, and those of");
  expect(await refusal(() => frame.schema())).toContain("its columns are a int64, c string, and those of");
  expect(await refusal(() => readFile(join(folder, "none-*.csv")).count())).toMatch(
    /none-\*\.csv: no file fits this pattern$/,
  );
});

const plain = "name;n\nRome;1\n北京;2\n";

test.each([
  ["utf-8", Buffer.from(plain)],
  ["utf-8", Buffer.from(`\uFEFF${plain}`)],
  ["utf-16le", Buffer.from(plain, "utf16le")],
  [
    "gbk",
    Buffer.concat([
      Buffer.from("name;n\nRome;1\n"),
      Buffer.from([0xb1, 0xb1, 0xbe, 0xa9]),
      Buffer.from(";2\n"),
    ]),
  ],
])("text in %s", async (encoding, bytes) => {
  const rows = [
    { name: "Rome", n: 1n },
    { name: "北京", n: 2n },
  ];
  expect(await readText(".csv", bytes, { delimiter: ";", encoding })).toEqual(rows);
  expect(await readText(".csv.gz", gzipSync(bytes), { delimiter: ";", encoding })).toEqual(rows);
});

test("a file that was changed is opened again, also where its size and its time are as before", async () => {
  const path = await fileOf(".csv", "a\n1\n");
  const frame = readFile(path);
  expect(await frame.toObjects()).toEqual([{ a: 1n }]);
  expect(await frame.toObjects()).toEqual([{ a: 1n }]);
  const { atime, mtime } = await stat(path);
  await utimes(path, atime, mtime);
  expect(await frame.toObjects()).toEqual([{ a: 1n }]);
  await writeFile(path, "b\nx\n");
  await utimes(path, atime, mtime);
  expect(await frame.toObjects()).toEqual([{ b: "x" }]);
});

test("a byte order mark tells UTF-16", async () => {
  expect(await readText(".csv", Buffer.from("\uFEFFa\n北京\n", "utf16le"))).toEqual([{ a: "北京" }]);
});

test("header, null text, dates and tabs", async () => {
  expect(await readText(".tsv", '1\tNA\n2\t"NA"\n', { header: ["a", "b"], nullText: "NA" })).toEqual([
    { a: 1n, b: null },
    { a: 2n, b: "NA" },
  ]);
  expect(await readText(".csv", "1,2\n", { header: false })).toEqual([{ column_1: 1n, column_2: 2n }]);
  expect(await readText(".csv", "d\n31.01.2026\n", { dateFormat: "%d.%m.%Y", types: { d: "date" } })).toEqual(
    [{ d: new Date("2026-01-31T00:00:00Z") }],
  );
});

test("lines that are torn are refused with their number", async () => {
  expect(await refusalOf(".csv", "a,b\n1,2\n3\n4,5\n")).toBe(
    "InvalidInput: Cannot read FILE: line 3 has 1 value, and the file has 2 columns; mend the line",
  );
  expect(await refusalOf(".csv", "a,b\n1,2\n3,4,5\n")).toContain(
    "line 3 has 3 values, and the file has 2 columns",
  );
  expect(await refusalOf(".csv", 'a,b\n1,"2\n')).toContain("line 2 has a quote in the wrong place");
  expect(await refusalOf(".csv", Buffer.from([0x61, 0x0a, 0xff, 0x0a]))).toContain("its bytes are not utf-8");
  expect(await refusalOf(".csv", "")).toContain("it is empty");
  expect(await refusalOf(".csv", "a,a\n1,2\n")).toContain('two columns are called "a"');
});

test.each(["12345678901234567.5", "3.14159265358979323846", "1e400", "1e-400"])(
  "the JSON number %s, which no double holds, is refused behind the rows that tell the types",
  async (number) => {
    const text = '{"a":1.5}\n'.repeat(20_500) + `{"a":${number}}\n`;
    expect(await refusalOf(".json", text)).toContain(
      `row 20501, column a holds ${number}, which no double holds`,
    );
    const rows = await readText(".json", text, { types: { a: "double" } });
    expect(rows.at(-1)).toEqual({ a: Number(number) });
  },
);

test("line breaks within the names of columns, and within values, are not those between lines", async () => {
  const breaks = ["\n", "\r\n", "\r"];
  const names = ["b", ...breaks.map((inner) => `${inner}b`), "b\r\n\nb"];
  for (const end of breaks)
    for (const name of names)
      for (const value of ["x", ...breaks.map((inner) => `x${inner}y`)]) {
        const text = `a,"${name}"${end}1,"${value}"${end}2,z${end}`;
        const what = JSON.stringify(text);
        const rows = [
          { a: 1n, [name]: value },
          { a: 2n, [name]: "z" },
        ];
        expect(await readText(".csv", text), what).toEqual(rows);
        expect((await readText(".csv", text, { header: false }))[0], what).toEqual({
          column_1: "a",
          column_2: name,
        });
      }
  expect(await readText(".csv.gz", gzipSync('a,"\nb"\r\n1,2\r\n'))).toEqual([{ a: 1n, "\nb": 2n }]);
  expect(await readText(".csv", 'a,"\rb"', { header: false })).toEqual([{ column_1: "a", column_2: "\rb" }]);
  expect(await refusalOf(".csv", 'a,"\nb"\r\n1,2\r\n3\r\n')).toContain(
    "line 3 has 1 value, and the file has 2 columns",
  );
});

test.each([
  [".csv.gz", "a,b\n", (row: number) => `${row},${(row * 7_919) % 10_007}\n`],
  [".tsv.gz", "a\tb\n", (row: number) => `${row}\t${(row * 7_919) % 10_007}\n`],
  [".json.gz", "", (row: number) => `{"a":${row},"b":${(row * 7_919) % 10_007}}\n`],
])("a %s that is cut or damaged is refused, however much of it can be read", async (ending, head, line) => {
  const whole = gzipSync(head + Array.from({ length: 20_000 }, (_, row) => line(row)).join(""));
  const flipped = Buffer.from(whole);
  flipped[whole.length >> 1] = (whole[whole.length >> 1] as number) ^ 1;
  const damaged = {
    half: whole.subarray(0, whole.length >> 1),
    "without its checksum": whole.subarray(0, -8),
    "with another checksum": Buffer.concat([whole.subarray(0, -8), Buffer.alloc(8)]),
    "with another bit": flipped,
  };
  for (const [name, bytes] of Object.entries(damaged)) {
    const message = await refusalOf(ending, bytes);
    // What a flipped bit makes of a line may be refused before the end is reached.
    if (ending !== ".json.gz" || name !== "with another bit")
      expect(message, name).toContain("it is not a whole gzip file");
  }
});

test("a compressed file of several parts is read whole", async () => {
  const members = Buffer.concat([gzipSync("a,b\n1,2\n"), gzipSync("3,4\n")]);
  expect(await readText(".csv.gz", members)).toEqual([
    { a: 1n, b: 2n },
    { a: 3n, b: 4n },
  ]);
});

test("another delimiter than the usual one is noticed, and is passed", async () => {
  expect(await refusalOf(".csv", "a;b\n1;2,5\n")).toBe(
    'InvalidInput: Cannot read FILE: its first line is one value, "a;b"; ' +
      'pass { delimiter: ";" }, or { delimiter: "," } if it is one column',
  );
  expect(await refusalOf(".csv", "a\tb\n1\t2\n", { header: ["a", "b"] })).toContain(
    'pass { delimiter: "\\t" }',
  );
  expect(await refusalOf(".tsv", "a,b\n1,2\n")).toContain('pass { delimiter: "," }, or { delimiter: "\\t" }');
  expect(await readText(".csv", "a;b\n1;2\n", { delimiter: "," })).toEqual([{ "a;b": "1;2" }]);
  expect(await readText(".csv", "a|b,c\n1,2\n")).toEqual([{ "a|b": 1n, c: 2n }]);
});

test("every column of a wide file has the type of its values", async () => {
  const values = [
    ["1", "2"],
    ["1", "x"],
    ["0.5", "2"],
    ["2024-01-02", "2024-01-03"],
    ["", ""],
  ] as const;
  const columns = Array.from(
    { length: 1_000 },
    (_, index) => values[index % values.length] as readonly string[],
  );
  const names = columns.map((_, index) => `column ${index}`);
  const lines = [names, columns.map(([first]) => first), columns.map(([, second]) => second)];
  const types = await typesOf(await fileOf(".csv", `${lines.map((line) => line.join(",")).join("\n")}\n`));
  const expected = ["int64", "string", "double", "date32[day]", "string"];
  expect(types).toEqual(Object.fromEntries(names.map((name, index) => [name, expected[index % 5]])));
});

test("a value that does not fit is named by row and column", async () => {
  const lines = Array.from({ length: 20_050 }, (_, row) => (row === 20_010 ? "many" : String(row)));
  expect(await refusalOf(".csv", `n\n${lines.join("\n")}\n`)).toBe(
    'InvalidInput: Cannot read FILE: row 20011, column n holds "many", and the column is int64 in the first 20000 rows; ' +
      'pass { types: { "n": "string" } }, or the text for null as nullText',
  );
  expect(await refusalOf(".csv", "n\n1.5\n", { types: { n: "int64" } })).toContain(
    'row 1, column n holds "1.5", and its type is to be int64; pass { types: { "n": "double" } }',
  );
  expect(await refusalOf(".csv", "n\n1e400\n", { types: { n: "double" } })).toContain('holds "1e400"');
  expect(await refusalOf(".csv", "n\n-1e39\n", { types: { n: "float" } })).toContain('holds "-1e39"');
  expect(await readText(".csv", "n,m\n1e400,-inf\n2,1e39\n")).toEqual([
    { n: "1e400", m: Number.NEGATIVE_INFINITY },
    { n: "2", m: 1e39 },
  ]);
  expect(await refusalOf(".csv", "n\n1\n", { types: { m: "int64" } })).toContain(
    "no column named m; did you mean n?",
  );
});

test("JSON keeps digits, maps and types, in lines or as an array", async () => {
  const rows = [
    { id: 18446744073709551615n, price: 0.1, tags: ["a"], at: "2026-01-31T08:00:00.000001" },
    { id: 1n, price: 2, tags: [], at: null },
  ];
  const lines =
    '{"id":18446744073709551615,"price":0.1,"tags":["a"],"at":"2026-01-31T08:00:00.000001"}\n{"id":1,"price":2,"tags":[]}\n';
  expect(await readText(".ndjson", lines)).toEqual(rows);
  expect(await readText(".json", `[${lines.trim().replace("\n", ",")}]`)).toEqual(rows);
  expect(await readText(".json", '{"d":123456789012345678.12}\n{"d":1.5}')).toEqual([
    { d: "123456789012345678.12" },
    { d: "1.50" },
  ]);
  const map = { types: { m: "map<string, int64>", t: "timestamp[us]" } };
  expect(await readText(".json", '{"m":{"b":1,"a":2},"t":"2026-01-31T08:00:00.000001"}', map)).toEqual([
    {
      m: [
        ["b", 1n],
        ["a", 2n],
      ],
      t: "2026-01-31T08:00:00.000001",
    },
  ]);
});

test.each([".json", ".csv"])("any number of a %s file keeps its digits", async (ending) => {
  const digits = (min: number, max: number) =>
    fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`)).map((text) => text.replace(/^0+(?=[0-9])/, ""));
  const number = fc
    .tuple(fc.constantFrom("", "-"), digits(1, 19), digits(0, 18))
    .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`);
  const withoutZeros = (text: string) => text.replace(/(\.[0-9]*?)0+$/, "$1").replace(/\.$/, "");
  const check = async (text: string) => {
    const [row] = await readText(ending, ending === ".json" ? `{"d": ${text}}` : `d\n${text}\n`);
    const found = Object.is(row?.d, -0) ? "-0" : String(row?.d);
    const value = /e/.test(found) ? Number(found) : withoutZeros(found);
    expect([text, value]).toEqual([text, typeof value === "number" ? Number(text) : withoutZeros(text)]);
  };
  for (const text of ["1234.567890123456789", "12.345678901234567", "-9999.000000000000001"])
    await check(text);
  await fc.assert(fc.asyncProperty(number, check), { numRuns: sizes.generatedPlans, endOnFailure: true });
});

test("keys of JSON keep their order, also those that JavaScript would put first", async () => {
  const text = '{"z":1,"10":{"b":1,"7":"\\"7\\":","2":[{"y":1,"1":2}]},"m":{"9":1,"x":2,"1":3}}';
  const path = await fileOf(".json", text);
  expect(await typesOf(path)).toEqual({
    z: "int64",
    "10": "struct<b: int64, 7: string, 2: list<struct<y: int64, 1: int64>>>",
    m: "struct<9: int64, x: int64, 1: int64>",
  });
  const { fields } = await readFile(path).schema();
  expect(fields.map(({ name }) => name)).toEqual(["z", "10", "m"]);
  const [row] = await readFile(path, { types: { m: "map<string, int64>" } }).toObjects();
  expect(row?.m).toEqual([
    ["9", 1n],
    ["x", 2n],
    ["1", 3n],
  ]);
  expect(row?.["10"]).toEqual({ b: 1n, "7": '"7":', "2": [{ y: 1n, "1": 2n }] });
});

test("a key that a JSON object has twice is refused by its line, wherever it is and however it is written", async () => {
  const twice = (line: number, key: string) =>
    `line ${line} has an object with two values for ${key}; keep one of them in the file`;
  expect(await refusalOf(".json", '{"a":1}\n{"a":1,"b":":","a":2}\n')).toContain(twice(2, '"a"'));
  expect(await refusalOf(".json", '[{"a":1},\n{"a":{"x":1,\n"x" :1}}]')).toContain(twice(3, '"x"'));
  expect(await refusalOf(".json", '{"a":[{"k":1,"\\u006b":"\\u003a"}]}')).toContain(twice(1, '"k"'));
  expect(await refusalOf(".json", '{"a":12345678901234567.25,"a":"{"}')).toContain(twice(1, '"a"'));
  const once = '{"a:b":"x:\\"a\\":1","a":{"a":"\\u0061"},"n":123456789012345678.5,"l":[{"a":1},{"a":2}]}';
  expect(await readText(".json", once)).toHaveLength(1);
});

test("JSON that does not fit is refused by its line or row", async () => {
  expect(await refusalOf(".json", '{"a":1}\n{"a":\n')).toContain("line 2 is not valid JSON");
  expect(await refusalOf(".json", '{"a":1}\n[1]\n')).toContain("line 2 is not an object");
  expect(await refusalOf(".json", '[{"a":1},2]')).toContain("row 2 is not an object");
  const mixed = '{"x":1}\n{"x":"a"}\n{"x":1.5}\n';
  expect(await refusalOf(".json", mixed)).toMatch(
    /: column x holds values of several types: "a" is string, .*; write its values in one type, such as all as text, in the file$/,
  );
  expect(await refusalOf(".json", mixed, { types: { x: "string" } })).toMatch(
    /: row 1, column x: 1 is not text; the column is string; write it as text in the file$/,
  );
  expect(await refusalOf(".json", mixed, { types: { x: "int64" } })).toMatch(
    /: row 2, column x: .*; change it in the file, or pass the column's type in \{ types: \{ "x": … \} \}$/,
  );
  expect(await refusalOf(".json", '{"x":12345678901234567.25}\n{"x":"NaN"}\n')).toMatch(
    /pass its type, as in \{ types: \{ "x": "double" \} \}$/,
  );
});

test("Parquet keeps names that differ by case, milliseconds, zones, durations and fixed-size lists", async () => {
  const vector = new arrow.FixedSizeList(2, new arrow.Field("item", new arrow.Float32(), true));
  const table = buildTable([
    { name: "v", type: vector, cells: [[1, 2], null, [3, 4]] },
    { name: "t", type: new arrow.Timestamp(1, "Asia/Shanghai"), cells: [1n, -1n, null] },
    { name: "f", type: new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()), cells: ["a", "b", "a"] },
  ]);
  const path = join(folder, "kinds.parquet");
  await fromRows(table).toParquet(path);
  expect(await typesOf(path)).toEqual({
    v: "fixed_size_list<float>[2]",
    t: "timestamp[ms, Asia/Shanghai]",
    f: "string",
  });
  expect(await readFile(path).toObjects()).toEqual(await fromRows(table).toObjects());
  const twins = fromRows({ a: [1], A: [2] });
  expect(await refusal(() => twins.toParquet(join(folder, "twins.parquet")))).toContain(
    "differ by case alone",
  );
});

const pyArrowColumns = `
import decimal, sys, pyarrow as pa, pyarrow.parquet as pq
dec, ns = decimal.Decimal("1.23"), 1767225600000000001
zoned = lambda unit, zone="Asia/Shanghai": pa.timestamp(unit, zone)
columns = {
    "id": pa.array([1]),
    "dec38": pa.array([dec], pa.decimal256(38, 2)),
    "ns": pa.array([ns], pa.timestamp("ns")),
    "list_ns": pa.array([[ns]], pa.list_(pa.timestamp("ns"))),
    "us": pa.array([ns // 1000], zoned("us")),
    "list_us": pa.array([[ns // 1000, None]], pa.list_(zoned("us"))),
    "struct_ms": pa.array([{"at": ns // 10**6}], pa.struct([("at", zoned("ms"))])),
    "map_us": pa.array([[("a", ns // 1000)]], pa.map_(pa.string(), zoned("us"))),
    "bad_dec": pa.array([dec], pa.decimal256(50, 2)),
    "bad_struct": pa.array([{"a": 1, "b": dec}], pa.struct([("a", pa.int8()), ("b", pa.decimal256(50, 2))])),
    "bad_list": pa.array([[dec]], pa.list_(pa.decimal256(76, 2))),
    "bad_zoned": pa.array([ns], zoned("ns")),
    "bad_zoned_list": pa.array([[ns]], pa.list_(zoned("ns", "UTC"))),
    "bad_time": pa.array([1001], pa.time64("ns")),
}
pq.write_table(pa.table(columns), sys.argv[1] + "/python.parquet")
old = {"at": columns["ns"], "list": columns["list_ns"]}
pq.write_table(pa.table(old), sys.argv[1] + "/int96.parquet", use_deprecated_int96_timestamps=True)
spark = pa.table({"at": pa.array([ns // 1000 * 1000], pa.timestamp("ns"))})
how = {"use_deprecated_int96_timestamps": True, "store_schema": False}
with pq.ParquetWriter(sys.argv[1] + "/spark.parquet", spark.schema, **how) as writer:
    writer.write_table(spark)
    writer.add_key_value_metadata({"org.apache.spark.version": "3.5.1"})
`;

const foreignColumns = `
import duckdb, sys
duckdb.sql("""COPY (SELECT 1 AS id, '10:00:00.5+02'::TIMETZ AS at, [{'at': '23:30:00-05'::TIMETZ}] AS list,
  'POINT(1 2)'::GEOMETRY AS place) TO '""" + sys.argv[1] + """/foreign.parquet'""")
duckdb.sql("COPY (SELECT 1 AS id, {'a': 1}::VARIANT AS \\"any\\") TO '" + sys.argv[1] + "/variant.parquet'")
`;

test("Parquet columns of types that Arrow lacks leave the others readable", async () => {
  execFileSync(inject("testPython"), ["-c", foreignColumns, folder]);
  const frame = readFile(join(folder, "foreign.parquet"));
  const place = Buffer.from("0101000000000000000000f03f0000000000000040", "hex");
  // Parquet stores the times of UTC.
  expect(await frame.toObjects()).toEqual([
    { id: 1, at: "08:00:00.500", list: [{ at: "04:30:00" }], place: new Uint8Array(place) },
  ]);
  expect(await frame.where(col("at").lt("09:00:00")).agg(count().as("n")).toObjects()).toEqual([{ n: 1n }]);
  const variant = readFile(join(folder, "variant.parquet"));
  expect(await variant.select("id").toObjects()).toEqual([{ id: 1 }]);
  expect((await refusal(() => variant.toObjects())).replaceAll(folder, "FOLDER")).toBe(
    "Unsupported: Cannot read FOLDER/variant.parquet: column any is a variant; write it as JSON text, or leave it out with select()",
  );
});

test("Parquet that DuckDB would read as other values is refused by its column; the rest is exact, with its zones", async () => {
  execFileSync(inject("testPython"), ["-c", pyArrowColumns, folder]);
  const path = join(folder, "python.parquet");
  const frame = readFile(path);
  const refused = async (columns: Promise<unknown>) =>
    (await refusal(() => columns)).replaceAll(folder, "FOLDER");
  expect(await refused(frame.select("bad_dec").toObjects())).toBe(
    "Unsupported: Cannot read FOLDER/python.parquet: column bad_dec is a decimal of 50 digits; " +
      "write it with at most 38 digits or as text, or leave it out with select()",
  );
  const digits =
    "a timestamp in nanoseconds with a zone, whose last digits would be lost; write it in microseconds";
  const sentences = {
    bad_struct: "column bad_struct holds a decimal of 50 digits",
    bad_list: "column bad_list holds a decimal of 76 digits",
    bad_zoned: `column bad_zoned is ${digits}`,
    bad_zoned_list: `column bad_zoned_list holds ${digits}`,
    bad_time: "column bad_time is a time in nanoseconds, whose last digits would be lost",
  };
  for (const [column, sentence] of Object.entries(sentences))
    expect(await refused(frame.select(column).toObjects())).toContain(sentence);
  const copy = join(folder, "copy.parquet");
  for (const refusal of [
    await refused(frame.select("bad_dec").toParquet(copy)),
    await refused(frame.select("bad_dec").toCsv(copy)),
  ]) {
    expect(refusal).toContain(
      `Unsupported: Cannot write FOLDER/copy.parquet: column "bad_dec": DuckDB has no decimal256(50, 2), only decimals of at most 38 digits; leave`,
    );
  }
  expect(await refused(frame.agg(col("bad_dec").sum().as("s")).toObjects())).toMatch(/column "?bad_dec/);
  expect(await refused(frame.sql`SELECT bad_dec FROM ${frame}`.toObjects())).toMatch(/column "?bad_dec/);
  const old = readFile(join(folder, "int96.parquet"));
  expect(await refused(old.select("at").toObjects())).toContain("column at is an INT96 timestamp");
  expect(await refused(old.select("list").toObjects())).toContain("column list holds an INT96 timestamp");
  expect(await readFile(join(folder, "spark.parquet")).toObjects()).toEqual([{ at: "2026-01-01T00:00:00" }]);

  const good = frame.select("id", "dec38", "ns", "list_ns", "us", "list_us", "struct_ms", "map_us");
  expect((await good.schema()).fields.map(fieldTypeName)).toEqual([
    "int64",
    "decimal128(38, 2)",
    "timestamp[ns]",
    "list<timestamp[ns]>",
    "timestamp[us, Asia/Shanghai]",
    "list<timestamp[us, Asia/Shanghai]>",
    "struct<at: timestamp[ms, Asia/Shanghai]>",
    "map<string, timestamp[us, Asia/Shanghai]>",
  ]);
  expect(await good.toObjects()).toEqual([
    {
      id: 1n,
      dec38: "1.23",
      ns: "2026-01-01T00:00:00.000000001",
      list_ns: ["2026-01-01T00:00:00.000000001"],
      us: "2026-01-01T00:00:00Z",
      list_us: ["2026-01-01T00:00:00Z", null],
      struct_ms: { at: new Date("2026-01-01T00:00:00Z") },
      map_us: [["a", "2026-01-01T00:00:00Z"]],
    },
  ]);
  expect(await good.select(col("us").hour().as("hour")).toObjects()).toEqual([{ hour: 8n }]);
});

/** `{ l: [["x", "y"], [], null], n: [1, 2, 3] }`, l a large list, as pyarrow writes it. */
const largeLists =
  "eNrVUztuwkAQfbYXg9AWLhzkIkUKCtpIFClSwAki0YQLUCABVYpwB47BYSgpU3IMOngzOwsbK0mfJ81vNW/n4/V0Nnt7fwYuxBFABUEfHiU66NEjMscYjHrU" +
  "zjSQU17N35PPxFz4j3amVMpGuZ7SVa4cT6i+Auehpt8YR/KfzK4oB+ZUqMkryfbaYegx67RriV1+LNbBdxrLXGfa2nI8BjaZ19tQOK09R0SfsdcpZfad7aTA" +
  "Hd3Ez8zaXNq7YITvGN3qB7yYzc1OWvkxbpKzIukja/HTnL/i/Bcb74zx5/bnOvG+i367sBvP7Za60crmcxhTD5NvemotbJ7U/Y/vSt7UVP+dKy4vOFs=";

/** A struct with a month_day_nano_interval in it, as pyarrow writes it. */
const monthsDaysNanos =
  "eNp1UUsKwjAQfUnTDzVCFkW6cNFjuPQqgpuCS0EP5JFceJv0ZZxiCHZgPm94k7xJYozxAyAgWQ+PBjU6VjTjiEHUMTqNgKXftX5xnsT9wHrSnqGPWj8uc6KydoLf" +
  "X/4uZBzozJN3d/RGOpaaBsGtqAiq0diUj9ls0jNfk05Pb0VnIp4Zou43KNfjoBt6ORWVEx0nrNYTe9k2vcFN38biZzW2LRTZaB4L3oqnrFcV9yDDpsDY6JssWz3z" +
  "n0X5B2ABvYcczQ==";

test("an Arrow file with intervals of months, days and nanoseconds is refused, by the column", async () => {
  const stream = inflateSync(Buffer.from(monthsDaysNanos, "base64"));
  expect(await refusalOf(".arrows", stream)).toContain("column wait holds intervals of months, days");
});

test("Arrow files with large lists", async () => {
  const path = await fileOf(".arrow", inflateSync(Buffer.from(largeLists, "base64")));
  const rows = [
    { l: ["x", "y"], n: 1n },
    { l: [], n: 2n },
    { l: null, n: 3n },
  ];
  expect(await readFile(path).toObjects()).toEqual(rows);
  expect(await readFile(path).select("n").where(col("n").gt(1)).toObjects()).toEqual([{ n: 2n }, { n: 3n }]);
  expect(await readFile(path).count()).toBe(3);
});

test("what is missing, and what cannot be said of a format", async () => {
  const path = await fileOf(".csv", "a\n1\n");
  const missing = path.replace(".csv", ".cvs");
  expect(await refusal(() => readFile(missing, { format: "csv" }).count())).toContain(
    `no such file in ${folder}; did you mean`,
  );
  expect(await refusal(() => readFile(folder, { format: "csv" }).count())).toContain("it is a folder");
  expect(await refusal(async () => readFile("rows.txt"))).toContain("its name does not tell the format");
  expect(await refusal(async () => readFile("rows.cvs"))).toBe(
    'InvalidInput: Cannot read rows.cvs: no format ends in .cvs; did you mean .csv? If that is its name, pass { format: "csv" }',
  );
  expect(await refusal(async () => readFile("rows.parquet", { delimiter: ";" }))).toContain(
    "delimiter is an option of csv, and the format is parquet; leave it out",
  );
  expect(await refusal(async () => readFile("rows.csv", { encoding: "klingon" }))).toContain(
    "TextDecoder knows",
  );
  expect(await refusal(async () => readFile("rows.csv", { dateFormat: "DD/MM/YYYY" }))).toContain(
    'dateFormat is written in the codes of strptime, such as "%d/%m/%Y"',
  );
  expect(await refusal(async () => readFile("rows.csv", { delimeter: ";" } as never))).toContain("delimeter");
  expect(await refusal(() => readFile(path, { format: "parquet" }).count())).toMatch(
    /^\w+: Cannot read .*file/,
  );
  expect(await refusal(() => readFile(path, { format: "arrow" }).count())).toContain(
    "not a whole Arrow IPC file",
  );
});

test("a zero with a sign keeps it", async () => {
  expect(await readText(".csv", "n,m\n-0,-0.0\n0,1.25\n")).toEqual([
    { n: -0, m: -0 },
    { n: 0, m: 1.25 },
  ]);
  const long = "n\n-0\n12345678901234567890123\n";
  expect(await readText(".csv", long)).toEqual([{ n: "-0" }, { n: "12345678901234567890123" }]);
});

test("files of JSON without objects are read where another tells the columns", async () => {
  for (const [index, content] of ["[]", "", '[{"a":1}]', "\n", '[{"a":2}]'].entries())
    await writeFile(join(folder, `part-${index}.json`), content);
  expect(await readFile(join(folder, "part-*.json")).toObjects()).toEqual([{ a: 1n }, { a: 2n }]);
  const empty = join(folder, "part-[01].json");
  expect(await refusal(() => readFile(empty).toObjects())).toBe(
    `InvalidInput: Cannot read ${empty}: its files hold no objects; name its columns, as in { types: { a: "int64" } }`,
  );
  expect(await refusalOf(".json", "[]")).toContain("it holds no objects");
});

test("a Parquet file whose pages are broken is said to be no whole file", async () => {
  const path = join(folder, "broken.parquet");
  await fromRows({ n: [1.5, 2.5], s: ["a", "b"] }).toParquet(path);
  const bytes = await readBytes(path);
  await writeFile(path, bytes.fill(0xff, 8, 40));
  expect(await refusal(() => readFile(path).toObjects())).toBe(
    `InvalidInput: Cannot read ${path}: it is not a whole Parquet file; write it again`,
  );
});

test.each([
  ["+23:59", true],
  ["-12", true],
  ["+0530", true],
  ["Z", true],
  ["+24:00", false],
  ["+25:00", false],
  ["+14:61", false],
  ["-99", false],
])("a time of CSV with the zone %s", async (zone, isTime) => {
  const path = join(folder, "zone.csv");
  await writeFile(path, `at\n2024-01-01 00:00:00${zone}\n`);
  const { type } = (await readFile(path).schema()).fields[0] as Field;
  expect(typeName(type)).toBe(isTime ? "timestamp[us, UTC]" : "string");
});

test.each([
  ["lists", "[", "]"],
  ["objects", '{"b":', "}"],
])("JSON with thousands of %s inside each other is refused in words", async (_, open, close) => {
  const path = join(folder, "deep.ndjson");
  const write = (depth: number) => writeFile(path, `{"a":${open.repeat(depth)}1${close.repeat(depth)}}\n`);
  await write(900);
  expect(await readFile(path).count()).toBe(1);
  for (const depth of [1_100, 3_000, 20_000, 200_000]) {
    await write(depth);
    expect(await refusal(() => readFile(path).toObjects())).toMatch(/lists or objects inside each other/);
  }
});
