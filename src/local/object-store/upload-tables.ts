/** Multipart uploads that are not finished. Part files are `uploads/<id>/<file>`. */
export const uploadTables = `
  CREATE TABLE uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, headers TEXT NOT NULL, created INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE parts (
    upload TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    etag TEXT NOT NULL, size INTEGER NOT NULL, file TEXT NOT NULL, modified INTEGER NOT NULL,
    PRIMARY KEY (upload, number)
  ) STRICT, WITHOUT ROWID;`;
