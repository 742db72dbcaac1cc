import type { RecordBatch, Schema } from "../arrow.ts";
import type { Secret } from "../secret.ts";
import type { ScanRequest } from "../table/scan-request.ts";
import type { VersionReference } from "../table/table-versions.ts";

/** A table of a Lance REST Namespace on the loopback interface. */
export interface TablePlace {
  readonly endpoint: string;
  readonly token: Secret;
  readonly namespace: string;
  readonly table: string;
}

/** A table that can be scanned and counted. All a frame knows of where its rows come from. */
export interface TableSource {
  /** As in `default.orders`; used in messages and by `explain()`. */
  readonly name: string;
  schema(signal?: AbortSignal): Promise<Schema>;
  scan(request: ScanRequest): AsyncIterable<RecordBatch>;
  /** Rows for which the filter, in Lance's SQL dialect, is true. */
  countRows(filter?: string): Promise<number>;
  version?(): Promise<number>;
  /** Where other programs of this machine open the newest version; undefined where they cannot. */
  place?(): Promise<TablePlace>;
  /** The same table at one version. */
  at?(version: VersionReference): TableSource;
}
