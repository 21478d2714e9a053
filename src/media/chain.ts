/** The stages of a call in their order, before they are joined. */

import type { AudioFrame } from "../audio/mod.ts";
import { gateTransformer } from "./gate_stream.ts";
import { JoinedStream } from "./joined_stream.ts";

/** What a {@link Stage} is called. */
export interface StageName {
  /** What other stages are placed by: `vad`. */
  readonly name: string;
  /** What the stage does, with its rates, as the printed chain says it. @default the name */
  readonly label?: string;
}

/** A stage that is a pair of streams, made when the call begins. */
export interface PairStage extends StageName {
  /** A user wrote it: it may keep a frame for ever, and the call has to end all the same. @default false */
  readonly foreign?: boolean;
  /** Makes the stage. */
  // deno-lint-ignore no-explicit-any -- the stages of one chain differ in what they carry
  readonly make: () => ReadableWritablePair<any, any>;
}

/** A stage that is what a TransformStream is made of: it shares one with its neighbours. */
export interface TransformerStage extends StageName {
  /** Makes the stage. */
  // deno-lint-ignore no-explicit-any -- the stages of one chain differ in what they carry
  readonly transformer: () => Transformer<any, any>;
}

/** One stage of a {@link Chain}. */
export type Stage = PairStage | TransformerStage;

/** What a chain runs under. */
export interface ChainRunOptions {
  /** Ends all stages. */
  readonly signal: AbortSignal;
  /**
   * Told when a stage takes no more frames because it failed or ended itself. The end of the chain
   * follows by itself, unless the two sides of the stage are independent of each other.
   * @default nobody is told
   */
  readonly onFailure?: (error: unknown) => void;
}

/**
 * Makes a stage that users insert: frames of sound in, frames of sound out.
 *
 * A stage that changes the sound keeps the marks: `{ ...frame, samples }`. By them turns begin and
 * end, speech that is interrupted is dropped, and the history knows what was heard.
 */
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
    return this.#splice(this.#find(place), 0, { name, make, foreign: true });
  }

  /** The chain with a further stage after the one named `place`. */
  after(place: string, make: MakeTransform, name = "custom"): Chain {
    return this.#splice(this.#find(place) + 1, 0, { name, make, foreign: true });
  }

  /** The chain with another stage in the place of the one named `place`, under the same name. */
  replace(place: string, make: MakeTransform): Chain {
    return this.#splice(this.#find(place), 1, { name: place, make, foreign: true });
  }

  /** The chain without the stage named `place`. */
  without(place: string): Chain {
    return this.#splice(this.#find(place), 1);
  }

  /**
   * Makes the stages and joins them from `source` to `sink`.
   *
   * Resolves when the source has ended and everything has reached the sink; rejects with the
   * failure of the stage that failed, or with the reason of the signal, which ends all of them. The
   * source is never cancelled: the last frames may have to leave by the socket it reads.
   *
   * @throws {TypeError} when a stage is not made as a pair of streams
   */
  run<In, Out>(
    source: ReadableStream<In>,
    sink: WritableStream<Out>,
    options: ChainRunOptions,
  ): Promise<void> {
    const { signal, onFailure = () => {} } = options;
    // deno-lint-ignore no-explicit-any -- each stage takes what the one before it gives
    let stream: ReadableStream<any> = source;
    // deno-lint-ignore no-explicit-any -- each stage takes what the one before it gives
    const pipe = ({ readable, writable }: ReadableWritablePair<any, any>) => {
      // At every joint, as a stage whose two sides are independent does not pass an abort on.
      stream.pipeTo(writable, { signal, preventCancel: stream === source }).catch(onFailure);
      stream = readable;
    };
    const joined: ReturnType<TransformerStage["transformer"]>[] = [];
    const pipeJoined = () => {
      if (joined.length > 0) pipe(new JoinedStream(joined.splice(0)));
    };
    for (const stage of this.#stages) {
      if ("transformer" in stage) {
        joined.push(stage.transformer());
        continue;
      }
      if (stage.foreign) joined.push(gateTransformer(signal));
      pipeJoined();
      pipe(madeBy(stage));
    }
    pipeJoined();
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

/** The streams of a stage: users make some of them, in languages that check nothing. */
function madeBy({ name, make }: PairStage): ReturnType<PairStage["make"]> {
  const made = make();
  const isPair = typeof made?.readable?.pipeTo === "function" &&
    typeof made.writable?.getWriter === "function";
  if (isPair) return made;
  throw new TypeError(
    `Cannot run the stage ${name} as it is made as { readable, writable }, a pair of streams: ` +
      `current value is ${made}`,
  );
}
