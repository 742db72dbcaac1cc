import { DlfLanceError, type ErrorCode, isError } from "../errors.ts";
import { redactText } from "../redaction/redact-text.ts";
import { explainNativeError } from "./native-words.ts";

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
  [/commit conflict|concurrent|retryable/i, "ConcurrentModification"],
  [/no field named|column .* does not exist|field .* not found/i, "TableColumnNotFound"],
  [
    /invalid (user )?input|schema error|sql parser|cast error|type coercion|append with different schema/i,
    "InvalidInput",
  ],
  [/error sending request|connection refused|timed out|temporarily/i, "ServiceUnavailable"],
];

const longestReason = 300;

/** Runs native work; what it throws becomes a {@link DlfLanceError} of the form `Cannot <action>: <reason>`. */
export async function translateNativeError<T>(action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isError(error)) throw error;
    const text = error instanceof Error ? error.message : String(error);
    const explained = explainNativeError(text);
    if (explained !== undefined) {
      throw new DlfLanceError(explained.code, `Cannot ${action}: ${redactText(explained.text)}`);
    }
    const code = kinds.find(([pattern]) => pattern.test(text))?.[1] ?? "Internal";
    throw new DlfLanceError(code, `Cannot ${action}: ${condense(text)}`);
  }
}

/**
 * What the object store says in its answer, if a native error quotes one, else the error's first sentence: the rest
 * is a backtrace, build paths and headers, up to 7 kB.
 */
export function condense(text: string): string {
  const answer = /OssError \{ code: "([^"]*)", message: "((?:[^"\\]|\\.)*)"/.exec(text);
  const said = answer === null ? text : `the object store answered ${answer[1]}: ${answer[2]}`;
  let reason = redactText(said.split(/\n|, \/[\w./-]+\.rs:\d+|Caused by:|Backtrace/)[0] ?? "");
  reason = reason.replace(/^((?:lance|runtime|namespace|external|io|internal) error:\s*)+/i, "").trim();
  if (reason === "") reason = "the native library gave no reason";
  return reason.length > longestReason ? `${reason.slice(0, longestReason)}…` : reason;
}
