/**
 * Explore DLF-managed Lance tables.
 *
 * ```ts
 * import { append, col, connect, describe, read } from "dlf-lance";
 *
 * const lake = await connect();
 * await lake.createTable("default.readings", [{ f0: 201, f1: "daft-a" }]);
 * await describe("default.readings");
 * await read("default.readings").where(col("f0").gt(200)).select("f1").collect();
 * await append("default.readings", [{ f0: 204, f1: "daft-d" }]);
 * await lake.close();
 * ```
 */
import "./node-version.ts";

export type { CatalogSettings } from "./catalog/configuration/config.ts";
export type { CallOptions } from "./catalog/operations/calls.ts";
export type { CatalogTable } from "./catalog/operations/catalog-table.ts";
export type {
  CatalogNamespace,
  CreateNamespaceOptions,
  DropNamespaceOptions,
  ListNamespacesOptions,
  NamespacesPage,
  PageOptions,
} from "./catalog/operations/databases.ts";
export type { RegisterTableOptions } from "./catalog/operations/table-changes.ts";
export type { ListTablesOptions, TablesPage } from "./catalog/operations/table-listing.ts";
export type { DeclareTableOptions } from "./catalog/operations/tables.ts";
export type { TableName } from "./catalog/protocol/identifier.ts";
export { Chart } from "./chart/chart.ts";
export type { ChartSpec, VegaLiteSpec } from "./chart/chart-spec.ts";
export {
  append,
  type ConnectOptions,
  connect,
  describe,
  type OnConnection,
  type ProfileOptions,
  read,
  rowSchema,
  type SessionOptions,
} from "./connect.ts";
export { Connection, type ReadOptions } from "./connection.ts";
export type { EngineSettings } from "./daft/settings.ts";
export type { Displayable, MimeBundle } from "./display/mime.ts";
export { show } from "./display/show.ts";
export type { TableOptions } from "./display/table/table-options.ts";
export { DlfLanceError, type ErrorCode, isError } from "./errors.ts";
export type { Condition } from "./frame/builder/arguments.ts";
export { toList, toStruct } from "./frame/builder/build-values.ts";
export { col, Expression, lit, type PatternOptions, type TimePatternOptions } from "./frame/builder/expr.ts";
export type { RowOf, Untyped } from "./frame/builder/frame-types.ts";
export type { ValueFunctionOptions } from "./frame/builder/function-node.ts";
export { Interval, interval } from "./frame/builder/interval.ts";
export type { JoinAsofOptions, JoinOptions } from "./frame/builder/join-options.ts";
export type { DeclaredTableName, LakeTables, TableRowSchema } from "./frame/builder/lake-tables.ts";
export type { CutOptions, QcutOptions } from "./frame/builder/methods/running-methods.ts";
export type { PivotOptions, UnpivotOptions } from "./frame/builder/pivot-options.ts";
export type { ConcatOptions, DynamicOptions, UniqueOptions } from "./frame/builder/row-options.ts";
export type { RowSchema } from "./frame/builder/row-schema.ts";
export type { NearestOptions, TextSearchOptions } from "./frame/builder/search-options.ts";
export type { TimeOffset } from "./frame/builder/time-offset.ts";
export { udf } from "./frame/builder/udf.ts";
export { coalesce, greatest, least, When, when } from "./frame/builder/when.ts";
export { asc, desc, type RangeEdge, type SortBy, type Window } from "./frame/builder/window.ts";
export {
  count,
  cumeDist,
  denseRank,
  lag,
  lead,
  nthValue,
  ntile,
  percentRank,
  rank,
  rowNumber,
  type ShiftOptions,
  WindowFunction,
} from "./frame/builder/window-functions.ts";
export { type FramePageOptions, Page } from "./frame/display/page.ts";
export { Preview } from "./frame/display/preview.ts";
export type { EngineName } from "./frame/engines/engine.ts";
export type { ExpressionNode } from "./frame/expression/expression-node.ts";
export type {
  BooleanLike,
  ColumnNumber,
  ColumnValue,
  DecimalText,
  ExpressionLike,
  ListLike,
  Needs,
  NumberFrom,
  NumberLike,
  NumberOf,
  RowWith,
  SumLike,
  TextLike,
  TimeLike,
  TimeText,
  UnknownValue,
} from "./frame/expression/expression-types.ts";
export type { LiteralInput } from "./frame/expression/literal.ts";
export type { FileFormat } from "./frame/files/file-format.ts";
export type { FrameFileOptions } from "./frame/files/write-frame-file.ts";
export { Frame, GroupedFrame } from "./frame/frame.ts";
export { fromRows } from "./frame/from-rows.ts";
export type { Plan } from "./frame/plan/plan.ts";
export { type PlanDocument, planDocumentSchema } from "./frame/plan/plan-document.ts";
export { plot } from "./frame/plot/plot.ts";
export type { PlotOptions } from "./frame/plot/plot-options.ts";
export { type ColumnProfile, Profile } from "./frame/profile/profile.ts";
export type { FrequentValue, Histogram } from "./frame/profile/profile-sample.ts";
export type { RowObject } from "./frame/rows/row-objects.ts";
export type { SqlValue } from "./frame/run/bind-sql.ts";
export { type ExplainedScan, Explanation } from "./frame/run/explanation.ts";
export type { MapBatchesOptions } from "./frame/run/map-batches.ts";
export type { RunOptions } from "./frame/run/run.ts";
export type { SubmitOptions } from "./frame/run/submit-frame.ts";
export type { ColumnSummary, SummarizeOptions } from "./frame/run/summarize.ts";
export type { FrameWriteOptions } from "./frame/run/write-frame.ts";
export type { Job, JobState, JobStatus } from "./jobs/job.ts";
export type { RayJobsOptions } from "./jobs/ray-jobs.ts";
export type { AppendOptions, WriteOptions } from "./lake/append-rows.ts";
export type { CreateTableOptions } from "./lake/create-table.ts";
export type { DescribeOptions } from "./lake/describe-table.ts";
export type { ColumnChange, NewColumn } from "./lake/edit-columns.ts";
export type { CreateIndexOptions, WaitForIndexOptions } from "./lake/edit-indices.ts";
export { EditResult } from "./lake/edit-result.ts";
export type { MergeOptions, UpdateOptions } from "./lake/edit-rows.ts";
export { LakeTable } from "./lake/lake-table.ts";
export type { CleanupOptions } from "./lake/maintain-table.ts";
export {
  type ConnectionFileOptions,
  type FileOptions,
  type OssLogin,
  type OssPlace,
  readFile,
} from "./lake/read-file.ts";
export type { InsertOverwriteOptions } from "./lake/replace-rows.ts";
export type { TableNearestOptions, TableTextSearchOptions } from "./lake/search-rows.ts";
export type { TableVersion } from "./lake/table-history.ts";
export type { SampleOptions, TakeOptions } from "./lake/take-table-rows.ts";
export type { UpdateValue } from "./lake/update-value.ts";
export { html, Markup, type MarkupValue, md } from "./notebook/markup.ts";
export { type ShellCommand, type ShellValue, sh } from "./notebook/shell.ts";
export { type BenchOptions, BenchResult, bench, time } from "./notebook/time.ts";
export { redact, Secret } from "./secret.ts";
export { TableDescription } from "./table/description/table-description.ts";
export { WriteResult } from "./table/description/write-result.ts";
export type { Columns, Row, TableData } from "./table/ingest/read-data.ts";
export type { BatchSource, WriteData } from "./table/ingest/read-pieces.ts";
export { toArrowTable, toIpcStream } from "./table/ingest/to-arrow.ts";
export type { LanceIndex, LanceIndexStatistics } from "./table/native/table-indices.ts";
export type { TableTag, VersionReference } from "./table/native/table-versions.ts";
