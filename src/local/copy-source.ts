import { resolveRange } from "./byte-range.ts";
import { assertBucketName, assertObjectKey } from "./object-path.ts";
import { type ObjectInfo, openObject, readChunks } from "./object-read.ts";
import { assertMayAccess } from "./oss-access.ts";
import type { OssExchange } from "./oss-exchange.ts";
import { decode, splitResource } from "./oss-request.ts";
import type { Content } from "./staged-file.ts";

export interface CopySource {
  readonly info: ObjectInfo;
  readonly content: Content;
  close(): Promise<void>;
}

/** Opens the object that `x-oss-copy-source` names, or the part of it that `x-oss-copy-source-range` asks for. */
export async function openCopySource({ store, principal, request }: OssExchange): Promise<CopySource> {
  const { bucket, key } = splitResource(decode(request.headers["x-oss-copy-source"] ?? ""));
  assertBucketName(bucket);
  assertObjectKey(key);
  assertMayAccess(principal, "read", bucket, key);
  const object = await openObject(store, bucket, key);
  const { info, file } = object;
  const range = resolveRange(request.headers["x-oss-copy-source-range"], info.size, false);
  const { first, last } = range ?? { first: 0, last: info.size - 1 };
  return { info, content: readChunks(object, first, last), close: () => file.close() };
}
