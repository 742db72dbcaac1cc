/** The stages of a frame as a tree in the size and style of tables and cards. */
import type { MimeBundle } from "../../display/bundle.ts";
import { toBundle } from "../../display/grid/drawing.ts";
import { html, type SafeHtml } from "../../display/html/html.ts";
import { styles } from "../../display/html/theme.ts";
import { showControls } from "../../display/text/visible-text.ts";

export interface StageTree {
  readonly title: string;
  /** Indented by two spaces for each level; a heading ends in a colon. */
  readonly lines: readonly string[];
  /** Folded below. */
  readonly folded: readonly (readonly [title: string, lines: readonly string[]])[];
  readonly text: string;
}

export function renderStageTree({ title, lines, folded, text }: StageTree): MimeBundle {
  const asked = lines.filter((line) => !/^\s*(?:(?:filter|limit) +none|offset +0)$/.test(line));
  const details = folded.map(
    ([name, parts]) =>
      html`<details><summary style="${styles.summary}">${name}</summary><pre style="${styles.block}">${parts.map(showControls).join("\n")}</pre></details>`,
  );
  const markup = html`<div style="${styles.card}"><div style="${styles.title}"><strong>${title}</strong></div>${drawLevel(asked, 0)}<div style="${styles.below}">${details}</div></div>`;
  return toBundle({ html: markup, text });
}

/** What a scan is asked for: `columns  a, b`. */
const request = /^(columns|filter|search|rows|limit|offset) {2,}(.*)$/;

/** Lists in lists, so that the levels stay where styles are taken away. */
function drawLevel(lines: readonly string[], depth: number): SafeHtml {
  const starts = lines.flatMap((line, index) => (index === 0 || depthOf(line) <= depth ? [index] : []));
  const items = starts.map((start, place) => {
    const below = lines.slice(start + 1, starts[place + 1]);
    return html`<li style="${styles.tree.item}">${drawLine(lines[start] ?? "")}${below.length === 0 ? "" : drawLevel(below, depth + 1)}</li>`;
  });
  return html`<ul style="${depth === 0 ? styles.tree.root : styles.tree.level}">${items}</ul>`;
}

function depthOf(line: string): number {
  return (line.length - line.trimStart().length) / 2;
}

function drawLine(line: string): SafeHtml {
  const content = line.trimStart();
  const [, label, value = ""] = request.exec(content) ?? [];
  if (label !== undefined) {
    return html`<span style="${styles.faint}">${label} </span><span style="${styles.code}">${showControls(label === "filter" ? inPlainSql(value) : value)}</span>`;
  }
  const [, columns] = /^columns (.+) of:$/.exec(content) ?? [];
  if (columns !== undefined)
    return html`<span style="${styles.faint}">columns </span><span style="${styles.code}">${showControls(columns)}</span><span style="${styles.faint}"> of</span>`;
  return content.endsWith(":")
    ? html`<strong>${showControls(content.slice(0, -1))}</strong>`
    : html`<span style="${styles.code}">${showControls(content)}</span>`;
}

/** A condition without what only Lance needs: names are quoted where they have to be, and values have no Arrow types. */
function inPlainSql(condition: string): string {
  return condition
    .replace(/`([A-Za-z_]\w*)`/g, "$1")
    .replace(/arrow_cast\('(-?\d+(?:\.\d+)?)', '[^']*'\)/g, "$1")
    .replace(/arrow_cast\(('(?:[^']|'')*'), '[^']*'\)/g, "$1");
}
