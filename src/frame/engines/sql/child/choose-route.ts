/** Which of its two ways DuckDB takes to the rows of Lance tables. */
import { arrow } from "../../../../arrow.ts";
import { defaultMemoryLimit } from "../load-relation.ts";
import type { Job, Source } from "../run-sql.ts";
import { refuseRemote } from "./remote-job.ts";

export interface Route {
  readonly isRemote: boolean;
  /** For `explain()`. */
  readonly why: string;
}

/** Beginning the other process and loading the extension takes as long as fetching about as many rows. */
const rowsWorthAProcess = 1_000_000;
/** Bytes of a text, guessed before one is read. */
const bytesOfText = 24;

export function chooseRoute(job: Job, memoryLimit = defaultMemoryLimit()): Route {
  const refusal = refuseRemote(job);
  if (refusal !== undefined) return { isRemote: false, why: refusal };
  const rows = job.sources.reduce((sum, { input }) => sum + (input.rows ?? 0), 0);
  const bytes = job.sources.reduce((sum, source) => sum + guessBytes(source), 0);
  if (bytes > memoryLimit) return { isRemote: true, why: "its columns may not fit the memory limit" };
  if (rows >= rowsWorthAProcess) return { isRemote: true, why: `${rows} rows are worth one` };
  return { isRemote: false, why: `${rows} rows are fetched sooner` };
}

function guessBytes({ columns, input }: Source): number {
  const width = columns.reduce((sum, { field }) => {
    const { type } = field;
    if (arrow.DataType.isUtf8(type)) return sum + bytesOfText;
    return (
      sum +
      (arrow.DataType.isInt(type) || arrow.DataType.isFloat(type) ? type.ArrayType.BYTES_PER_ELEMENT : 8)
    );
  }, 0);
  return width * (input.rows ?? 0);
}
