/** How many WebSockets there are at a time. */

import type { Clock } from "../../clock/mod.ts";
import type { Upgrade } from "../connection.ts";
import type { HttpContext } from "../http_env.ts";
import { ProblemError } from "../problem.ts";
import { Places } from "./places.ts";

/** How many {@link SocketGate} lets in. */
export interface SocketGateOptions {
  /** Those that are open at a time. */
  readonly most: number;
  /** Those of one client. */
  readonly perClient: number;
  /** How long one counts for its client, in ms of `clock`. @default as long as it is open */
  readonly trial?: { readonly ms: number; readonly clock: Clock };
}

/** Makes requests WebSockets, while there are not too many. */
export class SocketGate {
  readonly #places: Places;
  readonly #trial: SocketGateOptions["trial"];

  /** None is open. */
  constructor({ most, perClient, trial }: SocketGateOptions) {
    this.#places = new Places({ what: "WebSockets", most, perClient });
    this.#trial = trial;
  }

  /** Those that are open. */
  get open(): number {
    return this.#places.count;
  }

  /** @throws {ProblemError} for a request that asks for no WebSocket, and when there are too many */
  enter(c: HttpContext): Upgrade {
    const isAsked = c.req.header("Upgrade")?.toLowerCase() === "websocket";
    if (!isAsked || c.req.method !== "GET") throw noUpgrade();
    const place = this.#places.take(c.get("client"));
    const timer = this.#trial?.clock.setTimer(place.settle, this.#trial.ms);
    const leave = () => {
      timer?.cancel();
      place.leave();
    };
    const upgrade = c.env?.upgrade?.(leave);
    if (upgrade !== undefined) return upgrade;
    leave();
    throw noUpgrade();
  }
}

function noUpgrade(): ProblemError {
  return new ProblemError("no-upgrade", { headers: { Upgrade: "websocket" } });
}
