/** What all calls of a phone share. */

import type { Backend, CallInfo, ConversationOptions, Phrases } from "../backend/mod.ts";
import type { Clock, Random, Ticker } from "../clock/mod.ts";
import type { CodecSpec } from "../codec/mod.ts";
import type { Chain } from "../media/mod.ts";
import type { PortPool } from "../udp/mod.ts";
import type { TurnOptions } from "../turn/mod.ts";
import type { DetectorFactory } from "../vad/mod.ts";
import type { PlaceOptions } from "./control/call_control.ts";
import type { OutgoingLeg } from "./outgoing/outgoing_leg.ts";
import type { FreeSwitchLink } from "./freeswitch/freeswitch_link.ts";
import type { Recordings } from "./recording/mod.ts";

/** The means by which calls are answered. */
export interface CallResources {
  /** Who talks with the callers. */
  readonly backend: Backend;
  /** The codecs, best first, loaded. */
  readonly codecs: readonly CodecSpec[];
  /** Where the sockets of calls come from. */
  readonly ports: PortPool;
  /** The address callers are told to send sound to. */
  readonly host: string;
  /** Time. */
  readonly clock: Clock;
  /** Chance; it must not be guessable in production. */
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** The metronome of all calls. */
  readonly ticker: Ticker;
  /** Makes the voice detector of each call. */
  readonly detector: DetectorFactory;
  /** Whether keys are heard in the sound of calls, too. */
  readonly inbandDtmf?: boolean;
  /** When callers' turns begin and end. */
  readonly turns?: Omit<TurnOptions, "onEvent">;
  /** How conversations are held. */
  readonly conversation?: ConversationOptions;
  /** Guards another backend, for calls that have one of their own. @default as it is */
  readonly voiceOf?: (backend: Backend) => Pick<CallResources, "backend" | "phrases">;
  /** What can be said without the backend. */
  readonly phrases?: Phrases;
  /** The FreeSWITCH that calls come through, where there is one and we may command it. */
  readonly freeswitch?: FreeSwitchLink;
  /** Records calls. @default none can be recorded */
  readonly recordings?: Recordings;
  /** Makes a call of ours to an address, and does not dial yet. @default nobody can be called */
  readonly place?: (to: string, options: PlaceOptions) => OutgoingLeg;
  /** Changes the chain of each call. */
  readonly pipeline: (chain: Chain, call: CallInfo) => Chain;
}
