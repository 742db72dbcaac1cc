/** A job on a Ray cluster that makes the rows of a frame a version of a table. */
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { describeAmount } from "../daft/run-report.ts";
import { type Properties, renderProperties } from "../display/card/properties.ts";
import { displaySymbol, inspectText, type MimeBundle } from "../display/mime.ts";
import { countOf, formatCount } from "../display/text/number-text.ts";
import { DlfLanceError, isError, readErrorCode } from "../errors.ts";
import { createInterruption } from "../interrupt.ts";
import { withProgress } from "../progress.ts";
import { z } from "../zod.ts";
import type { JobPlace, RayJob, RayJobs } from "./ray-jobs.ts";

/** Where a job is: the last three are final. */
export type JobState = "pending" | "running" | "succeeded" | "failed" | "stopped";

/** How far a job is. */
export interface JobStatus {
  readonly state: JobState;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  /** Rows that it has read of tables so far. */
  readonly rowsRead: number;
  readonly bytesRead: number;
  /** Of the table, once the rows are written. */
  readonly version: number | undefined;
  readonly rowsWritten: number | undefined;
  /** Why it failed. */
  readonly message: string | undefined;
}

/** What a cluster says of a job when it lists it. */
export type JobListing = Pick<JobStatus, "state" | "startedAt" | "endedAt">;

/** What a job's metadata say; no secrets. */
export const jobMetadata = {
  catalog: "dlf-lance.catalog",
  table: "dlf-lance.table",
  mode: "dlf-lance.mode",
} as const;

const mark = "dlf-lance ";
const eventShape = z.discriminatedUnion("op", [
  z.object({ op: z.literal("progress"), rows: z.number(), bytes: z.number() }),
  z.object({ op: z.literal("done"), version: z.number(), rows: z.number() }),
  z.object({ op: z.literal("error"), code: z.string(), message: z.string() }),
]);
type JobEvent = z.infer<typeof eventShape>;

const firstPause = 200;
const longestPause = 2_000;
/** How long a cluster may take to stop a job, in milliseconds: it gives a process three seconds before it kills it. */
const longestStop = 30_000;
/** How long a display waits for the cluster, in milliseconds. */
const longestLook = 2_000;

interface Look {
  readonly job: RayJob;
  /** What it has reported so far. */
  readonly events: readonly JobEvent[];
}

/** @typeParam R what its table is read as. */
/** A frame at work on a Ray cluster. It goes on when this process ends; `lake.jobs()` finds it again. */
export class Job<R = unknown> {
  /** The id of the job on its cluster. */
  readonly id: string;
  /** Where the rows go: `namespace.table`. */
  readonly table: string;
  /** The address of its cluster's dashboard. */
  readonly address: string;
  /** What the cluster said when `lake.jobs()` listed it; undefined for a job that `submit()` returned. */
  readonly listed: JobListing | undefined;
  readonly #jobs: RayJobs;
  readonly #read: (version: number) => R;

  /** @internal */
  constructor({ jobs, id, table, listed }: JobPlace, read: (version: number) => R) {
    this.id = id;
    this.table = table;
    this.address = jobs.address;
    this.listed = listed === undefined ? undefined : describeListed(listed);
    this.#jobs = jobs;
    this.#read = read;
  }

  /**
   * How far the job is now.
   * @throws DlfLanceError InvalidInput when the cluster has forgotten the job; ServiceUnavailable
   */
  async status(options: { readonly signal?: AbortSignal } = {}): Promise<JobStatus> {
    const { job, events } = await this.#look(options.signal);
    return describe(job, events);
  }

  async #look(signal: AbortSignal | undefined): Promise<Look> {
    const action = `ask for job ${this.id}`;
    const [job, logs] = await Promise.all([
      this.#jobs.find(this.id, action, signal),
      this.#jobs.logs(this.id, action, signal),
    ]);
    if (job !== undefined) return { job, events: readEvents(logs) };
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: the cluster at ${this.address} has no job of that id; list them with jobs()`,
    );
  }

  /** What the job has printed, without the lines of this package. */
  async logs(options: { readonly signal?: AbortSignal } = {}): Promise<string> {
    const logs = await this.#jobs.logs(this.id, `read the logs of job ${this.id}`, options.signal);
    return logs
      .split("\n")
      .filter((line) => !line.startsWith(mark))
      .join("\n");
  }

  /**
   * Stops the job, and removes a table that it has begun to create; waits until the cluster says that it is over. A finished job
   * stays as it is.
   * @throws DlfLanceError ServiceUnavailable where the job goes on for half a minute; Interrupted, which does not take the stop back
   */
  async stop(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options;
    const action = `stop job ${this.id}`;
    for (const end = Date.now() + longestStop; ; ) {
      // Ray does not keep the wish to stop a job that it has not begun.
      await this.#jobs.stop(this.id, action);
      const { state } = await this.status({ ...(signal === undefined ? {} : { signal }) });
      if (isFinal(state)) return;
      if (Date.now() > end) {
        throw new DlfLanceError(
          "ServiceUnavailable",
          `Cannot ${action}: it is still ${state} on the cluster at ${this.address}; look at status(), and run it again`,
        );
      }
      await pauseFor(firstPause, action, signal);
    }
  }

  /**
   * Waits for the job, and reads its table at the version that it wrote. An interruption stops the wait, not the job.
   * @throws DlfLanceError what the job failed with; Interrupted where it was stopped
   */
  async result(options: { readonly signal?: AbortSignal } = {}): Promise<R> {
    const { signal } = options;
    const action = `wait for job ${this.id}`;
    const version = await withProgress(action, {}, async (progress) => {
      let [rows, bytes] = [0, 0];
      for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
        const { job, events } = await this.#look(signal);
        const status = describe(job, events);
        progress.advance({ rows: status.rowsRead - rows, bytes: status.bytesRead - bytes });
        [rows, bytes] = [status.rowsRead, status.bytesRead];
        if (status.endedAt !== undefined) return this.#readVersion(status, events);
        await pauseFor(pause, action, signal);
      }
    });
    return this.#read(version);
  }

  #readVersion({ state, version, message }: JobStatus, events: readonly JobEvent[]): number {
    if (state === "succeeded" && version !== undefined) return version;
    const code = readErrorCode(events.findLast((event) => event.op === "error")?.code);
    if (state === "stopped" && code !== "CommitUnknown")
      throw new DlfLanceError("Interrupted", `Cannot write ${this.table} by job ${this.id}: it was stopped`);
    const why = message ?? "it gave no reason; see its logs()";
    throw new DlfLanceError(
      code,
      why.startsWith("Cannot ") ? why : `Cannot write ${this.table} by job ${this.id}: ${why}`,
    );
  }

  /** A notebook shows how far it is, if its cluster answers soon. */
  async [displaySymbol](): Promise<MimeBundle> {
    const state = await this.status({ signal: AbortSignal.timeout(longestLook) }).then(
      describeStatus,
      (error: unknown): Properties["rows"] => [
        [
          "state",
          isError(error, "InvalidInput") ? "its cluster has forgotten it" : "its cluster does not answer",
        ],
      ],
    );
    return this.#render(state);
  }

  [inspect.custom](): string {
    return inspectText(this.#render([]));
  }

  #render(status: Properties["rows"]): MimeBundle {
    return renderProperties({
      title: `job ${this.id}`,
      rows: [
        ["table", this.table],
        ["dashboard", this.address],
        ...status,
        ["next", "await job.status(), job.result(), job.logs() or job.stop()"],
      ],
    });
  }
}

function describeStatus(status: JobStatus): Properties["rows"] {
  const { state, startedAt, endedAt, rowsRead, bytesRead, rowsWritten, version, message } = status;
  const seconds = startedAt && Math.round(((endedAt ?? new Date()).getTime() - startedAt.getTime()) / 1_000);
  return [
    ["state", seconds === undefined ? state : `${state}, ${formatCount(seconds)} s`],
    ["read", describeAmount({ rows: rowsRead, bytes: bytesRead })],
    ["written", rowsWritten === undefined ? undefined : `${countOf(rowsWritten, "row")}, version ${version}`],
    ["message", message],
  ];
}

function describeListed(job: RayJob): JobListing {
  const state = job.status.toLowerCase() as JobState;
  // Ray may not have written down the end of one that is over.
  const endedAt = isFinal(state) ? toDate(job.end_time) : undefined;
  return { state, startedAt: toDate(job.start_time), endedAt };
}

function describe(job: RayJob, events: readonly JobEvent[]): JobStatus {
  let [rowsRead, bytesRead] = [0, 0];
  let [version, rowsWritten, message]: [number?, number?, string?] = [];
  for (const event of events) {
    if (event.op === "progress") {
      rowsRead += event.rows;
      bytesRead += event.bytes;
    } else if (event.op === "done") [version, rowsWritten] = [event.version, event.rows];
    else message = event.message;
  }
  const { state, startedAt, endedAt } = describeListed(job);
  const failed = state === "failed" ? (job.message ?? undefined) : undefined;
  return {
    state,
    startedAt,
    endedAt: isFinal(state) ? (endedAt ?? new Date()) : undefined,
    rowsRead,
    bytesRead,
    version,
    rowsWritten,
    message: message ?? failed,
  };
}

function isFinal(state: JobState): boolean {
  return state !== "pending" && state !== "running";
}

async function pauseFor(
  milliseconds: number,
  action: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw createInterruption(action);
  }
}

function toDate(milliseconds: number | null | undefined): Date | undefined {
  return milliseconds ? new Date(milliseconds) : undefined;
}

/** Lines that are not ours, or not whole yet, are passed over. */
function readEvents(logs: string): readonly JobEvent[] {
  return logs.split("\n").flatMap((line) => {
    if (!line.startsWith(mark)) return [];
    try {
      const parsed = eventShape.safeParse(JSON.parse(line.slice(mark.length)));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}
