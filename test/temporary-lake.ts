import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, connect } from "../src/index.ts";
import type { LocalLakeOptions } from "../src/local/lake-options.ts";
import { type LocalLake, startLocalLake } from "../src/local/start.ts";

export interface TemporaryLake {
  readonly lake: Connection;
  readonly local: LocalLake;
  /** The lake's own folder. */
  readonly data: string;
  close(): Promise<void>;
}

/** Set where the tests of tables run a second time, on a bucket that takes signature V4 only. */
const refuseSignatureV1 = process.env.DLF_LANCE_TEST_OSS === "v4";

/** A connection to a local DLF + OSS of its own, on a folder that goes with it. */
export async function openTemporaryLake(
  options: Omit<LocalLakeOptions, "data"> = {},
): Promise<TemporaryLake> {
  const data = await mkdtemp(join(tmpdir(), "dlf-lance-lake-"));
  const local = await startLocalLake({ data, refuseSignatureV1, ...options });
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
