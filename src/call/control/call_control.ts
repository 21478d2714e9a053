/** What can be done to a call from outside of its sound, whichever way it came. */

import type { Clock, Random } from "../../clock/mod.ts";
import type { SipCall, SipReferOptions } from "../../sip/mod.ts";

import type { ConsultedLeg, PlacedLeg } from "./consultation.ts";
import type { BridgeableCall } from "./bridge_calls.ts";
import type { ClaimedCall } from "../freeswitch/freeswitch_channel.ts";
import type {
  CallInfo,
  TransferOptions,
  TransferResult,
  TransferTarget,
} from "../../backend/mod.ts";

/** A caller that waits in FreeSWITCH, and whom nobody of ours hears. */
export interface ParkedCall {
  /** The caller's channel. */
  readonly channel: string;
  /** Sends the caller to us again, as a new call of the same session. */
  bringBack(): Promise<void>;
}

/** How a caller is parked. */
export interface ParkOptions {
  /** What the caller hears, in FreeSWITCH's words: `local_stream://moh`. @default nothing */
  readonly hear?: string;
  /** After how long FreeSWITCH hangs up, in ms, to the second. @default 600000 */
  readonly timeoutMs?: number;
}

/** A strategy: how a call of one kind is controlled. */
export interface CallControl {
  /** Gives the caller to somebody else. Rejects for what was wrong to ask. */
  transfer(target: TransferTarget, options: TransferOptions): Promise<TransferResult>;
  /** Hangs up on the caller, with a cause by FreeSWITCH's name. */
  hangup(cause: string): Promise<void>;
  /** Lets the caller wait without us. */
  park(options: ParkOptions): Promise<ParkedCall>;
  /** A variable of the caller's channel. */
  variable(name: string): Promise<string | undefined>;
  /** Sets one, or takes it away. */
  setVariable(name: string, value: string | undefined): Promise<void>;
}

/** How a human is called. */
export interface PlaceOptions {
  /** How long it may ring, in ms. */
  readonly ringTimeoutMs: number;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/** What a strategy needs of a call. */
export interface ControlledCall extends ClaimedCall, BridgeableCall {
  /** Who calls. */
  readonly info: CallInfo;
  /** Time. */
  readonly clock: Clock;
  /** Chance. */
  readonly random: Random;
  /** Whether it was answered, and is not over. */
  readonly isLive: boolean;
  /** Fires when the call is over. */
  readonly signal: AbortSignal;
  /** Who the other side is, by its address. */
  readonly remoteHost: string;
  /** Ends the call; the reason is the value of a Reason field. */
  hangup(reason?: string): Promise<void>;
  /** Asks the other side to call somebody else; see `SipCall.refer`. */
  refer(target: string, options?: SipReferOptions): Promise<number>;
  /** Takes over a leg to a human, as a call without a backend. */
  consult(leg: SipCall): ConsultedLeg;
  /** Makes a leg to a human, and does not call yet; undefined when that is beyond us. */
  place(target: string, options: PlaceOptions): PlacedLeg | undefined;
  /** Told of what the call survives. */
  onError(error: unknown): void;
  /** Lets the caller hear something else than us until the returned function is called. */
  wait(hear: NonNullable<TransferOptions["hear"]>): () => void;
  /** Notes to whom the caller goes if the call ends now; undefined when it goes nowhere. */
  leaveTo(target: TransferTarget | undefined): void;
}
