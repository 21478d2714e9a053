/** What a phone knows of a way to the telephone network. */

import type { ExtraHeaders, RegistrationState, SipTransport } from "../sip/mod.ts";

/** A provider, or a FreeSWITCH of one's own, that takes our calls to everybody else. */
export interface TrunkOptions {
  /** What it is called by, in {@link CallOptions.trunk} and in events. */
  readonly name: string;
  /** Where it is: `sip:10.0.0.9:5060`, with `;transport=tcp` if wanted, or a host alone. */
  readonly server: string;
  /** The domain of addresses. @default the host of `server` */
  readonly domain?: string;
  /** Our name there. @default none: it knows us by our address */
  readonly username?: string;
  /** Our password there. @default none */
  readonly password?: string;
  /** The realm that the password is for; a challenge of another gets no answer. @default domain */
  readonly realm?: string;
  /**
   * Tells it where we are, and keeps it told, so that its calls reach us.
   * @default true with a username
   */
  readonly register?: boolean;
  /** Seconds that a registration is asked for. @default 300 */
  readonly expiresS?: number;
  /** Who calls, as the called sees it: a number, or an address. @default our name there */
  readonly from?: string;
  /** Further fields of each call. @default {} */
  readonly headers?: ExtraHeaders;
  /** Used where `server` does not say. @default "udp" */
  readonly transport?: SipTransport;
}

/** How a trunk stands. */
export interface TrunkState {
  /** The trunk. */
  readonly name: string;
  /** Whether it knows where we are; `unregistered` for one that is not told. */
  readonly state: RegistrationState;
  /** Why not, when it has `failed`: the next try follows by itself. */
  readonly error?: Error;
}
