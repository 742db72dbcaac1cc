/** Typed requests to one catalog: paths from the endpoint table in, checked answers out. */
import { DlfLanceError } from "../../errors.ts";
import type { CatalogConfig } from "../configuration/config.ts";
import { endpoints, formatPath, type Operation, type PathNames } from "../protocol/endpoints.ts";
import { queryNames, type Shape } from "../protocol/schemas.ts";
import { cleanServerText, type Purpose } from "../protocol/server-error.ts";
import type { Answer, Failure, Transport } from "../transport/transport.ts";

/** Options that every method of the client takes. */
export interface CallOptions {
  /** Ends the call with `Interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

export interface Call<O extends Operation> extends CallOptions {
  readonly operation: O;
  readonly names: PathNames<O>;
  /** Parameters without a value are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Becomes JSON. */
  readonly body?: object;
  readonly purpose: Purpose;
  /** Whether doing it twice is the same as doing it once; always so for GET. */
  readonly repeatable?: boolean;
  readonly alsoRetry?: readonly number[];
}

/** The shape of a page of a listing. */
export interface Page {
  readonly nextPageToken?: string | undefined;
}

export interface Calls {
  /** Sends, and leaves the reading of the outcome to the caller. */
  attempt<O extends Operation>(call: Call<O>): Promise<Answer | Failure>;
  /** Sends, and checks the answer against its shape. */
  read<O extends Operation, T>(call: Call<O>, shape: Shape<T>): Promise<T>;
  /** Sends, and ignores what an answer says. */
  write<O extends Operation>(call: Call<O>): Promise<void>;
  /** One page of a listing. */
  readPage<O extends Operation, P extends Page>(
    call: Call<O>,
    shape: Shape<P>,
    options: { readonly limit?: number | undefined; readonly pageToken?: string | undefined },
  ): Promise<P>;
  /** All pages of a listing, as they come. */
  readPages<O extends Operation, P extends Page>(call: Call<O>, shape: Shape<P>): AsyncGenerator<P, void>;
}

export function createCalls(transport: Transport, config: CatalogConfig): Calls {
  function attempt<O extends Operation>(call: Call<O>): Promise<Answer | Failure> {
    const { method } = endpoints[call.operation];
    return transport.send({
      method,
      path: formatPath(call.operation, call.names, config.prefix),
      query: presentParameters(call.query ?? {}),
      body: call.body === undefined ? "" : JSON.stringify(call.body),
      headers: config.headers,
      purpose: call.purpose,
      repeatable: call.repeatable ?? method === "GET",
      alsoRetry: call.alsoRetry,
      signal: call.signal,
    });
  }

  async function answerOf<O extends Operation>(call: Call<O>): Promise<Answer> {
    const outcome = await attempt(call);
    if (outcome.kind === "failure") throw outcome.error;
    return outcome;
  }

  async function read<O extends Operation, T>(call: Call<O>, shape: Shape<T>): Promise<T> {
    return parseAnswer(await answerOf(call), shape, call.purpose);
  }

  async function* readPages<O extends Operation, P extends Page>(
    call: Call<O>,
    shape: Shape<P>,
  ): AsyncGenerator<P, void> {
    const seen = new Set<string>();
    let pageToken: string | undefined;
    do {
      const page = await read(
        { ...call, query: { ...call.query, [queryNames.pageToken]: pageToken } },
        shape,
      );
      yield page;
      pageToken = page.nextPageToken || undefined;
      // A service that repeats a page token would keep the listing going for ever.
      if (pageToken !== undefined && seen.has(pageToken)) {
        throw new DlfLanceError(
          "Internal",
          `Cannot ${call.purpose.action}: the service repeats a page of the listing`,
        );
      }
      if (pageToken !== undefined) seen.add(pageToken);
    } while (pageToken !== undefined);
  }

  return {
    attempt,
    read,
    async write(call) {
      await answerOf(call);
    },
    readPage(call, shape, { limit, pageToken }) {
      if (limit !== undefined && (!Number.isInteger(limit) || limit < 1)) {
        throw new DlfLanceError(
          "InvalidInput",
          `Cannot ${call.purpose.action}: limit must be a whole number above 0`,
        );
      }
      const query = { [queryNames.maxResults]: limit?.toString(), [queryNames.pageToken]: pageToken };
      return read({ ...call, query: { ...call.query, ...query } }, shape);
    },
    readPages,
  };
}

function presentParameters(query: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") present[name] = value;
  }
  return present;
}

/** The answer's own text never gets into an error: it may hold credentials. */
function parseAnswer<T>(answer: Answer, shape: Shape<T>, purpose: Purpose): T {
  const details = answer.requestId === undefined ? {} : { requestId: answer.requestId };
  let json: unknown;
  try {
    json = JSON.parse(answer.body);
  } catch {
    throw new DlfLanceError(
      "Internal",
      `Cannot ${purpose.action}: the service's answer is not JSON; check uri`,
      details,
    );
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => issue.path.join(".") || "the whole").slice(0, 5);
  throw new DlfLanceError(
    "Internal",
    `Cannot ${purpose.action}: the service's answer has another form than expected, at ${cleanServerText(places.join(", "))}`,
    details,
  );
}
