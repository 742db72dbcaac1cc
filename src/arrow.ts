/**
 * The one import of apache-arrow. It is the CommonJS build, because that is the copy @lancedb/lancedb and
 * notebook cells hold: the ES build's classes are different objects.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type * as Arrow from "apache-arrow";
import { loadThroughCache } from "./code-cache.ts";
import { loadWhenUsed } from "./load-when-used.ts";
import { codeFolder } from "./package-folder.ts";

/** Loaded when something of it is first needed: a program that only connects needs none. */
const arrow = loadWhenUsed(loadArrow);

/**
 * Loads apache-arrow for everybody in this process. Node takes 80 ms for its 134 modules, 25 ms for the same code in one file
 * and 10 ms for what V8 has kept of that, so `dist` has such a file of the version that we name. It takes the place of the
 * modules in Node's own list of what is loaded: @lancedb/lancedb and cells that require apache-arrow get the same classes.
 */
export function loadArrow(): typeof Arrow {
  const require = createRequire(import.meta.url);
  const installed = require.resolve("apache-arrow");
  if (require.cache[installed] === undefined) {
    const { version } = JSON.parse(readFileSync(join(dirname(installed), "package.json"), "utf8"));
    const ours = fileURLToPath(new URL(`shared/apache-arrow-${version}.cjs`, codeFolder));
    if (existsSync(ours)) {
      require.cache[installed] = loadThroughCache(ours);
    }
  }
  return require(installed) as typeof Arrow;
}

export type { DataType, Field, RecordBatch, Schema, Table, Vector } from "apache-arrow";
export { arrow, Types };

/** Tells types apart: `Types.isInt(type)`. */
const Types = loadWhenUsed(() => arrow.DataType);

/**
 * Recognizes an Arrow table by its shape, whichever copy of apache-arrow made it: `instanceof` fails between
 * copies.
 */
export function isArrowTable(value: unknown): value is Arrow.Table {
  if (typeof value !== "object" || value === null) return false;
  const table = value as Partial<Arrow.Table>;
  return (
    Array.isArray(table.batches) &&
    typeof table.numRows === "number" &&
    typeof table.getChildAt === "function" &&
    Array.isArray(table.schema?.fields)
  );
}

const largeLists = new WeakSet<Arrow.DataType>();

/** Tells that a list type stands for a large list, which this version of apache-arrow does not know. */
export function markLargeList(type: Arrow.DataType): void {
  largeLists.add(type);
}

/** True for the type of a column that is stored as a large list; its batches hold lists. */
export function isLargeList(type: Arrow.DataType): boolean {
  return largeLists.has(type);
}

/**
 * The bytes of a table. apache-arrow's own `tableToIPC` joins neighboring parts of one buffer, also those that overlap:
 * of two columns over the same values, or over parts of one array, it writes wrong ones.
 */
export function encodeTable(table: Arrow.Table, format: "file" | "stream"): Uint8Array {
  const writer = format === "file" ? new arrow.RecordBatchFileWriter() : new arrow.RecordBatchStreamWriter();
  writer.reset(new separateParts.Queue(), table.schema);
  for (const batch of table.batches) writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true);
}

/** A part that begins within the last ones is copied. */
const separateParts = loadWhenUsed(() => ({
  Queue: class extends arrow.AsyncByteQueue {
    #buffer: ArrayBufferLike | undefined;
    #begin = 0;
    #end = 0;

    override write(given: Parameters<Arrow.AsyncByteQueue["write"]>[0]) {
      let part = ArrayBuffer.isView(given)
        ? new Uint8Array(given.buffer, given.byteOffset, given.byteLength)
        : given;
      if (!(part instanceof Uint8Array) || part.byteLength === 0) return super.write(given);
      const isSame = part.buffer === this.#buffer;
      if (isSame && part.byteOffset >= this.#begin && part.byteOffset < this.#end) part = part.slice();
      if (part.buffer !== this.#buffer || part.byteOffset !== this.#end) this.#begin = part.byteOffset;
      this.#buffer = part.buffer;
      this.#end = part.byteOffset + part.byteLength;
      return super.write(part);
    }
  },
}));
