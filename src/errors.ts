import { redactText } from "./redaction/redact-text.ts";

/**
 * The codes of the Lance Namespace specification, by name, with their numbers on the wire, and two of our own
 * that have no number: `CommitUnknown` (a write whose answer was lost and could not be settled) and
 * `Interrupted` (the caller's signal fired).
 *
 * @see https://lance.org/format/namespace/ "Error codes"
 */
export const namespaceErrorNumbers = {
  Unsupported: 0,
  NamespaceNotFound: 1,
  NamespaceAlreadyExists: 2,
  NamespaceNotEmpty: 3,
  TableNotFound: 4,
  TableAlreadyExists: 5,
  TableIndexNotFound: 6,
  TableIndexAlreadyExists: 7,
  TableTagNotFound: 8,
  TableTagAlreadyExists: 9,
  TransactionNotFound: 10,
  TableVersionNotFound: 11,
  TableColumnNotFound: 12,
  InvalidInput: 13,
  ConcurrentModification: 14,
  PermissionDenied: 15,
  Unauthenticated: 16,
  ServiceUnavailable: 17,
  Internal: 18,
  InvalidTableState: 19,
  TableSchemaValidationError: 20,
  Throttling: 21,
  TableBranchNotFound: 22,
  TableBranchAlreadyExists: 23,
} as const;

export type NamespaceErrorCode = keyof typeof namespaceErrorNumbers;
/** What kind of error it is: a word to branch on, where the message is for people. */
export type ErrorCode = NamespaceErrorCode | "CommitUnknown" | "Interrupted";

const brand: unique symbol = Symbol.for("dlf-lance.error") as never;

/** What an error may carry next to its message. Never a request, a key or a token. */
export interface ErrorDetails {
  /** HTTP status of the answer that caused it. */
  readonly status?: number;
  /** `x-request-id` of the answer that caused it. */
  readonly requestId?: string;
}

/**
 * The one error class of this package. `code` is the kind of error; `message` names the action, the thing and the next
 * step, and holds no secret that this process knows.
 */
export class DlfLanceError extends Error {
  readonly code: ErrorCode;
  readonly status?: number;
  readonly requestId?: string;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(
      redactText(details.requestId === undefined ? message : `${message} (request id ${details.requestId})`),
    );
    this.name = code;
    this.code = code;
    if (details.status !== undefined) this.status = details.status;
    if (details.requestId !== undefined) this.requestId = details.requestId;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** True for an error of this package, also of another copy of it. With a code, true only for that kind. */
export function isError<C extends ErrorCode>(
  value: unknown,
  code?: C,
): value is DlfLanceError & { readonly code: C } {
  if (typeof value !== "object" || value === null || !(brand in value)) return false;
  return code === undefined || (value as unknown as DlfLanceError).code === code;
}

/** A code that our Python half has reported; `Internal` for anything else. An interruption is only known here. */
export function readErrorCode(code: unknown): ErrorCode {
  const text = String(code);
  return text in namespaceErrorNumbers || text === "CommitUnknown" ? (text as ErrorCode) : "Internal";
}

const ownFolder = new URL(".", import.meta.url).href;
const ownPath = decodeURIComponent(new URL(ownFolder).pathname);

/**
 * The outcome of the work. Should it fail, the stack of its error leads to the line that called for it, also where
 * nobody awaits it: V8's own begins where the work went on.
 */
export async function tracedToCaller<T>(work: Promise<T>): Promise<T> {
  const caller: { stack?: string } = {};
  Error.captureStackTrace(caller, tracedToCaller);
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && framesOfCallers(error).length === 0) {
      const stack = [error.stack ?? String(error), ...framesOfCallers(caller)].join("\n");
      Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
    }
    throw error;
  }
}

/** Without those of this package and of Node. */
function framesOfCallers({ stack = "" }: { readonly stack?: string }): readonly string[] {
  const isForeign = (line: string) =>
    /^\s+at /.test(line) && ![ownFolder, ownPath, "node:", "<anonymous>"].some((own) => line.includes(own));
  return String(stack).split("\n").filter(isForeign);
}

/** What an error says, whoever threw it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
