/** Where a call waits before the backend has it. */

import type { AudioFrame } from "../audio/mod.ts";

type Frames = ReadableWritablePair<AudioFrame, AudioFrame>;

/** What an {@link Entrance} can do besides letting in. */
export interface EntranceOptions {
  /**
   * Told of each frame of the other side, before and after the backend has the call.
   * @default nobody is told
   */
  readonly onFrame?: (frame: AudioFrame) => void;
}

/**
 * Stands in the place of the backend until {@link open}: what the other side says is passed over,
 * and what it hears is what {@link play} is given, or silence.
 *
 * So a call has sound before it is answered, and may be answered by a machine that nobody talks to.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Entrance } from "@sofia/phone/media";
 *
 * const entrance = new Entrance();
 * const { readable } = entrance.stage(() => new TransformStream());
 * const frame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0 };
 * void entrance.play(ReadableStream.from([frame])).then(() => entrance.close());
 * assert.deepEqual(await Array.fromAsync(readable), [frame]);
 * ```
 */
export class Entrance {
  readonly #in: TransformStream<AudioFrame, AudioFrame>;
  readonly #out = new TransformStream<AudioFrame, AudioFrame>();
  readonly #waiting = new AbortController();
  #make: () => Frames = () => new TransformStream();
  #passedOver: Promise<unknown> = Promise.resolve();
  /** What is played, one after another. */
  #playing: Promise<unknown> = Promise.resolve();
  #isOpen = false;
  #isClosed = false;

  /** Nobody is let in yet. */
  constructor(options: EntranceOptions = {}) {
    const { onFrame = () => {} } = options;
    this.#in = new TransformStream({
      transform: (frame, controller) => {
        onFrame(frame);
        controller.enqueue(frame);
      },
    });
  }

  /** Whether the backend has the call. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The stage of the chain; `make` gives that of the backend once it is let in. */
  stage(
    make: () => ReadableWritablePair<AudioFrame, AudioFrame>,
  ): ReadableWritablePair<AudioFrame, AudioFrame> {
    this.#make = make;
    const { signal } = this.#waiting;
    // Taken and passed over: what is not read would hold up the stages before it.
    this.#passedOver = this.#in.readable
      .pipeTo(new WritableStream(), { signal, preventCancel: true }).catch(() => {});
    return { writable: this.#in.writable, readable: this.#out.readable };
  }

  /** Gives the call to the backend, in the place of what is being played. */
  open(): void {
    if (this.#isOpen || this.#isClosed) return;
    this.#isOpen = true;
    this.#waiting.abort();
    let stage: Frames;
    try {
      // At once: whoever hears that the call is answered may want to speak in it.
      stage = this.#make();
    } catch (error) {
      return void this.#playing.then(() => this.#out.writable.abort(error)).catch(() => {});
    }
    void this.#letIn(stage);
  }

  /**
   * Plays `sound` to the other side, after what is being played.
   *
   * @returns settles when all of it is on its way, the other side is gone, `signal` has fired or the
   * backend has the call: with whether all of it was taken
   */
  play(
    sound: ReadableStream<AudioFrame>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<boolean> {
    const { signal = this.#waiting.signal } = options;
    const ended = AbortSignal.any([signal, this.#waiting.signal]);
    const play = () =>
      sound.pipeTo(this.#out.writable, { signal: ended, preventClose: true, preventAbort: true })
        .then(() => true, () => false);
    const played = this.#playing.then(play);
    this.#playing = played;
    return played;
  }

  /** Lets nobody in: the chain ends when what is being played has left. */
  close(): void {
    if (this.#isOpen || this.#isClosed) return;
    this.#isClosed = true;
    void this.#playing.then(() => this.#out.writable.close()).catch(() => {});
  }

  async #letIn(stage: Frames): Promise<void> {
    await Promise.all([this.#passedOver, this.#playing]);
    // What fails on one side ends the other through the stage, as it does in a chain.
    this.#in.readable.pipeTo(stage.writable).catch(() => {});
    stage.readable.pipeTo(this.#out.writable).catch(() => {});
  }
}
