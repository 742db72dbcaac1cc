/** How any value becomes a MIME bundle: the value's own `Symbol.for("Jupyter.display")` first, then its shape. */
import { types } from "node:util";
import { isArrowTable, type RecordBatch, type Schema, type Vector } from "../arrow.ts";
import { DlfLanceError, isError } from "../errors.ts";
import { redactText } from "../redaction/redact-text.ts";
import { displaySymbol, inspectText, type MimeBundle } from "./bundle.ts";
import { renderError } from "./card/error-card.ts";
import { renderInspected, renderObject, renderPromise, renderPromises } from "./card/object-card.ts";
import { renderSchema } from "./card/schema.ts";
import { isPlainObject } from "./cell/value-cell.ts";
import { currentObjectDrawer } from "./object-drawer.ts";
import { renderPicture } from "./picture/picture.ts";
import { viewArrowVector } from "./table/arrow-view.ts";
import { renderDataTable, renderTable } from "./table/data-table.ts";
import { viewForeignTable } from "./table/foreign-table.ts";
import { isPolarsFrame, viewPolars } from "./table/polars-view.ts";
import type { TableOptions } from "./table/table-options.ts";
import { shortenText } from "./text/long-text.ts";

export { displaySymbol, inspectText, type MimeBundle };

/** A value that defines its own display. Tables may respect the options. */
export interface Displayable {
  [displaySymbol](options?: TableOptions): MimeBundle | Promise<MimeBundle>;
}

export function isDisplayable(value: unknown): value is Displayable {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  return typeof (value as Partial<Displayable>)[displaySymbol] === "function";
}

/**
 * The bundle a notebook shows for a value. A string is its own text; an Arrow table, record batch or vector (of any
 * copy of apache-arrow), a table of another library or an array of plain objects is a table, an Arrow schema a list of
 * its columns, the bytes of a PNG, JPEG, WebP or GIF and a canvas are pictures,
 * those of a sound or film a player, an error of this package and a plain object are cards, a Vega-Lite specification with its
 * data is a chart, and everything else what `util.inspect` says.
 *
 * @throws what the value's own display method throws, and DlfLanceError InvalidInput when that answers no MIME
 *   bundle, or for options that do not fit the table.
 */
export async function formatForDisplay(value: unknown, options: TableOptions = {}): Promise<MimeBundle> {
  return formatAtOnce(value, options);
}

/** The same, at once unless the value itself takes its time: so what is shown stays in order with what is printed. */
export function formatAtOnce(value: unknown, options: TableOptions): MimeBundle | Promise<MimeBundle> {
  if (isPolarsFrame(value)) return renderTable(viewPolars(value), options);
  if (isDisplayable(value)) {
    const bundle = value[displaySymbol](options);
    return types.isPromise(bundle) ? bundle.then(checkBundle) : checkBundle(bundle);
  }
  if (isArrowTable(value) || isArrowRecordBatch(value)) return renderDataTable(value, options);
  if (isArrowVector(value)) return renderTable(viewArrowVector(value), options);
  if (isArrowSchema(value)) return renderSchema(value, options);
  if (isError(value)) return renderError(value);
  if (types.isPromise(value)) return renderPromise(value);
  if (Array.isArray(value) && value.some((item) => types.isPromise(item))) return renderPromises(value);
  if (typeof value === "string") return { "text/plain": redactText(shortenText(value)) };
  const picture = renderPicture(value);
  if (picture !== undefined) return picture;
  const table = viewForeignTable(value);
  if (table !== undefined) return renderTable(table, options);
  if (isPlainObject(value) && Object.keys(value).length > 0) {
    return currentObjectDrawer()?.(value)?.catch(() => renderObject(value)) ?? renderObject(value);
  }
  return renderInspected(value);
}

function isArrowRecordBatch(value: unknown): value is RecordBatch {
  if (typeof value !== "object" || value === null) return false;
  const batch = value as Partial<RecordBatch>;
  return (
    typeof batch.numRows === "number" &&
    typeof batch.getChildAt === "function" &&
    Array.isArray(batch.schema?.fields) &&
    Array.isArray(batch.data?.children)
  );
}

function isArrowVector(value: unknown): value is Vector {
  if (typeof value !== "object" || value === null) return false;
  const vector = value as Partial<Vector>;
  return (
    typeof vector.length === "number" &&
    typeof vector.type?.typeId === "number" &&
    typeof vector.isValid === "function" &&
    Array.isArray(vector.data)
  );
}

function isArrowSchema(value: unknown): value is Schema {
  if (typeof value !== "object" || value === null) return false;
  const schema = value as Partial<Schema>;
  return (
    Array.isArray(schema.fields) &&
    schema.fields.every(
      (field) => typeof field?.name === "string" && typeof field.type?.typeId === "number",
    ) &&
    typeof schema.metadata?.get === "function" &&
    typeof schema.dictionaries?.get === "function"
  );
}

function checkBundle(answer: unknown): MimeBundle {
  if (typeof answer === "object" && answer !== null) {
    const types = Object.keys(answer);
    if (types.length > 0 && types.every((type) => type.includes("/"))) return answer as MimeBundle;
  }
  throw new DlfLanceError(
    "InvalidInput",
    'Cannot display the value: its Symbol.for("Jupyter.display") method answered no MIME bundle; ' +
      'return an object such as { "text/plain": "…" }',
  );
}
