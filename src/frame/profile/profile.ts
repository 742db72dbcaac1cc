/** What is in each column of a frame. */
import { inspect } from "node:util";
import { isFloatName } from "../../display/arrow/type-name.ts";
import type { MimeBundle } from "../../display/bundle.ts";
import { type Cell, scalarCell } from "../../display/cell/cell.ts";
import { drawGrid, toBundle } from "../../display/grid/drawing.ts";
import { displaySymbol, inspectText } from "../../display/mime.ts";
import { excerptEnds } from "../../display/text/excerpt.ts";
import { chooseFloatFormat } from "../../display/text/float-format.ts";
import { countOf, formatCount } from "../../display/text/number-text.ts";
import { showText } from "../../display/text/visible-text.ts";
import type { FrequentValue, Histogram } from "./profile-sample.ts";

/** What is in one column. Values are texts, as displays show them, in the column's time zone. */
export interface ColumnProfile {
  readonly column: string;
  readonly type: string;
  readonly nulls: number;
  /** Different values that are not null; null for types that are not compared. */
  readonly distinct: number | null;
  /** Null for types without an order, and where there is no value. */
  readonly min: string | null;
  /** A quarter of the values is at most this one. */
  readonly first: string | null;
  readonly median: string | null;
  readonly third: string | null;
  readonly max: string | null;
  /** Null for what is not a number. */
  readonly mean: number | null;
  /** At most three, of values that occur more than once. */
  readonly frequent: readonly FrequentValue[];
  readonly histogram: Histogram | null;
}

export interface ProfileParts {
  readonly title: string;
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  /** Rows that the quartiles, histograms and most frequent values are of. */
  readonly sampled: number;
}

/** One row per column: what is in it, with a small histogram. Notebooks show it as a table. */
export class Profile {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  /** How many rows the quartiles, histograms and most frequent values come from: all, or at least 10,000. */
  readonly sampledRows: number;
  readonly #title: string;

  /** @internal */
  constructor({ title, rows, columns, sampled }: ProfileParts) {
    this.rows = rows;
    this.columns = columns;
    this.sampledRows = sampled;
    this.#title = title;
  }

  /** Whether quartiles, histograms and most frequent values come from a sample, and distinct values are estimated. */
  get isSampled(): boolean {
    return this.sampledRows < this.rows;
  }

  toString(): string {
    return inspectText(this[displaySymbol]());
  }

  [displaySymbol](): MimeBundle {
    const about = this.isSampled ? "≈ " : "";
    const shown = this.columns.map((column) => ({ ...column, numbers: shortNumbers(column) }));
    type Shown = (typeof shown)[number];
    const scalarOf = (value: string, longest: number) => scalarCell(showText(value, longest));
    const text = (value: string | null) => (value === null ? blank : scalarOf(value, longestText));
    const number = (value: string | null) =>
      value === null ? blank : scalarCell(showText(value, longestText), "right");
    const parts: readonly (readonly [name: string, align: "left" | "right", read: (row: Shown) => Cell])[] = [
      ["column", "left", (row) => text(row.column)],
      ["type", "left", (row) => scalarOf(row.type, longestType)],
      ["distribution", "left", (row) => histogramCell(row)],
      ["nulls", "right", (row) => scalarCell(formatCount(row.nulls), "right")],
      [
        "distinct",
        "right",
        (row) => number(row.distinct === null ? null : about + formatCount(row.distinct)),
      ],
      ["min", "right", (row) => number(row.numbers.min)],
      [`${about}25 %`, "right", (row) => number(row.numbers.first)],
      [`${about}median`, "right", (row) => number(row.numbers.median)],
      [`${about}75 %`, "right", (row) => number(row.numbers.third)],
      ["max", "right", (row) => number(row.numbers.max)],
      ["mean", "right", (row) => number(row.numbers.mean)],
      [`${about}most frequent`, "left", (row) => text(describeFrequent(row))],
    ];
    const gridOf = (chosen: typeof parts) => ({
      rows: excerptEnds(shown.length, 500),
      rowNoun: "column",
      columns: excerptEnds(chosen.length, chosen.length),
      column: (index: number) => ({ name: chosen[index]?.[0] ?? "", align: chosen[index]?.[1] ?? "left" }),
      cell: (row: number, index: number) => chosen[index]?.[2](shown[row] as Shown) ?? blank,
    });
    const footer = `${countOf(this.rows, "row")} × ${countOf(this.columns.length, "column")}`;
    const remark = this.isSampled
      ? `≈ of ${formatCount(this.sampledRows)} rows chosen at random; distinct values are estimated, mostly within 4 %`
      : undefined;
    const { html } = drawGrid(gridOf(parts), { title: this.#title, footer, remark });
    return toBundle({
      html,
      text: [
        this.#title,
        ...textParts(shown).map((names) => {
          const chosen = parts.filter(([name]) => name === "column" || names.test(name));
          return drawGrid(gridOf(chosen), {}).text;
        }),
        footer,
        ...(remark === undefined ? [] : [remark]),
      ].join("\n"),
    });
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** As text, a line has no room for all: which columns stand next to each other, one table below the other. */
function textParts(
  shown: readonly { readonly numbers: ReturnType<typeof shortNumbers> }[],
): readonly RegExp[] {
  const lengths = shown.flatMap(({ numbers }) => Object.values(numbers).map((value) => value?.length ?? 0));
  const areShort = Math.max(0, ...lengths) <= longestInLine;
  return [
    /type|distribution|nulls|distinct|most frequent/,
    ...(areShort ? [/min|25 %|median|75 %|max|mean/] : [/min|max|mean/, /25 %|median|75 %/]),
  ];
}

const longestInLine = 12;
const longestText = 60;
/** A struct of many fields would push the numbers out of sight. */
const longestType = 30;
const blank: Cell = scalarCell("");

/** Floats with one number of digits, as a table shows them; other values stay as they are. */
function shortNumbers({ type, min, first, median, third, max, mean }: ColumnProfile) {
  const isFloat = isFloatName(type);
  const floats = isFloat ? [min, first, median, third, max].map(Number) : [];
  const format = chooseFloatFormat(floats);
  const short = (value: string | null) => (value === null || !isFloat ? value : format(Number(value)));
  return {
    min: short(min),
    first: short(first),
    median: short(median),
    third: short(third),
    max: short(max),
    mean: mean === null ? null : chooseFloatFormat([mean])(mean),
  };
}

function histogramCell({ histogram }: ColumnProfile): Cell {
  if (histogram === null) return blank;
  const { counts, from, to } = histogram;
  return { kind: "histogram", counts, title: from === to ? from : `${from} … ${to}` };
}

function describeFrequent({ frequent }: ColumnProfile): string | null {
  if (frequent.length === 0) return null;
  return frequent.map(({ value, share }) => `${shorten(value)} ${Math.round(share * 100)} %`).join(" · ");
}

function shorten(text: string): string {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
