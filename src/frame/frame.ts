import { inspect } from "node:util";
import { arrow, type RecordBatch, type Schema, type Table } from "../arrow.ts";
import { displaySymbol, type MimeBundle } from "../display/mime.ts";
import type { TableOptions } from "../display/table-options.ts";
import { currentInterruptSignal, waitFor } from "../interrupt.ts";
import {
  type Condition,
  parseColumnNames,
  parseCondition,
  parseLimitOptions,
  parseRowNumber,
} from "./arguments.ts";
import type { PushedCounting } from "./count-plan.ts";
import { describePlan } from "./describe-plan.ts";
import { runInMemory } from "./engines/memory.ts";
import { Explanation } from "./explanation.ts";
import { type FirstRows, renderFirstRows, renderLazyFrame } from "./frame-display.ts";
import { excludePlan, filterPlan, limitPlan, type Plan, projectPlan, scanPlan } from "./plan.ts";
import { type PreparedPlan, preparePlan } from "./prepare.ts";
import { Preview } from "./preview.ts";
import { type IntegerPolicy, type RowObject, toRowObjects } from "./row-objects.ts";
import type { TableSource } from "./source.ts";
import type { ScanPlanning } from "./to-scan.ts";
import { untilAborted } from "./until-aborted.ts";

export interface RunOptions {
  /** Ends the work with the error `Interrupted`. In our kernel, by default, the interruption of the cell. */
  readonly signal?: AbortSignal;
}

const shownRows = 20;
const displayedRows = 10;

/**
 * A lazy query over one table. Every method that narrows it returns a new frame and reads nothing; `collect`,
 * `batches`, `toObjects`, `first`, `count` and `show` read. Filters, selections, limit and offset are done by the
 * Lance scan where the plan allows; `explain()` tells.
 */
export class Frame {
  readonly #source: TableSource;
  readonly #plan: Plan;

  /** @internal */
  constructor(source: TableSource, plan: Plan) {
    this.#source = source;
    this.#plan = plan;
  }

  /** @internal All rows and columns of a table. */
  static from(source: TableSource): Frame {
    return new Frame(source, scanPlan(source.name));
  }

  /** What the frame will do, as data. */
  get plan(): Plan {
    return this.#plan;
  }

  /**
   * Keeps the rows for which the condition is true: `col("f0").gt(201)`, text in Lance's SQL dialect, or
   * `{ f1: "daft-a", f2: null }`. SQL text sees all columns of the table, whatever was selected before.
   * @throws DlfLanceError InvalidInput for what is no condition.
   */
  where(condition: Condition): Frame {
    return this.#with(filterPlan(this.#plan, parseCondition(condition)));
  }

  /** Keeps these columns, in this order. @throws DlfLanceError InvalidInput without names, or for one named twice. */
  select(...columns: readonly string[]): Frame {
    return this.#with(projectPlan(this.#plan, parseColumnNames(columns, "select columns")));
  }

  /** Leaves these columns out. @throws DlfLanceError InvalidInput without names, or for one named twice. */
  exclude(...columns: readonly string[]): Frame {
    return this.#with(excludePlan(this.#plan, parseColumnNames(columns, "exclude columns")));
  }

  /** Keeps at most `count` rows, after `offset` rows. @throws DlfLanceError InvalidInput unless both are whole and ≥ 0. */
  limit(count: number, options: { readonly offset?: number } = {}): Frame {
    const { offset } = parseLimitOptions(options);
    return this.#with(limitPlan(this.#plan, parseRowNumber(count, "limit rows"), offset));
  }

  /** Skips rows at the beginning. @throws DlfLanceError InvalidInput unless whole and ≥ 0. */
  offset(count: number): Frame {
    return this.#with(limitPlan(this.#plan, null, parseRowNumber(count, "skip rows")));
  }

  /** The first rows: the same as `limit(count)`. */
  head(count = displayedRows): Frame {
    return this.limit(count);
  }

  /**
   * All rows as one Arrow table, which has the right columns also when it has no rows.
   * @throws DlfLanceError TableColumnNotFound, InvalidInput or Unsupported before anything is read; Interrupted.
   */
  async collect(options: RunOptions = {}): Promise<Table> {
    return this.#collect(await this.#prepare(options), options);
  }

  /** The rows batch by batch, in memory no more than a few batches at a time. @throws as {@link collect}. */
  async *batches(options: RunOptions = {}): AsyncGenerator<RecordBatch, void, undefined> {
    yield* this.#scan((await this.#prepare(options)).scan, options);
  }

  /**
   * All rows as plain objects, with exact values: int64 is a bigint, a decimal is text, a timestamp of micro- or
   * nanoseconds is ISO text, one of milliseconds a Date. With `{ ints: "number" }` int64 is a number, and one that no
   * number holds exactly is refused by row and column. @throws as {@link collect}.
   */
  async toObjects(options: RunOptions & { readonly ints?: IntegerPolicy } = {}): Promise<RowObject[]> {
    const { ints = "bigint" } = options;
    const rows: RowObject[] = [];
    for await (const batch of this.batches(options)) {
      for (const row of toRowObjects(batch, { ints, firstRow: rows.length })) rows.push(row);
    }
    return rows;
  }

  /** The first row, or undefined when there is none. @throws as {@link collect}. */
  async first(options: RunOptions = {}): Promise<RowObject | undefined> {
    return (await this.limit(1).toObjects(options))[0];
  }

  /**
   * The number of rows. Lance counts them without delivering any, unless a filter stands after a limit.
   * @throws as {@link collect}.
   */
  async count(options: RunOptions = {}): Promise<number> {
    const { counting } = await this.#prepare(options);
    if (counting.kind === "pushed") return this.#countPushed(counting, options);
    let rows = 0;
    for await (const batch of this.#scan(counting.scan, options)) rows += batch.numRows;
    return rows;
  }

  /** The first rows, drawn as a table. @throws as {@link collect}, and InvalidInput for bars of an unknown column. */
  async show(count: number = shownRows, options: RunOptions & TableOptions = {}): Promise<Preview> {
    const maxRows = parseRowNumber(count, "show rows");
    const first = await this.#readFirst(await this.#readSchema(options), maxRows, options);
    return new Preview(renderFirstRows(first, { title: this.#source.name, ...options, maxRows }));
  }

  /** The columns of the result. @throws as {@link collect}. */
  async schema(options: RunOptions = {}): Promise<Schema> {
    return new arrow.Schema([...(await this.#prepare(options)).fields]);
  }

  /** What reaches the Lance scan and what is done afterwards. Reads no rows. @throws as {@link collect}. */
  async explain(options: RunOptions = {}): Promise<Explanation> {
    const [prepared, version] = await Promise.all([this.#prepare(options), this.#source.version?.()]);
    return new Explanation({
      written: this.#plan,
      optimized: prepared.optimized,
      request: prepared.scan.request,
      rest: prepared.scan.rest,
      ...(version === undefined ? {} : { version }),
    });
  }

  /** A notebook shows the plan, the columns and the first rows. */
  async [displaySymbol](options: TableOptions = {}): Promise<MimeBundle> {
    const schema = await this.#readSchema({});
    const maxRows = parseRowNumber(options.maxRows ?? displayedRows, "show rows");
    const first = await this.#readFirst(schema, maxRows, {});
    const { fields } = preparePlan(this.#plan, schema);
    const frame = { name: this.#source.name, plan: describePlan(this.#plan), fields };
    return renderLazyFrame(frame, first, { ...options, maxRows });
  }

  [inspect.custom](): string {
    return `Frame ${describePlan(this.#plan)}\n  lazy: nothing is read until show(), collect(), toObjects() or count()`;
  }

  #with(plan: Plan): Frame {
    return new Frame(this.#source, plan);
  }

  async #prepare(options: RunOptions): Promise<PreparedPlan> {
    return preparePlan(this.#plan, await this.#readSchema(options));
  }

  #readSchema({ signal = currentInterruptSignal() }: RunOptions): Promise<Schema> {
    return waitFor(this.#source.schema(signal), signal, this.#action);
  }

  get #action(): string {
    return `read ${this.#source.name}`;
  }

  #scan(
    { request, rest }: ScanPlanning,
    { signal = currentInterruptSignal() }: RunOptions,
  ): AsyncIterable<RecordBatch> {
    const scanned = this.#source.scan(signal === undefined ? request : { ...request, signal });
    return untilAborted(runInMemory(scanned, rest), signal, this.#action);
  }

  async #collect({ scan, fields }: PreparedPlan, options: RunOptions): Promise<Table> {
    const batches: RecordBatch[] = [];
    for await (const batch of this.#scan(scan, options)) batches.push(batch);
    return batches.length === 0 ? new arrow.Table(new arrow.Schema([...fields])) : new arrow.Table(batches);
  }

  async #countPushed(
    counting: PushedCounting,
    { signal = currentInterruptSignal() }: RunOptions,
  ): Promise<number> {
    return counting.finish(await waitFor(this.#source.countRows(counting.filter), signal, this.#action));
  }

  /** The first rows; how many there are in all is found out where that costs no scan. */
  async #readFirst(schema: Schema, rows: number, options: RunOptions): Promise<FirstRows> {
    const { signal = currentInterruptSignal() } = options;
    const found = this.#source.version?.();
    const [version, table] = await Promise.all([
      found && waitFor(found, signal, this.#action),
      this.#collect(preparePlan(limitPlan(this.#plan, rows, 0), schema), options),
    ]);
    if (table.numRows < rows) return { table, totalRows: table.numRows, version };
    const { counting } = preparePlan(this.#plan, schema);
    const isScan = counting.kind === "scanned" || counting.filter !== undefined;
    return { table, totalRows: isScan ? "more" : await this.#countPushed(counting, options), version };
  }
}
