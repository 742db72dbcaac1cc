import { DlfLanceError } from "../../errors.ts";

/** Why one column of the data does not fit the table. */
export interface ColumnProblem {
  readonly column: string;
  /** First row that does not fit, from 0; absent when the column as a whole does not. */
  readonly row?: number;
  readonly have: string;
  /** The type that the column has; absent where there is none. */
  readonly want?: string;
  readonly fix: string;
}

/** What takes data without writing them: `make a frame of rows`, `read a.json`. */
const onlyReads = /^(?:make|read) /;

/** The error that tells all problems: in a sentence for one, in a table for more. */
export function refuseProblems(action: string, problems: readonly ColumnProblem[]): DlfLanceError {
  return new DlfLanceError(
    "TableSchemaValidationError",
    `Cannot ${action}: ${describeProblems(problems, !onlyReads.test(action))}`,
  );
}

function describeProblems(problems: readonly ColumnProblem[], writes: boolean): string {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) {
    const row = first.row === undefined ? "" : `row ${first.row + 1}, `;
    const want = first.want === undefined ? "" : `the column is ${first.want}; `;
    return `${row}column ${first.column}: ${first.have}; ${want}${first.fix}${writes ? ". Nothing was written." : ""}`;
  }
  const lines = problems.map(({ column, row, have, want, fix }) => [
    column,
    row === undefined ? "" : String(row + 1),
    have,
    want ?? "",
    fix,
  ]);
  return `${problems.length} columns do not fit${writes ? ". Nothing was written." : ":"}\n${layOut([["column", "row", "have", "want", "fix"], ...lines])}`;
}

/** A cell wider than this moves what is to its right, in its own line only. */
const widestCell = 60;

function layOut(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, index) =>
    Math.min(widestCell, Math.max(...lines.map((cells) => cells[index]?.length ?? 0))),
  );
  return lines
    .map((cells) => `  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" │ ")}`.trimEnd())
    .join("\n");
}
