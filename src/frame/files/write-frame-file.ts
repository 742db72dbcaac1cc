/** Frames as files of this machine. */

import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { arrow } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { withProgress } from "../../progress.ts";
import { z } from "../../zod.ts";
import { parse, parseFilePath } from "../builder/arguments.ts";
import type { Plan } from "../plan/plan.ts";
import type { FrameContext } from "../run/frame-context.ts";
import { preparePlan } from "../run/prepare.ts";
import { type RunOptions, withRun } from "../run/run.ts";
import { runPlan } from "../run/run-plan.ts";
import type { FileFormat } from "./file-format.ts";
import { placeFile } from "./place-file.ts";

/** Options of `toParquet`, `toCsv` and the like. */
export interface FrameFileOptions extends RunOptions {
  /** Replaces an existing file, which is refused otherwise. */
  readonly overwrite?: boolean;
}

const overwriting = loadWhenUsed(() => z.boolean().default(false));

/** @returns the number of rows */
export async function writeFrameFile(
  plan: Plan,
  context: FrameContext,
  path: string,
  format: FileFormat,
  { overwrite, ...options }: FrameFileOptions,
): Promise<number> {
  const isOverwriting = parse(overwriting, overwrite, "write a file");
  const checkedPath = parseFilePath(path, "write a file");
  const action = `write ${checkedPath}`;
  const isCompressed = /\.gz$/i.test(checkedPath);
  if (isCompressed && format !== "csv" && format !== "json") {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: only CSV and JSON are compressed as a whole; leave out .gz`,
    );
  }
  return withRun(context, options, (run) =>
    placeFile(checkedPath, isOverwriting, action, async (unfinished) => {
      const prepared = await preparePlan(plan, run);
      const schema = new arrow.Schema([...prepared.fields]);
      const { writeRows } = await import("./file-work.ts");
      return withProgress(action, {}, async (progress) => {
        const advance = (rows: number) => progress.advance({ rows });
        const writing = { action, signal: run.signal, advance };
        const rows = await writeRows(
          unfinished,
          checkedPath,
          format,
          schema,
          runPlan(prepared, run),
          writing,
        );
        if (isCompressed) await compressFile(unfinished, run.signal);
        return rows;
      });
    }),
  );
}

/** Replaces a file by what gzip makes of it. */
async function compressFile(path: string, signal: AbortSignal | undefined): Promise<void> {
  const compressed = `${path}.gz`;
  try {
    const steps = [createReadStream(path), createGzip(), createWriteStream(compressed)] as const;
    await pipeline(...steps, signal === undefined ? {} : { signal });
    await rename(compressed, path);
  } finally {
    await rm(compressed, { force: true });
  }
}
