/**
 * Inline styles that JupyterLab's sanitiser keeps in untrusted notebooks (it drops, among others, `.5` for `0.5`).
 * Greys are translucent, so that they suit light and dark ground; text keeps the reader's own color and font.
 */
import { raw, type SafeHtml } from "./html.ts";

const line = "rgba(128,128,128,0.22)";

export const styles = {
  frame: "display:inline-block;max-width:100%;font-size:12px;line-height:1.45",
  title: "font-weight:600;margin:2px 0 6px",
  scroll: "max-width:100%;max-height:520px;overflow:auto",
  table: "border-collapse:collapse;margin:0;font-size:12px",
  footer: "opacity:0.65;font-size:11px;margin:5px 0 2px",
  heading: { left: headingStyle("left", "0"), right: headingStyle("right", "0") },
  // Nothing stands below it.
  onlyHeading: { left: headingStyle("left", "4px"), right: headingStyle("right", "4px") },
  type: { left: typeStyle("left"), right: typeStyle("right") },
  cell: { left: cellStyle("left"), right: cellStyle("right") },
  cut: "padding:3px 10px;text-align:center;white-space:nowrap;opacity:0.55",
  // At the left, where it is seen of a wide table too.
  more: "padding:3px 10px;text-align:left;white-space:nowrap;opacity:0.55",
  row: `border-top:1px solid ${line}`,
  faint: "opacity:0.5",
  longText: "max-width:360px;overflow:hidden;text-overflow:ellipsis",
  code: "font-family:monospace;font-size:11px",
  block: "margin:4px 0;max-height:240px;overflow:auto;text-align:left;font-size:11px;line-height:1.4",
  lines: "margin:0;font-size:12px;line-height:1.45",
  summary: "cursor:pointer;max-width:360px;overflow:hidden;text-overflow:ellipsis",
  picture: "vertical-align:middle;margin:0 0 0 8px",
  thumbnail: "vertical-align:middle;margin:0;border-radius:2px",
  audio: "vertical-align:middle;max-width:320px;max-height:40px",
  video: "vertical-align:middle;max-width:320px;max-height:200px",
  card: `display:inline-block;max-width:100%;font-size:12px;line-height:1.45;border:1px solid ${line};border-radius:6px;padding:8px 12px;margin:2px 0`,
  label:
    "padding:2px 16px 2px 0;text-align:left;vertical-align:top;white-space:nowrap;opacity:0.65;border:0;font-weight:normal",
  value: "padding:2px 0;text-align:left;vertical-align:top;border:0",
  wrap: "white-space:normal;overflow-wrap:break-word",
  below: "margin-top:8px;max-width:100%;overflow:auto",
  progress: "font-size:12px;line-height:1.6",
  bar: "max-width:160px;max-height:10px;vertical-align:middle;margin:0 4px",
  tree: {
    root: "list-style:none;margin:0;padding:0",
    level: "list-style:none;margin:0;padding:0 0 0 16px",
    item: "margin:0 0 1px",
  },
  chip: "display:inline-block;padding:0 7px;margin:0 4px 2px 0;border-radius:9px;background:rgba(128,128,128,0.16);font-family:monospace;font-size:11px",
} as const;

function headingStyle(align: string, below: "0" | "4px"): string {
  return `padding:4px 10px ${below};text-align:${align};vertical-align:bottom;white-space:nowrap;font-weight:600`;
}

function typeStyle(align: string): string {
  return `padding:0 10px 4px;text-align:${align};white-space:nowrap;font-weight:normal;font-size:11px;opacity:0.6`;
}

function cellStyle(align: string): string {
  return `padding:3px 10px;text-align:${align};vertical-align:top;white-space:nowrap`;
}

/** What the trusted style knows tables by. */
export const tableClass = "dlf-lance-table";

/** Improves trusted tables only: sanitisers remove it whole, and nothing depends on it. */
export const trustedStyle: SafeHtml = raw(
  `<style>.${tableClass} thead{position:sticky;top:0;z-index:1;` +
    "background:var(--jp-layout-color0,var(--vscode-editor-background,Canvas))}" +
    `.${tableClass} td{font-variant-numeric:tabular-nums}</style>`,
);
