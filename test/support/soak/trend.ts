/** Whether something grows: a straight line through samples, and how sure its slope is. */

/** A straight line. */
export interface Trend {
  /** Per unit of x. */
  readonly slope: number;
  /** With 95 % confidence the slope is within this of {@link slope}. */
  readonly margin: number;
  /** Samples, and how many independent ones they are worth. */
  readonly samples: number;
  readonly independent: number;
}

/**
 * Fits `y = a + slope * x` by least squares.
 *
 * Samples of a heap are not independent: each is like the one before it. So their number is reduced by
 * the autocorrelation of what the line leaves over, at a lag of one (Bartlett 1935), before it says how
 * sure the slope is. NaN for less than three samples.
 */
export function trendOf(samples: readonly (readonly [x: number, y: number])[]): Trend {
  const count = samples.length;
  const mean = (of: 0 | 1) => samples.reduce((sum, sample) => sum + sample[of], 0) / count;
  const [meanX, meanY] = [mean(0), mean(1)];
  let [squares, products] = [0, 0];
  for (const [x, y] of samples) {
    squares += (x - meanX) ** 2;
    products += (x - meanX) * (y - meanY);
  }
  const slope = products / squares;
  const left = samples.map(([x, y]) => y - meanY - slope * (x - meanX));
  const rest = left.reduce((sum, one) => sum + one * one, 0);
  const next = left.slice(1).reduce((sum, one, i) => sum + one * left[i], 0);
  const correlation = rest === 0 ? 0 : Math.max(0, Math.min(0.99, next / rest));
  const independent = Math.max(3, count * (1 - correlation) / (1 + correlation));
  const error = Math.sqrt(rest / (count - 2) / (squares * independent / count));
  return { slope, margin: studentT(independent - 2) * error, samples: count, independent };
}

/** The two-sided 95 % point of Student's t, by the approximation of Cornish and Fisher. */
function studentT(freedom: number): number {
  if (freedom < 3) return freedom < 2 ? 12.7 : 4.3;
  const z = 1.959964;
  const n = freedom;
  return z + (z ** 3 + z) / (4 * n) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n * n);
}
