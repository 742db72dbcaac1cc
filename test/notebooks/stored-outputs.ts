/**
 * The notebooks are stored with their outputs, so that they show something on a web page. A run of the tests compares what it sees
 * with what is stored, but for what changes from run to run; `DLF_LANCE_STORE_OUTPUTS=1` stores it instead.
 */
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect } from "vitest";
import type { NotebookRun } from "./run-notebook.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly ename?: string;
  readonly evalue?: string;
  readonly traceback?: readonly string[];
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, Json>>;
}

interface Cell {
  readonly cell_type: string;
  readonly metadata: { readonly tags?: readonly string[] };
  readonly id: string;
  readonly source: string | readonly string[];
  readonly outputs?: readonly Output[];
}

interface Notebook {
  readonly cells: readonly Cell[];
}

const folder = resolve(import.meta.dirname, "../../notebooks");
/** A chart is stored as its picture: the specification would repeat the data, and a web page does not draw it. */
const leftOut = new Set(["application/vnd.vegalite.v5+json"]);

/** Fails when a notebook's stored outputs are not what a run of it shows; numbers, times and names made up at random aside. */
export async function expectStoredOutputs(
  name: string,
  run: NotebookRun,
  skippedTag?: string,
): Promise<void> {
  const file = resolve(folder, name);
  const stored = JSON.parse(await readFile(file, "utf8")) as Notebook;
  const ran = JSON.parse(run.text) as Notebook;
  if (process.env.DLF_LANCE_STORE_OUTPUTS === "1") {
    await writeFile(file, `${JSON.stringify(withOutputsOf(stored, ran), null, 1)}\n`);
    return;
  }
  expect(factsOf(stored, skippedTag)).toEqual(factsOf(ran, skippedTag));
  const text = JSON.stringify(stored);
  expect(text).not.toMatch(/LOCAL[0-9A-F]{20}|STS\.ey/);
  expect(text).not.toMatch(/"[^"]*\/(?:home|root|tmp|Users|work)\/\w/);
}

function withOutputsOf(notebook: Notebook, run: Notebook): Notebook {
  const outputs = new Map(run.cells.map((cell) => [cell.id, cell.outputs ?? []]));
  let count = 0;
  const cells = notebook.cells.map((cell) =>
    cell.cell_type === "code"
      ? {
          ...cell,
          execution_count: ++count,
          outputs: (outputs.get(cell.id) ?? [])
            .filter((output) => !isProgress(output))
            .map((output) => stripOutput(output, count)),
        }
      : cell,
  );
  return { ...notebook, cells };
}

function stripOutput(output: Output, count: number): Output {
  const counted = "execution_count" in output ? { ...output, execution_count: count } : output;
  if (output.data === undefined) return counted;
  return {
    ...counted,
    data: Object.fromEntries(Object.entries(output.data).filter(([type]) => !leftOut.has(type))),
  };
}

/** How far work is, which is shown only where it takes its time. */
function isProgress({ output_type, data }: Output): boolean {
  return output_type === "display_data" && / done in \d/.test([data?.["text/plain"]].flat().join(""));
}

/** What every run of a notebook has in common: of each cell the kinds of its outputs, and their words without numbers. */
function factsOf(notebook: Notebook, skippedTag: string | undefined): unknown[] {
  return notebook.cells
    .filter(
      ({ cell_type, metadata: { tags = [] } }) =>
        cell_type === "code" && !tags.some((tag) => tag === skippedTag),
    )
    .map(({ id, outputs = [] }) => [
      id,
      outputs
        .filter((output) => !isProgress(output))
        .map(({ output_type, name, ename, evalue, text, data = {} }) => ({
          output_type,
          name,
          ename,
          types: Object.keys(data)
            .filter((type) => !leftOut.has(type))
            .sort(),
          words: wordsOf(
            [text, evalue, data["text/plain"]]
              .flat()
              .filter((part) => typeof part === "string")
              .join(""),
          ),
        })),
    ]);
}

/** The words of a text, without numbers, and without what is left of hexadecimal digits and of key ids. */
function wordsOf(text: string): string[] {
  const plain = text.replace(/LOCAL[0-9A-F]*/g, "LOCAL");
  return (plain.match(/[\p{L}_]{3,}/gu) ?? []).filter((word) => !/^[a-f]+$/i.test(word));
}
