/** What the cells of our notebooks have in scope without an import. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Prelude } from "./kernel/cells/prelude.ts";
import { declarationsFile, programFile } from "./package-folder.ts";

export const notebookPrelude: Prelude = {
  module: "dlf-lance",
  names: [
    "append",
    "bench",
    "col",
    "connect",
    "describe",
    "html",
    "lit",
    "md",
    "read",
    "redact",
    "sh",
    "show",
    "time",
  ],
  types: declarationsFile("index"),
  load: () => createRequire(import.meta.url)(fileURLToPath(programFile("index"))) as Record<string, unknown>,
};
