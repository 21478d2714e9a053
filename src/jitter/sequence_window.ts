/** How many of the latest sequence numbers are remembered: 2.5 s of 20 ms packets. */
const SIZE = 128;

/** The latest sequence numbers that came, to know a duplicate from a latecomer. */
export class SequenceWindow {
  readonly #seen = new Float64Array(SIZE).fill(NaN);

  /** Whether `sequence`, unwrapped, came among the last 128. */
  has(sequence: number): boolean {
    return this.#seen[sequence & (SIZE - 1)] === sequence;
  }

  /** Remembers that `sequence`, unwrapped, came. */
  add(sequence: number): void {
    this.#seen[sequence & (SIZE - 1)] = sequence;
  }

  /** Forgets everything. */
  clear(): void {
    this.#seen.fill(NaN);
  }
}
