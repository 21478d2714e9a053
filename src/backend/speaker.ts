/** Somebody who has something to say: the bot with a reply, or whoever has an announcement. */

import { abortable } from "@std/async";
import type { AudioFrame } from "../audio/mod.ts";
import type { Interruptible, Said } from "./floor.ts";
import type { Reply } from "./reply.ts";

/** What makes a {@link Speaker} one beside the bot. */
export interface Announced {
  /** Whoever has the floor has it said; otherwise it is said in the conversation of the bot. */
  readonly isOfFloor: boolean;
  /** Told what became of it. */
  readonly onSaid: (said: Said) => void;
}

/** A reply and its frames, one asked for at a time, which stays asked for while somebody else speaks. */
export class Speaker {
  readonly reply: Reply;
  /** What it is beside the bot; undefined for the bot. */
  readonly announced: Announced | undefined;
  /** What may cut it short. */
  interruptible: Interruptible = true;
  /** When the caller had finished, in ms of the clock; undefined when the latency is told or is none. */
  since: number | undefined;
  /** Whether a frame of it has left the stage. */
  hasBegun = false;
  /** Why no more of it will come, if something failed. */
  failure: { readonly error: unknown } | undefined;
  readonly #frames: AsyncGenerator<AudioFrame, void, void>;
  #pull: Promise<AudioFrame | undefined> | undefined;

  constructor(
    reply: Reply,
    frames: AsyncGenerator<AudioFrame, void, void>,
    announced?: Announced,
  ) {
    this.reply = reply;
    this.#frames = frames;
    this.announced = announced;
  }

  /** Its next frame, or undefined when it has said all; the same one until {@link taken}. */
  pull(): Promise<AudioFrame | undefined> {
    if (this.#pull === undefined) {
      const { signal } = this.reply;
      this.#pull = abortable(this.#frames.next(), signal).then(({ value }) => value ?? undefined);
      this.#pull.catch(() => {});
    }
    return this.#pull;
  }

  /** The frame that was asked for is taken. */
  taken(): void {
    this.#pull = undefined;
  }

  /** Whether what it says may be cut by a key, or by the caller's voice. */
  yieldsTo(by: "key" | "speech"): boolean {
    return this.interruptible === true || (by === "key" && this.interruptible === "keys");
  }

  /** It is not wanted any more. */
  cancel(reason: unknown): void {
    this.reply.cancel(reason);
    // Queued behind the step under way, so that it can clean up when that ever returns.
    this.#frames.return().catch(() => {});
  }
}
