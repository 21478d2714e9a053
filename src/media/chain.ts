/** The stages of a call in their order, before they are joined. */

import type { AudioFrame } from "../audio/mod.ts";

/** One stage of a {@link Chain}: a pair of streams that is made when the call begins. */
export interface Stage {
  /** What other stages are placed by: `vad`. */
  readonly name: string;
  /** What the stage does, with its rates, as the printed chain says it. @default the name */
  readonly label?: string;
  /** Makes the stage. */
  // deno-lint-ignore no-explicit-any -- the stages of one chain differ in what they carry
  readonly make: () => ReadableWritablePair<any, any>;
}

/** Makes a stage that users insert: frames of sound in, frames of sound out. */
export type MakeTransform = () => ReadableWritablePair<AudioFrame, AudioFrame>;

/**
 * The stages of one call, each with a name by which others are placed before or after it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Chain } from "@sofia/phone/media";
 *
 * const chain = new Chain([{ name: "vad", make: () => new TransformStream() }])
 *   .before("vad", () => new TransformStream(), "noise gate");
 * assert.equal(String(chain), "noise gate ▶ vad");
 * ```
 */
export class Chain {
  readonly #stages: readonly Stage[];

  /** A chain of these stages, in this order. */
  constructor(stages: readonly Stage[]) {
    this.#stages = stages;
  }

  /** The names of the stages in order. */
  get names(): string[] {
    return this.#stages.map(({ name }) => name);
  }

  /** The chain with a further stage before the one named `place`. */
  before(place: string, make: MakeTransform, name = "custom"): Chain {
    return this.#splice(this.#find(place), 0, { name, make });
  }

  /** The chain with a further stage after the one named `place`. */
  after(place: string, make: MakeTransform, name = "custom"): Chain {
    return this.#splice(this.#find(place) + 1, 0, { name, make });
  }

  /** The chain with another stage in the place of the one named `place`, under the same name. */
  replace(place: string, make: MakeTransform): Chain {
    return this.#splice(this.#find(place), 1, { name: place, make });
  }

  /** The chain without the stage named `place`. */
  without(place: string): Chain {
    return this.#splice(this.#find(place), 1);
  }

  /**
   * Makes the stages and joins them from `source` to `sink`.
   *
   * Resolves when the source has ended and everything has reached the sink; rejects with the
   * failure of the stage that failed, or with the reason of `signal`, which ends all of them.
   */
  run<In, Out>(
    source: ReadableStream<In>,
    sink: WritableStream<Out>,
    signal: AbortSignal,
  ): Promise<void> {
    // deno-lint-ignore no-explicit-any -- each stage takes what the one before it gives
    let stream: ReadableStream<any> = source;
    // At every joint, as a stage whose two sides are independent does not pass an abort on.
    for (const { make } of this.#stages) stream = stream.pipeThrough(make(), { signal });
    return stream.pipeTo(sink, { signal });
  }

  /** The stages in order, each with its rates: `rtp ▶ jitter 8 kHz ▶ decode PCMU`. */
  toString(): string {
    return this.#stages.map(({ name, label = name }) => label).join(" ▶ ");
  }

  #find(place: string): number {
    const index = this.#stages.findIndex(({ name }) => name === place);
    if (index >= 0) return index;
    throw new RangeError(
      `Cannot place a stage as the chain has ${this.names.join(", ")}: current value is ${place}`,
    );
  }

  #splice(index: number, removed: number, ...added: Stage[]): Chain {
    return new Chain(this.#stages.toSpliced(index, removed, ...added));
  }
}
