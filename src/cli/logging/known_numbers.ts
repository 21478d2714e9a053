/** The short numbers of those who call and are called. */

import type { PhoneHandler } from "../../phone/mod.ts";

/** So many that no call of a busy phone is forgotten before what is said of it was written. */
const MOST = 10_000;

/**
 * Extensions of a few digits, which nothing tells from a count or a port but that somebody has them.
 */
export class KnownNumbers {
  readonly #numbers = new Set<string>();

  /** Whether somebody has this number. */
  readonly has = (digits: string): boolean => this.#numbers.has(digits);

  /** Keeps the numbers of those who call and are called from now on; returns how to end that. */
  watch(phone: PhoneHandler): () => void {
    return phone.on("arrived", ({ call: { info: { from, to } } }) => {
      for (const { user } of [from, to]) if (/^\+?\d{2,6}$/.test(user)) this.#keep(user);
    });
  }

  #keep(number: string): void {
    this.#numbers.delete(number);
    this.#numbers.add(number);
    if (this.#numbers.size > MOST) {
      for (const oldest of this.#numbers) return void this.#numbers.delete(oldest);
    }
  }
}
