/** How a phone calls somebody. */

import type { Backend } from "../backend/mod.ts";
import type { Call, MachineOptions } from "../call/mod.ts";
import type { DigestCredentials, ExtraHeaders, SipTransport } from "../sip/mod.ts";

/** What is said of a call of ours before it is answered. */
export interface CallProgress {
  /** The call. */
  readonly call: Call;
  /** 101-199: 180 rings, 183 may have sound. */
  readonly status: number;
  /** The reason phrase. */
  readonly reason: string;
  /** Sound comes with it: a ringing tone, or an announcement. */
  readonly hasSound: boolean;
}

/** Options of {@link PhoneHandler.call}. */
export interface CallOptions {
  /** The trunk to call by, by its name. @default the phone's only one, or straight to the address */
  readonly trunk?: string;
  /** Who talks with the called. @default the phone's */
  readonly voiceBackend?: Backend;
  /** Who calls, as the called sees it: a number, or an address. @default the trunk's, or our address */
  readonly from?: string;
  /** Further fields of the invitation: `{ "X-Campaign": "7" }`. @default {} */
  readonly headers?: ExtraHeaders;
  /** How long it may ring, in ms. @default 60000 */
  readonly ringTimeoutMs?: number;
  /** Gives up when it aborts before the answer. @default never */
  readonly signal?: AbortSignal;
  /** Told of each provisional answer. @default nobody is told */
  readonly onProgress?: (progress: CallProgress) => void;
  /**
   * Finds out whether somebody or a machine has answered, and keeps the backend out until then; true is
   * `{}`. A backend then does well to greet, as what was said before is not heard again.
   * @default false: the backend talks at once
   */
  readonly detectMachine?: boolean | MachineOptions;
  /** Where the invitation goes in the place of the address: `sip:10.0.0.9`. @default the trunk's server */
  readonly proxy?: string;
  /** Answers a challenge. @default the trunk's */
  readonly auth?: DigestCredentials;
  /** Used where the address does not say. @default the trunk's, or "udp" */
  readonly transport?: SipTransport;
}
