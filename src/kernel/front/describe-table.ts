/** What Shift-Tab on the name of a table shows. */
import { countOf } from "../../display/text/number-text.ts";
import type { Inspection } from "../language/checker.ts";
import type { TableSummary } from "../wire/thread-messages.ts";

/** The most columns that are listed. */
const mostColumns = 100;

export function describeTable(
  name: string,
  { location, version, rows, comment, columns }: TableSummary,
): Inspection {
  const facts = [
    `version ${version}, ${countOf(rows, "row")}, ${countOf(columns.length, "column")}`,
    location,
    ...(comment === undefined || comment === "" ? [] : [comment]),
  ];
  const width = Math.max(...columns.map((column) => column.name.length), 0);
  const lines = columns
    .slice(0, mostColumns)
    .map((column) => `${column.name.padEnd(width)}  ${column.type}${column.isNullable ? "" : ", not null"}`);
  if (columns.length > mostColumns) lines.push(`and ${columns.length - mostColumns} more`);
  return {
    text: [name, ...facts, "", ...lines].join("\n"),
    markdown: [
      `**${escapeMarkdown(name)}**`,
      ...facts.map(escapeMarkdown),
      `\`\`\`\`text\n${lines.join("\n").replaceAll("````", "` ` ` `")}\n\`\`\`\``,
    ].join("\n\n"),
  };
}

/** For a missing table, or one whose catalog has not answered in time. */
export function describeUnknownTable(name: string): Inspection {
  const note =
    "Not found, or the catalog has not answered yet: cells that name it run without a check of its columns";
  return { text: `${name}\n${note}`, markdown: `**${escapeMarkdown(name)}**\n\n${note}` };
}

/** Names and comments are text, whatever they hold. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, "\\$&").replace(/\s+/g, " ");
}
