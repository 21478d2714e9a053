/** A turn's sound, to be heard by one recognizer after another. */

/** A piece of sound and the promise of the one after it; none after the last. */
interface Piece {
  readonly samples: Int16Array;
  readonly next: Promise<Piece | undefined>;
}

/**
 * Keeps the sound of a turn while it comes, so that a recognizer that is asked late hears it from its
 * beginning, and tells when it is over, however little of it was read.
 */
export class ReplayedAudio {
  /** Resolves when the caller's turn is over, or its sound breaks off. */
  readonly ended: Promise<void>;
  readonly #reader: ReadableStreamDefaultReader<Int16Array>;
  /** What is read from it is kept as long as this is, or a reader before it. */
  #first: Promise<Piece | undefined> | undefined;

  /** Takes `audio` in as it comes, at the pace of the caller's speech. */
  constructor(audio: ReadableStream<Int16Array>) {
    this.#reader = audio.getReader();
    const first = Promise.withResolvers<Piece | undefined>();
    this.#first = first.promise;
    // Who reads is told. Without a reader it is nobody's failure.
    this.#first.catch(() => {});
    this.ended = this.#take(first);
  }

  /** The sound from its beginning on. */
  open(): ReadableStream<Int16Array> {
    let piece = this.#first;
    return new ReadableStream({
      async pull(controller) {
        const current = await piece;
        if (current === undefined) return controller.close();
        piece = current.next;
        // A copy each: a recognizer may give its own away, to a worker.
        controller.enqueue(current.samples.slice());
      },
      cancel: () => void (piece = undefined),
    }, { highWaterMark: 0 });
  }

  /** It is opened no more: what all readers have read need not be kept. */
  release(): void {
    this.#first = undefined;
  }

  /** Nobody listens any more. */
  cancel(reason?: unknown): void {
    this.release();
    this.#reader.cancel(reason).catch(() => {});
  }

  async #take(to: PromiseWithResolvers<Piece | undefined>): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (done) return to.resolve(undefined);
        const next = Promise.withResolvers<Piece | undefined>();
        next.promise.catch(() => {});
        to.resolve({ samples: value, next: next.promise });
        to = next;
      }
    } catch (error) {
      to.reject(error);
    }
  }
}
