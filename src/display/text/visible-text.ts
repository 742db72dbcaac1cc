/**
 * Text of unknown origin made fit for one line: nothing in it moves the cursor, hides or reorders what stands next to it,
 * and no secret is in it.
 */
import { redactStart } from "../../redaction/redact-text.ts";

const shownAs: Readonly<Record<string, string>> = { "\n": "⏎", "\r": "␍", "\t": "⇥", "\x7f": "␡" };

/** Line ends and tabs as arrows, other control characters as their pictures, invisible ones as `\u{…}`. */
export function showControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
    (character) => shownAs[character] ?? controlPicture(character),
  );
}

function controlPicture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  // The two joiners are part of ordinary Persian, Hindi and emoji.
  if (code === 0x200c || code === 0x200d) return character;
  return `\\u{${code.toString(16)}}`;
}

/** Redacted, then {@link showControls} and {@link cutText}; the cost does not grow with what is cut. */
export function showText(text: string, limit: number): string {
  return cutText(showControls(redactStart(text, 2 * limit + 2)), limit);
}

/** {@link redactStart} and {@link cutText}. */
export function redactAndCut(text: string, limit: number): string {
  return cutText(redactStart(text, 2 * limit), limit);
}

/** At most `limit` code points of a text without secrets, the last of them an ellipsis when something was cut. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let end = 0;
  let kept = 0;
  for (let points = 0; points < limit && end < text.length; points++) {
    kept = end;
    const isPair = isSurrogate(text, end, 0xd800) && isSurrogate(text, end + 1, 0xdc00);
    end += isPair ? 2 : 1;
  }
  return end >= text.length ? text : `${text.slice(0, kept)}…`;
}

/** @param first of the 1,024 units that make up this half of the surrogates. */
function isSurrogate(text: string, index: number, first: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === first;
}
