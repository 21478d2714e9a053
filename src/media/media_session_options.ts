/** What the sound of one call is made of. */

import type {
  Backend,
  CallInfo,
  ConversationOptions,
  HistoryEntry,
  Phrases,
} from "../backend/mod.ts";
import type { Clock, Ticker } from "../clock/mod.ts";
import type { TurnOptions } from "../turn/mod.ts";
import type { DetectorFactory } from "../vad/mod.ts";
import type { Chain } from "./chain.ts";
import type { ConversationEvent } from "./conversation_event.ts";
import type { Entrance } from "./entrance.ts";
import type { MediaKey } from "./media_key.ts";
import type { MediaLine } from "./media_line.ts";

/** Options of a media session. It closes its line, and the codec of that, when it is over. */
export interface MediaSessionOptions {
  /** Time. */
  readonly clock: Clock;
  /** The metronome of all calls. */
  readonly ticker: Ticker;
  /** What its sound comes and goes by. */
  readonly line: MediaLine;
  /** Makes what finds the caller's voice. */
  readonly detector: DetectorFactory;
  /** Who talks with the caller. */
  readonly backend: Backend;
  /** Who calls. */
  readonly call: CallInfo;
  /** Where the call waits before the backend has it. @default it has it at once */
  readonly entrance?: Entrance;
  /** When the caller's turns begin and end. */
  readonly turns?: Omit<TurnOptions, "onEvent">;
  /** How the conversation is held. */
  readonly conversation?: ConversationOptions;
  /** What can be said without the backend. @default a soft tone */
  readonly phrases?: Phrases;
  /** Gives the caller to somebody else; resolves with whether that worked. @default nobody can */
  readonly transfer?: (target: string) => Promise<boolean>;
  /** Told what happens in the conversation. @default nobody is told */
  readonly onEvent?: (event: ConversationEvent) => void;
  /** Ends the session. */
  readonly signal: AbortSignal;
  /** The conversation so far, kept up to date here. @default [] */
  readonly history?: HistoryEntry[];
  /** Changes the chain before it runs. @default the chain as it is */
  readonly pipeline?: (chain: Chain) => Chain;
  /** Called with each key that the other side presses or releases. @default nobody is told */
  readonly onDtmf?: (key: MediaKey) => void;
  /** Whether keys are heard in the sound, too. @default false */
  readonly inbandDtmf?: boolean;
  /** Told of failures that the session survives. @default nobody is told */
  readonly onError?: (error: unknown) => void;
}
