/** Where the cells of each session are kept for the next: a file for each, that nobody else can read. */
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { secretRegistry } from "../../redaction/known-secrets.ts";
import { redactText } from "../../redaction/redact-text.ts";
import { stateFolder } from "../../state-folder.ts";

/** A cell of an earlier session. */
export interface KeptCell {
  readonly line: number;
  readonly source: string;
}

export interface HistoryStore {
  /** The sessions before this one, oldest first; always the same, whatever other kernels do meanwhile. */
  earlier(): Promise<readonly (readonly KeptCell[])[]>;
  /** Keeps a cell that has run, without the secrets that are known by now. */
  keep(cell: KeptCell): void;
  /** A secret has become known: takes it out of what was kept. */
  forgetSecrets(): void;
  /** Settles when all is on disk. */
  flush(): Promise<void>;
}

/** Sessions whose cells are kept. */
const mostSessions = 100;
const fileName = /^\d{15}-\d+\.jsonl$/;

/** Undefined where whoever starts the kernel does not want it: `DLF_LANCE_HISTORY=off`. */
export function openHistoryStore(
  environment: Readonly<Record<string, string | undefined>>,
  complain: (text: string) => void,
): HistoryStore | undefined {
  if (environment.DLF_LANCE_HISTORY === "off") return undefined;
  return createHistoryStore(join(stateFolder(environment), "history"), complain);
}

function createHistoryStore(folder: string, complain: (text: string) => void): HistoryStore {
  const own = `${String(Date.now()).padStart(15, "0")}-${process.pid}.jsonl`;
  const file = join(folder, own);
  const cells: KeptCell[] = [];
  let sessions: Promise<readonly (readonly KeptCell[])[]> | undefined;
  let written = 0;
  let secrets = 0;
  let work = Promise.resolve();
  let isBroken = false;

  async function read(): Promise<readonly (readonly KeptCell[])[]> {
    const names = (await readdir(folder).catch(() => [])).filter(
      (name) => fileName.test(name) && name !== own,
    );
    const texts = names.sort().map((name) => readFile(join(folder, name), "utf8").catch(() => ""));
    return (await Promise.all(texts)).map(parseCells).filter((session) => session.length > 0);
  }

  async function write(): Promise<void> {
    const count = secretRegistry().size();
    if (cells.length === written && (count === secrets || written === 0)) return;
    const isFirst = written === 0;
    const isWhole = isFirst || count !== secrets;
    const text = cells
      .slice(isWhole ? 0 : written)
      .map(({ line, source }) => `${JSON.stringify([line, redactText(source)])}\n`)
      .join("");
    written = cells.length;
    secrets = count;
    if (isFirst) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await removeOldest();
    }
    if (!isWhole) return appendFile(file, text, { mode: 0o600 });
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  async function removeOldest(): Promise<void> {
    const names = (await readdir(folder)).filter((name) => fileName.test(name)).sort();
    for (const name of names.slice(0, Math.max(0, names.length - mostSessions + 1)))
      await rm(join(folder, name), { force: true });
  }

  function save(): void {
    work = work.then(write).catch((error: Error) => {
      if (!isBroken)
        complain(`Cannot keep the history of cells: ${error.message}; DLF_LANCE_HISTORY=off stops it`);
      isBroken = true;
    });
  }

  return {
    earlier: () => {
      sessions ??= read();
      return sessions;
    },
    keep: (cell) => {
      cells.push(cell);
      save();
    },
    forgetSecrets: () => {
      if (cells.length > 0) save();
    },
    flush: () => work,
  };
}

/** A last line that was cut off is left out. */
function parseCells(text: string): readonly KeptCell[] {
  return text.split("\n").flatMap((line): readonly KeptCell[] => {
    try {
      const [number, source] = JSON.parse(line) as readonly unknown[];
      return typeof number === "number" && typeof source === "string" ? [{ line: number, source }] : [];
    } catch {
      return [];
    }
  });
}
