/** Rows as an Arrow IPC file, or as a stream where the name ends in `.arrows`. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { arrow, type RecordBatch, type Schema } from "../../arrow.ts";
import { asEncoded } from "../../table/ingest/encode-ipc.ts";

export async function writeArrowFile(
  path: string,
  isStream: boolean,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  advance: (rows: number) => void,
): Promise<number> {
  let total = 0;
  const writer = isStream ? new arrow.RecordBatchStreamWriter() : new arrow.RecordBatchFileWriter();
  const feed = async () => {
    writer.reset(undefined, schema);
    for await (const batch of batches) {
      writer.write(asEncoded(batch, schema));
      total += batch.numRows;
      advance(batch.numRows);
    }
    writer.close();
  };
  await Promise.all([pipeline(writer[Symbol.asyncIterator](), createWriteStream(path)), feed()]);
  return total;
}
