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
export type { CallOptions } from "./catalog/calls.ts";
export type { CatalogMethods } from "./catalog/catalog-methods.ts";
export type { CatalogField, CatalogFieldType, CatalogTable } from "./catalog/catalog-table.ts";
export type {
  CatalogCredentials,
  CatalogOptions,
  CatalogSettings,
  OssSignature,
  OssVersioning,
} from "./catalog/config.ts";
export type {
  CatalogNamespace,
  CreateNamespaceOptions,
  DropNamespaceOptions,
  ListNamespacesOptions,
  NamespacesPage,
  PageOptions,
} from "./catalog/databases.ts";
export type { NamespaceId, TableId, TableName } from "./catalog/identifier.ts";
export type { TemporaryKeys } from "./catalog/identity.ts";
export type { ModeName } from "./catalog/modes.ts";
export type { SigningAlgorithm } from "./catalog/sign.ts";
export type { RegisterTableOptions } from "./catalog/table-changes.ts";
export type { ListAllTablesOptions, ListTablesOptions, TablesPage } from "./catalog/table-listing.ts";
export type { DeclareTableOptions } from "./catalog/tables.ts";
export { Chart } from "./chart/chart.ts";
export type { ChartKind } from "./chart/chart-model.ts";
export type { ChartSpec, VegaLiteSpec } from "./chart/chart-spec.ts";
export {
  append,
  type ConnectOptions,
  connect,
  describe,
  type OnConnection,
  type ProfileOptions,
  read,
} from "./connect.ts";
export { Connection, type ReadOptions } from "./connection.ts";
export type { Displayable, MimeBundle } from "./display/mime.ts";
export { show } from "./display/show.ts";
export type { TableOptions } from "./display/table-options.ts";
export {
  DlfLanceError,
  type ErrorCode,
  type ErrorDetails,
  isError,
  type NamespaceErrorCode,
} from "./errors.ts";
export type { Condition } from "./frame/builder/arguments.ts";
export { col, Expression, lit, type Operand } from "./frame/builder/expr.ts";
export type {
  ColumnName,
  ColumnValues,
  Exploded,
  Grouped,
  Joined,
  NamedLike,
  Narrowed,
  Renamed,
  Resolved,
  RowFor,
  RowOf,
  Selected,
  Selection,
  Unpivoted,
  Untyped,
  WithColumn,
  WithColumns,
  Without,
  WithoutNull,
} from "./frame/builder/frame-types.ts";
export type { JoinedBy, JoinOptions, JoinPair, SharedName } from "./frame/builder/join-options.ts";
export type {
  ColumnsOf,
  InputColumns,
  InputRow,
  InputValue,
  LakeTables,
  TableDataFor,
  TableReference,
  WriteDataFor,
} from "./frame/builder/lake-tables.ts";
export type { PivotOptions, UnpivotOptions } from "./frame/builder/pivot-options.ts";
export type { RowSchema } from "./frame/builder/row-schema.ts";
export type { NearestOptions, TextSearchOptions } from "./frame/builder/search-options.ts";
export { coalesce, greatest, least, When, when } from "./frame/builder/when.ts";
export type { SortBy, Window } from "./frame/builder/window.ts";
export {
  count,
  denseRank,
  lag,
  lead,
  rank,
  rowNumber,
  WindowFunction,
} from "./frame/builder/window-functions.ts";
export { type FramePageOptions, Page } from "./frame/display/page.ts";
export { Preview } from "./frame/display/preview.ts";
export { type FileFormat, type FileOptions, readFile } from "./frame/engines/duckdb/files.ts";
export type { BatchFunction, EngineName } from "./frame/engines/engine.ts";
export type {
  AggregateFunction,
  AggregateNode,
  ArithmeticNode,
  ArithmeticOperator,
  CallNode,
  CaseNode,
  CastNode,
  ColumnNode,
  ComparisonNode,
  ComparisonOperator,
  DateUnit,
  ExpressionNode,
  FieldNode,
  IsInNode,
  IsNullNode,
  LikeNode,
  LogicalNode,
  NamedExpression,
  NotNode,
  RankingFunction,
  RankingNode,
  ScalarFunction,
  ScalarNode,
  ShiftNode,
  SortKey,
  WindowFrame,
  WindowFunctionNode,
  WindowNode,
  WindowSpecification,
} from "./frame/expression/expression-node.ts";
export type {
  BooleanLike,
  CastValue,
  ColumnValue,
  ComparedOperand,
  ComparedWith,
  DecimalText,
  ExpressionLike,
  Fits,
  Fitting,
  Giving,
  ListLike,
  Needs,
  NumberLike,
  NumberOperand,
  Requires,
  TextLike,
  TextOperand,
  TimeLike,
  TimeText,
  UnknownValue,
  ValueOf,
  ValueOperand,
} from "./frame/expression/expression-types.ts";
export type { LiteralInput, LiteralNode, LiteralType } from "./frame/expression/literal.ts";
export type { FrameFileOptions } from "./frame/files/write-frame-file.ts";
export { Frame, GroupedFrame } from "./frame/frame.ts";
export { fromRows } from "./frame/from-rows.ts";
export type {
  AggregatePlan,
  ConcatPlan,
  CorePlan,
  DistinctPlan,
  DropNullPlan,
  ExcludePlan,
  ExplodePlan,
  ExtendPlan,
  FillNullPlan,
  FilterPlan,
  InputPlan,
  JoinKind,
  JoinPlan,
  LimitPlan,
  MapBatchesPlan,
  NamedAggregate,
  PivotPlan,
  Plan,
  PlanOf,
  Predicate,
  ProjectPlan,
  RenamePlan,
  SamplePlan,
  ScanPlan,
  SearchPlan,
  ShortPlan,
  SortPlan,
  SqlNode,
  SqlPlan,
  StepName,
  TableVersion as ScannedVersion,
  TailPlan,
  TopPlan,
  UnnestPlan,
  UnpivotPlan,
  WindowPlan,
} from "./frame/plan/plan.ts";
export { type PlanDocument, planDocumentSchema } from "./frame/plan/plan-document.ts";
export { type PlotData, type Plottable, plot } from "./frame/plot/plot.ts";
export type { PlotAggregate, PlotOptions } from "./frame/plot/plot-options.ts";
export type { IntegerPolicy, RowObject } from "./frame/rows/row-objects.ts";
export type { SqlFrame, SqlValue } from "./frame/run/bind-sql.ts";
export type { EngineChoice } from "./frame/run/choose-engine.ts";
export { type ExplainedScan, Explanation } from "./frame/run/explanation.ts";
export type { WriteMode } from "./frame/run/frame-context.ts";
export type { MapBatchesOptions } from "./frame/run/map-batches.ts";
export type { RunOptions } from "./frame/run/run.ts";
export type { ColumnSummary, SummarizeOptions } from "./frame/run/summarize.ts";
export type { FrameWriteOptions } from "./frame/run/write-frame.ts";
export type { AppendOptions, WriteOptions } from "./lake/append-rows.ts";
export type { ChangeOptions } from "./lake/change-table.ts";
export type { CreateTableOptions } from "./lake/create-table.ts";
export type { DescribeOptions } from "./lake/describe-table.ts";
export type { ColumnChange, NewColumn } from "./lake/edit-columns.ts";
export type { CreateIndexOptions, WaitForIndexOptions } from "./lake/edit-indices.ts";
export { EditResult } from "./lake/edit-result.ts";
export type { MergeOptions, UpdateOptions } from "./lake/edit-rows.ts";
export { LakeTable } from "./lake/lake-table.ts";
export type { CleanupOptions } from "./lake/maintain-table.ts";
export type { InsertOverwriteOptions } from "./lake/replace-rows.ts";
export type { TableNearestOptions, TableTextSearchOptions } from "./lake/search-rows.ts";
export type { TableVersion } from "./lake/table-history.ts";
export type { SampleOptions, TakeOptions } from "./lake/take-table-rows.ts";
export type { SqlExpression, UpdateValue, UpdateValues } from "./lake/update-value.ts";
export type { Commits } from "./lake/write-parts.ts";
export { redact, Secret } from "./secret.ts";
export type { ArrowLike } from "./table/adopt-arrow.ts";
export type { StorageVersion } from "./table/lance.ts";
export type { Columns, Row, TableData } from "./table/read-data.ts";
export type { BatchSource, WriteData } from "./table/read-pieces.ts";
export type { ScanRequest } from "./table/scan-request.ts";
export type { SearchRequest } from "./table/search-request.ts";
export type { StorageEnvironment } from "./table/storage-environment.ts";
export { TableDescription } from "./table/table-description.ts";
export type {
  FullTextSettings,
  IndexKind,
  LanceIndex,
  LanceIndexStatistics,
  Metric,
} from "./table/table-indices.ts";
export type { LanceVersion, TableTag, VersionReference } from "./table/table-versions.ts";
export { toArrowTable, toIpcStream } from "./table/to-arrow.ts";
export { WriteResult } from "./table/write-result.ts";
