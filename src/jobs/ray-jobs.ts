/** Ray's Jobs API: https://docs.ray.io/en/latest/cluster/running-applications/job-submission/rest.html */
import { setTimeout as sleep } from "node:timers/promises";
import { createDispatcher, type Dispatcher } from "../catalog/transport/dispatcher.ts";
import { findClusterToken } from "../daft/cluster-token.ts";
import { DlfLanceError, isError } from "../errors.ts";
import { createInterruption } from "../interrupt.ts";
import { loadWhenUsed } from "../load-when-used.ts";
import { Secret } from "../secret.ts";
import { z } from "../zod.ts";
import type { JobPackage } from "./job-package.ts";

/** Which Ray cluster, and how to sign in to it. */
export interface RayJobsOptions {
  /** Of the dashboard of a Ray cluster; `http://127.0.0.1:8265` when left out. */
  readonly address?: string;
  /** That the cluster asks for; from `RAY_AUTH_TOKEN` or Ray's own file when left out. */
  readonly token?: string | Secret;
}

export const rayJobsOptionsShape = () => ({
  address: z
    .custom<string>(
      isPlainAddress,
      'address is "http://host:8265", that of the dashboard of a Ray cluster, without a login or a query',
    )
    .exactOptional(),
  token: z
    .union(
      [z.string().regex(/^[\x21-\x7e]+$/), z.instanceof(Secret)],
      "token is a text without blanks, or one that redact() made secret",
    )
    .exactOptional(),
});

const jobShape = loadWhenUsed(() =>
  z.object({
    submission_id: z.string().nullish(),
    status: z.enum(["PENDING", "RUNNING", "STOPPED", "SUCCEEDED", "FAILED"]),
    message: z.string().nullish(),
    start_time: z.number().nullish(),
    end_time: z.number().nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
  }),
);

/** What Ray knows of a job. Times are milliseconds since 1970. */
export type RayJob = z.infer<typeof jobShape>;

/** What is submitted, in Ray's words. */
export interface RaySubmission {
  readonly entrypoint: string;
  readonly submission_id: string;
  readonly runtime_env: { readonly working_dir: string; readonly env_vars: Readonly<Record<string, string>> };
  readonly metadata: Readonly<Record<string, string>>;
}

/** A job that writes a table, and the cluster that knows it. */
export interface JobPlace {
  readonly jobs: RayJobs;
  readonly id: string;
  /** `namespace.table`. */
  readonly table: string;
  /** What the cluster said of it, where it was asked. */
  readonly listed?: RayJob;
}

const usualAddress = "http://127.0.0.1:8265";
/** What Ray answers before the first of its machines is ready. */
const noAgentYet = "No available agent to submit job";
/** How long a cluster may take to be ready, and how often it is asked, in milliseconds. */
const startTime = 60_000;
const startPause = 500;
const waits = { connectTimeout: 10_000, answerTimeout: 120_000 };

export class RayJobs {
  readonly address: string;
  readonly #base: URL;
  readonly #dispatcher: Dispatcher;
  #token: Secret | undefined;

  constructor({ address = usualAddress, token }: RayJobsOptions) {
    this.#base = new URL(address.endsWith("/") ? address : `${address}/`);
    this.address = this.#base.href.replace(/\/$/, "");
    this.#dispatcher = createDispatcher(this.#base, undefined, waits, process.env);
    this.#token = typeof token === "string" ? new Secret(token) : token;
  }

  /** Once for the same content. */
  async upload({ name, bytes }: JobPackage, action: string, signal?: AbortSignal): Promise<string> {
    const path = `api/packages/gcs/${name}`;
    const known = await this.#send("GET", path, { action, signal, mayBeMissing: true });
    if (known === undefined) await this.#send("PUT", path, { action, signal, body: bytes });
    return `gcs://${name}`;
  }

  /** Repeated only while a cluster that has just started says that nothing there takes jobs yet. */
  async submit(submission: RaySubmission, action: string, signal?: AbortSignal): Promise<void> {
    const body = JSON.stringify(submission);
    for (const end = Date.now() + startTime; ; ) {
      try {
        await this.#send("POST", "api/jobs/", { action, signal, body });
        return;
      } catch (error) {
        const isStarting = isError(error, "ServiceUnavailable") && error.message.includes(noAgentYet);
        if (!isStarting || Date.now() > end || signal?.aborted === true) throw error;
        await sleep(startPause);
      }
    }
  }

  /** Undefined when the cluster has no such job. */
  async find(id: string, action: string, signal?: AbortSignal): Promise<RayJob | undefined> {
    const text = await this.#send("GET", pathOf(id), { action, signal, mayBeMissing: true });
    return text === undefined ? undefined : this.#read(jobShape, text, action);
  }

  async list(action: string, signal?: AbortSignal): Promise<readonly RayJob[]> {
    const text = (await this.#send("GET", "api/jobs/", { action, signal })) ?? "[]";
    return this.#read(z.array(jobShape), text, action);
  }

  /** All that the job has printed; empty before it has begun. */
  async logs(id: string, action: string, signal?: AbortSignal): Promise<string> {
    const text = await this.#send("GET", `${pathOf(id)}/logs`, { action, signal, mayBeMissing: true });
    if (text === undefined) return "";
    return this.#read(z.object({ logs: z.string().nullish() }), text, action).logs ?? "";
  }

  async stop(id: string, action: string): Promise<void> {
    await this.#send("POST", `${pathOf(id)}/stop`, { action });
  }

  async #send(
    method: "GET" | "PUT" | "POST",
    path: string,
    request: {
      readonly action: string;
      readonly signal?: AbortSignal | undefined;
      readonly body?: string | Uint8Array;
      readonly mayBeMissing?: boolean;
    },
  ): Promise<string | undefined> {
    const { action, signal, body = null, mayBeMissing = false } = request;
    this.#token ??= findClusterToken();
    const token = this.#token;
    let status: number;
    let text: string;
    try {
      const answer = await this.#dispatcher.request({
        origin: this.#base.origin,
        path: `${this.#base.pathname}${path}`,
        method,
        headers: {
          ...(typeof body === "string" ? { "content-type": "application/json" } : {}),
          ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
        },
        body,
        signal: signal ?? null,
      });
      status = answer.statusCode;
      text = await answer.body.text();
    } catch {
      if (signal?.aborted === true) throw createInterruption(action);
      throw new DlfLanceError(
        "ServiceUnavailable",
        `Cannot ${action}: no dashboard of a Ray cluster can be reached at ${this.address}; check the address, and that the cluster is up`,
      );
    }
    if (status === 200) return text;
    if (status === 404 && mayBeMissing) return undefined;
    throw refuse(status, text, action, this.address);
  }

  #read<T>(shape: z.ZodType<T>, text: string, action: string): T {
    const parsed = shape.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new DlfLanceError(
      "Unsupported",
      `Cannot ${action}: what answers at ${this.address} is not a dashboard of Ray, or one of another version; check the address`,
    );
  }
}

function pathOf(id: string): string {
  return `api/jobs/${encodeURIComponent(id)}`;
}

function refuse(status: number, text: string, action: string, address: string): DlfLanceError {
  if (status === 401 || status === 403) {
    return new DlfLanceError(
      status === 401 ? "Unauthenticated" : "PermissionDenied",
      `Cannot ${action}: the cluster at ${address} refuses the token; pass the cluster's token, or set RAY_AUTH_TOKEN`,
      { status },
    );
  }
  const reason = text.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
  return new DlfLanceError(
    status >= 500 ? "ServiceUnavailable" : "InvalidInput",
    `Cannot ${action}: the cluster at ${address} answers with status ${status}${reason === "" ? "" : ` (${reason})`}; try again`,
    { status },
  );
}

/** Messages name the address: nothing in it may be a secret. */
function isPlainAddress(value: unknown): boolean {
  const url = typeof value === "string" ? URL.parse(value) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return false;
  if (url.password !== "") new Secret(decodeURIComponent(url.password));
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
