/** The column that a mistyped name most likely meant; undefined when none is close. */
export function nearestColumn(name: string, columns: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(wanted.length / 3) + 1);
  for (const column of columns) {
    if (Math.abs(column.length - wanted.length) >= least) continue;
    const changes = countChanges(wanted, column.toLowerCase());
    if (changes < least) {
      least = changes;
      nearest = column;
    }
  }
  return nearest;
}

/** Characters to put in, leave out or replace to make one text of the other. */
function countChanges(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
