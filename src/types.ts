/** What calls of the door take, for whoever passes it on: the door exports all of it as `types`. */
export type { CatalogSettings } from "./catalog/configuration/config.ts";
export type { CallOptions } from "./catalog/operations/calls.ts";
export type {
  CreateNamespaceOptions,
  DropNamespaceOptions,
  ListNamespacesOptions,
  PageOptions,
} from "./catalog/operations/databases.ts";
export type { RegisterTableOptions } from "./catalog/operations/table-changes.ts";
export type { ListTablesOptions } from "./catalog/operations/table-listing.ts";
export type { DeclareTableOptions } from "./catalog/operations/tables.ts";
export type { ChartSpec } from "./chart/vega-lite-spec.ts";
export type { OnConnection, ProfileOptions, SessionOptions } from "./connect.ts";
export type { ReadOptions } from "./connection.ts";
export type { EngineSettings } from "./daft/settings.ts";
export type { Displayable } from "./display/mime.ts";
export type { TableOptions } from "./display/table/table-options.ts";
export type { ValueFunctionOptions } from "./frame/builder/function-node.ts";
export type { JoinAsofOptions, JoinOptions } from "./frame/builder/join-options.ts";
export type { DeclaredTableName } from "./frame/builder/lake-tables.ts";
export type { PatternOptions, TimePatternOptions } from "./frame/builder/method-calls.ts";
export type { CutOptions, QcutOptions } from "./frame/builder/methods/running-methods.ts";
export type { PivotOptions, UnpivotOptions } from "./frame/builder/pivot-options.ts";
export type { ConcatOptions, DynamicOptions, UniqueOptions } from "./frame/builder/row-options.ts";
export type { RowSchema } from "./frame/builder/row-schema.ts";
export type { NearestOptions, TextSearchOptions } from "./frame/builder/search-options.ts";
export type { TimeOffset } from "./frame/builder/time-offset.ts";
export type { RangeEdge, SortBy, Window } from "./frame/builder/window.ts";
export type { ShiftOptions } from "./frame/builder/window-functions.ts";
export type { FramePageOptions } from "./frame/display/page.ts";
export type { LiteralInput } from "./frame/expression/literal.ts";
export type { FileFormat } from "./frame/files/file-format.ts";
export type { FrameFileOptions } from "./frame/files/write-frame-file.ts";
export type { PlotOptions } from "./frame/plot/plot-options.ts";
export type { SqlValue } from "./frame/run/bind-sql.ts";
export type { MapBatchesOptions } from "./frame/run/map-batches.ts";
export type { RunOptions } from "./frame/run/run.ts";
export type { SubmitOptions } from "./frame/run/submit-frame.ts";
export type { SummarizeOptions } from "./frame/run/summarize.ts";
export type { FrameWriteOptions } from "./frame/run/write-frame.ts";
export type { RayJobsOptions } from "./jobs/ray-jobs.ts";
export type { ColumnChange, NewColumn } from "./lake/edit/edit-columns.ts";
export type { CreateIndexOptions, WaitForIndexOptions } from "./lake/edit/edit-indices.ts";
export type { MergeOptions, UpdateOptions } from "./lake/edit/edit-rows.ts";
export type { CleanupOptions } from "./lake/edit/maintain-table.ts";
export type { UpdateValue } from "./lake/edit/update-value.ts";
export type { ConnectionFileOptions, FileOptions, OssLogin, OssPlace } from "./lake/files/read-file.ts";
export type { DescribeOptions } from "./lake/read/describe-table.ts";
export type { TableNearestOptions, TableTextSearchOptions } from "./lake/read/search-rows.ts";
export type { SampleOptions, TakeOptions } from "./lake/read/take-table-rows.ts";
export type { AppendOptions, WriteOptions } from "./lake/write/append-rows.ts";
export type { CreateTableOptions } from "./lake/write/create-table.ts";
export type { InsertOverwriteOptions } from "./lake/write/replace-rows.ts";
export type { MarkupValue } from "./notebook/markup.ts";
export type { ShellValue } from "./notebook/shell.ts";
export type { BenchOptions } from "./notebook/time.ts";
export type { BatchSource } from "./table/ingest/read-pieces.ts";
export type { VersionReference } from "./table/native/table-versions.ts";
