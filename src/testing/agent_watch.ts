/** What of the agent's words left for the caller, as seen from outside of the call. */

import { type AudioFrame, msIn, rmsLevel } from "../audio/mod.ts";
import { splitHeard } from "../backend/mod.ts";
import type { Codec } from "../codec/mod.ts";

/** A sentence of the agent. */
export interface AgentSentence {
  /** The agent's turn. */
  readonly turn: number;
  /** What was to be said; empty where the agent gives sound without words. */
  readonly text: string;
  /** What of it left for the caller. */
  readonly heard: string;
  /** What of it did not. */
  readonly unheard: string;
  /** It was cut short. */
  readonly isCut: boolean;
  /** When its first packet left, in ms of the call. */
  readonly startMs: number;
  /** When the sound of its last packet was over, in ms of the call. */
  readonly endMs: number;
}

interface Sentence {
  readonly turn: number;
  readonly text: string;
  /** The length of its speech, as far as it is made. */
  madeMs: number;
  /** The whole of its speech is made. */
  isWhole: boolean;
  sentMs: number;
  startMs: number;
  endMs: number;
}

interface Made {
  readonly samples: Int16Array;
  readonly payload: Uint8Array;
  readonly sentence: Sentence;
}

/** The last packet of a speech may be its end and silence, in ms. */
const LEEWAY_MS = 20;
/** A frame softer than this cannot be told from the silence between turns, in dBov. */
const SILENCE_DB = -70;
/** How alike a packet and the frame it was made of are, where it was made softer: 1 is the same shape. */
const ALIKE = 0.7;

/**
 * Tells which of the frames that were made are the packets that left.
 *
 * It does not ask the pacer what it sent, so that a test does not believe what it is to prove.
 */
export class AgentWatch {
  readonly #codec: Codec;
  readonly #waiting: Made[] = [];
  readonly #sentences: Sentence[] = [];
  readonly #spoken = new Map<string, { readonly madeMs: number; readonly isWhole: boolean }>();

  /** @param codec an instance that is used for nothing else */
  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** What was said so far, without what was made and never left. */
  get sentences(): readonly AgentSentence[] {
    return this.#sentences.filter(({ sentMs }) => sentMs > 0).map((sentence) => {
      const { turn, text, startMs, endMs, madeMs, sentMs } = sentence;
      const spoken = this.#spoken.get(text) ?? sentence;
      const durationMs = Math.max(spoken.madeMs, madeMs);
      const { heard, unheard } = splitHeard(
        [{ text, durationMs: durationMs - LEEWAY_MS, isWhole: spoken.isWhole }],
        [{ text, heardMs: sentMs }],
      );
      const isCut = unheard !== "" || madeMs - sentMs > LEEWAY_MS;
      return { turn, text, heard, unheard, isCut, startMs, endMs };
    });
  }

  /** Notes how long the speech of a text is, of which only a part may ever come by. */
  spoke(text: string, madeMs: number, isWhole: boolean): void {
    this.#spoken.set(text, { madeMs, isWhole });
  }

  /** Takes a frame on its way to the encoder, at the rate of the line. */
  made(frame: AudioFrame): void {
    const { samples, turn = 0, text, sampleRate, endOfTurn } = frame;
    let sentence = this.#sentences.at(-1);
    // What is left of turns before this one was interrupted, and never leaves.
    if (sentence !== undefined && sentence.turn < turn) this.#waiting.length = 0;
    if (sentence === undefined || sentence.turn !== turn || text !== undefined) {
      if (sentence?.turn === turn) sentence.isWhole = true;
      sentence = {
        turn,
        text: text ?? "",
        madeMs: 0,
        isWhole: false,
        sentMs: 0,
        startMs: 0,
        endMs: 0,
      };
      this.#sentences.push(sentence);
    }
    // The last frame of a turn is the silence after it.
    if (endOfTurn) return void (sentence.isWhole = true);
    sentence.madeMs += msIn(samples.length, sampleRate);
    this.#waiting.push({ samples, payload: this.#codec.encode(samples), sentence });
  }

  /** Takes the payload of a packet that left at `at` ms of the call. */
  sent(payload: Uint8Array, at: number): void {
    const index = this.#find(payload);
    if (index < 0) return;
    const { sentence, samples } = this.#waiting[index];
    this.#waiting.splice(0, index + 1);
    const ms = msIn(samples.length, this.#codec.sampleRate);
    if (sentence.sentMs === 0) sentence.startMs = at;
    sentence.sentMs += ms;
    sentence.endMs = at + ms;
  }

  /** The frame a packet was made of: frames leave in their order, and those that are passed over never will. */
  #find(payload: Uint8Array): number {
    if (this.#waiting.length === 0) return -1;
    const samples = this.#codec.decode(payload);
    if (rmsLevel(samples) < SILENCE_DB) {
      // The silence between turns is like any other: only what is next can be meant.
      return rmsLevel(this.#waiting[0].samples) < SILENCE_DB ? 0 : -1;
    }
    const same = this.#waiting.findIndex((made) => isSame(made.payload, payload));
    return same >= 0
      ? same
      : this.#waiting.findIndex((made) => alike(made.samples, samples) > ALIKE);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The normalised correlation of two frames. */
function alike(a: Int16Array, b: Int16Array): number {
  let [both, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < a.length && i < b.length; i++) {
    both += a[i] * b[i];
    ofA += a[i] * a[i];
    ofB += b[i] * b[i];
  }
  return both / Math.sqrt(ofA * ofB || 1);
}
