/** The end of a turn: how long a silence must be, given what was said. */

import { type AudioFrame, RecentSamples, samplesIn } from "../audio/mod.ts";
import type { EndOfTurnPredictor } from "./end_of_turn_predictor.ts";
import type { Weighed } from "./lost_sound.ts";
import type { TurnTimes } from "./turn_times.ts";

/** Silence before the predictor is asked, in ms: the stops inside a word are shorter, mostly. */
const ASK_MS = 100;
/** A likelihood from which an answer may be prepared at once. */
const LIKELY = 0.8;
/** The sound shown to the predictor, and what of it is kept of the time before a turn, in ms. */
const SHOWN_MS = 4000;
const KEPT_BEFORE_MS = 500;

/** What a frame of a turn is. */
export type EndpointMark = "goes-on" | "may-end" | "over";

/** What {@link Endpoint} goes by. */
export interface EndpointOptions {
  /** The silences that end a turn, in ms. */
  readonly times: Pick<TurnTimes, "endMs" | "fastEndMs" | "slowEndMs" | "mayEndMs">;
  /** Asked in every pause. */
  readonly predictor: EndOfTurnPredictor;
  /** Told when the predictor is of no use. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Waits for the end of a turn, shorter or longer as its predictor says.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Endpoint } from "./endpoint.ts";
 *
 * const endpoint = new Endpoint({
 *   times: { endMs: 500, fastEndMs: 250, slowEndMs: 1200, mayEndMs: 200 },
 *   predictor: { predict: () => 1 },
 *   onFailure: (error) => assert.fail(String(error)),
 * });
 * const frame = { sampleRate: 8000, samples: new Int16Array(800), timestamp: 0 };
 * endpoint.begin();
 * const marks = [1, 2, 3].map(() => endpoint.push(frame, { voiceMs: 0, silenceMs: 100 }));
 * assert.deepEqual(marks, ["may-end", "goes-on", "over"]);
 * ```
 */
export class Endpoint {
  readonly #times: EndpointOptions["times"];
  readonly #predictor: EndOfTurnPredictor;
  readonly #onFailure: (error: unknown) => void;
  readonly #sound = new RecentSamples();
  #transcript = "";
  #silenceMs = 0;
  /** What the predictor said in this pause, or 0.5. */
  #likelihood = 0.5;
  /** Which question is the latest, so that answers to older ones are known. */
  #question = 0;
  #isWaiting = false;
  #isToBeAsked = true;
  #isMarked = false;

  /** Waits for a turn. */
  constructor({ times, predictor, onFailure }: EndpointOptions) {
    this.#times = times;
    this.#predictor = predictor;
    this.#onFailure = onFailure;
  }

  /** A turn begins, with what is already understood of it. */
  begin(transcript = ""): void {
    this.#transcript = transcript;
    this.#goOn();
  }

  /** Takes a frame from between turns. */
  passBy(frame: AudioFrame): void {
    this.#keep(frame, KEPT_BEFORE_MS);
  }

  /** What was understood so far. */
  hear(transcript: string): void {
    if (transcript === this.#transcript) return;
    this.#transcript = transcript;
    this.#isToBeAsked = true;
  }

  /** Takes the turn's next frame, says what it is. */
  push(frame: AudioFrame, { voiceMs, silenceMs }: Weighed): EndpointMark {
    this.#keep(frame, SHOWN_MS);
    if (voiceMs > 0) {
      if (this.#silenceMs > 0) this.#goOn();
      return "goes-on";
    }
    this.#silenceMs += silenceMs;
    // Lost sound waits for what comes next, and the turn does not end in it.
    if (silenceMs === 0) return "goes-on";
    if (this.#isToBeAsked && this.#silenceMs >= ASK_MS) this.#ask(frame.sampleRate);
    if (this.#silenceMs >= this.#neededMs()) {
      if (this.#isWaiting) this.#fail(new Error("Cannot wait for the predictor: the turn is over"));
      this.end();
      return "over";
    }
    const { mayEndMs } = this.#times;
    const mayEnd = this.#silenceMs >= mayEndMs || this.#likelihood >= LIKELY;
    if (this.#isMarked || !mayEnd) return "goes-on";
    this.#isMarked = true;
    return "may-end";
  }

  /** The turn is over, whyever. */
  end(): void {
    this.#question++;
    this.#isWaiting = false;
  }

  #keep({ samples, sampleRate }: AudioFrame, ms: number): void {
    if (this.#predictor.hears === false) return;
    this.#sound.push(samples);
    this.#sound.keep(samplesIn(ms, sampleRate));
  }

  #goOn(): void {
    this.#silenceMs = 0;
    this.#likelihood = 0.5;
    this.#question++;
    this.#isWaiting = false;
    this.#isToBeAsked = true;
    this.#isMarked = false;
  }

  #ask(sampleRate: number): void {
    const question = ++this.#question;
    this.#isToBeAsked = false;
    this.#isWaiting = false;
    this.#likelihood = 0.5;
    const sound = this.#sound;
    const { position, length } = sound;
    const pause = {
      get audio() {
        return sound.between(position - length, position);
      },
      sampleRate,
      transcript: this.#transcript,
      silenceMs: this.#silenceMs,
    };
    try {
      const answer = this.#predictor.predict(pause);
      if (typeof answer !== "object" || answer === null) return this.#take(answer);
      this.#isWaiting = true;
      answer.then(
        (likelihood) => question === this.#question && this.#take(likelihood),
        (error) => question === this.#question && this.#fail(error),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  #take(likelihood: number): void {
    this.#isWaiting = false;
    // Null is from 0 to 1 as well, and would hold the turn open.
    if (typeof likelihood === "number" && likelihood >= 0 && likelihood <= 1) {
      this.#likelihood = likelihood;
    } else {
      this.#fail(
        new RangeError(
          `Cannot predict an end of turn as a likelihood is from 0 to 1: ` +
            `current value is ${likelihood}`,
        ),
      );
    }
  }

  #fail(error: unknown): void {
    this.#isWaiting = false;
    this.#likelihood = 0.5;
    this.#onFailure(error);
  }

  /** The silence that ends the turn: in proportion between slow, base and fast. */
  #neededMs(): number {
    const { slowEndMs, endMs, fastEndMs } = this.#times;
    const likelihood = this.#likelihood;
    return likelihood < 0.5
      ? slowEndMs + (endMs - slowEndMs) * likelihood * 2
      : endMs + (fastEndMs - endMs) * (likelihood - 0.5) * 2;
  }
}
