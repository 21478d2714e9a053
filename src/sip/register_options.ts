/** What a registration needs. */

import type { DigestCredentials } from "./digest_client.ts";
import type { SipTransport } from "./sip_endpoint.ts";
import type { SipStatusError } from "./sip_status_error.ts";

/** How a registration stands. */
export type RegistrationState =
  | "registering"
  | "registered"
  | "failed"
  | "unregistering"
  | "unregistered";

/** Options of {@linkcode SipUserAgent.register}. */
export interface RegisterOptions {
  /** The registrar: `sip:10.0.0.1:5060`, with `;transport=tcp` if wanted. */
  readonly registrar: string;
  /** The address to bind: `sip:agent@example.com`. */
  readonly addressOfRecord: string;
  /**
   * Answers a challenge of exactly this realm.
   * @default none: a challenge is a refusal
   */
  readonly auth?: DigestCredentials;
  /**
   * Seconds to ask for. The registrar may grant fewer, or ask for more (423).
   * @default 300
   */
  readonly expires?: number;
  /**
   * Used where the registrar's URI does not say.
   * @default "udp"
   */
  readonly transport?: SipTransport;
  /**
   * Milliseconds before the second try after a failure; doubled each time, with a little chance, up
   * to `maxBackoffMs`.
   * @default 2000
   */
  readonly minBackoffMs?: number;
  /**
   * Longest time between two tries, in milliseconds.
   * @default 300000
   */
  readonly maxBackoffMs?: number;
  /** Called on every change of state, with the refusal when it is `failed`. */
  readonly onState?: (state: RegistrationState, error: SipStatusError | undefined) => void;
}

/** An address kept bound at a registrar. */
export interface Registration {
  /** How it stands. */
  readonly state: RegistrationState;
  /** Seconds the registrar granted last; 0 while unregistered. */
  readonly grantedExpires: number;
  /** Registers again now. */
  refresh(): void;
  /** Removes the binding. Resolves, never rejects, when the registrar has confirmed or stays silent. */
  unregister(): Promise<void>;
}
