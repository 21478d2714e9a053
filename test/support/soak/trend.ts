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

/** One sample: `y` at `x`, beside something else that `y` may depend on. */
export type TrendSample = readonly [x: number, y: number, beside: number];

/**
 * Fits `y = a + slope * x + b * beside` by least squares, the latter first (Frisch, Waugh and Lovell):
 * how much memory a phone holds depends on how many calls it has just now.
 *
 * Samples of a heap are not independent: each is like the one before it. So their number is reduced by
 * the autocorrelation of what the line leaves over, at a lag of one (Bartlett 1935), before it says how
 * sure the slope is. NaN for less than four samples.
 */
export function trendOf(samples: readonly TrendSample[]): Trend {
  const count = samples.length;
  const beside = centred(samples.map(([, , one]) => one));
  const xs = without(beside, centred(samples.map(([x]) => x)));
  const ys = without(beside, centred(samples.map(([, y]) => y)));
  const squares = product(xs, xs);
  const slope = product(xs, ys) / squares;
  const left = ys.map((y, i) => y - slope * xs[i]);
  const rest = left.reduce((sum, one) => sum + one * one, 0);
  const next = left.slice(1).reduce((sum, one, i) => sum + one * left[i], 0);
  const correlation = rest === 0 ? 0 : Math.max(0, Math.min(0.99, next / rest));
  const independent = Math.max(3, count * (1 - correlation) / (1 + correlation));
  const error = Math.sqrt(rest / (count - 3) / (squares * independent / count));
  return { slope, margin: studentT(independent - 2) * error, samples: count, independent };
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** What is left of `values` when all that goes with `other` is taken away. Both are centred. */
function without(other: readonly number[], values: readonly number[]): number[] {
  const squares = product(other, other);
  const share = squares === 0 ? 0 : product(other, values) / squares;
  return values.map((value, i) => value - share * other[i]);
}

function product(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, i) => sum + value * other[i], 0);
}

/** The two-sided 95 % point of Student's t, by the approximation of Cornish and Fisher. */
function studentT(freedom: number): number {
  if (freedom < 3) return freedom < 2 ? 12.7 : 4.3;
  const z = 1.959964;
  const n = freedom;
  return z + (z ** 3 + z) / (4 * n) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n * n);
}
