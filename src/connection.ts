import { inspect } from "node:util";
import { CatalogMethods } from "./catalog/catalog-methods.ts";
import type { CatalogClient } from "./catalog/client.ts";
import {
  formatTableId,
  type NamespaceName,
  parseNamespaceName,
  type TableName,
} from "./catalog/protocol/identifier.ts";
import { checkOptions, type OptionNames } from "./check-options.ts";
import { keepSidecars } from "./daft/keep-sidecars.ts";
import type { ChosenEngine } from "./daft/settings.ts";
import { renderProperties } from "./display/card/properties.ts";
import { displaySymbol, inspectText, type MimeBundle } from "./display/mime.ts";
import { DlfLanceError, tracedToCaller } from "./errors.ts";
import type {
  ColumnsOf,
  DeclaredTableName,
  TableRowSchema,
  WriteDataFor,
} from "./frame/builder/lake-tables.ts";
import { Frame } from "./frame/frame.ts";
import { fromRows } from "./frame/from-rows.ts";
import { parsePlanDocument } from "./frame/plan/plan-document.ts";
import { bindSql, type SqlValue } from "./frame/run/bind-sql.ts";
import type { JobList } from "./jobs/job-list.ts";
import type { RayJobsOptions } from "./jobs/ray-jobs.ts";
import { readCatalogStatement } from "./lake/catalog/catalog-statement.ts";
import { createTableDirectory } from "./lake/catalog/table-directory.ts";
import { type ConnectionFileOptions, readFileOf } from "./lake/files/read-file.ts";
import { LakeTable } from "./lake/lake-table.ts";
import {
  appendOptions,
  createTableOptions,
  describeOptions,
  insertOverwriteOptions,
  writeOptions,
} from "./lake/option-names.ts";
import { type DescribeOptions, describeTable } from "./lake/read/describe-table.ts";
import { createLakeStorage, type LakeStorage } from "./lake/storage/storage.ts";
import { createTableLookup, type LakeTables } from "./lake/table-lookup.ts";
import { type AppendOptions, appendRows, type WriteOptions } from "./lake/write/append-rows.ts";
import { type CreateTableOptions, createTable } from "./lake/write/create-table.ts";
import { type InsertOverwriteOptions, insertOverwrite, overwriteRows } from "./lake/write/replace-rows.ts";
import type { LocalLake } from "./local/start.ts";
import type { TableDescription } from "./table/description/table-description.ts";
import type { WriteResult } from "./table/description/write-result.ts";
import type { WriteData } from "./table/ingest/read-pieces.ts";
import type { VersionReference } from "./table/native/table-versions.ts";
import type { TableDirectory } from "./table-directory.ts";

/** Options of `read`. */
export interface ReadOptions {
  /** The version to read: its number, a tag, or the last one committed at or before a time. */
  readonly at?: VersionReference;
}

const readOptions: OptionNames<ReadOptions> = { at: true };

/** A signed-in catalog and its Lance tables. Made by `connect()`; ends with `close()`. */
export class Connection extends CatalogMethods {
  readonly #catalog: CatalogClient;
  readonly #local: LocalLake | undefined;
  readonly #storage: LakeStorage;
  readonly #tables: LakeTables;
  readonly #releaseSidecars = keepSidecars();
  #directory: TableDirectory | undefined;
  #isClosed = false;

  /** @internal */
  constructor(
    catalog: CatalogClient,
    local: LocalLake | undefined,
    { engine, namespace }: { readonly engine?: ChosenEngine; readonly namespace?: NamespaceName } = {},
  ) {
    super(catalog);
    this.#catalog = catalog;
    this.#local = local;
    this.#storage = createLakeStorage(catalog, local?.tokenFile);
    this.#tables = createTableLookup(this.#storage, engine);
    if (namespace !== undefined) this.#tables.use(namespace);
  }

  /** Where a table lies, its schema, version, rows, sizes and indices, and the names of its storage options. */
  async describe(
    table: TableName<DeclaredTableName>,
    options: DescribeOptions = {},
  ): Promise<TableDescription> {
    checkOptions(options, describeOptions, `describe ${this.#nameOf(table)}`);
    return describeTable(this.#storage, this.#tables.idOf(table), options);
  }

  /**
   * The rows of a table as a zod schema, which `as` takes and checks: extend it, pick from it, or tighten a column.
   *
   * @example
   * const row = (await lake.rowSchema("demo.sales")).extend({ quantity: z.int().positive() });
   * await lake.read("demo.sales").as(row).toObjects();
   * @throws DlfLanceError TableNotFound and what reading a table throws
   */
  async rowSchema<const N extends TableName<DeclaredTableName>>(
    table: N,
  ): Promise<TableRowSchema<ColumnsOf<N>>> {
    const { fields } = await this.#storage.withTable(this.#tables.idOf(table), (handle) => handle.schema());
    const { composeRowSchema } = await import("./declarations/row-schema.ts");
    return composeRowSchema(fields) as unknown as TableRowSchema<ColumnsOf<N>>;
  }

  /** A table to read at any version, search, change, index and maintain. No request is made yet. */
  table<const N extends TableName<DeclaredTableName>>(table: N): LakeTable<ColumnsOf<N>> {
    const id = this.#tables.idOf(table);
    this.#refuseClosed(`open table ${formatTableId(id)}`);
    return new LakeTable(this.#storage, id, this.#tables);
  }

  /**
   * A lazy frame over a table, at its newest version or at the one that `at` names. Nothing is read until it is shown or
   * collected.
   * @throws DlfLanceError InvalidInput for what is not a version
   */
  read<const N extends TableName<DeclaredTableName>>(
    table: N,
    options: ReadOptions = {},
  ): Frame<ColumnsOf<N>> {
    const action = `read ${this.#nameOf(table)}`;
    this.#refuseClosed(action);
    const { at } = checkOptions(options, readOptions, action);
    const frame = Frame.read<ColumnsOf<N>>(this.#tables.context, this.#tables.nameOf(table));
    return at === undefined ? frame : frame.at(at);
  }

  /**
   * A lazy frame over a SQL statement that reads: lake.sql`SELECT f1 FROM default.orders WHERE f0 > ${least}`. Values
   * are bound, never pasted; lists go after IN, and frames are tables of the statement. As plain text, with numbered
   * values: lake.sql("SELECT f1 FROM default.orders WHERE f0 > $1", [least]).
   *
   * `SHOW TABLES`, `SHOW SCHEMAS` and the tables of `information_schema` list the catalog; `USE sales` does the same as
   * {@link use}, at once. Sums of whole numbers are int64, as in frames.
   */
  sql(
    statement: TemplateStringsArray | string,
    ...values: readonly (SqlValue | readonly SqlValue[])[]
  ): Frame {
    this.#refuseClosed("run SQL");
    const text = typeof statement === "string" ? statement : statement?.raw?.[0];
    const asked =
      values.length > 0 || text === undefined
        ? undefined
        : readCatalogStatement(text, this.#tables.namespace);
    if (asked !== undefined && "use" in asked) {
      this.use(asked.use);
      return fromRows([{ namespace: asked.use }], "the namespace in use");
    }
    const { plan, context } = bindSql(asked?.text ?? statement, values, this.#tables.context, []);
    return new Frame(context, plan);
  }

  /**
   * A lazy frame over a file of this machine or of OSS, like the function `readFile()`. An object is read with the keys
   * of the connection, in the region of its catalog, unless `oss` names others.
   *
   * @example
   * lake.readFile("oss://my-bucket/2026-*.csv").groupBy("city").agg(count());
   * @throws DlfLanceError InvalidInput for wrong options; when it runs, what `readFile()` throws
   */
  readFile(path: string, options: ConnectionFileOptions = {}): Frame {
    this.#refuseClosed(typeof path === "string" ? `read ${path}` : "read a file");
    const frame = readFileOf(
      {
        credentials: (action, place, signal) => this.#catalog.identityCredentials(action, place, signal),
        caFile: this.#catalog.caFile,
      },
      path,
      options,
    );
    return new Frame({ ...frame.context, tables: this.#tables }, frame.plan);
  }

  /**
   * The jobs of `submit()` on a Ray cluster that write tables of this catalog, the newest first. Jobs of earlier
   * sessions are included as long as the cluster remembers them. The list shows the state, the times and the table of each.
   * @param options `address` is that of the cluster's dashboard, by default `http://127.0.0.1:8265`
   * @throws DlfLanceError ServiceUnavailable or Unauthenticated from the cluster
   */
  async jobs(options: RayJobsOptions = {}): Promise<JobList<Frame>> {
    this.#refuseClosed("list jobs");
    const { listJobs } = await import("./lake/jobs/list-jobs.ts");
    const found = await tracedToCaller(listJobs(this.namespaceId(), options));
    const [{ Job }, { JobList }] = await Promise.all([import("./jobs/job.ts"), import("./jobs/job-list.ts")]);
    return JobList.from(
      found,
      (place) => new Job(place, (version) => this.read(place.table, { at: version })),
    ) as JobList<Frame>;
  }

  /** Sets the namespace of tables that are named by one word, in calls and in SQL: `lake.use("sales")`. */
  use(namespace: string): void {
    this.#refuseClosed("use a namespace");
    this.#tables.use(parseNamespaceName(namespace));
  }

  /**
   * The frame of a plan document, such as the parsed JSON of a frame, over the tables of this connection.
   * @throws DlfLanceError InvalidInput, naming the first part that does not fit
   */
  frame(document: unknown): Frame {
    this.#refuseClosed("read a plan");
    return new Frame(this.#tables.context, parsePlanDocument(document));
  }

  /**
   * Creates a table and writes its first rows. A create that fails leaves nothing behind.
   *
   * @throws DlfLanceError TableAlreadyExists in mode `Create`, which is the default, and for what is not a Lance
   *   table in every mode
   */
  async createTable(
    table: TableName,
    data: WriteData,
    options: CreateTableOptions = {},
  ): Promise<WriteResult> {
    checkOptions(options, createTableOptions, `create table ${this.#nameOf(table)}`);
    return tracedToCaller(createTable(this.#storage, this.#tables.idOf(table), data, options));
  }

  /**
   * Appends rows as one new version, or as several if you ask for `commits`. The data are matched to the table's schema
   * by column name, and all of them are checked before anything is written. Without rows no version is made.
   * @throws DlfLanceError TableSchemaValidationError naming columns and rows that do not fit; CommitUnknown when the
   *   answer was lost; Interrupted
   */
  async append<const N extends TableName<DeclaredTableName>>(
    table: N,
    data: WriteDataFor<ColumnsOf<N>>,
    options: AppendOptions = {},
  ): Promise<WriteResult> {
    checkOptions(options, appendOptions, `append to ${this.#nameOf(table)}`);
    return tracedToCaller(appendRows(this.#storage, this.#tables.idOf(table), data as WriteData, options));
  }

  /**
   * Replaces all rows of a table, as one new version. The table keeps its schema, which the data must fit as in an
   * append; `createTable` in mode `Overwrite` changes the schema too. Older versions stay readable.
   */
  async overwrite<const N extends TableName<DeclaredTableName>>(
    table: N,
    data: WriteDataFor<ColumnsOf<N>>,
    options: WriteOptions = {},
  ): Promise<WriteResult> {
    checkOptions(options, writeOptions, `overwrite ${this.#nameOf(table)}`);
    return tracedToCaller(overwriteRows(this.#storage, this.#tables.idOf(table), data as WriteData, options));
  }

  /** Deletes the rows for which `where` is true and inserts the new ones, as one new version. */
  async insertOverwrite<const N extends TableName<DeclaredTableName>, const K extends string, V = never>(
    table: N,
    data: WriteDataFor<ColumnsOf<N>>,
    options: InsertOverwriteOptions<ColumnsOf<N>, K, V>,
  ): Promise<WriteResult> {
    checkOptions(options, insertOverwriteOptions, `overwrite rows of ${this.#nameOf(table)}`);
    return tracedToCaller(
      insertOverwrite(
        this.#storage,
        this.#tables.idOf(table),
        data as WriteData,
        options as InsertOverwriteOptions,
      ),
    );
  }

  /**
   * Creates the tables `demo.sales` (every common column type), `demo.documents` (texts with embeddings) and
   * `demo.images` (small PNG pictures). They are the same for everybody. An existing table is left as it is.
   * @returns the names of the demo tables
   */
  async seedDemo(): Promise<string[]> {
    const { demoNamespace, demoTables } = await import("./demo/demo-tables.ts");
    await this.createNamespace(demoNamespace, { mode: "ExistOk" });
    for (const [name, build] of Object.entries(demoTables)) {
      const table = this.#tables.idOf([demoNamespace, name]);
      // Else their rows would be made for nothing, and the progress of a table shown that is not.
      if (await this.#catalog.tableExists(table)) continue;
      await this.createTable([demoNamespace, name], build(), { mode: "ExistOk" });
    }
    return Object.keys(demoTables).map((name) => `${demoNamespace}.${name}`);
  }

  #nameOf(table: TableName<DeclaredTableName>): string {
    return formatTableId(this.#tables.idOf(table));
  }

  /** What asks the catalog or a store at once is refused there. */
  #refuseClosed(action: string): void {
    if (!this.#isClosed) return;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: the connection is closed; connect again with connect()`,
    );
  }

  /** @internal For whoever helps with writing cells. */
  get directory(): TableDirectory {
    this.#directory ??= createTableDirectory(this.#storage);
    return this.#directory;
  }

  /** Closes the connection after delivering pending commit notices. The process can then exit by itself. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#releaseSidecars();
    await this.#storage.close();
    await this.#catalog.close();
    await this.#local?.close();
  }

  [displaySymbol](): MimeBundle {
    return renderProperties({
      title: "connected",
      rows: [
        ["catalog", this.#catalog.warehouse],
        ["endpoint", this.#catalog.uri],
        ["identity", this.namespaceId()],
        ...(this.#local === undefined ? [] : [["kind", "embedded DLF + OSS on this machine"] as const]),
      ],
    });
  }

  [inspect.custom](): string {
    return inspectText(this[displaySymbol]());
  }
}
