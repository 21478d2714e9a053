/** How often something has gone well of late, and how often not. */

const SLICES = 10;

interface Slice {
  readonly number: number;
  failures: number;
  successes: number;
}

/** Counts outcomes of the last `windowMs` ms in ten slices, however many there are. */
export class OutcomeWindow {
  readonly #sliceMs: number;
  /** Oldest first. */
  readonly #slices: Slice[] = [];

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / SLICES;
  }

  /** Failures within the window as it was at the last outcome. */
  get failures(): number {
    return this.#slices.reduce((sum, slice) => sum + slice.failures, 0);
  }

  /** Successes within the window as it was at the last outcome. */
  get successes(): number {
    return this.#slices.reduce((sum, slice) => sum + slice.successes, 0);
  }

  /** Notes one, at `now` in ms. */
  record(now: number, isSuccess: boolean): void {
    const number = Math.floor(now / this.#sliceMs);
    while (this.#slices.length > 0 && this.#slices[0].number <= number - SLICES) {
      this.#slices.shift();
    }
    if (this.#slices.at(-1)?.number !== number) {
      this.#slices.push({ number, failures: 0, successes: 0 });
    }
    const slice = this.#slices[this.#slices.length - 1];
    if (isSuccess) slice.successes++;
    else slice.failures++;
  }

  /** Forgets everything. */
  clear(): void {
    this.#slices.length = 0;
  }
}
