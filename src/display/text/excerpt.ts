/** Which of many rows or columns are shown: some of the beginning, some of the end, and how many between are not. */
export interface Excerpt {
  readonly head: readonly number[];
  readonly tail: readonly number[];
  readonly hidden: number;
}

/** Of `total` things the first and the last ones, `keep` together. */
export function excerptEnds(total: number, keep: number): Excerpt {
  if (total <= keep) return { head: range(0, total), tail: [], hidden: 0 };
  const headCount = Math.ceil(keep / 2);
  return {
    head: range(0, headCount),
    tail: range(total - (keep - headCount), total),
    hidden: total - keep,
  };
}

/** Of `total` things, of which only the first `available` are at hand, the first `keep`. */
export function excerptStart(total: number, available: number, keep: number): Excerpt {
  const shown = Math.min(available, keep);
  return { head: range(0, shown), tail: [], hidden: total - shown };
}

/** The same excerpt with fewer things, again from both ends unless it was from the start only. */
export function shrinkExcerpt(excerpt: Excerpt, keep: number): Excerpt {
  const all = shownOf(excerpt);
  if (all.length <= keep) return excerpt;
  const isStartOnly = excerpt.tail.length === 0 && excerpt.hidden > 0;
  const headCount = isStartOnly ? keep : Math.ceil(keep / 2);
  return {
    head: all.slice(0, headCount),
    tail: all.slice(all.length - (keep - headCount)),
    hidden: excerpt.hidden + all.length - keep,
  };
}

export function shownOf(excerpt: Excerpt): readonly number[] {
  return [...excerpt.head, ...excerpt.tail];
}

function range(begin: number, end: number): number[] {
  return Array.from({ length: end - begin }, (_, index) => begin + index);
}
