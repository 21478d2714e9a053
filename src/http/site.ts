/** What the handlers of requests have at hand. */

import type { Clock, Random } from "../clock/mod.ts";
import type { PhoneHandler } from "../phone/mod.ts";
import type { SocketGate } from "./guard/socket_gate.ts";
import type { HttpOptions } from "./http_options.ts";

/** What all routes share. */
export interface Site {
  readonly phone: PhoneHandler;
  readonly options: HttpOptions;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly random: Random;
  /** Fires when the application is no longer served. */
  readonly signal: AbortSignal;
  /** When the application was made, in ms of the clock. */
  readonly startedAt: number;
  /** Makes requests WebSockets, so many at a time. */
  readonly sockets: SocketGate;
  /** The same for those that no token lets in, and who are known only by what they say then. */
  readonly strangers: SocketGate;
}
