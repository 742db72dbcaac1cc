/** Text that is shown as it is laid out: expressions, plans. */
import type { MimeBundle } from "../bundle.ts";
import { html } from "../html/html.ts";
import { styles } from "../html/theme.ts";
import { redactAndCut, showControls } from "../text/visible-text.ts";

const maxText = 20_000;

/** The lines as HTML and as text, at most 20,000 characters. */
export function renderLines(lines: readonly string[]): MimeBundle {
  const text = redactAndCut(lines.map(showControls).join("\n"), maxText);
  return { "text/html": html`<pre style="${styles.lines}">${text}</pre>`.markup, "text/plain": text };
}
