import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, connect } from "../src/index.ts";
import { type LocalLake, startLocalLake } from "../src/local/start.ts";

export interface TemporaryLake {
  readonly lake: Connection;
  readonly local: LocalLake;
  /** The lake's own folder. */
  readonly data: string;
  close(): Promise<void>;
}

/** A connection to a local DLF + OSS of its own, on a folder that goes with it. */
export async function openTemporaryLake(): Promise<TemporaryLake> {
  const data = await mkdtemp(join(tmpdir(), "dlf-lance-lake-"));
  const local = await startLocalLake({ data });
  const lake = await connect(local.config);
  return {
    lake,
    local,
    data,
    async close() {
      await lake.close();
      await local.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}
