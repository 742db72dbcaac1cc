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
export { Connection } from "./connection.ts";
export type { TableOptions } from "./display/data-table.ts";
export type { Displayable, MimeBundle } from "./display/mime.ts";
export { show } from "./display/show.ts";
export {
  DlfLanceError,
  type ErrorCode,
  type ErrorDetails,
  isError,
  type NamespaceErrorCode,
} from "./errors.ts";
export type { Condition } from "./frame/arguments.ts";
export type { SqlFrame, SqlValue } from "./frame/bind-sql.ts";
export type { BatchFunction, EngineName } from "./frame/engines/engine.ts";
export { type ExplainedScan, Explanation } from "./frame/explanation.ts";
export { col, Expression, lit, type Operand } from "./frame/expr.ts";
export type * from "./frame/expression-node.ts";
export type * from "./frame/expression-types.ts";
export { Frame, GroupedFrame } from "./frame/frame.ts";
export type * from "./frame/frame-types.ts";
export { fromRows } from "./frame/from-rows.ts";
export type { JoinedBy, JoinOptions, JoinPair, SharedName } from "./frame/join-options.ts";
export type { LiteralInput, LiteralNode, LiteralType } from "./frame/literal.ts";
export type { MapBatchesOptions } from "./frame/map-batches.ts";
export { type FramePageOptions, Page } from "./frame/page.ts";
export type { PivotOptions, UnpivotOptions } from "./frame/pivot-options.ts";
export type * from "./frame/plan.ts";
export { type PlanDocument, planDocumentSchema } from "./frame/plan-document.ts";
export { type PlotData, type Plottable, plot } from "./frame/plot/plot.ts";
export type { PlotAggregate, PlotOptions } from "./frame/plot/plot-options.ts";
export type { RunOptions } from "./frame/prepare.ts";
export { Preview } from "./frame/preview.ts";
export type { RowObject } from "./frame/row-objects.ts";
export type { RowSchema } from "./frame/row-schema.ts";
export type { NearestOptions, TextSearchOptions } from "./frame/search-options.ts";
export { coalesce, greatest, least, When, when } from "./frame/when.ts";
export type { SortBy, Window } from "./frame/window.ts";
export {
  count,
  denseRank,
  lag,
  lead,
  rank,
  rowNumber,
  WindowFunction,
} from "./frame/window-functions.ts";
export type { CreateTableOptions } from "./lake/create-table.ts";
export { redact, Secret } from "./secret.ts";
export type { Columns, Row, TableData } from "./table/ingest.ts";
export { TableDescription } from "./table/table-description.ts";
export { WriteResult } from "./table/write-result.ts";
