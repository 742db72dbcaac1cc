/** What a local lake was asked, and which of it waited for which. */
import type { LoggedRequest } from "../../src/local/faults/request-log.ts";
import type { LocalLake } from "../../src/local/start.ts";

export interface AskedRequests {
  readonly requests: number;
  /** The most requests of which each began when the one before it had been answered. */
  readonly rounds: number;
  /** Such as `catalog GET …/tables/t`, in the order in which they began. */
  readonly list: readonly string[];
}

/** Makes every request to the catalog and the object store take longer, as over a network. */
export async function delayRequests(local: LocalLake, milliseconds: number): Promise<void> {
  const fault = { kind: "delay", milliseconds };
  const faults = ["catalog", "oss"].map((on) => ({ on, times: 1_000_000, fault }));
  await control(local, { method: "PUT", body: JSON.stringify({ faults: milliseconds === 0 ? [] : faults }) });
}

/** What the servers were asked while the work went on, without what is asked in the background. */
export async function countRequests(local: LocalLake, work: () => Promise<unknown>): Promise<AskedRequests> {
  await takeLog(local);
  await work();
  return summarise(await takeLog(local));
}

async function takeLog(local: LocalLake): Promise<LoggedRequest[]> {
  return (await (await control(local, {})).json()) as LoggedRequest[];
}

async function control({ faults }: LocalLake, request: RequestInit): Promise<Response> {
  if (faults === undefined) throw new Error("start the lake with its faults");
  const answer = await fetch(faults.uri, {
    ...request,
    headers: { authorization: `Bearer ${faults.token}` },
  });
  if (!answer.ok) throw new Error(`the lake answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

/**
 * For which nobody waits, so that it may come at any time: the notice of a commit to DLF, and whether the bucket of a
 * table just made keeps versions.
 */
function isBackground({ on, method, target }: LoggedRequest): boolean {
  return on === "catalog"
    ? method === "POST" && /\/tables\/[^/]+$/.test(target)
    : method === "HEAD" && target.endsWith(`/_versions/${firstManifest}`);
}

const firstManifest = `${2n ** 64n - 2n}.manifest`;

function summarise(log: readonly LoggedRequest[]): AskedRequests {
  const sorted = log.filter((request) => !isBackground(request)).sort((a, b) => a.begin - b.begin);
  const depths: number[] = [];
  for (const { begin } of sorted) {
    const before = depths.filter((_, index) => (sorted[index]?.end ?? Number.NaN) <= begin);
    depths.push(1 + Math.max(0, ...before));
  }
  return {
    requests: sorted.length,
    rounds: Math.max(0, ...depths),
    list: sorted.map(({ on, method, target }) => `${on} ${method} ${decodeURIComponent(target)}`),
  };
}
