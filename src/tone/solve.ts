/** A few linear equations. */

/** The x for which `matrix` x = `right`, by Gaussian elimination; 0 where nothing decides. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let best = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row][column]) > Math.abs(rows[best][column])) best = row;
    }
    [rows[column], rows[best]] = [rows[best], rows[column]];
    const pivot = rows[column][column];
    if (pivot === 0) continue;
    for (let row = column + 1; row < size; row++) {
      const factor = rows[row][column] / pivot;
      for (let i = column; i <= size; i++) rows[row][i] -= factor * rows[column][i];
    }
  }
  const x = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let rest = rows[row][size];
    for (let i = row + 1; i < size; i++) rest -= rows[row][i] * x[i];
    if (rows[row][row] !== 0) x[row] = rest / rows[row][row];
  }
  return x;
}
