/** How much may be there at a time, of all clients together and of one. */

import { ProblemError } from "../problem.ts";

/** What {@link Places} there are. */
export interface PlacesOptions {
  /** What takes them, for whoever gets none: "viewers". */
  readonly what: string;
  /** All of them. */
  readonly most: number;
  /** Those that one client may have. @default all of them */
  readonly perClient?: number;
}

/** A place that was taken. */
export interface Place {
  /** Gives it back; it may be said again. */
  readonly leave: () => void;
  /** It counts for its client no longer, who may have others; for all it counts until it is given back. */
  readonly settle: () => void;
}

/**
 * Places that are taken and given back, some of them by the same client.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Places } from "./places.ts";
 *
 * const places = new Places({ what: "viewers", most: 2, perClient: 1 });
 * const { leave } = places.take("a");
 * assert.throws(() => places.take("a"), /viewers from this address/);
 * leave();
 * places.take("a");
 * places.take("b");
 * assert.throws(() => places.take("c"), /There are 2 viewers/);
 * ```
 */
export class Places {
  readonly #options: PlacesOptions;
  readonly #taken = new Map<string, number>();
  #count = 0;

  /** All are free. */
  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** Those that are taken. */
  get count(): number {
    return this.#count;
  }

  /** Takes a place. @throws {ProblemError} when there is none, or none for this client */
  take(client: string): Place {
    const { what, most, perClient = most } = this.#options;
    const own = this.#taken.get(client) ?? 0;
    const headers = { "Retry-After": "10" };
    if (this.#count >= most) {
      throw new ProblemError("busy", { detail: `There are ${most} ${what} already`, headers });
    }
    if (own >= perClient) {
      const detail = `There are ${perClient} ${what} from this address already`;
      throw new ProblemError("too-many", { detail, headers });
    }
    this.#count++;
    this.#taken.set(client, own + 1);
    let [isTaken, isOwn] = [true, true];
    const settle = () => {
      if (isOwn) this.#settle(client);
      isOwn = false;
    };
    const leave = () => {
      settle();
      if (isTaken) this.#count--;
      isTaken = false;
    };
    return { leave, settle };
  }

  #settle(client: string): void {
    const left = this.#taken.get(client)! - 1;
    if (left > 0) this.#taken.set(client, left);
    else this.#taken.delete(client);
  }
}
