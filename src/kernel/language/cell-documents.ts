/**
 * The documents of cells. To open one has the server look for every module of the project again, and so has a text with
 * other imports: 60 ms, where another text with the same imports takes 8. So a cell takes a document that is open, a
 * slot, and imports the hub alone, which leads to all others; once the slots are taken, their cells move into one
 * document, the archive. Slots are opened before the project is: until then that costs little.
 */
import type { CellLanguage } from "../source/parse.ts";
import { archiveName, hubModule, hubName } from "./cell-project.ts";
import type { Documents } from "./documents.ts";

export interface CellDocuments {
  /** Whether {@link CellDocuments.take} has one that is open. */
  hasIdle(language: CellLanguage): boolean;
  /** The number of a slot that no cell has; it has the text then. */
  take(language: CellLanguage, text: string): number;
  /** Gives a slot another text. */
  put(slot: number, text: string): void;
  free(slot: number): void;
  archive(text: string): void;
  nameOf(slot: number): string;
}

const empty = `import ${JSON.stringify(hubModule)};export {};`;
const firstSlots = 8;

/** @param scopeModule the module whose names every cell has */
export function createCellDocuments(documents: Pick<Documents, "put">, scopeModule: string): CellDocuments {
  const languages: CellLanguage[] = [];
  const idle: Record<CellLanguage, number[]> = { ts: [], tsx: [] };

  function nameOf(slot: number): string {
    return `~cell-${slot}.${languages[slot - 1]}`;
  }

  function open(language: CellLanguage, text: string): number {
    const slot = languages.push(language);
    documents.put(nameOf(slot), text);
    return slot;
  }

  function putHub(): void {
    const slots = languages.map((_, index) => `export * as slotː${index + 1} from "./~cell-${index + 1}";`);
    const others = `export * as archiveː from "./~cell-archive";export * as packageː from "${scopeModule}";`;
    documents.put(hubName, slots.join("") + others);
  }

  for (let count = 0; count < firstSlots; count++) idle.ts.unshift(open("ts", empty));
  documents.put(archiveName, empty);
  putHub();

  return {
    hasIdle: (language) => idle[language].length > 0,
    take: (language, text) => {
      const known = idle[language].pop();
      if (known !== undefined) documents.put(nameOf(known), text);
      const slot = known ?? open(language, text);
      if (known === undefined) putHub();
      return slot;
    },
    put: (slot, text) => documents.put(nameOf(slot), text),
    free: (slot) => {
      documents.put(nameOf(slot), empty);
      idle[languages[slot - 1] ?? "ts"].push(slot);
    },
    archive: (text) => documents.put(archiveName, text),
    nameOf,
  };
}
