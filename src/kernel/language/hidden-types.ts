/**
 * Declarations that few cells need, which would be read before the first one: they are hidden until something may need
 * them. Those are the web page's, two megabytes that the server reads for each document until it knows the project, and
 * those of a library that few names of this package lead to.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CellScope } from "./checker.ts";
import type { Documents } from "./documents.ts";
import { findTypeScript } from "./language-server.ts";

export interface HiddenTypes {
  /** Modules that are nothing to the checker, while they are hidden. */
  modules(): readonly string[];
  show(): void;
  /** Shows them where the code refers to other code, or to what has their types. */
  showFor(code: string): void;
}

export function hideTypes(
  documents: Pick<Documents, "put">,
  { module, rareTypes }: Pick<CellScope, "module" | "rareTypes">,
): HiddenTypes {
  const pages = join(dirname(findTypeScript()), "lib.dom.d.ts");
  const rare = new RegExp(
    `\\b(?:${["import", "require", "from", ...(rareTypes?.names ?? [])].join("|")})\\b|///`,
  );
  /** What they declare is there already. */
  const present = new RegExp(`\\b(?:import|require)\\b[^"'\`;]*(["'])(?:node:[\\w/]+|${module})\\1`, "g");
  let isHidden = true;
  documents.put(pages, "");

  function show(): void {
    if (isHidden) documents.put(pages, readFileSync(pages, "utf8"));
    isHidden = false;
  }

  return {
    modules: () => (isHidden && rareTypes !== undefined ? [rareTypes.module] : []),
    show,
    showFor: (code) => {
      if (rare.test(code.replace(present, ""))) show();
    },
  };
}
