/** The candidate that a mistyped name most likely meant; `undefined` when none is close. */
export function findNearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let nearest: string | undefined;
  let smallest = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= smallest) continue;
    const theirs = candidate.toLowerCase();
    const distance = isSwapped(wanted, theirs) ? 1 : editDistance(wanted, theirs);
    if (distance < smallest) {
      smallest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Whether two neighbors changed places, which is one slip of the fingers and two edits. */
function isSwapped(one: string, other: string): boolean {
  const at = [...one].findIndex((_, index) => one[index] !== other[index]);
  if (one.length !== other.length || at < 0) return false;
  return one[at] === other[at + 1] && one[at + 1] === other[at] && one.slice(at + 2) === other.slice(at + 2);
}

/** How many characters to insert, remove or replace: one row of the table of all beginnings at a time. */
export function editDistance(from: string, to: string): number {
  const [one, other] = [[...from], [...to]];
  const distances = Uint32Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [place, character] of one.entries()) {
    let diagonal = place;
    distances[0] = place + 1;
    for (const [index, theirs] of other.entries()) {
      const above = distances[index + 1] as number;
      const replaced = diagonal + (character === theirs ? 0 : 1);
      distances[index + 1] = Math.min(replaced, above + 1, (distances[index] as number) + 1);
      diagonal = above;
    }
  }
  return distances[other.length] as number;
}
