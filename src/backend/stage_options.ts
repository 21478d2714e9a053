/** What a stage has around it. */

import type { Clock } from "../clock/mod.ts";
import type { PlayedText } from "./heard.ts";
import type { Speaker } from "./speaker.ts";
import type { HistoryEntry } from "./voice_backend.ts";

/** How a stage is tied to the rest of a call. */
export interface StageOptions {
  readonly clock: Clock;
  readonly history: HistoryEntry[];
  /** How long what has to be heard may pause in the middle, in ms, before it is taken for broken. */
  readonly stallMs: number;
  /** The agent's turn that begins now: the number of the caller's turn. */
  readonly turn: () => number;
  /** What of the agent's turn `turn` has left for the caller; all of it is assumed if not given. */
  readonly played?: (turn: number) => readonly PlayedText[];
  /**
   * Resolves when the ends of so many of a turn's replies have left, with when the last did in ms of the
   * clock, or with undefined when the turn was cut.
   * @default at once
   */
  readonly drained?: (turn: number, replies: number) => Promise<number | undefined>;
  /** Whether the caller hears the agent now. @default never */
  readonly isSpeaking?: () => boolean;
  /** Drops what has not left for the caller: the agent's turn ends here. */
  readonly cut: () => void;
  /** Told when the agent may not be interrupted, and when it speaks again and may. */
  readonly onProtect?: (isProtected: boolean) => void;
  /** Told whether what is said beside the bot is live; undefined when it is over. @default nobody is told */
  readonly onLive?: (isLive: boolean | undefined) => void;
  /** Told of each frame that leaves. */
  readonly onFrame: (speaker: Speaker) => void;
  /** Told when the bot has made all of a reply, and how many of its turn's have ended with it. */
  readonly onMade: (speaker: Speaker, replies: number) => void;
  /** Told when a reply or an announcement failed; of a reply, somebody has to say what is said then. */
  readonly onFailure: (speaker: Speaker, error: unknown) => void;
}

/** What of a speaker's words the caller heard. */
export interface HeardPart {
  readonly heard: string;
  readonly unheard: string;
  readonly heardMs: number;
}
