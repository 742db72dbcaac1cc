import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { LakeIdentity } from "../identity/identity.ts";
import { logFailure } from "../log.ts";
import { assertBucketName, assertObjectKey } from "../object-store/object-path.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import { assertHonored } from "../protocol/honored-headers.ts";
import { accessDenied, notImplemented, OssError } from "../protocol/oss-error.ts";
import { type OssRequest, parseOssRequest } from "../protocol/oss-request.ts";
import { sendError } from "../protocol/oss-response.ts";
import { signedSubResources } from "../protocol/signed-sub-resources.ts";
import { isDiskFull } from "../sqlite.ts";
import { bucketRoutes, serviceRoutes } from "./bucket-routes.ts";
import { objectRoutes } from "./object-routes.ts";
import { type AccessOptions, authenticate } from "./oss-access.ts";
import type { OssHandler } from "./oss-exchange.ts";

/** Sub-resources that say nothing about what is to be done. */
const harmlessSubResources = new Set(["security-token", "continuation-token", "x-oss-request-payer"]);

/**
 * Serves the OSS API over a folder: signed requests only, and an error for whatever it does not implement,
 * never a guess.
 */
export function createOssListener(
  store: ObjectStore,
  identity: LakeIdentity,
  options: AccessOptions,
): RequestListener {
  return (message, response) => {
    const requestId = randomUUID().replaceAll("-", "").slice(0, 24).toUpperCase();
    response.setHeader("Server", "AliyunOSS");
    response.setHeader("x-oss-request-id", requestId);
    handle(store, identity, options, message, response)
      .catch(async (error: unknown) => {
        message.resume();
        // A client that has gone away needs no answer, and a body that has begun cannot become an error.
        if (response.headersSent || response.destroyed) response.destroy();
        else await sendError(response, toOssError(error, message), requestId);
      })
      .catch(() => response.destroy());
  };
}

async function handle(
  store: ObjectStore,
  identity: LakeIdentity,
  options: AccessOptions,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = parseOssRequest(message);
  const principal = authenticate(request, identity, Date.now(), options);
  if (request.bucket !== "") assertBucketName(request.bucket);
  if (request.key !== "") assertObjectKey(request.key);
  if (!store.writable && request.method !== "GET" && request.method !== "HEAD") {
    throw accessDenied("The folder of this lake is read-only.");
  }
  assertHonored(request);
  const heeded = options.versioned ? asVersioned(request, response) : request;
  await findHandler(request)({ store, principal, request: heeded, message, response });
}

/** @see https://www.alibabacloud.com/help/en/oss/developer-reference/putobject on x-oss-forbid-overwrite */
function asVersioned(request: OssRequest, response: ServerResponse): OssRequest {
  if (request.key !== "") response.setHeader("x-oss-version-id", randomUUID().replaceAll("-", ""));
  const { "x-oss-forbid-overwrite": _, ...headers } = request.headers;
  return { ...request, headers };
}

function findHandler(request: OssRequest): OssHandler {
  const routes = request.bucket === "" ? serviceRoutes : request.key === "" ? bucketRoutes : objectRoutes;
  const names = request.query.map(([name]) => name).filter(isActive);
  const what = `${request.method} ${names.sort().join("&")}`;
  const handler = routes.get(what);
  if (handler !== undefined) return handler;
  if (names.length > 0) throw notImplemented(what);
  throw new OssError(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
}

function isActive(name: string): boolean {
  return signedSubResources.has(name) && !harmlessSubResources.has(name) && !name.startsWith("response-");
}

function toOssError(error: unknown, { method, url }: IncomingMessage): OssError {
  if (error instanceof OssError) return error;
  logFailure(`${method} ${url?.split("?", 1)[0]}`, error);
  if (isDiskFull(error)) return new OssError(507, "InsufficientStorage", "The disk of this lake is full.");
  return new OssError(500, "InternalError", "We encountered an internal error. Please try again.");
}
