/** The far end of a SIP transport. */

import type { Endpoint } from "../udp/mod.ts";

/** The two transports of this user agent. */
export type SipTransport = "udp" | "tcp";

/** Where a SIP message comes from or goes to. */
export interface SipEndpoint extends Endpoint {
  /** What carries the messages. */
  readonly transport: SipTransport;
}
