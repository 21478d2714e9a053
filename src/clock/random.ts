/** Chance as an argument: what the rest of the code knows of it. */

/** A source of random numbers. */
export interface Random {
  /** A random whole number of 32 bits: 0 to 4,294,967,295. */
  uint32(): number;
}

/** Numbers nobody can guess, from the runtime's cryptographic generator. */
export class SystemRandom implements Random {
  readonly #pool = new Uint32Array(64);
  #used = 64;

  uint32(): number {
    if (this.#used === this.#pool.length) {
      crypto.getRandomValues(this.#pool);
      this.#used = 0;
    }
    return this.#pool[this.#used++];
  }
}

/**
 * The same numbers for the same seed, for tests.
 *
 * The generator is sfc32 by Chris Doty-Humphrey (PractRand).
 */
export class SeededRandom implements Random {
  readonly #state = new Uint32Array(4);

  /** Starts where `seed` says: any number, whose lower 32 bits count. */
  constructor(seed: number) {
    this.#state.set([0x9e3779b9, 0x243f6a88, seed, 1]);
    for (let round = 0; round < 15; round++) this.uint32();
  }

  uint32(): number {
    const s = this.#state;
    const sum = (s[0] + s[1] + s[3]++) >>> 0;
    s[0] = s[1] ^ (s[1] >>> 9);
    s[1] = s[2] + (s[2] << 3);
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + sum;
    return sum;
  }
}

/** A random number at least 0 and below 1. */
export function fraction(random: Random): number {
  return random.uint32() / 0x1_0000_0000;
}

/** A random token of `length` lower-case letters and digits, 32 symbols, 5 bits each. */
export function token(random: Random, length: number): string {
  let text = "";
  while (text.length < length) {
    let bits = random.uint32();
    for (let i = 0; i < 6 && text.length < length; i++, bits >>>= 5) {
      text += "abcdefghijkmnpqrstuvwxyz23456789"[bits & 31];
    }
  }
  return text;
}
