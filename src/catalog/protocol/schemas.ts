/**
 * The shapes of the wire, and the only place where its names stand. Reading is lenient: any field may be missing
 * or null, and unknown fields are dropped.
 */

import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";

/** The value of the table option `type` that marks a Lance table. A table without that option is a `table`. */
export const lanceTableType = "lance-table";
export const plainTableType = "table";

/** Table options with a special meaning. */
export const tableOptions = {
  type: "type",
  /** At creation: the table is external, and lies here. */
  path: "path",
  /** Set to a new random UUID after a commit, which tells DLF of it. */
  commitUuid: "dlf.lance.commit-uuid",
  /** Of databases too: set to a random UUID by the request that created it, which so knows its own work again. */
  creationUuid: "dlf-lance.creation-uuid",
  /** Set by a commit of ours that changed columns: those that the catalog lists are not the table's any more. */
  columnsChanged: "dlf-lance.columns-changed",
} as const;

/** Keys of a table token. */
export const tokenKeys = {
  accessKeyId: "fs.oss.accessKeyId",
  accessKeySecret: "fs.oss.accessKeySecret",
  securityToken: "fs.oss.securityToken",
  endpoint: "fs.oss.endpoint",
  region: "fs.oss.region",
} as const;

/** Keys that a service's configuration may set. */
export const serverConfigKeys = {
  prefix: "prefix",
  ossEndpoint: "dlf.oss-endpoint",
  headerStart: "header.",
} as const;

/** Query parameters. Left out when they would be empty. */
export const queryNames = {
  warehouse: "warehouse",
  maxResults: "maxResults",
  pageToken: "pageToken",
  tableType: "tableType",
  tableNamePattern: "tableNamePattern",
  databaseNamePattern: "databaseNamePattern",
} as const;

/** What an error answer can be about, as far as Lance tables are concerned. */
export type ResourceType = "DATABASE" | "TABLE";

/** What reads one kind of answer. */
export type Shape<T> = z.ZodType<T>;

const text = loadWhenUsed(() =>
  z
    .string()
    .nullish()
    .transform((value) => value ?? undefined),
);

const millis = loadWhenUsed(() =>
  z.coerce
    .number()
    .int()
    .nonnegative()
    .nullish()
    .catch(undefined)
    .transform((value) => value ?? undefined),
);

/** Unlike other times, one that cannot be read is refused: a token would seem to last for ever. */
const expiry = loadWhenUsed(() =>
  z.coerce
    .number()
    .int()
    .positive()
    .nullish()
    .transform((value) => value ?? undefined),
);

const flag = loadWhenUsed(() =>
  z
    .boolean()
    .nullish()
    .transform((value) => value ?? undefined),
);

/** A map of texts; numbers and booleans become text, nulls are dropped. */
const textMap = loadWhenUsed(() =>
  z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable())
    .nullish()
    .transform((map): Record<string, string> => {
      const present = Object.entries(map ?? {}).filter(([, value]) => value !== null);
      return Object.fromEntries(present.map(([key, value]) => [key, String(value)]));
    }),
);

function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}

export const configAnswer = loadWhenUsed(() => z.object({ defaults: textMap, overrides: textMap }));

export const databaseAnswer = loadWhenUsed(() =>
  z.object({
    id: text,
    name: text,
    location: text,
    options: textMap,
    owner: text,
    createdAt: millis,
    createdBy: text,
    updatedAt: millis,
    updatedBy: text,
  }),
);

const identifier = loadWhenUsed(() => z.object({ database: z.string(), object: z.string() }));

export const fieldAnswer = loadWhenUsed(() =>
  z.object({
    id: z.number().int(),
    name: z.string(),
    type: z.union([z.string(), z.looseObject({ type: z.string() })]),
    description: text,
  }),
);

const tableSchema = loadWhenUsed(() =>
  z.object({
    fields: listOf(z.unknown()),
    partitionKeys: listOf(z.string()),
    primaryKeys: listOf(z.string()),
    options: textMap,
    comment: text,
  }),
);

export const tableAnswer = loadWhenUsed(() =>
  z.object({
    id: text,
    database: text,
    name: text,
    path: text,
    isExternal: flag,
    schemaId: millis,
    schema: tableSchema.nullish().transform((schema) => schema ?? tableSchema.parse({})),
    owner: text,
    createdAt: millis,
    createdBy: text,
    updatedAt: millis,
    updatedBy: text,
  }),
);

const nextPageToken = text;

export const databasesPage = loadWhenUsed(() => z.object({ databases: listOf(z.string()), nextPageToken }));
export const tablesPage = loadWhenUsed(() => z.object({ tables: listOf(z.string()), nextPageToken }));
export const tableDetailsPage = loadWhenUsed(() =>
  z.object({ tableDetails: listOf(tableAnswer), nextPageToken }),
);
export const viewsPage = loadWhenUsed(() => z.object({ views: listOf(z.string()), nextPageToken }));
export const functionsPage = loadWhenUsed(() => z.object({ functions: listOf(z.string()), nextPageToken }));

/** Paimon's code says `expiresAtMillis`, its OpenAPI text says `expiresAt`; both are epoch milliseconds. */
export const tokenAnswer = loadWhenUsed(() =>
  z
    .object({ token: textMap, expiresAtMillis: expiry, expiresAt: expiry })
    .transform(({ token, expiresAtMillis, expiresAt }) => ({
      token,
      expiresAtMillis: expiresAtMillis ?? expiresAt,
    })),
);

/** The catalog's own error: `code` is an HTTP status and wins over the status line. */
export const errorAnswer = loadWhenUsed(() =>
  z.object({
    message: text.catch(undefined),
    resourceType: text.catch(undefined),
    resourceName: text.catch(undefined),
    code: z.coerce.number().int().min(400).max(599).optional().catch(undefined),
  }),
);

/** The error of the Alibaba Cloud gateway in front of the catalog. */
export const gatewayErrorAnswer = loadWhenUsed(() =>
  z.object({
    Code: z.string(),
    Message: text.catch(undefined),
    RequestId: text.catch(undefined),
  }),
);

export const createDatabaseRequest = loadWhenUsed(() => z.object({ name: z.string(), options: textMap }));
export const alterDatabaseRequest = loadWhenUsed(() =>
  z.object({ removals: listOf(z.string()), updates: textMap }),
);
export const createTableRequest = loadWhenUsed(() => z.object({ identifier, schema: tableSchema }));
export const renameTableRequest = loadWhenUsed(() =>
  z.object({ source: identifier, destination: identifier }),
);

/** Changes of other kinds than options pass as they are; a catalog of Lance tables may refuse them. */
const tableChange = loadWhenUsed(() =>
  z.union([
    z.object({ action: z.literal("setOption"), key: z.string(), value: z.string() }),
    z.object({ action: z.literal("removeOption"), key: z.string() }),
    z.object({ action: z.string().refine((action) => action !== "setOption" && action !== "removeOption") }),
  ]),
);
export type TableChange = z.infer<typeof tableChange>;
export const alterTableRequest = loadWhenUsed(() => z.object({ changes: z.array(tableChange) }));

export type ConfigAnswer = z.output<typeof configAnswer>;
export type DatabaseAnswer = z.output<typeof databaseAnswer>;
export type TableAnswer = z.output<typeof tableAnswer>;
export type TokenAnswer = z.output<typeof tokenAnswer>;
