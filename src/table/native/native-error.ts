import { DlfLanceError, type ErrorCode, isError, messageOf } from "../../errors.ts";
import { currentInterruptSignal, stopIfAborted } from "../../interrupt.ts";
import { redactText } from "../../redaction/redact-text.ts";
import type { SqlPurpose } from "./explain-sql.ts";
import { explainNativeError, lostRace, missingFile } from "./native-words.ts";
import { createPersistence } from "./persistence.ts";

const fullDisk = /InsufficientStorage|no space left on device|disk quota exceeded/i;

/** First match wins. The native library reports kinds of failure in its text only. */
const kinds: readonly (readonly [pattern: RegExp, code: ErrorCode])[] = [
  [/signature (?:version )?v?1 is|SignatureVersion|AuthorizationVersion/i, "Unsupported"],
  [/ref conflict/i, "TableTagAlreadyExists"],
  [/ref not found/i, "TableTagNotFound"],
  [/ref is invalid|cleanup error|already exists in the dataset/i, "InvalidInput"],
  [/version not found/i, "TableVersionNotFound"],
  [/index name .* already exists/i, "TableIndexAlreadyExists"],
  [/index not found/i, "TableIndexNotFound"],
  [/already exists/i, "TableAlreadyExists"],
  [
    /was not found|dataset.*not found|TableNotFound|^lance error: not found: \S*\/_versions\b/i,
    "TableNotFound",
  ],
  [/SecurityTokenExpired|InvalidAccessKeyId|InvalidSecurityToken|SignatureDoesNotMatch/, "Unauthenticated"],
  [/AccessDenied|PermissionDenied|permission denied/i, "PermissionDenied"],
  [fullDisk, "ServiceUnavailable"],
  [/commit conflict|concurrent|retryable/i, "ConcurrentModification"],
  [/no field named|column .* does not exist|field .* not found/i, "TableColumnNotFound"],
  [
    /invalid (user )?input|schema error|sql parser|cast error|type coercion|append with different schema/i,
    "InvalidInput",
  ],
  [/error sending request|connection refused|timed out|temporarily/i, "ServiceUnavailable"],
];

const longestReason = 300;

/**
 * Runs native work; what it throws becomes a {@link DlfLanceError} of the form `Cannot <action>: <reason>`.
 * @param purpose of the SQL that the work is given, if any
 */
export async function translateNativeError<T>(
  action: string,
  work: () => Promise<T>,
  purpose: SqlPurpose = "filter",
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isError(error)) throw error;
    const text = messageOf(error);
    const explained = explainNativeError(text, purpose);
    if (explained !== undefined) {
      throw new DlfLanceError(explained.code, `Cannot ${action}: ${redactText(explained.text)}`);
    }
    if (brokenConnection.test(text)) {
      const broken = new DlfLanceError(
        "ServiceUnavailable",
        `Cannot ${action}: the connection to the object store broke; run this again`,
      );
      cutOff.set(broken, committing.test(text) ? "in a commit" : "before a commit");
      throw broken;
    }
    const status = statusOf(text);
    const code =
      turnedAwayCodes.get(status ?? 0) ?? kinds.find(([pattern]) => pattern.test(text))?.[1] ?? "Internal";
    const details = status === undefined ? {} : { status };
    throw new DlfLanceError(
      code,
      `Cannot ${action}: ${condense(text)}${fullDisk.test(text) ? "; free some space, then run this again" : (nextSteps[code] ?? "")}`,
      details,
    );
  }
}

/** What to do about an object store's answer, which is only quoted. */
const nextSteps: { readonly [C in ErrorCode]?: string } = {
  PermissionDenied: "; ask whoever manages the catalog for the right to it",
  ServiceUnavailable: "; try again later",
  Throttling: "; try again later, or with fewer requests at a time",
  Unauthenticated: "; connect again, and check the machine's clock if that does not help",
};

const brokenConnection = /error sending request for url|=> (?:send http request|read data from http)/;
/** Of a version's manifest, with which it is committed: it may yet arrive. */
const committing = /at write, context: \{ url: \S*\/_versions\//;
const cutOff = new WeakMap<object, "before a commit" | "in a commit">();

/** Where a connection to an object store has broken, if that is what an error is about. */
export function whereCutOff(error: unknown): "before a commit" | "in a commit" | undefined {
  return isError(error) ? cutOff.get(error) : undefined;
}

/** What an object store answers to a request that it has not taken up: it can be sent again. */
const turnedAwayCodes: ReadonlyMap<number, ErrorCode> = new Map([
  [429, "Throttling"],
  [503, "ServiceUnavailable"],
]);

/** HTTP status of the object store's answer, if a native error quotes one. */
function statusOf(text: string): number | undefined {
  const status = /response: Parts \{ status: (\d{3})/.exec(text)?.[1];
  return status === undefined ? undefined : Number(status);
}

/** Whether an object store has turned a request away, for its load. */
export function isTurnedAway(error: unknown): boolean {
  return isError(error) && turnedAwayCodes.get(error.status ?? 0) === error.code;
}

/** Whether an object store has called a temporary key expired. */
export function isTokenExpired(error: unknown): boolean {
  return isError(error, "Unauthenticated") && error.message.includes("SecurityTokenExpired");
}

/** Whether a version was read of which files are gone. */
export function lacksFiles(error: unknown): boolean {
  return isError(error, "TableVersionNotFound") && error.message.includes(missingFile);
}

/** Whether the native library has given a commit up, because another one that it conflicts with came before it. */
export function isLostRace(error: unknown): boolean {
  return isError(error, "ConcurrentModification") && error.message.includes(lostRace);
}

/** Like {@link translateNativeError}, for work that changes nothing: tried again when it is turned away. */
export async function translateNativeRead<T>(
  action: string,
  work: () => Promise<T>,
  signal: AbortSignal | undefined = currentInterruptSignal(),
  purpose: SqlPurpose = "filter",
): Promise<T> {
  const persistence = createPersistence();
  for (;;) {
    try {
      return await translateNativeError(action, work, purpose);
    } catch (error) {
      if (!isTurnedAway(error)) throw error;
      const isOver = !(await persistence.wait(signal));
      stopIfAborted(signal, action);
      if (isOver) throw error;
    }
  }
}

/**
 * What the object store says in its answer, if a native error quotes one, else the error's first sentence: the rest
 * is a backtrace, build paths and headers, up to 7 kB.
 */
function condense(text: string): string {
  const answer = /OssError \{ code: "([^"]*)", message: "((?:[^"\\]|\\.)*)"/.exec(text);
  const header = /"x-oss-error-code": "(\w+)"/.exec(text)?.[1];
  const bare = header === undefined ? text : `the object store answered ${header}`;
  const said =
    answer === null ? bare : `the object store answered ${answer[1]}: ${answer[2]?.replace(/\.$/, "")}`;
  let reason = redactText(said.split(/\n|, \/[\w./-]+\.rs:\d+|Caused by:|Backtrace/)[0] ?? "");
  reason = reason.replace(
    /^(?:(?:(?:lance|runtime|namespace|external|io|internal) error|LanceError\(\w+\)|failed to execute [\w ]+|job failed|invalid user input|error during planning):\s*|(?:GenericFailure|invalid input),\s*)+/i,
    "",
  );
  reason = reason.replace(/[\s.:]+$/, "").trim();
  if (reason === "") reason = "the native library gave no reason";
  return reason.length > longestReason ? `${reason.slice(0, longestReason)}…` : reason;
}
