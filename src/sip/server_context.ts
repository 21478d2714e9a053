/** What every request that came needs to be answered. */

import type { Random } from "../clock/mod.ts";

/** Shared by all requests of a user agent. */
export interface ServerContext {
  readonly random: Random;
  /** The value of the Server field. */
  readonly userAgent: string;
}
