import { inspect } from "node:util";
import { renderProperties } from "../display/card/properties.ts";
import { displaySymbol, inspectText, type MimeBundle } from "../display/mime.ts";
import { renderTable } from "../display/table/data-table.ts";
import { viewRowObjects } from "../display/table/row-objects-view.ts";
import type { Job } from "./job.ts";

/** Jobs of a cluster, the newest first: an array that shows as a table what each is and how far it was. */
export class JobList<R = unknown> extends Array<Job<R>> {
  /** What `map` and `filter` return is a plain array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  [displaySymbol](): MimeBundle {
    const rows = Array.from(this, ({ id, table, listed }) => ({
      job: id,
      state: listed?.state,
      started: listed?.startedAt,
      ended: listed?.endedAt,
      table,
    }));
    const view = viewRowObjects(rows);
    if (view === undefined)
      return renderProperties({ title: "no jobs that write tables of this catalog", rows: [] });
    return renderTable(view, {});
  }

  [inspect.custom](): string {
    return inspectText(this[displaySymbol]());
  }
}
