/** Somebody who has something to say: the bot with a reply, or whoever has an announcement. */

import { abortable } from "@std/async";
import type { AudioFrame } from "../audio/mod.ts";
import type { Interruptible, Said } from "./floor.ts";
import type { SpokenWords } from "./spoken_words.ts";

/** What is said, as the one who says it sees it. */
export interface Talk {
  /** Its words so far. */
  readonly words: SpokenWords;
  /** Fires when it is no longer wanted. */
  readonly signal: AbortSignal;
  /** Whether others may speak now: no sentence is under way, and none is about to begin for sure. */
  readonly isBetween: boolean;
  /** Somebody else speaks: what it has to say is not waited for. */
  isWaiting: boolean;
  /** What it has thought of and not begun to speak. @default nothing */
  readonly unspoken?: string;
  /** The frames that end what it has said so far, where it breaks off. */
  rest(): AudioFrame[];
  /** Ends it, whatever step it is in. */
  cancel(reason: unknown): void;
}

/** What makes a {@link Speaker} one beside the bot. */
export interface Announced {
  /** Whoever has the floor has it said; otherwise it is said in the conversation of the bot. */
  readonly isOfFloor: boolean;
  /** It is somebody who talks with the caller, and no words of ours. @default false */
  readonly isGuest?: boolean;
  /** What it says is live: a delay is worse than a gap. @default false */
  readonly isLive?: boolean;
  /** Told what became of it. */
  readonly onSaid: (said: Said) => void;
}

/** A talk and its frames, one asked for at a time, which stays asked for while somebody else speaks. */
export class Speaker<T extends Talk = Talk> {
  readonly talk: T;
  /** What it is beside the bot; undefined for the bot. */
  readonly announced: Announced | undefined;
  /** What may cut it short. */
  interruptible: Interruptible = true;
  /** When the caller had finished, in ms of the clock; undefined when the latency is told or is none. */
  since: number | undefined;
  /** Whether a frame of it has left the stage. */
  hasBegun = false;
  /** Since when its next frame is waited for, in ms of the clock. */
  askedAt: number | undefined;
  /** Why no more of it will come, if something failed. */
  failure: { readonly error: unknown } | undefined;
  readonly #frames: AsyncGenerator<AudioFrame, void, void>;
  #pull: Promise<AudioFrame | undefined> | undefined;

  constructor(talk: T, frames: AsyncGenerator<AudioFrame, void, void>, announced?: Announced) {
    this.talk = talk;
    this.#frames = frames;
    this.announced = announced;
  }

  /** Its next frame, or undefined when it has said all; the same one until {@link taken}. */
  pull(): Promise<AudioFrame | undefined> {
    if (this.#pull === undefined) {
      const { signal } = this.talk;
      this.#pull = abortable(this.#frames.next(), signal).then(({ value }) => value ?? undefined);
      this.#pull.catch(() => {});
    }
    return this.#pull;
  }

  /** The frame that was asked for is taken. */
  taken(): void {
    this.#pull = undefined;
    this.askedAt = undefined;
  }

  /** Whether what it says may be cut by a key, or by the caller's voice. */
  yieldsTo(by: "key" | "speech"): boolean {
    return this.interruptible === true || (by === "key" && this.interruptible === "keys");
  }

  /** It is not wanted any more. */
  cancel(reason: unknown): void {
    this.talk.cancel(reason);
    // Queued behind the step under way, so that it can clean up when that ever returns.
    this.#frames.return().catch(() => {});
  }
}
