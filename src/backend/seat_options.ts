/** What a seat has around it. */

import type { Clock } from "../clock/mod.ts";
import type { BackendEvent } from "./backend_event.ts";
import type { PlayedText } from "./heard.ts";
import type { PlayoutTimes } from "./playout_watch.ts";
import type { HistoryEntry } from "./voice_backend.ts";

/** What the stream in a {@link Seat} can do to what was said, and ask of it. */
export interface SeatHooks {
  /** Drops what the stream has said and the caller has not been sent yet. */
  readonly onInterrupt: () => void;
  /** What of the stream's sound has left for the caller since it last did so. */
  readonly played: () => readonly PlayedText[];
}

/** How a {@link Seat} is tied to the rest of a call. */
export interface SeatOptions extends PlayoutTimes {
  readonly clock: Clock;
  readonly history?: HistoryEntry[];
  /** Whether a delay of what the stream says is worse than a gap. @default false */
  readonly live?: boolean;
  /** Called when what was said in turns before `turn` must stop. */
  readonly onInterrupt?: (turn: number) => void;
  /** What of turn `turn` has left for the caller. */
  readonly played?: (turn: number) => readonly PlayedText[];
  /** Whether the caller hears the agent now. @default never */
  readonly isSpeaking?: () => boolean;
  /** Told when what is said is live, and when it is not any more. */
  readonly onLive?: (isLive: boolean) => void;
  /** Told of what happens, with the caller's turn that it belongs to. */
  readonly onEvent?: (event: BackendEvent, turn: number) => void;
  readonly onError?: (error: unknown) => void;
  /** Told of a key that is nobody else's. */
  readonly onDtmf?: (digit: string) => void | Promise<void>;
}
