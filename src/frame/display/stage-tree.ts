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
  const rows = lines.filter((line) => !/^\s*(?:(?:filter|limit) +none|offset +0)$/.test(line)).map(drawLine);
  const details = folded.map(
    ([name, parts]) =>
      html`<details><summary style="${styles.summary}">${name}</summary><pre style="${styles.block}">${parts.map(showControls).join("\n")}</pre></details>`,
  );
  const markup = html`<div style="${styles.card}"><div style="${styles.title}"><strong>${title}</strong></div>${rows}<div style="${styles.below}">${details}</div></div>`;
  return toBundle({ html: markup, text });
}

/** What a scan is asked for: `columns  a, b`. */
const request = /^(columns|filter|search|rows|limit|offset) {2,}(.*)$/;

function drawLine(line: string): SafeHtml {
  const content = line.trimStart();
  const depth = (line.length - content.length) / 2;
  const [, label, value = ""] = request.exec(content) ?? [];
  const body =
    label !== undefined
      ? html`<span style="${styles.faint}">${label} </span><span style="${styles.code}">${showControls(label === "filter" ? inPlainSql(value) : value)}</span>`
      : content.endsWith(":")
        ? html`<strong>${showControls(content.slice(0, -1))}</strong>`
        : html`<span style="${styles.code}">${showControls(content)}</span>`;
  return html`<div style="margin:0 0 1px ${String(depth * 16)}px">${body}</div>`;
}

/** A condition without what only Lance needs: names are quoted where they have to be, and values have no Arrow types. */
function inPlainSql(condition: string): string {
  return condition
    .replace(/`([A-Za-z_]\w*)`/g, "$1")
    .replace(/arrow_cast\('(-?\d+(?:\.\d+)?)', '[^']*'\)/g, "$1")
    .replace(/arrow_cast\(('(?:[^']|'')*'), '[^']*'\)/g, "$1");
}
