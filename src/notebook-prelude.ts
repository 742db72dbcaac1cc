/** What the cells of our notebooks have in scope without an import. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Prelude } from "./kernel/cells/prelude.ts";

const isSource = import.meta.url.endsWith(".ts");

export const notebookPrelude: Prelude = {
  module: "dlf-lance",
  names: ["append", "col", "connect", "describe", "lit", "read", "redact", "show"],
  types: fileURLToPath(new URL(isSource ? "./index.ts" : "./index.d.ts", import.meta.url)),
  load: () =>
    createRequire(import.meta.url)(isSource ? "./index.ts" : "./index.js") as Record<string, unknown>,
};
