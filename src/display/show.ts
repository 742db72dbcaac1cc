/** Shows a value wherever the program runs: under our kernel, tslab or Deno as a display, in a terminal as text. */
import { createRequire } from "node:module";
import { inspectText, type MimeBundle } from "./bundle.ts";
import { currentDisplayer } from "./displayer.ts";
import { formatAtOnce } from "./mime.ts";
import { parseTableOptions, type TableOptions } from "./table/table-options.ts";

/**
 * Shows a value at once. Arrow tables of any copy of apache-arrow, tables of Arquero, Flechette and nodejs-polars,
 * arrays of plain objects, Vega-Lite specifications with their data, and everything this package makes are drawn; anything else is shown as `util.inspect` prints
 * it.
 *
 * @throws DlfLanceError InvalidInput for options that do not fit the table; in our kernel the reason goes to stderr
 */
export function show(value: unknown, options: TableOptions = {}): Promise<void> {
  const format = () => formatAtOnce(value, parseTableOptions(options));
  return currentDisplayer()?.(format) ?? showElsewhere(format);
}

async function showElsewhere(format: () => MimeBundle | Promise<MimeBundle>): Promise<void> {
  const bundle = await format();
  const send = findDeno() ?? findTslab() ?? print;
  await send(bundle);
}

type Send = (bundle: MimeBundle) => Promise<void> | void;

function print(bundle: MimeBundle): void {
  console.log(inspectText(bundle));
}

/** @see https://docs.deno.com/api/deno/~/Deno.jupyter.display */
function findDeno(): Send | undefined {
  const { Deno } = globalThis as { Deno?: { jupyter?: { display?: unknown } } };
  try {
    // Outside of a notebook even looking at it throws.
    const display = Deno?.jupyter?.display;
    if (typeof display !== "function") return undefined;
    return (bundle) => display(bundle, { raw: true });
  } catch {
    return undefined;
  }
}

/** The display of tslab's own kernel: the copy that runs this cell has been loaded already. */
function findTslab(): Send | undefined {
  const loaded = createRequire(import.meta.url).cache;
  const file = Object.keys(loaded).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name));
  const write: unknown = file === undefined ? undefined : loaded[file]?.exports?.lastWriteDisplayData;
  if (typeof write !== "function") return undefined;
  return (bundle) => void write({ data: bundle, metadata: {}, transient: {} }, false);
}
