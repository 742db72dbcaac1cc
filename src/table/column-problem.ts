/** Why one column of the data does not fit the table. */
export interface ColumnProblem {
  readonly column: string;
  /** First row that does not fit, from 0; absent when the column as a whole does not. */
  readonly row?: number;
  readonly have: string;
  readonly want: string;
  readonly fix: string;
}

/** All problems as text: one line each, naming column, row, what is there, what is wanted and what would fix it. */
export function describeProblems(problems: readonly ColumnProblem[]): string {
  const lines = problems.map((problem) => {
    const place = problem.row === undefined ? "" : `, row ${problem.row}`;
    return `column ${problem.column}${place}: ${problem.have}; the column is ${problem.want}; ${problem.fix}`;
  });
  const nothingWritten = "Nothing was written.";
  return lines.length === 1
    ? `${lines[0]}. ${nothingWritten}`
    : `${lines.length} columns do not fit. ${nothingWritten}\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
