/** What a text says where its characters are written in escapes, one by one. */

/** A decoded text, and where each of its units stands in the text that was read. */
export interface DecodedView {
  readonly text: string;
  /** Of a unit. */
  startOf(unit: number): number;
  /** Exclusive; of a unit. */
  endOf(unit: number): number;
  /** Whether it reaches the text's end, so that more of it may follow. */
  readonly isOpen: boolean;
}

/** A unit, or several in a row that are written as they are. */
interface Segment {
  /** In the decoded text. */
  readonly at: number;
  readonly start: number;
  readonly length: number;
  readonly isPlain: boolean;
}

/** Percent signs, entities, escapes of program texts, and quoted-printable; each also escaped once more, and NUL of UTF-16. */
const escaping =
  /%(?:25){0,3}(?:00)?([0-9A-Fa-f]{2})(?:%(?:25){0,3}00)?|&(?:amp;){0,3}#(?:0{0,6}(\d{2,3})|[xX]0{0,6}([0-9A-Fa-f]{2}));|\\{1,8}(?:u00|U000000|x)([0-9A-Fa-f]{2})(?:\\{1,8}x00)?|\\{1,8}u\{0{0,6}([0-9A-Fa-f]{2})\}|\\{1,8}([01][0-7]{2})|=([2-7][0-9A-F])|=\r?\n|[\0\u200b\u00ad]/g;
/** What one begins with. */
const escapeSign = /[%&\\=\0\u200b\u00ad]/;
/** The beginning of one, at a text's end. */
const begunEscape =
  /(?:%(?:25){0,3}[0-9A-Fa-f]?|&(?:amp;){0,3}(?:a(?:mp?)?|#[xX]?[0-9A-Fa-f]{0,6})?|\\{1,8}(?:u[0-9A-Fa-f]{0,3}|u\{[0-9A-Fa-f]{0,6}|U[0-9A-Fa-f]{0,7}|x[0-9A-Fa-f]?|[01][0-7]?)?|=[2-7]?|=\r)$/;

/**
 * The text with all escapes decoded; undefined where it holds none.
 * @param goesOn whether more of the text comes, so that what may be the beginning of an escape is left out
 */
export function decodeEscapes(whole: string, goesOn: boolean): DecodedView | undefined {
  if (!escapeSign.test(whole)) return undefined;
  const begun = goesOn ? (begunEscape.exec(whole.slice(-24))?.[0].length ?? 0) : 0;
  const text = whole.slice(0, whole.length - begun);
  const segments: Segment[] = [];
  const parts: string[] = [];
  let [at, done] = [0, 0];
  const keep = (end: number) => {
    if (end === done) return;
    segments.push({ at, start: done, length: end - done, isPlain: true });
    parts.push(text.slice(done, end));
    at += end - done;
    done = end;
  };
  for (const found of text.matchAll(escaping)) {
    const unit = readEscape(found);
    keep(found.index);
    done = found.index + found[0].length;
    if (unit === "") continue;
    segments.push({ at, start: found.index, length: found[0].length, isPlain: false });
    parts.push(unit);
    at++;
  }
  if (done === 0 && begun === 0) return undefined;
  keep(text.length);
  const segmentOf = (unit: number) => findSegment(segments, unit);
  return {
    text: parts.join(""),
    startOf(unit) {
      const { at, start, isPlain } = segmentOf(unit);
      return isPlain ? start + unit - at : start;
    },
    endOf(unit) {
      const { at, start, length, isPlain } = segmentOf(unit);
      return isPlain ? start + unit - at + 1 : start + length;
    },
    isOpen: true,
  };
}

function readEscape([, percent, decimal, entity, escaped, braced, octal, quoted]: RegExpExecArray): string {
  const hex = percent ?? entity ?? escaped ?? braced ?? quoted;
  const code =
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : octal !== undefined
        ? Number.parseInt(octal, 8)
        : Number(decimal ?? 0);
  return code === 0 ? "" : String.fromCharCode(code);
}

/** The last one that begins at the unit or before it. */
function findSegment(segments: readonly Segment[], unit: number): Segment {
  let [low, high] = [0, segments.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((segments[middle]?.at ?? 0) <= unit) low = middle;
    else high = middle - 1;
  }
  return segments[low] ?? { at: 0, start: 0, length: 0, isPlain: true };
}
