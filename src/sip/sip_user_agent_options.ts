/** What a user agent needs. */

import type { Clock, Random } from "../clock/mod.ts";
import type { SipCall } from "./sip_call.ts";
import type { SipEndpoint, SipTransport } from "./sip_endpoint.ts";
import type { SipLimits } from "./sip_limits.ts";
import type { SipTimers } from "./sip_timers.ts";
import type { SipNetwork } from "./sip_network.ts";

/** Options of {@linkcode SipUserAgent}. */
export interface SipUserAgentOptions {
  /**
   * Address to listen on.
   * @default "127.0.0.1"
   */
  readonly host?: string;
  /**
   * Port to listen on, the same for UDP and TCP; 0 takes a free one.
   * @default 5060
   */
  readonly port?: number;
  /**
   * What to listen on.
   * @default ["udp", "tcp"]
   */
  readonly transports?: readonly SipTransport[];
  /**
   * The address that peers are told, in Via and Contact. Required when `host` is `0.0.0.0` or `::`.
   * @default host
   */
  readonly advertisedHost?: string;
  /**
   * The port that peers are told.
   * @default the port it listens on
   */
  readonly advertisedPort?: number;
  /**
   * The value of User-Agent and Server.
   * @default "sofia-phone"
   */
  readonly userAgent?: string;
  /**
   * Called with every new incoming call, before anything was answered. It sets `call.handlers` and
   * answers, rings or rejects, now or later; a 100 goes out by itself. Without it calls get 480.
   */
  readonly onInvite?: (call: SipCall) => void;
  /**
   * Whether a call would be taken just now. An OPTIONS outside of calls gets 503 while it says no, so that
   * a proxy in front of several of us sends its calls to the others before any of them is refused.
   * @default always
   */
  readonly takesCalls?: () => boolean;
  /**
   * Called when a new call was refused with 503 and `onInvite` is not: the user agent stops, or one of
   * its {@link limits} is reached.
   */
  readonly onRefused?: () => void;
  /**
   * Called when a message could not be read.
   *
   * @param kind the kind of fault, also the key in `counters.faults`
   */
  readonly onFault?: (kind: string, source: SipEndpoint) => void;
  /**
   * Called when a handler of the application threw; the call goes on.
   * @default counted only
   */
  readonly onHandlerError?: (error: unknown) => void;
  /**
   * Seconds of a session timer (RFC 4028) that we propose; 0 proposes none.
   * @default 1800
   */
  readonly sessionExpires?: number;
  /**
   * The shortest session timer we take, in seconds; a shorter one gets 422.
   * @default 90
   */
  readonly minSessionExpires?: number;
  /**
   * Requests longer than this many bytes go by TCP although UDP was chosen.
   * @default Infinity
   */
  readonly tcpAboveBytes?: number;
  /**
   * Bounds.
   * @default DEFAULT_SIP_LIMITS
   */
  readonly limits?: SipLimits;
  /**
   * T1, T2 and T4 of RFC 3261.
   * @default { t1: 500, t2: 4000, t4: 5000 }
   */
  readonly timers?: SipTimers;
  /**
   * Time.
   * @default the machine's
   */
  readonly clock?: Clock;
  /**
   * Chance, for tags and branches. It must not be guessable in production.
   * @default the runtime's cryptographic generator
   */
  readonly random?: Random;
  /**
   * Sockets and names.
   * @default the machine's
   */
  readonly network?: SipNetwork;
}
