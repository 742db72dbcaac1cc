/** DuckDB's errors in our words. */
import { DlfLanceError, type ErrorCode, isError } from "../../../errors.ts";
import { createInterruption } from "../../../interrupt.ts";
import { redactText } from "../../../redaction/redact-text.ts";

/** First match wins. DuckDB tells kinds of failure in the beginning of its text. */
const kinds: readonly (readonly [pattern: RegExp, code: ErrorCode])[] = [
  [/^Out of Memory Error/, "Unsupported"],
  [/^Permission Error/, "PermissionDenied"],
  [/^Catalog Error: Table/, "TableNotFound"],
  [/^Binder Error: .*column/i, "TableColumnNotFound"],
  [/^(?:IO|Internal|FATAL|Serialization) Error/i, "Internal"],
];

const longestReason = 600;

/** Runs work of DuckDB; what it throws becomes a {@link DlfLanceError} of the form `Cannot <action>: <reason>`. */
export async function translateSqlError<T>(
  action: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isError(error)) throw error;
    if (signal?.aborted) throw createInterruption(action);
    const text = error instanceof Error ? error.message : String(error);
    const code = kinds.find(([pattern]) => pattern.test(text))?.[1] ?? "InvalidInput";
    throw new DlfLanceError(code, `Cannot ${action}: ${condense(text)}`);
  }
}

/** Without the stack and the advice to report; the line of the statement that it points at stays. */
function condense(text: string): string {
  const reason = redactText(text.split(/\n\s*(?:Stack Trace|This error signals)/)[0]?.trim() ?? "");
  return reason.length > longestReason ? `${reason.slice(0, longestReason)}…` : reason;
}
