/** How many WebSockets there are at a time. */

import type { Upgrade } from "../connection.ts";
import type { HttpContext } from "../http_env.ts";
import { ProblemError } from "../problem.ts";

/** Makes requests WebSockets, while there are not too many. */
export class SocketGate {
  readonly #most: number;
  #open = 0;

  /** Lets `most` be open at a time. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Those that are open. */
  get open(): number {
    return this.#open;
  }

  /** @throws {ProblemError} for a request that asks for no WebSocket, and when there are too many */
  enter(c: HttpContext): Upgrade {
    if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") throw noUpgrade();
    if (this.#open >= this.#most) {
      throw new ProblemError("busy", {
        detail: `There are ${this.#most} WebSockets already`,
        headers: { "Retry-After": "10" },
      });
    }
    this.#open++;
    const upgrade = c.env?.upgrade?.(() => void this.#open--);
    if (upgrade !== undefined) return upgrade;
    this.#open--;
    throw noUpgrade();
  }
}

function noUpgrade(): ProblemError {
  return new ProblemError("no-upgrade", { headers: { Upgrade: "websocket" } });
}
