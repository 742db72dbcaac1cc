import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { z } from "../../zod.ts";
import type { SqliteDatabase } from "../sqlite.ts";

/** What an object has next to its bytes. */
export interface ObjectAttributes {
  /** In double quotes, as on the wire. */
  readonly etag: string;
  readonly appendable: boolean;
  /** `content-type`, `x-oss-meta-…` and the other headers that come back with the object. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Remembers attributes by the identity of a file's content (inode, time, size) and not by the object's name:
 * they are written before the file gets its name, so no reader ever sees one object with another's ETag.
 */
export interface AttributeStore {
  remember(identity: string, bucket: string, key: string, attributes: ObjectAttributes): void;
  /** A file that came here by other means than this store gets an ETag derived from its identity. */
  recall(identity: string): ObjectAttributes;
  /** For content that has lost its name. Readers may have it open, so it is forgotten an hour later. */
  forget(identity: string): void;
  /** Forgets all objects below a prefix that ends with `/`. */
  forgetBelow(bucket: string, prefix: string): void;
}

export const attributeTables = `
  CREATE TABLE attributes (
    identity TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL,
    etag TEXT NOT NULL, appendable INTEGER NOT NULL, headers TEXT NOT NULL, forgotten INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX attributes_by_key ON attributes (bucket, key);
  CREATE INDEX attributes_forgotten ON attributes (forgotten) WHERE forgotten IS NOT NULL;`;

const afterlife = 3600_000;

const rowSchema = z.object({
  etag: z.string(),
  appendable: z.number(),
  headers: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
});

/** Names the content of a file: a rename or link keeps it, a new write changes it. */
export function fileIdentity(stats: BigIntStats): string {
  return `${stats.ino}-${stats.mtimeNs}-${stats.size}`;
}

export function createAttributeStore(database: SqliteDatabase): AttributeStore {
  const insert = database.prepare(
    "INSERT OR REPLACE INTO attributes (identity, bucket, key, etag, appendable, headers) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const select = database.prepare("SELECT etag, appendable, headers FROM attributes WHERE identity = ?");
  const mark = database.prepare("UPDATE attributes SET forgotten = ? WHERE identity = ?");
  const markBelow = database.prepare(
    "UPDATE attributes SET forgotten = ? WHERE bucket = ? AND key > ? AND key < ?",
  );
  const remove = database.prepare("DELETE FROM attributes WHERE forgotten < ?");
  return {
    remember(identity, bucket, key, { etag, appendable, headers }) {
      insert.run(identity, bucket, key, etag, appendable ? 1 : 0, JSON.stringify(headers));
    },
    recall(identity) {
      const row = select.get(identity);
      if (row === undefined) return { etag: deriveEtag(identity), appendable: false, headers: {} };
      const { etag, appendable, headers } = rowSchema.parse(row);
      return { etag, appendable: appendable === 1, headers };
    },
    forget(identity) {
      const now = Date.now();
      mark.run(now, identity);
      remove.run(now - afterlife);
    },
    forgetBelow(bucket, prefix) {
      const next = `${prefix.slice(0, -1)}0`; // "0" is the character after "/".
      markBelow.run(Date.now(), bucket, prefix, next);
    },
  };
}

function deriveEtag(identity: string): string {
  return `"${createHash("md5").update(identity).digest("hex").toUpperCase()}-1"`;
}
