/** What is drawn by chance, the same for the same seed. */
import { fraction, type Random } from "../../src/clock/mod.ts";

/** A number from `least` up to `most`. */
export function between(random: Random, least: number, most: number): number {
  return least + (most - least) * fraction(random);
}

/** One of several. */
export function oneOf<T>(values: readonly T[], random: Random): T {
  return values[Math.floor(fraction(random) * values.length)];
}

/** All of them in another order (Fisher and Yates). */
export function shuffled<T>(values: readonly T[], random: Random): T[] {
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const other = Math.floor(fraction(random) * (i + 1));
    [result[i], result[other]] = [result[other], result[i]];
  }
  return result;
}
