import { isArrowTable, type Table } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import type { ScanPlan } from "../plan/plan.ts";
import { pickColumns } from "../rows/pass-rows.ts";
import type { ResolvedRows, ResolvedTable, RowSource, TableSource } from "../source.ts";
import { type FrameContext, tablesOf } from "./frame-context.ts";

/** The tables of one run, each resolved once: whatever is written meanwhile, all scans of a table are of one version. */
export class OpenTables {
  readonly #context: FrameContext;
  /** Of tables that are read before it is known whether they have newer versions: those. */
  readonly #newer = new Map<string, Promise<ResolvedTable | undefined>>();
  readonly #interrupt: AbortSignal | undefined;
  #outdated: AbortController | undefined;
  readonly #tables = new Map<string, Promise<ResolvedTable>>();
  readonly #rows = new Map<string, ResolvedRows>();
  readonly #named = new Map<string, RowSource>();

  /**
   * @param isAhead whether versions that were seen before are read until {@link catchUp}, while the tables are asked for
   *   newer ones
   */
  constructor(context: FrameContext, interrupt: AbortSignal | undefined, isAhead = false) {
    this.#context = context;
    this.#interrupt = interrupt;
    if (isAhead) this.#outdated = new AbortController();
  }

  /** Fires when the work is to end: it is interrupted, or one of its tables turns out to have a newer version. */
  get signal(): AbortSignal | undefined {
    const signals = [this.#interrupt, this.#outdated?.signal].filter((signal) => signal !== undefined);
    return signals.length < 2 ? signals[0] : AbortSignal.any(signals);
  }

  /** @throws what the table is refused with; Unsupported for a version of rows that have none. */
  resolve(scan: ScanPlan): Promise<ResolvedTable> {
    const key = JSON.stringify([scan.connection, scan.table, scan.version]);
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const resolved = this.#open(scan, key);
    this.#tables.set(key, resolved);
    return resolved;
  }

  async #open(scan: ScanPlan, key: string): Promise<ResolvedTable> {
    const source = findSource(scan, this.#context);
    const outdated = this.#outdated;
    const seen = outdated === undefined ? undefined : await source.resolveSeen?.();
    if (seen === undefined) return source.resolve(this.#interrupt);
    this.#newer.set(key, seen.newer);
    const stop = () => outdated?.abort();
    seen.newer.then((newer) => newer && stop(), stop);
    return seen.table;
  }

  /** Whether a table that was read has turned out to have a newer version. */
  get isOutdated(): boolean {
    return this.#outdated?.signal.aborted === true;
  }

  /**
   * Waits until it is known which tables have newer versions than those that were read, and puts these in their place.
   * @returns whether there is none, so that what was read is good
   * @throws what a table is refused with
   */
  async catchUp(): Promise<boolean> {
    this.#outdated = undefined;
    await Promise.allSettled(this.#tables.values());
    let isGood = true;
    for (const [key, table] of this.#newer) {
      const newer = await table;
      this.#newer.delete(key);
      if (newer === undefined) continue;
      isGood = false;
      (await this.#tables.get(key))?.release();
      this.#tables.set(key, Promise.resolve(newer));
    }
    return isGood;
  }

  /** Makes the rows that a statement names known, under the name that is returned. */
  nameRows(source: RowSource, connection: string | undefined): string {
    const name = connection === undefined ? source.name : `${source.name} of ${connection}`;
    this.#named.set(name, source);
    return name;
  }

  /**
   * Opens the rows of an `input` step, once.
   * @param isCounted whether the rows of small files are counted
   * @throws what the rows are refused with
   */
  async openRows(name: string, isCounted: boolean): Promise<void> {
    if (this.#rows.has(name)) return;
    const source = this.#named.get(name) ?? this.#context.rows.get(name);
    if (source === undefined) throw refuseRows(name);
    const rows = isArrowTable(source) ? rowsOfTable(source) : await source.resolve(this.#interrupt);
    this.#rows.set(name, isCounted ? await countRows(rows, this.#interrupt) : rows);
  }

  /** Rows that were opened. */
  rows(name: string): ResolvedRows {
    const rows = this.#rows.get(name);
    if (rows === undefined) throw refuseRows(name);
    return rows;
  }

  /** Does not wait for tables that are being resolved. */
  release(): void {
    for (const table of [...this.#tables.values(), ...this.#newer.values()])
      table.then(
        (resolved) => resolved?.release(),
        () => undefined,
      );
    this.#tables.clear();
    this.#newer.clear();
  }
}

function refuseRows(name: string): DlfLanceError {
  return new DlfLanceError(
    "InvalidInput",
    `Cannot read the rows called ${name}: they are not kept with the plan; make the frame again with fromRows() or readFile()`,
  );
}

/** Rows of larger files are not counted: it takes as long as reading them. */
const countedBytes = 64_000_000;

/** With the number of rows where that is soon known. */
async function countRows(resolved: ResolvedRows, signal: AbortSignal | undefined): Promise<ResolvedRows> {
  const { bytes = Number.POSITIVE_INFINITY, schema } = resolved;
  if (resolved.rows !== undefined || bytes > countedBytes) return resolved;
  let rows = 0;
  const columns = schema.fields.slice(0, 1).map(({ name }) => name);
  for await (const { numRows } of resolved.batches(columns, signal)) rows += numRows;
  return { ...resolved, rows };
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
