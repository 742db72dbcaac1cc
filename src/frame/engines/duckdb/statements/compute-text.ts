import { sharedDatabase } from "../database.ts";
import { Worker } from "../worker.ts";

/** The text that DuckDB computes of a text. @param sql of the value, with the text as `$1`. */
export async function computeText(sql: string, text: string, action: string): Promise<string> {
  const worker = await Worker.take(await sharedDatabase(), { action });
  try {
    const { batches } = await worker.query(`SELECT ${sql} AS c0`, (duckdb, statement) =>
      duckdb.bind_varchar(statement, 1, text),
    );
    let computed = "";
    for await (const batch of batches()) computed = String(batch.getChildAt(0)?.get(0));
    return computed;
  } finally {
    worker.release();
  }
}
