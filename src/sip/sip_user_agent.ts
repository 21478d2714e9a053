/** The SIP user agent: listens, takes calls, makes calls, registers. */

import type { Endpoint } from "../udp/mod.ts";
import type { InviteOptions } from "./invite_options.ts";
import type { RegisterOptions, Registration } from "./register_options.ts";
import type { SipCall } from "./sip_call.ts";
import type { SipCounters } from "./sip_counters.ts";
import type { SipUserAgentOptions } from "./sip_user_agent_options.ts";

/** A SIP endpoint on UDP and TCP. */
export declare class SipUserAgent {
  /** @throws {RangeError} for an option that cannot work */
  constructor(options?: SipUserAgentOptions);

  /** The address and port it listens on. @throws {TypeError} before `start` */
  get local(): Endpoint;
  /** What it has seen. */
  get counters(): Readonly<SipCounters>;
  /** The calls there are, from the first INVITE to the end. */
  get calls(): Iterable<SipCall>;

  /** Begins to listen. @throws {Error} when the port is taken, with a sentence that names it */
  start(): Promise<void>;

  /**
   * Ends all calls and registrations, waits for their confirmation, and frees the port.
   *
   * @param options `graceMs`: milliseconds the peers have to confirm; 2000 when absent
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>;

  /**
   * Calls somebody and resolves with the call once it was answered and acknowledged.
   *
   * @throws {SipStatusError} when it is refused, times out (408) or was cancelled (487)
   * @throws {SyntaxError} when the target is not a URI
   */
  invite(options: InviteOptions): Promise<SipCall>;

  /**
   * Binds an address at a registrar and keeps it bound.
   *
   * @throws {SyntaxError} when a URI cannot be read
   */
  register(options: RegisterOptions): Registration;
}
