/** Frames written to files, and the files read again. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile as readText, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { arrow, type DataType, Types } from "../../../src/arrow.ts";
import { col, type Frame, fromRows, readFile } from "../../../src/index.ts";
import { refusal } from "../../refusal.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "frame-files-"));
});
afterAll(() => rm(folder, { recursive: true }));

const frame = fromRows({
  id: [1n, 2n ** 60n, null, 4n],
  'it\'s "a"': ["日本", null, 'x,"y"\n', "z"],
  price: [1.5, -0.25, null, 9],
}).where(col("price").isNull().or(col("price").lt(5)));

const rowsOf = (path: string) => readFile(path).toObjects();

const writers: Readonly<
  Record<string, (frame: Frame, path: string, overwrite?: boolean) => Promise<number>>
> = {
  "rows.parquet": (rows, path, overwrite = false) => rows.toParquet(path, { overwrite }),
  "rows.csv": (rows, path, overwrite = false) => rows.toCsv(path, { overwrite }),
  "rows.json": (rows, path, overwrite = false) => rows.toJson(path, { overwrite }),
  "rows.arrow": (rows, path, overwrite = false) => rows.toArrow(path, { overwrite }),
  "rows.arrows": (rows, path, overwrite = false) => rows.toArrow(path, { overwrite }),
};

test.each(Object.entries(writers))(
  "%s holds the frame, and is never written over unasked",
  async (name, write) => {
    const path = join(folder, name);
    expect(await write(frame, path)).toBe(3);
    expect(await rowsOf(path)).toEqual(await frame.toObjects());
    const before = await readText(path);
    expect(await refusal(() => write(frame.limit(1), path))).toContain("pass { overwrite: true }");
    expect(await readText(path)).toEqual(before);
    expect(await write(frame.limit(1), path, true)).toBe(1);
    expect(await rowsOf(path)).toEqual(await frame.limit(1).toObjects());
  },
);

test("pyarrow reads the Parquet file, with its types", async () => {
  const path = join(folder, "python.parquet");
  await frame.toParquet(path);
  const script =
    "import json, sys, pyarrow.parquet as p; t = p.read_table(sys.argv[1]);" +
    "print(json.dumps([[str(f.type) for f in t.schema], t.to_pylist()]))";
  const { stdout } = await promisify(execFile)(inject("testPython"), ["-c", script, path]);
  expect(JSON.parse(stdout.replace(String(2n ** 60n), `"${2n ** 60n}"`))).toEqual([
    ["int64", "string", "double"],
    [
      { id: 1, 'it\'s "a"': "日本", price: 1.5 },
      { id: String(2n ** 60n), 'it\'s "a"': null, price: -0.25 },
      { id: null, 'it\'s "a"': 'x,"y"\n', price: null },
    ],
  ]);
});

const inList = (type: DataType) => new arrow.List(new arrow.Field("item", type, true));

/** A column of one row, which holds a whole number of the type, or a list of it. */
function tickColumn(type: DataType, isListed: boolean): Frame {
  const bytes = Types.isTime(type) && type.unit < 2 ? new Int32Array([1001]) : new BigInt64Array([1001n]);
  const ticks = new arrow.Data(type, 0, 1, 0, [undefined, bytes] as never);
  const offsets = new Int32Array([0, 1]);
  const list = new arrow.Data(inList(type), 0, 1, 0, [offsets] as never, [ticks as never]);
  return fromRows(new arrow.Table({ at: new arrow.Vector([isListed ? list : ticks]) }));
}

test("other readers get every kind of time as it is from Parquet, or the file is refused with ways out", async () => {
  const kinds = [0, 1, 2, 3].flatMap((unit) => [
    new arrow.Timestamp(unit),
    new arrow.Timestamp(unit, "UTC"),
    new arrow.Timestamp(unit, "Asia/Shanghai"),
    new arrow.Duration(unit),
    new arrow.Time(unit, unit < 2 ? 32 : 64),
  ]);
  const written: string[] = [];
  const refused: string[] = [];
  for (const [index, type] of kinds.entries()) {
    for (const isListed of [false, true]) {
      const path = join(folder, `time-${index}-${isListed}.parquet`);
      const frame = tickColumn(type, isListed);
      try {
        await frame.toParquet(path);
      } catch (error) {
        refused.push((error as Error).message.replace(path, "FILE"));
        continue;
      }
      await frame.toArrow(`${path}.arrow`);
      written.push(path);
      const [parquet, arrowFile] = [readFile(path), readFile(`${path}.arrow`)];
      expect(await parquet.toObjects()).toEqual(await arrowFile.toObjects());
      expect(await parquet.schema()).toEqual(await arrowFile.schema());
    }
  }
  const loses = (what: string) => `Cannot write FILE: column at ${what}, which Parquet would lose; `;
  const listed = "write .arrow, or leave it out with drop()";
  expect(refused).toEqual([
    `${loses("is timestamp[ns, UTC]")}cast it to "timestamp[us, UTC]", or write .arrow`,
    loses("holds timestamp[ns, UTC]") + listed,
    `${loses("is timestamp[ns, Asia/Shanghai]")}cast it to "timestamp[us, Asia/Shanghai]", or write .arrow`,
    loses("holds timestamp[ns, Asia/Shanghai]") + listed,
    `${loses("is time64[ns]")}cast it to "time64[us]", or write .arrow`,
    loses("holds time64[ns]") + listed,
  ]);
  const script = `
import json, sys, pyarrow as pa, pyarrow.parquet as pq
for path in json.loads(sys.argv[1]):
    parquet, arrow = pq.read_table(path)["at"], pa.ipc.open_file(path + ".arrow").read_all()["at"]
    leaf = lambda kind: kind.value_type if pa.types.is_list(kind) else kind
    one, other = leaf(parquet.type), leaf(arrow.type)
    assert getattr(one, "tz", None) == getattr(other, "tz", None), (one, other)
    assert str(one).split("[")[0].rstrip("3264") == str(other).split("[")[0].rstrip("3264"), (one, other)
    assert parquet.to_pylist() == arrow.to_pylist(), (parquet, arrow)
`;
  const paths = JSON.stringify(written);
  await promisify(execFile)(inject("testPython"), ["-c", script, paths]);
  expect(written).toHaveLength(kinds.length * 2 - refused.length);
  const path = join(folder, "zoned.csv");
  const zoned = new arrow.Timestamp(3, "UTC");
  expect(await refusal(() => tickColumn(zoned, true).toCsv(path))).toContain("which CSV would lose");
  await tickColumn(zoned, false).toCsv(path);
  expect(String(await readText(path))).toContain("00:00:00.000001001+00");
});

test("Parquet keeps the sign of zero", async () => {
  const path = join(folder, "zeros.parquet");
  const zeros = [-0, null, null, null, 0, null, null];
  const item = new arrow.Field("item", new arrow.Float64(), true);
  const columns = {
    f: arrow.vectorFromArray(zeros, new arrow.Float64()),
    l: arrow.vectorFromArray(
      zeros.map((zero) => [zero, null, null]),
      new arrow.List(item),
    ),
  };
  for (const names of [["f"], ["l"]] as const) {
    const rows = fromRows(new arrow.Table(columns)).select(...names);
    await rows.toParquet(path, { overwrite: true });
    expect(await readFile(path).toObjects()).toEqual(await rows.toObjects());
  }
});

test("no rows keep their columns and types on the way there and back", async () => {
  const path = join(folder, "none.parquet");
  expect(await frame.where(col("id").lt(0)).toParquet(path)).toBe(0);
  const { numRows, schema } = await readFile(path).collect();
  expect([numRows, schema.fields.map(String)]).toEqual([
    0,
    ["id: Int64", 'it\'s "a": Utf8', "price: Float64"],
  ]);
});

test("a frame that fails on the way, or is interrupted, leaves no file", async () => {
  const failing = frame.mapBatches(() => {
    throw new Error("no more");
  });
  await expect(failing.toCsv(join(folder, "half.csv"))).rejects.toThrow("no more");
  const stop = new AbortController();
  const stopping = frame.mapBatches((batch) => {
    stop.abort();
    return batch;
  });
  const { signal } = stop;
  expect(await refusal(() => stopping.toParquet(join(folder, "half.parquet"), { signal }))).toMatch(
    /^Interrupted/,
  );
  expect((await readdir(folder)).filter((name) => name.includes("half"))).toEqual([]);
});

test("a folder that is missing is named", async () => {
  const missing = join(folder, "missing");
  expect(await refusal(() => frame.toCsv(join(missing, "rows.csv")))).toMatch(
    new RegExp(`^InvalidInput: Cannot write .*: no folder ${missing}; make it first`),
  );
});

test("a name that no file can have is refused before anything runs", async () => {
  const names: readonly (readonly [name: string, why: string])[] = [
    ["a\0b.csv", "its path holds a null character; choose another path"],
    [`${"n".repeat(300)}.csv`, "its name is longer than the 213 bytes that fit here; choose another path"],
  ];
  for (const [name, why] of names) {
    for (const write of [frame.toCsv, frame.toParquet, frame.toJson, frame.toArrow])
      expect(await refusal(() => write.call(frame, join(folder, name)))).toContain(why);
  }
  const longest = join(folder, `${"n".repeat(209)}.csv`);
  await frame.toCsv(longest);
  expect((await stat(longest)).size).toBeGreaterThan(0);
});

test("what is no path or option is refused before anything is there", async () => {
  expect(await refusal(() => frame.toCsv(""))).toBe(
    "InvalidInput: Cannot write a file: a file's path is not empty",
  );
  const wrong = { overwrite: "yes" as unknown as boolean };
  expect(await refusal(() => frame.toCsv(join(folder, "wrong.csv"), wrong))).toContain("true or false");
  await expect(stat(join(folder, "wrong.csv"))).rejects.toThrow("ENOENT");
});

test("without DuckDB's native library it says how to install it", async () => {
  const source = `
    const { Module } = await import("node:module");
    const resolve = Module._resolveFilename;
    Module._resolveFilename = function (request, ...rest) {
      if (request.startsWith("@duckdb/")) throw Object.assign(new Error("hidden"), { code: "MODULE_NOT_FOUND" });
      return resolve.call(this, request, ...rest);
    };
    const { fromRows } = await import(${JSON.stringify(new URL("../../../src/index.ts", import.meta.url).href)});
    await fromRows([{ a: 1 }]).toCsv("none.csv").catch((error) => console.log(error.code, error.message));
  `;
  const text = execFileSync(process.execPath, ["--input-type=module", "--no-warnings", "-e", source], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(text).toContain("install dlf-lance again without --omit=optional");
});

test("a name that ends in .gz is a compressed file, of CSV and JSON", async () => {
  const frame = fromRows([
    { a: 1n, b: "x" },
    { a: 2n, b: "é" },
  ]);
  for (const ending of [".csv.gz", ".json.gz"]) {
    const path = join(folder, `compressed${ending}`);
    expect(await (ending === ".csv.gz" ? frame.toCsv(path) : frame.toJson(path))).toBe(2);
    expect(gunzipSync(await readText(path)).toString()).toContain("é");
    expect(await readFile(path).toObjects()).toEqual(await frame.toObjects());
  }
  expect((await readdir(folder)).filter((name) => name.includes("tmp"))).toEqual([]);
  expect(await refusal(() => frame.toParquet(join(folder, "rows.parquet.gz")))).toContain(
    "only CSV and JSON are compressed as a whole; leave out .gz",
  );
});
