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
import "./chart/draw-shown-spec.ts";
import type * as types from "./types.ts";

export type { CatalogTable } from "./catalog/operations/catalog-table.ts";
export type { CatalogNamespace, NamespacesPage } from "./catalog/operations/databases.ts";
export type { TablesPage } from "./catalog/operations/table-listing.ts";
export type { TableName } from "./catalog/protocol/identifier.ts";
export { Chart } from "./chart/chart.ts";
export type { VegaLiteSpec } from "./chart/vega-lite-spec.ts";
export { append, type ConnectOptions, connect, describe, read, rowSchema } from "./connect.ts";
export { Connection } from "./connection.ts";
export type { MimeBundle } from "./display/mime.ts";
export { show } from "./display/show.ts";
export { DlfLanceError, type ErrorCode, isError } from "./errors.ts";
export type { Condition } from "./frame/builder/arguments.ts";
export { toList, toStruct } from "./frame/builder/build-values.ts";
export { col, Expression, lit } from "./frame/builder/expr.ts";
export type { RowOf, Untyped } from "./frame/builder/frame-types.ts";
export { Interval, interval } from "./frame/builder/interval.ts";
export type { LakeTables, TableRowSchema } from "./frame/builder/lake-tables.ts";
export { udf } from "./frame/builder/udf.ts";
export { coalesce, greatest, least, When, when } from "./frame/builder/when.ts";
export { asc, desc } from "./frame/builder/window.ts";
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
  WindowFunction,
} from "./frame/builder/window-functions.ts";
export { Page } from "./frame/display/page.ts";
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
  RowWith,
  SumLike,
  TextLike,
  TimeLike,
  TimeText,
  UnknownValue,
} from "./frame/expression/expression-types.ts";
export { Frame, GroupedFrame } from "./frame/frame.ts";
export { fromRows } from "./frame/from-rows.ts";
export type { Plan } from "./frame/plan/plan.ts";
export { type PlanDocument, planDocumentSchema } from "./frame/plan/plan-document.ts";
export { plot } from "./frame/plot/plot.ts";
export { type ColumnProfile, Profile } from "./frame/profile/profile.ts";
export type { FrequentValue, Histogram } from "./frame/profile/profile-sample.ts";
export type { RowObject } from "./frame/rows/row-objects.ts";
export { type ExplainedScan, Explanation } from "./frame/run/explanation.ts";
export type { ColumnSummary } from "./frame/run/summarize.ts";
export type { Job, JobListing, JobState, JobStatus } from "./jobs/job.ts";
export type { JobList } from "./jobs/job-list.ts";
export { EditResult } from "./lake/commit/edit-result.ts";
export { readFile } from "./lake/files/read-file.ts";
export { LakeTable } from "./lake/lake-table.ts";
export type { TableVersion } from "./lake/read/table-history.ts";
export { html, Markup, md } from "./notebook/markup.ts";
export { type ShellCommand, sh } from "./notebook/shell.ts";
export { BenchResult, bench, time } from "./notebook/time.ts";
export { redact, Secret } from "./secret.ts";
export { TableDescription } from "./table/description/table-description.ts";
export { WriteResult } from "./table/description/write-result.ts";
export type { Columns, Row, TableData } from "./table/ingest/read-data.ts";
export type { WriteData } from "./table/ingest/read-pieces.ts";
export { toArrowTable, toIpcStream } from "./table/ingest/to-arrow.ts";
export type { LanceIndex, LanceIndexStatistics } from "./table/native/table-indices.ts";
export type { TableTag } from "./table/native/table-versions.ts";
/** What calls take: `types.ReadOptions`, `types.NewColumn`. */
export type { types };
