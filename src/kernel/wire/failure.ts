/** How a failed cell is reported: the words of Jupyter's `error` message. */
export interface Failure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export const interruption: Failure = {
  ename: "Interrupted",
  evalue: "the cell was interrupted",
  traceback: ["Interrupted: the cell was interrupted"],
};

/** At most this many frames, causes, or type errors are reported. */
export const mostTold = 10;

/** `cell-3` is "cell 3". */
export function titleOfCell(name: string): string {
  return name.replace("-", " ");
}

/** The line with what it is about marked below; columns count from 0. */
export function quoteLine(code: string, start: number, end = start + 1): string[] {
  const indent = code.slice(0, start).replace(/[^\t]/g, " ");
  return [`    ${code}`, `    ${indent}${"^".repeat(Math.max(1, end - start))}`];
}
