/** Findings as a person reads them, and as they are pasted into a report of a bug. */
import type { Finding } from "./findings.ts";

const marks: Readonly<Record<Finding["state"], string>> = { passed: "✓", failed: "✗", "not reached": "–" };
const widestCheck = "permission to get a token".length;

export function formatFinding({ check, state, detail, next }: Finding): string {
  const said = state === "not reached" ? `not reached: ${detail}` : detail;
  const line = `${marks[state]} ${check.padEnd(widestCheck)}  ${said}`;
  return next === undefined ? line : `${line}\n  ${" ".repeat(widestCheck)}  Next: ${next}`;
}

export function summarize(findings: readonly Finding[]): string {
  const count = (state: Finding["state"]) => findings.filter((finding) => finding.state === state).length;
  return `${count("passed")} passed, ${count("failed")} failed, ${count("not reached")} not reached`;
}

/** Markdown, which an issue on GitHub shows as it is. */
export function formatReport(version: string, findings: readonly Finding[]): string {
  const lines = [...findings.map(formatFinding), "", summarize(findings)];
  return `dlf-lance ${version}, ${new Date().toISOString()}\n\n\`\`\`\n${lines.join("\n")}\n\`\`\`\n`;
}
