/** Reads the errors of the catalog and of the gateway in front of it, and turns them into ours. */
import { DlfLanceError, type ErrorCode, type ErrorDetails } from "../../errors.ts";
import { redactText } from "../../redaction/redact-text.ts";
import { errorAnswer, gatewayErrorAnswer } from "./schemas.ts";

/** What a request is for, as its errors say it. */
export interface Purpose {
  /** Follows "Cannot", such as `open table sales.orders`. */
  readonly action: string;
  /** What a 404 means when it does not say what is missing. */
  readonly missing: ErrorCode;
  /** What a 409 means when it does not say what exists. */
  readonly existing: ErrorCode;
}

/** An error answer, its texts safe to show. */
export interface ServerError {
  /** The HTTP status it means: the `code` in the body wins over the status line. */
  readonly status: number;
  readonly message?: string;
  readonly resourceType?: string;
  readonly requestId?: string;
}

const longestMessage = 300;

export function readServerError(
  statusLine: number,
  body: string,
  requestId: string | undefined,
): ServerError {
  const parsed = parseJson(body);
  const ofGateway = gatewayErrorAnswer.safeParse(parsed);
  if (ofGateway.success) {
    const { Code, Message, RequestId } = ofGateway.data;
    return withoutUndefined({
      status: readGatewayCode(Code) ?? statusLine,
      message: cleanServerText(Message === undefined ? Code : `${Code}: ${Message}`),
      requestId: requestId ?? (RequestId === undefined ? undefined : cleanServerText(RequestId)),
    });
  }
  const ofCatalog = errorAnswer.safeParse(parsed);
  if (!ofCatalog.success) return withoutUndefined({ status: statusLine, requestId });
  const { code, message, resourceType } = ofCatalog.data;
  return withoutUndefined({
    status: code ?? statusLine,
    message: message === undefined ? undefined : cleanServerText(message),
    resourceType,
    requestId,
  });
}

/** Text of a server, safe to show: secrets taken out, on one line, not too long. */
export function cleanServerText(text: string): string {
  const clean = redactText(text)
    .replaceAll(/[\p{C}\s]+/gu, " ")
    .trim();
  return clean.length <= longestMessage ? clean : `${clean.slice(0, longestMessage)}…`;
}

/** Our error for an error answer. */
export function toError(error: ServerError, purpose: Purpose): DlfLanceError {
  const details: ErrorDetails = withoutUndefined({ status: error.status, requestId: error.requestId });
  const said = error.message ? ` (${error.message})` : "";
  const make = (code: ErrorCode, problem: string) =>
    new DlfLanceError(code, `Cannot ${purpose.action}: ${problem}`, details);
  switch (error.status) {
    case 400:
      return make("InvalidInput", `the service refuses the request${said}`);
    case 401:
      return make(
        "Unauthenticated",
        `the service does not accept the credentials${said}; check the access keys or the token, and this machine's clock`,
      );
    case 403:
      return make(
        "PermissionDenied",
        `the credentials do not permit it${said}; ask an administrator of the catalog`,
      );
    case 404:
      return make(codeOfMissing(error, purpose), `the service does not have it${said}`);
    case 405:
    case 406:
    case 501:
      return make("Unsupported", `the service does not support it${said}`);
    case 409:
      return make(
        codeOfConflict(error, purpose),
        /already exists?/i.test(error.message ?? "")
          ? "the name is taken already; choose another name, or drop what has it"
          : `it exists already, or was changed in the meantime${said}; look at it, then run this again`,
      );
    case 429:
      return make("Throttling", `the service has had too many requests${said}; try again later`);
    case 502:
    case 503:
    case 504:
      return make("ServiceUnavailable", `the service is not available now${said}; try again later`);
    default:
      return make("Internal", `the service answers with status ${error.status}${said}`);
  }
}

function codeOfMissing(error: ServerError, purpose: Purpose): ErrorCode {
  if (error.resourceType === "DATABASE") return "NamespaceNotFound";
  if (error.resourceType === "TABLE") return "TableNotFound";
  return purpose.missing;
}

function codeOfConflict(error: ServerError, purpose: Purpose): ErrorCode {
  if (purpose.existing === "ConcurrentModification") return purpose.existing;
  if (error.resourceType === "DATABASE") return "NamespaceAlreadyExists";
  if (error.resourceType === "TABLE") return "TableAlreadyExists";
  return purpose.existing;
}

/** The gateway says 404 for an unknown key and 400 for a wrong signature, so its own code decides. */
function readGatewayCode(code: string): number | undefined {
  if (/^(?:InvalidAccessKey|InvalidSecurityToken|SecurityTokenExpired|MissingSecurityToken)/.test(code))
    return 401;
  if (/^(?:SignatureDoesNotMatch|SignatureNonceUsed|IncompleteSignature|InvalidTimeStamp)/.test(code))
    return 401;
  if (/^(?:Forbidden|NoPermission)/.test(code)) return 403;
  if (/^Throttling/.test(code)) return 429;
  if (/^ServiceUnavailable/.test(code)) return 503;
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends { status: number }>(values: T): Defined<T> & { status: number } {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Defined<T> & { status: number };
}
