import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { accessDenied, OssError } from "../protocol/oss-error.ts";

const longestKey = 1023;
const longestSegment = 255;
const windowsReserved = /[\\:*?"<>|]|[ .]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** @throws OssError 400 InvalidBucketName */
export function assertBucketName(name: string): void {
  if (/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)) return;
  throw new OssError(400, "InvalidBucketName", "The specified bucket is not valid.", { BucketName: name });
}

/**
 * Refuses every key that cannot be a plain file's path below its bucket.
 *
 * @throws OssError 400 InvalidObjectName
 */
export function assertObjectKey(key: string): void {
  const problem = findProblem(key);
  if (problem === undefined) return;
  throw new OssError(400, "InvalidObjectName", `The specified object is not valid: ${problem}.`, {
    Key: key,
  });
}

function findProblem(key: string): string | undefined {
  if (key === "") return "the key is empty";
  if (Buffer.byteLength(key) > longestKey) return `the key is longer than ${longestKey} bytes`;
  if (key.startsWith("/")) return "the key begins with a slash";
  if (/\p{Cc}/u.test(key)) return "the key has a control character";
  for (const segment of key.split("/")) {
    if (segment === "." || segment === "..") return "a segment is '.' or '..'";
    if (Buffer.byteLength(segment) > longestSegment)
      return `a segment is longer than ${longestSegment} bytes`;
    if (process.platform === "win32" && windowsReserved.test(segment)) return "Windows reserves the name";
  }
  return undefined;
}

/** The file of an object; its key has been checked. */
export function objectPath(buckets: string, bucket: string, key: string): string {
  const last = key.lastIndexOf("/") + 1;
  return join(folderPath(buckets, bucket, key.slice(0, last)), toName(key.slice(last), emptyFile));
}

/** The folder of what begins with a prefix, which is "" for all of a bucket or ends with a slash. */
export function folderPath(buckets: string, bucket: string, prefix: string): string {
  const segments = prefix.split("/").slice(0, -1);
  return join(buckets, bucket, ...segments.map((segment) => toName(segment, emptyFolder)));
}

/**
 * A segment is empty where a key ends in a slash or has two in a row, and nothing can be called so. The stand-ins differ:
 * `x/` is an object next to `x//y`.
 */
const emptyFile = "%empty";
const emptyFolder = "%empty-folder";
const standIn = /^%+empty(?:-folder)?$/;

/** What else is called like a stand-in gets one more `%` in front. */
function toName(segment: string, empty: string): string {
  if (segment === "") return empty;
  return standIn.test(segment) ? `%${segment}` : segment;
}

/** The segment of a key that a file or a folder is called after. */
export function fromFileName(name: string): string {
  if (name === emptyFile || name === emptyFolder) return "";
  return standIn.test(name) ? name.slice(1) : name;
}

/**
 * Refuses a path that leads through a symbolic link (or, where file names ignore case, through a folder of
 * another spelling). Folders need not exist yet.
 *
 * @throws OssError 403 AccessDenied
 */
export async function assertNoLinks(folder: string): Promise<void> {
  const real = await realpath(folder).catch((error: NodeJS.ErrnoException) => error.code);
  if (real === folder) return;
  if (real === "ENOENT") return assertNoLinks(dirname(folder));
  if (real === "ENOTDIR") return;
  throw accessDenied("The path of this object leads through a symbolic link.");
}
