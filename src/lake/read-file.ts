/** Files of this machine and of OSS as frames. */
import * as z from "zod";
import { checkOptions, type OptionNames } from "../check-options.ts";
import { DlfLanceError } from "../errors.ts";
import type { FindFiles } from "../frame/files/file-rows.ts";
import type { ReadFileOptions } from "../frame/files/read-options.ts";
import type { Frame } from "../frame/frame.ts";
import { readFilesOf, readLocalFile } from "../frame/read-file.ts";
import { Secret } from "../secret.ts";
import type { OssFiles } from "./oss-files.ts";

/** What opens a bucket. */
export interface OssLogin {
  /** Such as `oss-cn-hangzhou.aliyuncs.com`. */
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string | Secret;
  readonly securityToken?: string | Secret;
  /** Taken from the endpoint when left out. */
  readonly region?: string;
}

export interface FileOptions extends ReadFileOptions {
  /** The login for `oss://bucket/key`. It is never part of the address, and never shown. */
  readonly oss?: OssLogin;
}

const loginNames: OptionNames<OssLogin> = {
  endpoint: true,
  accessKeyId: true,
  accessKeySecret: true,
  securityToken: true,
  region: true,
};
const secret = z.union([z.string().min(1), z.instanceof(Secret)], "it is a text, or what redact() returns");
const loginSchema = z.object({
  endpoint: z.string().min(1),
  accessKeyId: z.string().min(1),
  accessKeySecret: secret,
  securityToken: secret.optional(),
  region: z.string().min(1).optional(),
});

const address = /^oss:\/\/([^/@?#]+)\/([^?#]+)$/;

/**
 * A lazy frame over a file of this machine or of OSS, or over all files that fit a pattern, such as `"2026-*.csv"`: Parquet, CSV,
 * JSON (an object a line, or one array of objects) or Arrow IPC; CSV and JSON also with gzip (`.csv.gz`). It is shown, filtered,
 * joined, plotted and written like a table, and put into SQL as `${readFile("rows.parquet")}`.
 *
 * Values keep every digit. A line of CSV with too few or too many values, and a value that does not fit the type of its
 * column, are refused by their number. Files of a pattern have the same columns. An object of OSS is fetched to a temporary file
 * that only you can read, once until it changes.
 *
 * ```ts
 * const sales = readFile("sales.csv", { delimiter: ";", types: { price: "decimal(12, 2)" } });
 * await sales.where(col("price").gt(100)).groupBy("city").agg(count());
 * ```
 * @throws DlfLanceError InvalidInput here for wrong options, and when it runs for a missing file, naming one with a similar name,
 *   or for a file that is not of its format; PermissionDenied where OSS refuses the login; Unsupported without DuckDB, which reads
 *   Parquet and CSV.
 */
export function readFile(path: string, options: FileOptions = {}): Frame {
  noteKeys(options?.oss);
  if (typeof path !== "string" || !path.startsWith("oss://")) return readLocalFile(path, options);
  const { oss, ...format } = options;
  const [, bucket, key] = address.exec(path) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new DlfLanceError(
      "InvalidInput",
      "Cannot read a file of OSS: the address is oss://bucket/key, with keys in { oss: … } alone",
    );
  }
  const login = parseLogin(oss, path);
  let files: Promise<OssFiles> | undefined;
  const find: FindFiles = async (action, signal) => {
    files ??= import("./oss-files.ts").then((module) => new module.OssFiles(login));
    return (await files).find(bucket, key, action, signal);
  };
  return readFilesOf(path, find, format);
}

/** Makes the keys known at once, also those of a call that is refused. */
function noteKeys(login: unknown): void {
  if (typeof login !== "object" || login === null) return;
  const { accessKeyId, accessKeySecret, securityToken } = login as Partial<OssLogin>;
  for (const key of [accessKeyId, accessKeySecret, securityToken])
    if (typeof key === "string") new Secret(key);
}

function parseLogin(login: OssLogin | undefined, path: string): z.output<typeof loginSchema> {
  const action = `read ${path}`;
  if (login === undefined) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: no login; pass { oss: { endpoint, accessKeyId, accessKeySecret } }`,
    );
  }
  const parsed = loginSchema.safeParse(checkOptions(login, loginNames, action));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: oss.${issue?.path.join(".")}: ${issue?.message}`,
  );
}
