/**
 * The notebook's own files that cells import, directly or through one another. The language server hears of edits on
 * disk only from its client: before a cell is checked, the files it may see are looked at.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { placeAt } from "../source/places.ts";
import type { Position } from "./problems.ts";

/** @see https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#fileEvent */
export interface FileChange {
  readonly uri: string;
  readonly type: 1 | 2 | 3;
}

/** Answers where a module is that a document names, as addresses; none where it is not found. */
export type FindModule = (document: string, position: Position) => Promise<readonly string[]>;

export interface LocalModules {
  /** What has changed on disk since the last look. */
  takeChanges(): readonly FileChange[];
  /** Follows the imports of a document with this text; returns the packages that were not found. */
  follow(document: string, text: string): Promise<readonly string[]>;
}

const created = 1;
export const changed = 2;
const deleted = 3;

/** What a specifier may stand in, also in strings and comments: what is no import is not found. */
const specifierPattern = /\b(?:from|import|require)\b[\s(]*(["'])([^"'\n]+)\1/g;
const extensions = [
  "",
  ".ts",
  ".tsx",
  ".mts",
  ".cts",
  ".d.ts",
  ".js",
  ".jsx",
  ".mjs",
  ".cjs",
  ".json",
  "/index.ts",
  "/index.js",
];

/** @param isForeign true for what is taken not to change */
export function createLocalModules(
  findModule: FindModule,
  isForeign: (address: string) => boolean,
): LocalModules {
  /** Files by address, with what tells two states of one apart; empty for one that is gone. */
  const stamps = new Map<string, string>();
  /** Files whose imports are to be followed. */
  const unread = new Set<string>();
  const foreignNames = new Set<string>();
  /** Files that would be what was not found. */
  const awaited = new Set<string>();

  async function followAll(document: string, text: string): Promise<readonly string[]> {
    const missing: string[] = [];
    for (const { name, position } of specifiersOf(text)) {
      if (foreignNames.has(name)) continue;
      const found = await findModule(document, position);
      if (found.length === 0 && !awaitFile(document, name)) missing.push(name);
      for (const address of found) {
        if (isForeign(address)) foreignNames.add(name);
        else if (!stamps.has(address)) {
          stamps.set(address, stampOf(address));
          unread.add(address);
        }
      }
    }
    return missing;
  }

  async function follow(document: string, text: string): Promise<readonly string[]> {
    const missing = [...(await followAll(document, text))];
    for (const address of unread) {
      unread.delete(address);
      if (/\.[mc]?[jt]sx?$/.test(address)) missing.push(...(await followAll(address, readText(address))));
    }
    return missing;
  }

  /** False for a package. */
  function awaitFile(document: string, name: string): boolean {
    if (!/^\.{0,2}\//.test(name)) return false;
    const path = resolve(dirname(fileURLToPath(document)), name);
    const bare = path.replace(/\.([mc]?)js(x?)$/, "");
    for (const extension of extensions) {
      for (const candidate of new Set([path, bare])) awaited.add(pathToFileURL(candidate + extension).href);
    }
    return true;
  }

  return {
    takeChanges: () => {
      const changes: FileChange[] = [];
      for (const [uri, before] of stamps) {
        const now = stampOf(uri);
        if (now === before) continue;
        stamps.set(uri, now);
        unread.add(uri);
        changes.push({ uri, type: now === "" ? deleted : before === "" ? created : changed });
      }
      for (const uri of awaited) {
        if (!existsSync(fileURLToPath(uri))) continue;
        awaited.delete(uri);
        changes.push({ uri, type: created });
      }
      return changes;
    },
    follow,
  };
}

function specifiersOf(text: string): { readonly name: string; readonly position: Position }[] {
  return [...text.matchAll(specifierPattern)].flatMap(({ 0: whole, 2: name = "", index }) => {
    if (/^(?:node|npm|data|https?|file):/.test(name)) return [];
    const { line, column } = placeAt(text, index + whole.length - 1);
    return [{ name, position: { line: line - 1, character: column - 1 } }];
  });
}

/** An edit that keeps the size within the same tick of the clock has another inode, or is not one. */
function stampOf(address: string): string {
  const status = statSync(fileURLToPath(address), { throwIfNoEntry: false, bigint: true });
  return status === undefined ? "" : `${status.mtimeNs} ${status.size} ${status.ino}`;
}

function readText(address: string): string {
  try {
    return readFileSync(fileURLToPath(address), "utf8");
  } catch {
    return "";
  }
}
