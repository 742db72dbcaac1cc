/** Where a text is broken and goes on: at the end of a line, at a place where a line may end, or at a color. */

/** What a break begins with. */
export const breakUnits = "\r\n\\\"'`+<&%\u240d\u23ce\u200b\u00ad\u2060\x1b";

/** A line end as it is, in an escaping, and as displays show it. */
const lineEnd = String.raw`(?:\r?\n|(?:\\{1,8}r)?\\{1,8}n|\\{1,8}u000[aA]|<br ?\/?>|&#(?:10|x[aA]);|\u240d?\u23ce|(?:%0[Dd])?%0[Aa])`;
/** What closes a part of a text before the line end, as in `"abc" +` and in the continued lines of a shell. */
const partEnd = String.raw`(?:\\{0,8}["'\`]|&(?:quot|apos|#39);)?[ \t]{0,4}[+\\]?`;
/** What is before the first letter of a line that goes on: an indentation, a quote, the sign of a comment or of a quoted mail. */
const lineStart = String.raw`(?:[ \t"'\`+|>#*/\u2502]|\\{1,8}["'t]|&(?:quot|apos|#39|gt|nbsp);)`;

const brokenLine = new RegExp(`${partEnd}${lineEnd}{1,3}`, "y");
const startOfLine = new RegExp(`${lineStart}{0,80}`, "y");
const escapeSign = String.raw`\x1b`;
/** What colors or marks a part of a line in HTML. */
const inlineTag = String.raw`<\/?(?:wbr|span|mark|font|code|strong|em|[abisu])(?:\s[^<>]{0,80})?\/?>`;
const softBreak = new RegExp(
  String.raw`(?:[\u200b\u00ad\u2060]|${inlineTag}|&(?:shy|#8203|#173);|${escapeSign}\[[\d;]*m){1,8}`,
  "y",
);
const unfinishedBreak = new RegExp(
  String.raw`(?:${partEnd}[ \t]{0,4}(?:\r|\\{1,8}(?:r?\\{0,8}|u0{0,3})|<b?r? ?\/?|&#?x?1?[0aA]?|%0?[Dd]?%?0?|\u240d|${lineEnd}{1,3}${lineStart}{0,80}(?:\\{1,8}|&#?\w{0,4})?)?|(?:${inlineTag}){0,8}<\/?(?:[a-z]{0,6}|[a-z]{1,6}\s[^<>]{0,80})\/?|&[#\w]{0,5}|${escapeSign}(?:\[[\d;]*)?)$`,
  "y",
);
/** No break has more units that are not of a line's start, nor begins further from the end of a text and is unfinished. */
const longestBreak = 112;
/** Most quotes end a word, and no line. */
const behindQuote = " \t+\\\r\n<&%\u240d\u23ce";

/**
 * Every place where the text may go on behind a break that begins at a place: what stands at the start of the next line may
 * be of the text or not.
 */
export function findBreakEnds(text: string, place: number): readonly number[] {
  if (!mayBreak(text, place)) return [];
  const soft = endOf(softBreak, text, place);
  if (soft > place) return [soft];
  const start = endOf(brokenLine, text, place);
  if (start < 0) return [];
  const last = endOf(startOfLine, text, start);
  return Array.from({ length: last - start + 1 }, (_, at) => start + at);
}

/** Whether a text ends inside of a break that begins at a place. */
export function endsInBreak(text: string, place: number): boolean {
  if (place === text.length || text.length - place > longestBreak) return false;
  return breakUnits.includes(text.charAt(place)) && endOf(unfinishedBreak, text, place) >= 0;
}

function mayBreak(text: string, place: number): boolean {
  const unit = text.charAt(place);
  if (unit === "" || !breakUnits.includes(unit)) return false;
  return !"\"'`".includes(unit) || behindQuote.includes(text.charAt(place + 1));
}

/** Of a sticky pattern that is tried at one place; -1 where it does not match. */
export function endOf(pattern: RegExp, text: string, place: number): number {
  pattern.lastIndex = place;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
