import type { Problem } from "../language/checker.ts";
import { type Failure, mostTold, quoteLine, titleOfCell } from "../wire/failure.ts";

/** Tells why a cell was refused; it has not run. */
export function describeProblems(problems: readonly Problem[], source: string, cellName: string): Failure {
  const lines = source.split("\n");
  const traceback = problems.slice(0, mostTold).flatMap(({ text, code, start, end }) => {
    const isOneLine = end.line === start.line;
    const line = lines[start.line - 1];
    return [
      `TypeScriptError: ${text} (TS${code})`,
      `  ${titleOfCell(cellName)}, line ${start.line}`,
      ...(line === undefined
        ? []
        : quoteLine(line, start.column - 1, isOneLine ? end.column - 1 : undefined)),
    ];
  });
  if (problems.length > mostTold) traceback.push(`and ${problems.length - mostTold} more`);
  const [first] = problems;
  const evalue = first === undefined ? "" : `${first.text} (line ${first.start.line}, TS${first.code})`;
  return { ename: "TypeScriptError", evalue, traceback };
}
