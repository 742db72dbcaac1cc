/** Texts that are longer than a page can show. */
import { redactStart } from "../../redaction/redact-text.ts";
import { formatCount } from "./number-text.ts";

/** UTF-16 units: with more, a notebook's page does not answer for seconds, each time it is opened. */
const longestShown = 1_000_000;

/** The text, or of a very long one its beginning without secrets, and how much is left out. */
export function shortenText(text: string): string {
  if (text.length <= longestShown) return text;
  const rest = formatCount(text.length - longestShown);
  const shown = redactStart(text, longestShown).slice(0, longestShown);
  return `${shown}…\n${rest} more characters are not shown: write them to a file, or show a slice`;
}
