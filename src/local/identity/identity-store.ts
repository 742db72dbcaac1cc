import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Secret } from "../../secret.ts";
import { z } from "../../zod.ts";
import { openDatabase, type SqliteDatabase } from "../sqlite.ts";
import { type AccessGrants, grantsSchema } from "./access-grants.ts";

/** The identities of a data folder besides its owner. Several processes may have it open. */
export interface IdentityStore {
  readonly database: SqliteDatabase;
}

/** Somebody who may use some tables, with a key for the catalog. */
export interface NamedIdentity {
  readonly name: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret;
  readonly grants: Required<AccessGrants>;
}

const identityTable = `
  CREATE TABLE identities (
    name TEXT PRIMARY KEY, access_key_id TEXT NOT NULL UNIQUE, access_key_secret TEXT NOT NULL, grants TEXT NOT NULL
  ) STRICT;`;

const rowSchema = z
  .object({
    name: z.string(),
    access_key_id: z.string(),
    access_key_secret: z.string(),
    grants: z.string().transform((text) => grantsSchema.parse(JSON.parse(text))),
  })
  .transform(
    ({ name, access_key_id, access_key_secret, grants }): NamedIdentity => ({
      name,
      accessKeyId: access_key_id,
      accessKeySecret: new Secret(access_key_secret),
      grants,
    }),
  );

export function openIdentityStore(folder: string): IdentityStore {
  const path = join(folder, "identities.sqlite");
  return { database: openDatabase(path, (fresh) => fresh.exec(identityTable)) };
}

export function closeIdentityStore({ database }: IdentityStore): void {
  database.close();
}

export function findIdentity({ database }: IdentityStore, accessKeyId: string): NamedIdentity | undefined {
  const row = database.prepare("SELECT * FROM identities WHERE access_key_id = ?").get(accessKeyId);
  return row === undefined ? undefined : rowSchema.parse(row);
}

/** Makes an identity, or changes what it may do; its key stays. */
export function putIdentity(
  { database }: IdentityStore,
  name: string,
  grants: Required<AccessGrants>,
): NamedIdentity {
  const row = database
    .prepare(
      `INSERT INTO identities VALUES (?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET grants = excluded.grants RETURNING *`,
    )
    .get(
      name,
      `LOCAL${randomBytes(10).toString("hex").toUpperCase()}`,
      randomBytes(24).toString("base64url"),
      JSON.stringify(grants),
    );
  return rowSchema.parse(row);
}
