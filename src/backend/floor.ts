/** Speaking with the caller beside the bot: what an announcement is, and who has the floor. */

import type { AudioFrame } from "../audio/mod.ts";
import type { Prompt, Speech } from "./voice_backend.ts";

/** What can be said to a caller: words to speak, their sound, or one of these with how it is said. */
export type Announcement = string | Speech | Prompt;

/**
 * What may cut an announcement short: `true` a key and the caller's voice, `"keys"` a key alone, `false`
 * neither.
 */
export type Interruptible = boolean | "keys";

/** How an {@link Announcement} is said. */
export interface SayOptions {
  /** Stops it, also while it waits for its turn. */
  readonly signal?: AbortSignal;
  /**
   * What may cut it short. It goes before what a {@link Prompt} says.
   * @default true; "keys" on a floor that listens to keys alone
   */
  readonly interruptible?: Interruptible;
}

/** What became of an {@link Announcement}. */
export interface Said {
  /**
   * `played`: its last packet has left for the caller; `interrupted`: the caller cut it, `by` a key or
   * its voice; `stopped`: who had it said stopped it; `failed`: it could not be spoken, `error` says why;
   * `ended`: the call is over.
   */
  readonly outcome: "played" | "interrupted" | "stopped" | "failed" | "ended";
  /** What cut it, where it was `interrupted`. */
  readonly by?: "key" | "speech";
  /** What of its words has left for the caller; empty for sound that has none. */
  readonly heard: string;
  /** How much of its sound has left for the caller, in ms. */
  readonly heardMs: number;
  /** Why it `failed`. */
  readonly error?: unknown;
}

/** What the caller does while somebody has the floor. */
export type FloorInput =
  /** It pressed `0`-`9`, `*`, `#` or `A`-`D`. */
  | { readonly type: "key"; readonly digit: string }
  /** It began to speak. */
  | { readonly type: "speech-begin" }
  /** What it said in its turn; empty if nothing was understood. */
  | { readonly type: "speech"; readonly text: string }
  /** It is gone, or the call is over. Nothing comes after that. */
  | { readonly type: "ended" };

/** How the floor is taken. */
export interface FloorOptions {
  /**
   * What the caller is listened to for. With speech each of its turns is understood by the backend; else
   * the backend is not asked at all.
   * @default "keys"
   */
  readonly listen?: "keys" | "keys and speech";
  /**
   * Whether what the bot is saying, or is about to answer, is cut and forgotten. Otherwise what it has
   * begun to say is said to its end first, and an answer it is still making waits until it has the floor
   * again.
   * @default false
   */
  readonly cut?: boolean;
}

/**
 * Somebody else who talks with the caller: music, a human, another call. What is written to it is the
 * caller's sound, what is read from it the caller hears, in frames of any length and rate.
 */
export type Guest = ReadableWritablePair<AudioFrame, AudioFrame>;

/** How a {@link Guest} is connected. */
export interface ConnectOptions {
  /** Ends it, and the promise resolves. */
  readonly signal?: AbortSignal;
  /**
   * What it says comes as it is spoken, so that a delay is worse than a gap: what has piled up is
   * dropped. Otherwise it may run ahead, and none of it is lost.
   * @default false
   */
  readonly live?: boolean;
}

/** How {@link Floor.next} waits. */
export interface NextInputOptions {
  /** How long it waits, in ms; 0 only looks. @default for ever */
  readonly timeoutMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/**
 * The right to talk with the caller in the place of the bot.
 *
 * While it is held the bot is not asked, silence is not watched, and keys and words of the caller come
 * here. Whoever takes it gives it back, best by `using`. A turn of the caller that is not understood by
 * then is answered by the bot: who hears `speech-begin` and lets go of the floor, lets the bot hear it all.
 *
 * A bot can take it in the midst of an answer, and go on when it has it back. A sentence that it gave
 * before is said before only if it ends with a line feed, as nobody else knows that it is complete.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BackendStream, mock } from "@sofia/phone/backend";
 *
 * const call = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };
 * const stream = new BackendStream(mock(), call);
 * void stream.readable.pipeTo(new WritableStream());
 * {
 *   using floor = stream.takeFloor();
 *   assert.equal((await floor.say("Press one for rooms.")).outcome, "played");
 *   await stream.press("1");
 *   assert.deepEqual(await floor.next(), { type: "key", digit: "1" });
 * }
 * ```
 */
export interface Floor extends Disposable {
  /** Whether it is still held: not released, and the call not over. */
  readonly isHeld: boolean;
  /**
   * Says something, one after another. Never rejects.
   *
   * @returns what became of it, when the caller has heard it, or it was cut
   */
  say(what: Announcement, options?: SayOptions): Promise<Said>;
  /**
   * Lets a guest talk with the caller, after what is being said, until its stream ends. The caller's
   * keys still come here.
   *
   * Resolves when the guest has left, and what it said is heard; rejects with the failure of its stream.
   */
  connect(guest: Guest, options?: ConnectOptions): Promise<void>;
  /** Cuts what is being said from here, and what waits to be; a guest has to leave. */
  stop(): void;
  /**
   * What the caller did, in order, from the moment at which the floor was taken; up to 500 inputs wait for
   * whoever asks.
   *
   * @returns undefined when nothing came in time, or the signal fired
   */
  next(options?: NextInputOptions): Promise<FloorInput | undefined>;
  /** Gives the floor back to the bot; what is being said from here is stopped. More than once is harmless. */
  release(): void;
}
