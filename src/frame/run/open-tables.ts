import { isArrowTable, type Table } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import type { ScanPlan } from "../plan/plan.ts";
import { pickColumns } from "../rows/pass-rows.ts";
import type { ResolvedRows, ResolvedTable, RowSource, TableSource } from "../source.ts";
import { type FrameContext, tablesOf } from "./frame-context.ts";

/** The tables of one run, each resolved once: whatever is written meanwhile, all scans of a table are of one version. */
export class OpenTables {
  readonly #context: FrameContext;
  readonly #signal: AbortSignal | undefined;
  readonly #tables = new Map<string, Promise<ResolvedTable>>();
  readonly #rows = new Map<string, ResolvedRows>();
  readonly #named = new Map<string, RowSource>();

  constructor(context: FrameContext, signal: AbortSignal | undefined) {
    this.#context = context;
    this.#signal = signal;
  }

  /** @throws what the table is refused with; Unsupported for a version of rows that have none. */
  resolve(scan: ScanPlan): Promise<ResolvedTable> {
    const key = JSON.stringify([scan.connection, scan.table, scan.version]);
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const resolved = this.#open(scan);
    this.#tables.set(key, resolved);
    return resolved;
  }

  async #open(scan: ScanPlan): Promise<ResolvedTable> {
    return findSource(scan, this.#context).resolve(this.#signal);
  }

  /** Makes the rows that a statement names known, under the name that is returned. */
  nameRows(source: RowSource, connection: string | undefined): string {
    const name = connection === undefined ? source.name : `${source.name} of ${connection}`;
    this.#named.set(name, source);
    return name;
  }

  /** Opens the rows of an `input` step, once. @throws what the rows are refused with. */
  async openRows(name: string): Promise<void> {
    if (this.#rows.has(name)) return;
    const source = this.#named.get(name) ?? this.#context.rows.get(name);
    if (source === undefined) throw refuseRows(name);
    this.#rows.set(name, isArrowTable(source) ? rowsOfTable(source) : await source.resolve(this.#signal));
  }

  /** Rows that were opened. */
  rows(name: string): ResolvedRows {
    const rows = this.#rows.get(name);
    if (rows === undefined) throw refuseRows(name);
    return rows;
  }

  /** Does not wait for tables that are being resolved. */
  release(): void {
    for (const table of this.#tables.values())
      table.then(
        (resolved) => resolved.release(),
        () => undefined,
      );
    this.#tables.clear();
  }
}

function refuseRows(name: string): DlfLanceError {
  return new DlfLanceError(
    "InvalidInput",
    `Cannot read the rows called ${name}: they are not kept with the plan; make the frame again with fromRows() or readFile()`,
  );
}

/** Rows of the program. */
function rowsOfTable(table: Table): ResolvedRows {
  return {
    schema: table.schema,
    rows: table.numRows,
    async *batches(columns) {
      for (const batch of table.batches) yield columns === undefined ? batch : pickColumns(batch, columns);
    },
  };
}

function findSource(scan: ScanPlan, context: FrameContext): TableSource {
  const source = tablesOf(context, scan.connection).find(scan.table);
  if (scan.version === null) return source;
  if (source.at === undefined) {
    throw new DlfLanceError("Unsupported", `Cannot read ${scan.table} at a version: its rows have none`);
  }
  const { version } = scan;
  if ("number" in version) return source.at(version.number);
  return source.at("tag" in version ? version.tag : new Date(version.time));
}
