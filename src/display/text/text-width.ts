/** How many columns of a monospaced font text takes: East Asian wide characters and emoji two, combining marks none. */

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\u3099-\u30ff\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;
const halfWidth = /^[\uff61-\uffdc\uffe8-\uffee]/u;
const noWidth = /^[\p{Mark}\p{Cf}]+$/u;
/** ASCII, and what this package writes itself; each one column wide. */
const narrow = /^[\x20-\x7e…·×⋮█▏▎▍▌▋▊▉]*$/;

let segmenter: Intl.Segmenter | undefined;

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function graphemeWidth(grapheme: string): number {
  if (halfWidth.test(grapheme)) return 1;
  if (noWidth.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

export function textWidth(text: string): number {
  if (narrow.test(text)) return text.length;
  return graphemes(text).reduce((width, grapheme) => width + graphemeWidth(grapheme), 0);
}

/** At most `limit` columns, ending in an ellipsis when something was cut. */
export function cutToWidth(text: string, limit: number): string {
  if (text.length <= limit && narrow.test(text)) return text;
  let kept = "";
  let keptBeforeEllipsis = "";
  let width = 0;
  for (const grapheme of graphemes(text)) {
    width += graphemeWidth(grapheme);
    if (width > limit) return `${keptBeforeEllipsis}…`;
    kept += grapheme;
    if (width <= limit - 1) keptBeforeEllipsis = kept;
  }
  return kept;
}

export function padToWidth(text: string, width: number, side: "left" | "right"): string {
  const padding = " ".repeat(Math.max(0, width - textWidth(text)));
  return side === "left" ? text + padding : padding + text;
}
