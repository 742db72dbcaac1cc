import { redactText } from "../../redaction/redact-text.ts";

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

/** UTF-16 units of a line that are quoted whole, and of a longer one, before and behind where the mark begins. */
const longestLine = 200;
const [before, behind] = [60, 120];

/** The line with what it is about marked below, or the part around it of a long one; columns count from 0. */
export function quoteLine(code: string, start: number, end = start + 1): string[] {
  // A cut could leave half of a secret, which nothing recognizes.
  const isCut = code.length > longestLine && redactText(code) === code;
  const first = isCut && start > before ? start - before : 0;
  const last = isCut ? Math.min(code.length, start + behind) : code.length;
  const lead = first > 0 ? "…" : "";
  const line = `${lead}${code.slice(first, last)}${last < code.length ? "…" : ""}`;
  const indent = (lead + code.slice(first, start)).replace(/[^\t]/g, " ");
  return [`    ${line}`, `    ${indent}${"^".repeat(Math.max(1, Math.min(end, last) - start))}`];
}
