/** What the cells of our notebooks have in scope without an import. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Prelude } from "./kernel/cells/prelude.ts";
import { declarationsFile, programFile } from "./package-folder.ts";

export const notebookPrelude: Prelude = {
  module: "dlf-lance",
  names: [
    "append",
    "asc",
    "bench",
    "coalesce",
    "col",
    "connect",
    "count",
    "denseRank",
    "desc",
    "describe",
    "fromRows",
    "greatest",
    "html",
    "interval",
    "lag",
    "lead",
    "least",
    "lit",
    "md",
    "plot",
    "rank",
    "read",
    "readFile",
    "redact",
    "rowNumber",
    "sh",
    "show",
    "time",
    "toList",
    "toStruct",
    "udf",
    "when",
  ],
  types: declarationsFile("index"),
  rareTypes: { module: "zod", names: ["rowSchema", "TableRowSchema"] },
  load: () => createRequire(import.meta.url)(fileURLToPath(programFile("index"))) as Record<string, unknown>,
};
