import { isUnchanged, readConditions } from "../object-store/object-conditions.ts";
import { assertBucketName, assertObjectKey } from "../object-store/object-path.ts";
import { type ObjectInfo, openObject, readChunks } from "../object-store/object-read.ts";
import type { Content } from "../object-store/staged-file.ts";
import { resolveRange } from "../protocol/byte-range.ts";
import { decode, splitResource } from "../protocol/oss-request.ts";
import { assertMayAccess } from "./oss-access.ts";
import type { OssExchange } from "./oss-exchange.ts";

export interface CopySource {
  readonly info: ObjectInfo;
  readonly content: Content;
  close(): Promise<void>;
}

/**
 * Opens the object that `x-oss-copy-source` names, or the part of it that `x-oss-copy-source-range` asks for.
 *
 * @returns undefined if it is not to be copied because it has not changed
 * @throws OssError 412 PreconditionFailed if it is not as `x-oss-copy-source-if-…` wants it
 */
export async function openCopySource({
  store,
  principal,
  request,
}: OssExchange): Promise<CopySource | undefined> {
  // Here, other than in a path, clients write a blank as a plus, and a plus as %2B.
  const named = (request.headers["x-oss-copy-source"] ?? "").replaceAll("+", " ");
  const { bucket, key } = splitResource(decode(named));
  assertBucketName(bucket);
  assertObjectKey(key);
  assertMayAccess(principal, "read", bucket, key);
  const object = await openObject(store, bucket, key);
  const { info, file } = object;
  const conditions = readConditions(request.headers, "x-oss-copy-source-if-");
  try {
    if (isUnchanged(conditions, info)) {
      await file.close();
      return undefined;
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  const range = resolveRange(request.headers["x-oss-copy-source-range"], info.size, false);
  const { first, last } = range ?? { first: 0, last: info.size - 1 };
  return { info, content: readChunks(object, first, last), close: () => file.close() };
}
