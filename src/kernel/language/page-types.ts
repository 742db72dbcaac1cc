/**
 * Declarations of the web page, which no cell has and a library may refer to. Until the server knows the project it takes
 * each document for a page's, and would read two megabytes about those before the first cell: they are hidden until
 * something may need them.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Documents } from "./documents.ts";
import { findTypeScript } from "./language-server.ts";

export interface PageTypes {
  show(): void;
  /** Shows them where the code refers to other code. */
  showFor(code: string): void;
}

export function hidePageTypes(documents: Pick<Documents, "put">): PageTypes {
  const file = join(dirname(findTypeScript()), "lib.dom.d.ts");
  let isHidden = true;
  documents.put(file, "");

  function show(): void {
    if (isHidden) documents.put(file, readFileSync(file, "utf8"));
    isHidden = false;
  }

  return {
    show,
    showFor: (code) => {
      if (/\b(?:import|require|from)\b|\/\/\//.test(code)) show();
    },
  };
}
