import { inspect } from "node:util";
import type { RecordBatch, Schema, Table } from "../arrow.ts";
import type { Chart } from "../chart/chart.ts";
import type { VegaLiteSpec } from "../chart/vega-lite-spec.ts";
import { checkOptions, type OptionNames } from "../check-options.ts";
import { renderLines } from "../display/card/text-block.ts";
import { displaySymbol, type MimeBundle } from "../display/mime.ts";
import type { DataTableOptions } from "../display/table/data-table.ts";
import type { TableOptions } from "../display/table/table-options.ts";
import { DlfLanceError, tracedToCaller } from "../errors.ts";
import type { Job } from "../jobs/job.ts";
import type { WriteResult } from "../table/description/write-result.ts";
import {
  type ConditionOn,
  findTexts,
  parseAggregates,
  parseColumnName,
  parseColumnNames,
  parseCondition,
  parseExpression,
  parseExpressions,
  parseFiller,
  parseLimitOptions,
  parseNewName,
  parseRenames,
  parseRowNumber,
  parseRowPolicies,
  parseSample,
  parseSelections,
  parseTypes,
  parseVersion,
} from "./builder/arguments.ts";
import { col } from "./builder/expr.ts";
import type {
  AggregatesOf,
  Cast,
  CastTypes,
  ColumnName,
  Concatenated,
  Exploded,
  Grouped,
  KnownOptions,
  Named,
  NamedKind,
  NamesOf,
  NoLists,
  NoStructs,
  OverManyRows,
  Renamed,
  Renames,
  RowFor,
  RowOf,
  SameColumns,
  Selected,
  Selections,
  Summed,
  Totals,
  Unpivoted,
  Untyped,
  WithColumn,
  WithColumns,
  Without,
  WithoutNull,
} from "./builder/frame-types.ts";
import {
  type JoinAsofOptions,
  type JoinedBy,
  type JoinNames,
  type JoinOptionName,
  type JoinOptions,
  parseJoin,
  parseJoinAsof,
} from "./builder/join-options.ts";
import {
  type PivotNames,
  type PivotOptionName,
  type PivotOptions,
  parsePivot,
  parseUnpivot,
  type UnpivotOptions,
} from "./builder/pivot-options.ts";
import { refuseNamesElsewhere } from "./builder/refuse-names.ts";
import {
  type ConcatOptions,
  type DynamicOptions,
  parseConcat,
  parseDynamic,
  parseUnique,
  type UniqueOptions,
} from "./builder/row-options.ts";
import { parseRowSchema, type RowSchema } from "./builder/row-schema.ts";
import {
  type NearestOptions,
  parseNearest,
  parseTextSearch,
  type TextSearchOptions,
} from "./builder/search-options.ts";
import { desc, parseSortKeys, type SortKeysOf } from "./builder/window.ts";
import { count as countRows, rowNumber } from "./builder/window-functions.ts";
import { type FirstRows, renderFirstRows, renderLazyFrame } from "./display/frame-display.ts";
import type { FramePageOptions, Page } from "./display/page.ts";
import { Preview } from "./display/preview.ts";
import { searchLooks } from "./display/search-looks.ts";
import { summaryLooks } from "./display/summary-looks.ts";
import type { EngineWish } from "./engines/engine.ts";
import { checkEngineName, warmUpEngines } from "./engines/engines.ts";
import type {
  ExpressionLike,
  KnownTypes,
  ListLike,
  StructLike,
  UnknownValue,
} from "./expression/expression-types.ts";
import type { LiteralInput } from "./expression/literal.ts";
import type { FileFormat } from "./files/file-format.ts";
import { type FrameFileOptions, writeFrameFile } from "./files/write-frame-file.ts";
import { describePlan } from "./plan/describe-plan.ts";
import { createPlan, type Plan, searchedText } from "./plan/plan.ts";
import { type PlanDocument, toPlanDocument } from "./plan/plan-document.ts";
import { titlePlan } from "./plan/title-plan.ts";
import type { PlotOptions } from "./plot/plot-options.ts";
import type { Profile } from "./profile/profile.ts";
import { type RowObject, type RowPolicies, toRowObjects } from "./rows/row-objects.ts";
import { bindSql, type SqlValue } from "./run/bind-sql.ts";
import type { Explanation } from "./run/explanation.ts";
import { type FrameContext, noTables } from "./run/frame-context.ts";
import { joinContexts } from "./run/join-contexts.ts";
import { addFunction, type MapBatchesOptions } from "./run/map-batches.ts";
import { pageFrame } from "./run/page-frame.ts";
import { type RunOptions, runOptions } from "./run/run.ts";
import {
  collectFrame,
  countFrame,
  explainFrame,
  frameSchema,
  readFirstRows,
  runFrame,
} from "./run/run-frame.ts";
import { type SubmitOptions, submitFrame } from "./run/submit-frame.ts";
import { type ColumnSummary, type SummarizeOptions, summarizeFrame } from "./run/summarize.ts";
import { type FrameWriteOptions, writeFrame } from "./run/write-frame.ts";
import type { RowSource, TableSource } from "./source.ts";

const rowOptions: OptionNames<RunOptions & RowPolicies> = { ...runOptions, ints: true, timestamps: true };
const summarizeOptions: OptionNames<SummarizeOptions> = { ...runOptions, distinct: true };
const writeOptions: OptionNames<FrameWriteOptions> = { ...runOptions, mode: true };
const fileOptions: OptionNames<FrameFileOptions> = { ...runOptions, overwrite: true };
const pageOptions: OptionNames<FramePageOptions & RunOptions> = { ...runOptions, size: true };
const showOptions: OptionNames<RunOptions & TableOptions> = {
  ...runOptions,
  title: true,
  caption: true,
  maxRows: true,
  maxColumns: true,
  bars: true,
  marks: true,
};

const rowCount = countRows();
const shownRows = 20;
const displayedRows = 10;

/**
 * A lazy query. Methods that change it return a new frame and read nothing; `collect`, `batches`, `toObjects`, `first`,
 * `count` and `show` read. The Lance scan does filters, columns, limit, offset and searches where the plan allows it,
 * and an engine does the rest; `explain()` shows which does what.
 *
 * Rows come in the table's order. After `groupBy`, `distinct`, `join`, `unpivot` and `sql` they have no order until you
 * `sort`.
 *
 * `C` is what TypeScript knows of the columns: those of a declared table, or what `select`, `withColumn`, `agg` and
 * `as` add.
 */
export class Frame<C = Untyped> {
  readonly #context: FrameContext;
  readonly #plan: Plan;
  readonly #rowSchema: RowSchema<unknown> | undefined;
  /** Rows of a summary: a display shows all of them, and each number in its own form. */
  #summaryRows = 0;

  /** @internal */
  constructor(context: FrameContext, plan: Plan, rowSchema?: RowSchema<unknown>) {
    this.#context = context;
    this.#plan = createPlan(plan);
    this.#rowSchema = rowSchema;
    warmUpEngines();
  }

  /** @internal All rows and columns of a table. */
  static from<C = Untyped>(source: TableSource): Frame<C> {
    return Frame.read<C>(
      { tables: { find: () => source }, rows: new Map(), functions: new Map() },
      source.name,
    );
  }

  /** @internal A table of a connection. */
  static read<C = Untyped>(context: FrameContext, table: string): Frame<C> {
    return new Frame<C>(context, { step: "scan", table, version: null });
  }

  /** @internal Rows of the program, or of files. */
  static of<C = Untyped>(rows: Table | RowSource, name: string): Frame<C> {
    const context = { tables: noTables, rows: new Map([[name, rows]]), functions: new Map() };
    return new Frame<C>(context, { step: "input", name });
  }

  /** What the frame will do, as data. */
  get plan(): Plan {
    return this.#plan;
  }

  /** @internal What the plan names but does not hold. */
  get context(): FrameContext {
    return this.#context;
  }

  /**
   * Keeps the rows for which the condition is true: `col("f0").gt(201)`, text in Lance's SQL dialect, or
   * `{ f1: "daft-a", f2: null }`. With several conditions, all have to be true. SQL text sees all columns of the table,
   * also those that an earlier `select` has left out.
   * @throws DlfLanceError InvalidInput for what is not a condition.
   */
  where<N extends string = never, V = never, W = never>(
    condition: ConditionOn<C, N, V>,
    ...others: readonly ConditionOn<C, never, W>[]
  ): Frame<WithoutNull<C, N>> {
    const predicates = [condition, ...others].flatMap(parseCondition);
    return this.#narrow({ step: "filter", input: this.#plan, predicates });
  }

  /**
   * Keeps these columns, by name or computed, in this order: `select("a", col("b").add(1).as("c"))`.
   * @throws DlfLanceError InvalidInput without any, or for a name given twice.
   */
  select<const S extends Selections<C, S>>(...columns: S): Frame<Selected<C, S>> {
    const selected = parseSelections(columns, "select columns");
    return this.#change({ step: "project", input: this.#plan, columns: selected });
  }

  /** Leaves these columns out. @throws DlfLanceError InvalidInput without names, or for one named twice. */
  exclude<const N extends string>(...columns: readonly NamesOf<C, N>[]): Frame<Without<C, N>> {
    const names = parseColumnNames(columns, "exclude columns");
    return this.#change({ step: "exclude", input: this.#plan, columns: names });
  }

  /**
   * Adds a column, or replaces the one of that name. A text is stored as it is; one that reads as an expression over
   * the columns is refused, unless you wrap it in `lit()`.
   * @example frame.withColumn("double", col("price").mul(2)).withColumn("currency", "EUR")
   */
  withColumn<N extends string, E extends ExpressionLike<unknown, RowFor<C>> | LiteralInput>(
    name: N,
    expression: E,
  ): Frame<WithColumn<C, N, E>> {
    const column = {
      name: parseNewName(name),
      expression: parseExpression(expression, `add column ${name}`),
    };
    const texts = findTexts({ [name]: expression });
    return this.#change({ step: "extend", input: this.#plan, columns: [column], ...texts });
  }

  /**
   * Adds several columns, computed from the columns before this step: `withColumns({ total: col("a").add(col("b")) })`.
   */
  withColumns<A extends Readonly<Record<string, ExpressionLike<unknown, RowFor<C>> | LiteralInput>>>(
    columns: A,
  ): Frame<WithColumns<C, A>> {
    const added = parseExpressions(columns, "add column");
    return this.#change({ step: "extend", input: this.#plan, columns: added, ...findTexts(columns) });
  }

  /** Renames columns: `rename({ f0: "id" })`. */
  rename<const M extends Renames<C>>(names: M): Frame<Renamed<C, M>> {
    return this.#change({ step: "rename", input: this.#plan, columns: parseRenames(names) });
  }

  /**
   * Converts columns to other types: `cast({ f0: "string" })`. A value that the type cannot hold is an error when the
   * frame runs.
   */
  cast<const M extends CastTypes<C>>(types: M & KnownTypes<M>): Frame<Cast<C, M>> {
    const columns = parseTypes(types).map(([name, type]) => ({
      name,
      expression: {
        node: "cast",
        operand: { node: "column", name },
        type,
        orNull: false,
      } as const,
    }));
    return this.#change({ step: "extend", input: this.#plan, columns });
  }

  /** Keeps at most `count` rows, after `offset` rows. @throws DlfLanceError InvalidInput unless both are whole and ≥ 0. */
  limit(count: number, options: { readonly offset?: number } = {}): Frame<C> {
    const { offset } = parseLimitOptions(options);
    return this.#narrow({
      step: "limit",
      input: this.#plan,
      count: parseRowNumber(count, "limit rows"),
      offset,
    });
  }

  /** Skips rows at the beginning. @throws DlfLanceError InvalidInput unless whole and ≥ 0. */
  offset(count: number): Frame<C> {
    return this.#narrow({
      step: "limit",
      input: this.#plan,
      count: null,
      offset: parseRowNumber(count, "skip rows"),
    });
  }

  /** The first rows: the same as `limit(count)`. */
  head(count = displayedRows): Frame<C> {
    return this.limit(count);
  }

  /** The last rows. */
  tail(count = displayedRows): Frame<C> {
    return this.#narrow({
      step: "tail",
      input: this.#plan,
      count: parseRowNumber(count, "take the last rows"),
    });
  }

  /**
   * Sorts by columns or expressions: `sort("a", { by: "b", descending: true })`. Rows with equal keys keep their order.
   * Null comes last by default, and NaN after all numbers.
   */
  sort<const S extends SortKeysOf<C, S>>(...keys: S): Frame<C> {
    return this.#narrow({
      step: "sort",
      input: this.#plan,
      keys: requireKeys(parseSortKeys(keys, "sort rows")),
    });
  }

  /**
   * Keeps one of each set of equal rows. With names, rows are equal if these columns are; which of them stays is not
   * defined.
   */
  distinct<const N extends string>(...on: readonly NamesOf<C, N>[]): Frame<C> {
    const columns = on.length === 0 ? null : parseColumnNames(on, "compare rows");
    return this.#narrow({ step: "distinct", input: this.#plan, on: columns });
  }

  /**
   * Keeps one of each set of rows that are equal in these columns, or in all: `any` of them (the default), the `first`,
   * the `last`, or `none`, which keeps only rows without a duplicate. `unique({ on: "customer", keep: "last" })`.
   */
  unique(options: UniqueOptions<ColumnName<C>> = {}): Frame<C> {
    return this.#narrow({ step: "unique", input: this.#plan, ...parseUnique(options) });
  }

  /** Adds a column with the number of each row, counted from 0 or from another start. */
  withRowIndex<N extends string = "index">(
    name: N = "index" as N,
    start = 0,
  ): Frame<WithColumn<C, N, ExpressionLike<bigint>>> {
    const from = parseRowNumber(start, "number rows");
    const place = rowNumber()
      .over({})
      .add(from - 1);
    return this.#change({
      step: "extend",
      input: this.#plan,
      columns: [{ name: parseColumnName(name, "number rows"), expression: place.node }],
    });
  }

  /** How many rows each value of a column has, the most frequent first. */
  valueCounts<N extends ColumnName<C>>(
    column: N,
  ): Frame<Grouped<C, readonly [N], readonly [typeof rowCount]>> {
    return this.groupBy(column)
      .agg(rowCount)
      .sort(desc("count") as never) as never;
  }

  /** Random rows, the same ones for the same seed: about a fraction of all rows, or a number of them. */
  sample(
    amount:
      | { readonly fraction: number; readonly seed?: number }
      | { readonly rows: number; readonly seed?: number },
  ): Frame<C> {
    return this.#narrow({ step: "sample", input: this.#plan, ...parseSample(amount) });
  }

  /** Leaves out rows with null in one of these columns, or in any. */
  dropNull<const N extends string = ColumnName<C>>(
    ...columns: readonly NamesOf<C, N>[]
  ): Frame<WithoutNull<C, N>> {
    const names = columns.length === 0 ? null : parseColumnNames(columns, "drop null");
    return this.#narrow({ step: "dropNull", input: this.#plan, columns: names });
  }

  /** Replaces null by a value: in these columns, or in all columns of a type that can hold it. */
  fillNull<const N extends string>(value: LiteralInput, ...columns: readonly NamesOf<C, N>[]): Frame<C> {
    const names = columns.length === 0 ? null : parseColumnNames(columns, "fill null");
    const node = parseFiller(value);
    return this.#narrow({ step: "fillNull", input: this.#plan, value: node, columns: names });
  }

  /** One row for each item of a list column, and one row with null for a list that is null or empty. */
  explode<const N extends string>(
    column: NamedKind<C, N, ListLike, NoLists<N>>,
    ...others: readonly never[]
  ): Frame<Exploded<C, N>> {
    refuseOthers("explode", others);
    return this.#change({ step: "explode", input: this.#plan, column: parseColumnName(column, "explode") });
  }

  /** Replaces a struct column by its fields, as columns. */
  unnest<const N extends string>(
    column: NamedKind<C, N, StructLike, NoStructs<N>>,
    ...others: readonly never[]
  ): Frame {
    refuseOthers("unnest", others);
    return this.#change({ step: "unnest", input: this.#plan, column: parseColumnName(column, "unnest") });
  }

  /**
   * The rows of both frames, those of this one first. The other frame has the same columns, in any order; with
   * `{ how: "diagonal" }`, a column that one of them lacks is null there.
   */
  concat<D>(other: Frame<C> | (Frame<D> & SameColumns<C, D>)): Frame<Concatenated<C, D>>;
  concat<D>(other: Frame<D>, options: ConcatOptions): Frame;
  concat<D>(other: Frame<D>, options: ConcatOptions = {}): Frame<Concatenated<C, D>> | Frame {
    const { how } = parseConcat(options);
    const fillsMissing = how === "diagonal";
    return this.#combine<D, Concatenated<C, D>>(other, "concat", (plan) => ({
      step: "concat",
      input: this.#plan,
      other: plan,
      ...(fillsMissing ? { fillsMissing } : {}),
    }));
  }

  /** The distinct rows of this frame that the other frame has too. Both have the same columns. */
  intersect<D>(other: Frame<C> | (Frame<D> & SameColumns<C, D>)): Frame<C> {
    return this.#combine<D, C>(other as Frame<D>, "intersect", (plan) => ({
      step: "set",
      operation: "intersect",
      input: this.#plan,
      other: plan,
    }));
  }

  /** The distinct rows of this frame that the other frame does not have. Both have the same columns. */
  except<D>(other: Frame<C> | (Frame<D> & SameColumns<C, D>)): Frame<C> {
    return this.#combine<D, C>(other as Frame<D>, "except", (plan) => ({
      step: "set",
      operation: "except",
      input: this.#plan,
      other: plan,
    }));
  }

  /** A step over the rows of both frames. */
  #combine<D, E>(other: Frame<D>, action: string, step: (other: Plan) => Plan): Frame<E> {
    requireFrame(other, action);
    const { context, adopt } = joinContexts(this.#context, other.#context);
    return new Frame<E>(context, step(adopt(other.#plan)), this.#rowSchema);
  }

  /** Groups rows by keys: names of columns, or expressions. `agg` says what is computed for each group. */
  groupBy<const K extends Selections<C, K>>(...keys: K): GroupedFrame<C, K> {
    const columns = keys.length === 0 ? [] : parseSelections(keys, "group rows");
    return new GroupedFrame((aggregates) =>
      this.#change({ step: "aggregate", input: this.#plan, keys: columns, aggregates }),
    );
  }

  /**
   * Groups rows by ranges of time: `groupByDynamic("at", { every: { minutes: 15 }, by: ["sensor"] }).agg(count())`. The
   * time column holds the beginning of each range, on the clock of its time zone, as `timeBucket` has it. Ranges without
   * rows are left out.
   */
  groupByDynamic<N extends ColumnName<C>, const K extends readonly ColumnName<C>[] = readonly []>(
    column: N,
    options: DynamicOptions<K>,
  ): GroupedFrame<C, readonly [N, ...K]> {
    const { every, by } = parseDynamic(options);
    const start = col(parseColumnName(column, "group by time")).timeBucket(every).as(column);
    return this.groupBy(start as never, ...(by as never[])) as never;
  }

  /** One row of aggregates over all rows: `agg(count(), col("a").sum().as("total"))`. */
  agg<const A extends AggregatesOf<C>>(...aggregates: OverManyRows<A>): Frame<Selected<C, A>> {
    const columns = parseAggregates(aggregates);
    return this.#change({ step: "aggregate", input: this.#plan, keys: [], aggregates: columns });
  }

  /**
   * Joins rows whose keys are equal; null equals nothing. `on` is the name of a column that both have, several names,
   * or pairs of expressions; `leftOn` and `rightOn` are for names that differ. `where` is a condition over the columns
   * of both. A column of the other frame whose name is taken gets the suffix `_right`.
   */
  join<D, const O extends JoinOptions<C, D, JoinNames<O>>>(
    other: Frame<D>,
    options: O & KnownOptions<O, JoinOptionName>,
  ): Frame<JoinedBy<C, D, O>> {
    requireFrame(other, "join");
    const { context, adopt } = joinContexts(this.#context, other.#context);
    const join = {
      step: "join",
      input: this.#plan,
      other: adopt(other.#plan),
      ...parseJoin(options),
    } as const;
    return new Frame<JoinedBy<C, D, O>>(context, join);
  }

  /**
   * Joins each row with the nearest row of the other frame: the last one at or before it, or with
   * `{ strategy: "forward" }` the first one at or after it: `trades.joinAsof(quotes, { on: "at", by: "symbol" })`. Rows
   * without a match have null there; `{ how: "inner" }` leaves them out.
   */
  joinAsof<D>(other: Frame<D>, options: JoinAsofOptions): Frame {
    return this.#combine(other, "join", (plan) => ({
      step: "join",
      input: this.#plan,
      other: plan,
      ...parseJoinAsof(options),
    }));
  }

  /**
   * Makes one column for each value of `on`, which holds the `aggregate` of the rows with that value, in each group of
   * keys.
   */
  pivot<const O extends PivotOptions<C, PivotNames<O>>>(
    options: O & KnownOptions<O, PivotOptionName>,
  ): Frame {
    return this.#change({ step: "pivot", input: this.#plan, ...parsePivot(options) });
  }

  /** Makes one row for each of the columns, with its name and its value next to the keys. */
  unpivot<
    const K extends string,
    const U extends string,
    N extends string = "name",
    V extends string = "value",
  >(options: UnpivotOptions<Named<C, K>, Named<C, U>, N, V>): Frame<Unpivoted<C, K, N, V>> {
    return this.#change({ step: "unpivot", input: this.#plan, ...parseUnpivot(options) });
  }

  /**
   * The same frame, run by another engine: `daft` is Daft in a separate process, and `ray` is Daft on a Ray cluster.
   * Both read the tables themselves. Steps that Daft lacks, or to which it gives another meaning, are refused before
   * anything is read. `here` returns to this process.
   * @throws DlfLanceError Unsupported for an unknown engine
   */
  on(engine: EngineWish): Frame<C> {
    checkEngineName(engine);
    return new Frame({ ...this.#context, engine }, this.#plan, this.#rowSchema);
  }

  /**
   * The table as it was at a version: its number, a tag, or a Date. Call it on the table itself, before other steps.
   */
  at(version: number | string | Date): Frame<C> {
    if (this.#plan.step !== "scan") throw lateVersion(this.#plan.step);
    return this.#narrow({ ...this.#plan, version: parseVersion(version) });
  }

  /**
   * The rows whose vectors are nearest to a vector, nearest first, with a column `_distance`. Conditions before this
   * step choose which rows are searched; conditions after it filter the rows found.
   */
  nearest(vector: ArrayLike<number>, options: NearestOptions = {}): Frame {
    return this.#change({ step: "search", input: this.#plan, search: parseNearest(vector, options) });
  }

  /**
   * The rows that match a full-text search best, with a column `_score`. With a `vector`, text and vector are searched
   * together.
   */
  search(text: string, options: TextSearchOptions = {}): Frame {
    return this.#change({ step: "search", input: this.#plan, search: parseTextSearch(text, options) });
  }

  /**
   * A SQL statement over this frame, which it calls `frame`: sql`SELECT a FROM frame WHERE b = ${value}`. Values are
   * bound, never pasted; frames become tables of the statement.
   */
  sql(
    statement: TemplateStringsArray | string,
    ...values: readonly (SqlValue | readonly SqlValue[])[]
  ): Frame {
    const { plan, context } = bindSql(statement, values, this.#context, [
      { name: "frame", plan: this.#plan },
    ]);
    return new Frame(context, plan);
  }

  /**
   * Applies a JavaScript function to the rows, batch by batch. The function returns batches with the same columns, or
   * with those listed in `columns`: `{ columns: { id: "int64", score: "float64" } }`.
   */
  mapBatches(
    change: (batch: RecordBatch) => RecordBatch | Promise<RecordBatch>,
    options: MapBatchesOptions = {},
  ): Frame {
    const { step, functions } = addFunction(this.#context.functions, change, options);
    return new Frame({ ...this.#context, functions }, { ...step, input: this.#plan });
  }

  /**
   * Typed rows: selects the columns that a zod object schema names, and checks every row with it when objects are made
   * of them.
   * @throws DlfLanceError InvalidInput when it runs, naming the first row and value that do not fit.
   */
  as<T>(schema: RowSchema<T>): Frame<T> {
    const { columns } = parseRowSchema(schema);
    return new Frame<T>(this.#context, { step: "project", input: this.#plan, columns }, schema);
  }

  /**
   * All rows as one Arrow table. It has the right columns even without rows.
   * @throws DlfLanceError TableColumnNotFound, InvalidInput or Unsupported before anything is read; Interrupted.
   */
  async collect(options: RunOptions = {}): Promise<Table> {
    return collectFrame(this.#plan, this.#context, checkOptions(options, runOptions, "collect rows"));
  }

  /** The rows batch by batch, with only a few batches in memory at a time. @throws as {@link collect}. */
  async *batches(options: RunOptions = {}): AsyncGenerator<RecordBatch, void, undefined> {
    yield* runFrame(this.#plan, this.#context, checkOptions(options, runOptions, "read batches"));
  }

  /**
   * All rows as plain objects, with exact values: int64 is a bigint, a decimal is text, a timestamp of micro- or
   * nanoseconds is ISO text, one of milliseconds a Date. With `{ ints: "number" }` int64 is a number; with
   * `{ timestamps: "date" }` or `"text"` all timestamps are Dates or text. A value that a number or a Date does not hold
   * exactly is refused by row and column. `JSON.stringify(rows)` writes int64 as a number where that is exact, else as
   * text. @throws as {@link collect}.
   */
  async toObjects(options: RunOptions & RowPolicies = {}): Promise<RowOf<C>[]> {
    checkOptions(options, rowOptions, "read rows");
    const { ints: _, timestamps: __, ...run } = options;
    const policies = parseRowPolicies(options);
    const rows: RowObject[] = [];
    for await (const batch of this.batches(run)) {
      for (const row of toRowObjects(batch, { ...policies, firstRow: rows.length })) rows.push(row);
    }
    return (
      this.#rowSchema === undefined ? rows : parseRowSchema(this.#rowSchema).parseRows(rows)
    ) as RowOf<C>[];
  }

  /** The first row, as {@link toObjects} returns it, or undefined when there is none. @throws as {@link collect}. */
  async first(options: RunOptions & RowPolicies = {}): Promise<RowOf<C> | undefined> {
    return (await this.limit(1).toObjects(options))[0];
  }

  /**
   * The number of rows. Where the frame has only filters and a limit, Lance counts them without delivering any.
   * @throws as {@link collect}.
   */
  async count(options: RunOptions = {}): Promise<number> {
    return countFrame(this.#plan, this.#context, checkOptions(options, runOptions, "count rows"));
  }

  /**
   * One row for each column: its number of values and nulls, minimum, maximum, mean and standard deviation, computed in
   * one run over the rows. @throws as {@link collect}.
   */
  async summarize(options: SummarizeOptions = {}): Promise<Frame<ColumnSummary>> {
    checkOptions(options, summarizeOptions, "summarize columns");
    const summary = await summarizeFrame(this.#plan, this.#context, options);
    const frame = Frame.of(summary, `summary of ${titlePlan(this.#plan)}`);
    frame.#summaryRows = summary.numRows;
    return frame as unknown as Frame<ColumnSummary>;
  }

  /**
   * What is in each column: nulls, distinct values, minimum, quartiles, maximum, mean, most frequent values, and a
   * small histogram, computed in one scan and in little memory. For more than 20,000 rows, quartiles, histograms and
   * frequent values come from a random sample of at least 10,000 rows, and distinct values are estimated; both are
   * marked with ≈. @throws as {@link collect}.
   */
  async profile(options: RunOptions = {}): Promise<Profile> {
    checkOptions(options, runOptions, "profile rows");
    const { profilePlan } = await import("./profile/profile-plan.ts");
    return profilePlan(this.#plan, this.#context, options);
  }

  /**
   * Writes the rows to a table of the connection, in one commit: a new one (`create`, the default), added to one
   * (`append`), or in place of what one holds (`overwrite`). A frame that runs on Daft or Ray is written from there.
   * @throws DlfLanceError as {@link collect}, and as `createTable` and `append` of the connection.
   */
  async write(
    table: string | readonly [string, string],
    options: FrameWriteOptions = {},
  ): Promise<WriteResult> {
    const { mode = "create", ...rest } = checkOptions(options, writeOptions, "write rows");
    return tracedToCaller(writeFrame(this.#plan, this.#context, table, mode, rest));
  }

  /**
   * Has a Ray cluster write the rows to a table, as a job. The job goes on when this notebook is closed, and `jobs()`
   * of the connection finds it again. The tables are read at the versions they have now. The cluster connects to DLF
   * with its machines' identity: your keys do not travel. See `docs/scale.md`.
   * @throws DlfLanceError Unsupported where steps are not done on Ray, or the cluster has no identity; ServiceUnavailable and
   *   Unauthenticated of the cluster; and as {@link write}.
   */
  async submit(
    table: string | readonly [string, string],
    options: SubmitOptions = {},
  ): Promise<Job<Frame<C>>> {
    const submitted = tracedToCaller(submitFrame(this.#plan, this.#context, table, options));
    const [place, { Job }] = await Promise.all([submitted, import("../jobs/job.ts")]);
    return new Job(place, (version) => Frame.read<C>(this.#context, place.table).at(version));
  }

  /**
   * Writes the rows to a Parquet file, compressed with zstd. The file is written whole or not at all, and an existing
   * one stays unless you pass `{ overwrite: true }`. Rows that do not fit in memory go through temporary files.
   * @returns the number of rows
   * @throws DlfLanceError as {@link collect}; InvalidInput for a file that exists; Unsupported for columns that
   *   the file cannot hold.
   */
  async toParquet(path: string, options: FrameFileOptions = {}): Promise<number> {
    return this.#writeFile(path, "parquet", options);
  }

  /** Writes the rows to a CSV file with a line of names. @returns and throws as {@link toParquet}. */
  async toCsv(path: string, options: FrameFileOptions = {}): Promise<number> {
    return this.#writeFile(path, "csv", options);
  }

  /**
   * Writes the rows to a file with one JSON object per line. Numbers keep every digit; NaN and infinities are written
   * as text, bytes as base64. @returns and throws as {@link toParquet}.
   */
  async toJson(path: string, options: FrameFileOptions = {}): Promise<number> {
    return this.#writeFile(path, "json", options);
  }

  /** Writes the rows to an Arrow IPC file, or a stream when the name ends in `.arrows`. @returns and throws as {@link toParquet}. */
  async toArrow(path: string, options: FrameFileOptions = {}): Promise<number> {
    return this.#writeFile(path, "arrow", options);
  }

  #writeFile(path: string, format: FileFormat, options: FrameFileOptions): Promise<number> {
    checkOptions(options, fileOptions, "write a file");
    return tracedToCaller(writeFrameFile(this.#plan, this.#context, path, format, options));
  }

  /** The first rows, drawn as a table. @throws as {@link collect}, and InvalidInput for bars of an unknown column. */
  async show(count?: number, options: RunOptions & TableOptions = {}): Promise<Preview> {
    checkOptions(options, showOptions, "show rows");
    const maxRows = parseRowNumber(count ?? Math.max(shownRows, this.#summaryRows), "show rows");
    const first = await readFirstRows(this.#plan, this.#context, maxRows, options);
    return new Preview(
      renderFirstRows(first, { title: titlePlan(this.#plan), ...this.#looks(first), ...options, maxRows }),
    );
  }

  /**
   * The rows of one page; pages are counted from 1. `next()` of a page returns the following one.
   * @throws as {@link collect}.
   */
  async page(number = 1, options: FramePageOptions & RunOptions = {}): Promise<Page> {
    return pageFrame(this.#plan, this.#context, number, checkOptions(options, pageOptions, "read a page"));
  }

  /**
   * A chart of the rows, reduced by the frame's engine to at most 5,000 points: `plot({ x: "price" })`. The note under
   * the chart says what was aggregated, sampled or left out. A Vega-Lite specification without data is drawn from an
   * even sample.
   * @throws as {@link collect}; InvalidInput for columns that the chart cannot show.
   */
  plot(specification: VegaLiteSpec, options?: RunOptions): Promise<Chart>;
  // The last: TypeScript says of it why others do not fit.
  plot<const N extends string>(chart: PlotOptions<Named<C, N>>, options?: RunOptions): Promise<Chart>;
  async plot(chart: PlotOptions | VegaLiteSpec, options: RunOptions = {}): Promise<Chart> {
    checkOptions(options, runOptions, "plot");
    const { plotPlan } = await import("./plot/plot-plan.ts");
    return plotPlan(this.#plan, this.#context, chart, options);
  }

  /** The columns of the result. @throws as {@link collect}. */
  async schema(options: RunOptions = {}): Promise<Schema> {
    return frameSchema(this.#plan, this.#context, checkOptions(options, runOptions, "read the columns"));
  }

  /**
   * How the frame runs: what reaches the Lance scans, and which engine does the rest. Reads no rows.
   * @throws as {@link collect}.
   */
  async explain(options: RunOptions = {}): Promise<Explanation> {
    return explainFrame(this.#plan, this.#context, checkOptions(options, runOptions, "explain"));
  }

  /** The plan as a document for JSON. @throws DlfLanceError Unsupported if the plan holds a JavaScript function. */
  toJSON(): PlanDocument {
    return toPlanDocument(this.#plan);
  }

  /** A notebook shows the plan, the columns and the first rows. */
  async [displaySymbol](options: TableOptions = {}): Promise<MimeBundle> {
    const shown = Math.max(displayedRows, this.#summaryRows);
    const maxRows = parseRowNumber(options.maxRows ?? shown, "show rows");
    const first = await readFirstRows(this.#plan, this.#context, maxRows, {});
    const frame = { name: titlePlan(this.#plan), plan: describePlan(this.#plan) };
    const asked = { ...this.#looks(first), ...options, maxRows };
    if (this.#plan.step === "input") return renderFirstRows(first, { title: frame.name, ...asked });
    return renderLazyFrame(frame, first, asked);
  }

  #looks({ table }: FirstRows): DataTableOptions {
    return this.#summaryRows > 0 ? summaryLooks(table) : searchLooks(searchedText(this.#plan), table.schema);
  }

  toString(): string {
    return describePlan(this.#plan);
  }

  [inspect.custom](): string {
    return `Frame ${describePlan(this.#plan)}\n  lazy: nothing is read until show(), collect(), toObjects() or count()`;
  }

  /** A step that keeps the columns. */
  #narrow<D = C>(plan: Plan): Frame<D> {
    return new Frame<D>(this.#context, plan, this.#rowSchema);
  }

  #change<D>(plan: Plan): Frame<D> {
    return new Frame<D>(this.#context, plan);
  }
}

refuseNamesElsewhere(Frame.prototype, "Frame");

/** Rows in groups. Made by `groupBy`. */
export class GroupedFrame<C, K extends readonly unknown[]> {
  readonly #aggregate: (aggregates: ReturnType<typeof parseSelections>) => Frame<never>;

  /** @internal */
  constructor(aggregate: (aggregates: ReturnType<typeof parseSelections>) => Frame<never>) {
    this.#aggregate = aggregate;
  }

  /** One row per group: its keys, then the aggregates: `agg(count(), col("a").sum().as("total"))`. */
  agg<const A extends AggregatesOf<C>>(...aggregates: OverManyRows<A>): Frame<Grouped<C, K, A>> {
    const columns = parseAggregates(aggregates);
    return this.#aggregate(columns) as unknown as Frame<Grouped<C, K, A>>;
  }

  /** How many rows each group has. */
  count(): Frame<Grouped<C, K, readonly [typeof rowCount]>> {
    return this.agg(rowCount);
  }

  /** The sum of each of these columns: the same as `agg(col("a").sum(), col("b").sum())`, as are the following. */
  sum<const N extends readonly ColumnName<C>[]>(...columns: N): Frame<Totals<C, K, N>> {
    return this.#each(columns, "sum");
  }
  /** The mean of each of these columns. */
  mean<const N extends readonly ColumnName<C>[]>(...columns: N): Frame<Summed<C, K, N, number | null>> {
    return this.#each(columns, "mean");
  }
  /** The median of each of these columns. */
  median<const N extends readonly ColumnName<C>[]>(...columns: N): Frame<Summed<C, K, N, number | null>> {
    return this.#each(columns, "median");
  }
  /** The lowest value of each of these columns. */
  min<const N extends readonly ColumnName<C>[]>(...columns: N): Frame<Summed<C, K, N, UnknownValue>> {
    return this.#each(columns, "min");
  }
  /** The highest value of each of these columns. */
  max<const N extends readonly ColumnName<C>[]>(...columns: N): Frame<Summed<C, K, N, UnknownValue>> {
    return this.#each(columns, "max");
  }
  /** The value of each of these columns in the first row of the group. */
  first<const N extends readonly ColumnName<C>[]>(...columns: N): Frame<Summed<C, K, N, UnknownValue>> {
    return this.#each(columns, "first");
  }
  /** The value of each of these columns in the last row of the group. */
  last<const N extends readonly ColumnName<C>[]>(...columns: N): Frame<Summed<C, K, N, UnknownValue>> {
    return this.#each(columns, "last");
  }

  #each<R>(
    columns: readonly string[],
    name: "sum" | "mean" | "median" | "min" | "max" | "first" | "last",
  ): Frame<R> {
    const names = parseColumnNames(columns, `take the ${name} of groups`);
    const aggregates = names.map((column) => ({ name: column, expression: col(column)[name]().node }));
    return this.#aggregate(aggregates) as unknown as Frame<R>;
  }

  toString(): string {
    return `groups of rows: ${describePlan(this.#aggregate([]).plan)}; agg() says what is computed for each`;
  }

  [displaySymbol](): MimeBundle {
    return renderLines([this.toString()]);
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

refuseNamesElsewhere(GroupedFrame.prototype, "GroupedFrame");

function requireKeys<T>(keys: readonly T[]): readonly T[] {
  if (keys.length > 0) return keys;
  throw new DlfLanceError("InvalidInput", "Cannot sort rows: no key; name at least one column");
}

function refuseOthers(method: string, others: readonly unknown[]): void {
  if (others.length === 0) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${method} columns: ${others.length + 1} are named; ${method} them one by one, as in ${method}("a").${method}("b")`,
  );
}

function requireFrame(other: unknown, action: string): void {
  if (other instanceof Frame) return;
  const what = Array.isArray(other) ? "a list" : other === null ? "null" : typeof other;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: the other side is ${what}; pass a frame, such as read("demo.sales") or fromRows(rows)`,
  );
}

function lateVersion(step: Plan["step"]): DlfLanceError {
  return new DlfLanceError(
    "InvalidInput",
    `Cannot read a version after ${step}: at() stands on the table itself, as in read("db.t").at(3)`,
  );
}
