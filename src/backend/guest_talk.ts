/** Somebody who sits in the place of the backend: another call, a human, music. */

import { type AudioFrame, FRAME_MS, frameSamples } from "../audio/mod.ts";
import type { Guest } from "./floor.ts";
import { requireGuest, requireSpeech } from "./require.ts";
import type { Talk } from "./speaker.ts";
import { SpokenWords } from "./spoken_words.ts";

/** Frames that wait for a guest at most, who should take them as they come: 200 ms. */
const MAX_WAITING = 200 / FRAME_MS;

/** A {@link Guest} as one who speaks, and is spoken to. */
export class GuestTalk implements Talk {
  readonly words: SpokenWords = new SpokenWords();
  isWaiting = false;
  readonly isBetween = false;
  readonly #reader: ReadableStreamDefaultReader<AudioFrame>;
  readonly #writer: WritableStreamDefaultWriter<AudioFrame>;
  readonly #abort = new AbortController();
  #waiting = 0;
  #sampleRate = 0;

  /** Takes over the guest's streams. @throws {TypeError} if they are none, or are in use */
  constructor(guest: Guest) {
    // Both or none: of what is refused nothing may stay locked.
    requireGuest(guest);
    this.#reader = guest.readable.getReader();
    this.#writer = guest.writable.getWriter();
    // A guest may speak and not listen, as music does.
    this.#writer.closed.catch(() => {});
    this.#reader.closed.catch(() => {});
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** What the guest says, until its stream ends. */
  async *frames(): AsyncGenerator<AudioFrame, void, void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) break;
      requireSpeech(value);
      const { samples, sampleRate, timestamp } = value;
      // Its own marks are of its own conversation.
      const frame = { samples, sampleRate, timestamp };
      if (this.#sampleRate !== 0) yield frame;
      else {
        const first = { ...frame, text: "" };
        yield* this.words.mark([first], { text: "", durationMs: 0, isAside: true });
      }
      this.#sampleRate = sampleRate;
    }
    yield* this.rest();
  }

  /** Takes what the caller says. What the guest does not take in time is passed over. */
  push(frame: AudioFrame): void {
    if (this.signal.aborted || this.#waiting >= MAX_WAITING) return;
    this.#waiting++;
    const taken = () => void this.#waiting--;
    // A copy: a guest may give its own away, and the turn is gathered from these.
    this.#writer.write({ ...frame, samples: frame.samples.slice() }).then(taken, () => {});
  }

  rest(): AudioFrame[] {
    const sampleRate = this.#sampleRate;
    if (sampleRate === 0) return [];
    const samples = new Int16Array(frameSamples(sampleRate));
    return [{ sampleRate, samples, timestamp: 0, endOfTurn: true }];
  }

  cancel(reason: unknown): void {
    if (this.signal.aborted) return;
    this.#abort.abort(reason);
    this.#reader.cancel(reason).catch(() => {});
    this.#writer.close().catch(() => {});
  }
}
