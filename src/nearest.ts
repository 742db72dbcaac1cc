/** The candidate that a mistyped name most likely meant; `undefined` when none is close. */
export function findNearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let nearest: string | undefined;
  let smallest = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= smallest) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < smallest) {
      smallest = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** How many characters must be put in, left out or changed to make one text of the other. */
function editDistance(from: string, to: string): number {
  const target = [...to];
  let previous = [0, ...target.map((_, index) => index + 1)];
  for (const [row, fromCharacter] of [...from].entries()) {
    const current = [row + 1];
    for (const [column, toCharacter] of target.entries()) {
      const changed = (previous[column] ?? 0) + (fromCharacter === toCharacter ? 0 : 1);
      current.push(Math.min(changed, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
