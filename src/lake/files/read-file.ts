/** Files of this machine and of OSS as frames. */

import type { StorageCredentials } from "../../catalog/operations/credentials.ts";
import { checkOptions, type OptionNames } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import type { FindFiles } from "../../frame/files/file-rows.ts";
import type { ReadFileOptions } from "../../frame/files/read-options.ts";
import type { Frame } from "../../frame/frame.ts";
import { readFilesOf, readLocalFile } from "../../frame/read-file.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { Secret } from "../../secret.ts";
import { z } from "../../zod.ts";
import type { FindCredentials, OssFiles } from "./oss-files.ts";

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

/** What opens a bucket with the keys of a connection. */
export type OssPlace = Pick<OssLogin, "endpoint" | "region">;

/** Options of `readFile`. */
export interface FileOptions extends ReadFileOptions {
  /** The login for `oss://bucket/key`. It is never part of the address, and never shown. */
  readonly oss?: OssLogin;
}

/** Options of a connection's `readFile`. */
export interface ConnectionFileOptions extends ReadFileOptions {
  /** Another login for `oss://bucket/key` than the connection's, or where the bucket is, when it is not in the catalog's region. */
  readonly oss?: OssLogin | OssPlace;
}

const loginNames: OptionNames<OssLogin> = {
  endpoint: true,
  accessKeyId: true,
  accessKeySecret: true,
  securityToken: true,
  region: true,
};
const secret = loadWhenUsed(() =>
  z.union([z.string().min(1), z.instanceof(Secret)], "pass a text, or what redact() returns"),
);
const loginSchema = loadWhenUsed(() =>
  z.object({
    endpoint: z.string().min(1),
    accessKeyId: z.string().min(1),
    accessKeySecret: secret,
    securityToken: secret.optional(),
    region: z.string().min(1).optional(),
  }),
);

const placeNames: OptionNames<OssPlace> = { endpoint: true, region: true };
const placeSchema = loadWhenUsed(() => loginSchema.pick({ endpoint: true, region: true }));

/** A `?` in a key is one character of a pattern, unless it begins the query of a signed URL, which may hold a secret. */
const address = /^oss:\/\/([^/@?#]+)\/((?!.*[?&][\w-]+=).+)$/s;

/**
 * A lazy frame over a file of this machine or of OSS, or over all files that fit a pattern, such as `"2026-*.csv"`:
 * Parquet, CSV, JSON (one object per line, or one array of objects) or Arrow IPC; CSV and JSON also with gzip
 * (`.csv.gz`). You can show, filter, join, plot and write it like a table, and use it in SQL as
 * `${readFile("rows.parquet")}`.
 *
 * Values keep every digit. A line of CSV with too few or too many values, and a value that does not fit the type of its
 * column, are refused with the number of their line. Files of a pattern have the same columns. An object of OSS is
 * downloaded to a temporary file that only you can read, and again only when it has changed.
 *
 * ```ts
 * const sales = readFile("sales.csv", { delimiter: ";", types: { price: "decimal(12, 2)" } });
 * await sales.where(col("price").gt(100)).groupBy("city").agg(count());
 * ```
 * @throws DlfLanceError InvalidInput at once for wrong options, and when the frame runs for a missing file, naming one
 *   with a similar name, or for a file of another format; PermissionDenied if OSS refuses the keys; Unsupported without
 *   DuckDB, which reads Parquet and CSV.
 */
export function readFile(path: string, options: FileOptions = {}): Frame {
  noteKeys(options?.oss);
  if (!isObject(path)) return readLocalFile(path, options);
  const { oss, ...format } = options;
  return readObjects(path, format, () => {
    const login = parseLogin(oss, path);
    return { find: async () => login };
  });
}

/** What a connection knows of OSS. */
export interface ConnectionOss {
  /** @param place where the bucket is, when it is said. */
  credentials(action: string, place: Partial<OssPlace>, signal?: AbortSignal): Promise<StorageCredentials>;
  readonly caFile: string | undefined;
}

/** As {@link readFile}, with the connection's keys where no others are given. */
export function readFileOf(connection: ConnectionOss, path: string, options: ConnectionFileOptions): Frame {
  if (!isObject(path) || hasKeys(options.oss)) return readFile(path, options as FileOptions);
  const { oss, ...format } = options;
  return readObjects(path, format, (action) => {
    const place =
      oss === undefined ? {} : parsePart(placeSchema, checkOptions(oss, placeNames, action), action);
    return {
      find: (signal) => connection.credentials(action, place, signal),
      caFile: connection.caFile,
    };
  });
}

interface OssOpener {
  readonly find: FindCredentials;
  readonly caFile?: string | undefined;
}

function readObjects(path: string, format: ReadFileOptions, open: (action: string) => OssOpener): Frame {
  const [, bucket, key] = address.exec(path) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new DlfLanceError(
      "InvalidInput",
      "Cannot read a file of OSS: the address is oss://bucket/key, with keys in { oss: … } alone",
    );
  }
  const { find, caFile } = open(`read ${path}`);
  let files: Promise<OssFiles> | undefined;
  const findFiles: FindFiles = async (action, signal) => {
    files ??= import("./oss-files.ts").then((module) => new module.OssFiles(find, caFile));
    return (await files).find(bucket, key, action, signal);
  };
  return readFilesOf(path, findFiles, format);
}

function isObject(path: unknown): boolean {
  return typeof path === "string" && path.startsWith("oss://");
}

function hasKeys(oss: unknown): boolean {
  return typeof oss === "object" && oss !== null && ("accessKeyId" in oss || "accessKeySecret" in oss);
}

/** Makes the keys known at once, also those of a call that is refused. */
function noteKeys(login: unknown): void {
  if (typeof login !== "object" || login === null) return;
  const { accessKeyId, accessKeySecret, securityToken } = login as Partial<OssLogin>;
  for (const key of [accessKeyId, accessKeySecret, securityToken])
    if (typeof key === "string") new Secret(key);
}

function parseLogin(login: OssLogin | undefined, path: string): StorageCredentials {
  const action = `read ${path}`;
  if (login === undefined) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: no login; pass { oss: { endpoint, accessKeyId, accessKeySecret } }, or call readFile() of a connection`,
    );
  }
  const { accessKeyId, accessKeySecret, securityToken, ...place } = parsePart(
    loginSchema,
    checkOptions(login, loginNames, action),
    action,
  );
  const hide = (value: string | Secret) => (typeof value === "string" ? new Secret(value) : value);
  return {
    endpoint: place.endpoint,
    accessKeyId: hide(accessKeyId),
    accessKeySecret: hide(accessKeySecret),
    ...(securityToken === undefined ? {} : { securityToken: hide(securityToken) }),
    ...(place.region === undefined ? {} : { region: place.region }),
  };
}

function parsePart<T>(schema: z.ZodType<T>, value: unknown, action: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: oss.${issue?.path.join(".")}: ${issue?.message}`,
  );
}
