/** Who mistypes a name is told the one that was meant. */

/**
 * The name that takes the fewest changed letters to come from `said`; undefined where none is near.
 *
 * The distance is Levenshtein's, with two neighbours that are swapped counted once (optimal string
 * alignment). Near is one change for each three letters, and at least one.
 */
export function nearestName(said: string, names: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(said.length / 3)) + 1;
  for (const name of names) {
    const far = distance(said.toLowerCase(), name.toLowerCase());
    if (far >= least) continue;
    least = far;
    nearest = name;
  }
  return nearest;
}

/** How many letters are to be put in, left out, changed or swapped to make `b` of `a`. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}

/** `: did you mean --sip-port?`, or what else is to be done. */
export function remedy(said: string, names: Iterable<string>, otherwise: string): string {
  const near = nearestName(said, names);
  return near === undefined ? otherwise : `did you mean ${near}?`;
}
