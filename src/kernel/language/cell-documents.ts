/**
 * The documents of cells. A document that is opened costs the server ten times what a new text in one that is open does:
 * what no cell needs any more takes the next one. None is opened ahead of need: that costs more than it saves.
 */
import type { CellLanguage } from "../source/parse.ts";
import type { Documents } from "./documents.ts";

export interface CellDocuments {
  /** A document that no cell has, and its text. */
  take(language: CellLanguage, text: string): string;
  free(name: string): void;
}

const empty = "export {};";

export function createCellDocuments(documents: Pick<Documents, "put">): CellDocuments {
  const idle: Record<CellLanguage, string[]> = { ts: [], tsx: [] };
  let opened = 0;

  function open(language: CellLanguage): string {
    opened += 1;
    return `~cell-${opened}.${language}`;
  }

  return {
    take: (language, text) => {
      const name = idle[language].pop() ?? open(language);
      documents.put(name, text);
      return name;
    },
    free: (name) => {
      documents.put(name, empty);
      idle[name.endsWith("x") ? "tsx" : "ts"].push(name);
    },
  };
}
