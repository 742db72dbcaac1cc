import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, connect } from "../src/index.ts";
import type { LocalLakeOptions } from "../src/local/lake/lake-options.ts";
import { type LocalLake, startLocalLake } from "../src/local/start.ts";

export interface TemporaryLake {
  readonly lake: Connection;
  readonly local: LocalLake;
  /** The lake's own folder. */
  readonly data: string;
  /** Makes the next requests go wrong, in place of what was ordered before; on a lake with `faults`. */
  orderFaults(faults: readonly object[]): Promise<void>;
  /** All tokens vended until now are good no more, whatever end they were given; on a lake with `faults`. */
  expireTokens(): Promise<void>;
  close(): Promise<void>;
}

/** Set where the tests of tables run a second time, on a bucket that takes signature V4 only. */
const refuseSignatureV1 = process.env.DLF_LANCE_TEST_OSS === "v4";

/**
 * A connection to a local DLF + OSS, on a folder that goes with it.
 * @param settings what the connection is configured with next to what the lake says
 */
export async function openTemporaryLake(
  options: Omit<LocalLakeOptions, "data"> = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<TemporaryLake> {
  const data = await mkdtemp(join(tmpdir(), "dlf-lance-lake-"));
  const local = await startLocalLake({ data, refuseSignatureV1, ...options });
  const lake = await connect({ ...local.config, ...settings });
  const order = async (body: object) => {
    if (local.faults === undefined) throw new Error("the lake was opened without `faults`");
    const headers = { authorization: `Bearer ${local.faults.token}` };
    const answer = await fetch(local.faults.uri, { method: "PUT", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`the lake answered ${answer.status} to an order of faults`);
  };
  return {
    lake,
    local,
    data,
    orderFaults: (faults) => order({ faults }),
    expireTokens: () => order({ expireTokens: true }),
    async close() {
      await lake.close();
      await local.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}
