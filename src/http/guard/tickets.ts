/** What stands for the token where a page cannot send it: in the address of a WebSocket or a player. */

import { type Clock, type Random, token } from "../../clock/mod.ts";

/** How long a ticket for any path may wait to be used, in ms. */
const ONCE_MS = 30_000;
/** How long a ticket for one path may be used, in ms. */
const PATH_MS = 600_000;
/** Tickets that are not used up or expired, at most; the oldest goes first. */
const MOST = 1000;

interface Ticket {
  readonly expiresAt: number;
  readonly path: string | undefined;
}

/**
 * Gives tickets and takes them: one for any path is good once and soon, one for a single path until it
 * expires.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SystemRandom, VirtualClock } from "@sofia/phone/clock";
 * import { Tickets } from "./tickets.ts";
 *
 * const tickets = new Tickets(new VirtualClock(), new SystemRandom());
 * const { ticket } = tickets.issue();
 * assert(tickets.take(ticket, "/events"));
 * assert(!tickets.take(ticket, "/events"));
 * ```
 */
export class Tickets {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #tickets = new Map<string, Ticket>();

  /** No ticket is out. */
  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** A new ticket, for one path or for any, and how long it lasts in ms. */
  issue(path?: string): { readonly ticket: string; readonly lastsMs: number } {
    const now = this.#clock.now();
    for (const [name, { expiresAt }] of this.#tickets) {
      if (expiresAt <= now) this.#tickets.delete(name);
    }
    if (this.#tickets.size >= MOST) this.#tickets.delete(this.#tickets.keys().next().value!);
    const lastsMs = path === undefined ? ONCE_MS : PATH_MS;
    // 160 bits.
    const ticket = token(this.#random, 32);
    this.#tickets.set(ticket, { expiresAt: now + lastsMs, path });
    return { ticket, lastsMs };
  }

  /** Whether a ticket is good for `path`; one for any path is used up by it. */
  take(ticket: string, path: string): boolean {
    const found = this.#tickets.get(ticket);
    if (found === undefined) return false;
    if (found.path === undefined) this.#tickets.delete(ticket);
    return found.expiresAt > this.#clock.now() && (found.path ?? path) === path;
  }
}
