/** Arrow schemas as notebooks show them: a line per column, however many there are. */
import type { Field, Schema } from "../../arrow.ts";
import { fieldTypeName } from "../arrow/type-name.ts";
import type { MimeBundle } from "../bundle.ts";
import { type Cell, nullCell, scalarCell, stringCell } from "../cell/cell.ts";
import { type Drawing, type DrawingBounds, drawGrid, toBundle } from "../grid/drawing.ts";
import { type GridColumn, rememberCells } from "../grid/grid.ts";
import { excerptEnds, shownOf } from "../text/excerpt.ts";
import { countOf } from "../text/number-text.ts";
import { redactAndCut, showText } from "../text/visible-text.ts";

export interface SchemaOptions {
  /** Stands above the columns. */
  readonly title?: string | undefined;
  /** Stands below, after the number of columns. */
  readonly caption?: string | undefined;
}

const maxFields = 200;
const maxCellText = 400;
const maxMetadata = 20;

const nameColumns: readonly GridColumn[] = [
  { name: "column", align: "left" },
  { name: "type", align: "left" },
  { name: "nullable", align: "left" },
];
const metadataColumn: GridColumn = { name: "metadata", align: "left" };

/** Column, type, whether it may be null, and metadata where a column has some. */
export function renderSchema(schema: Schema, options: SchemaOptions = {}): MimeBundle {
  return toBundle(drawSchema(schema, options));
}

export function drawSchema(schema: Schema, options: SchemaOptions = {}, bounds?: DrawingBounds): Drawing {
  const rows = excerptEnds(schema.fields.length, maxFields);
  const hasMetadata = shownOf(rows).some((row) => (schema.fields[row]?.metadata.size ?? 0) > 0);
  const columns = hasMetadata ? [...nameColumns, metadataColumn] : nameColumns;
  const facts = [countOf(schema.fields.length, "column")];
  const keys = [...schema.metadata.keys()].slice(0, maxMetadata);
  if (keys.length > 0) facts.push(`metadata: ${keys.join(", ")}`);
  if (options.caption !== undefined) facts.push(options.caption);
  return drawGrid(
    {
      rows,
      rowNoun: "column",
      columns: excerptEnds(schema.fields.length === 0 ? 0 : columns.length, columns.length),
      column: (column) => columns[column] ?? metadataColumn,
      cell: rememberCells((row, column) => describeField(schema.fields[row], column)),
    },
    { title: options.title, footer: facts.join(" · ") },
    bounds,
  );
}

function describeField(field: Field | undefined, column: number): Cell {
  if (field === undefined) return nullCell;
  switch (column) {
    case 0:
      return scalarCell(showText(field.name, maxCellText));
    case 1:
      return scalarCell(showText(fieldTypeName(field), maxCellText));
    case 2:
      return scalarCell(field.nullable ? "yes" : "no");
    default:
      return describeMetadata(field.metadata);
  }
}

function describeMetadata(metadata: ReadonlyMap<string, string>): Cell {
  if (metadata.size === 0) return scalarCell("");
  const entries = [...metadata]
    .slice(0, maxMetadata)
    .map(
      ([key, value]) =>
        [redactAndCut(key, maxCellText), stringCell(redactAndCut(value, maxCellText))] as const,
    );
  return { kind: "map", entries, length: metadata.size };
}
