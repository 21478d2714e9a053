/** A backend of chance: slow, failing, hanging, late after it was cancelled, and each of its words a sound. */

import type { StepOptions, VoiceBackend } from "../../src/backend/mod.ts";
import type { Random, VirtualClock } from "../../src/clock/mod.ts";

/** The length of a word, which is also that of five letters at the usual pace, in packets of 20 ms. */
export const WORD_PACKETS = 16;
const RATE = 8000;
const WORDS = 60;
const LETTERS = "abcdefghij";

/** A step that was asked for. */
export interface StartedStep {
  readonly name: string;
  readonly signal: AbortSignal;
  isDone: boolean;
}

/** What a backend of chance may do. */
export interface Mischief {
  /** The share of steps that fail, hang or go on after they were cancelled. */
  readonly faults: number;
  /** Whether it hears while the caller speaks. */
  readonly isLive: boolean;
  /** The most a step waits between its parts, in ms. */
  readonly slowMs: number;
}

/** The sound of word `number`: a square wave that no other word has. */
export function soundOf(number: number): Int16Array {
  const flips = number % WORDS + 1;
  return Int16Array.from(
    { length: WORD_PACKETS * RATE / 50 },
    (_, i) => Math.floor((i % 160) * flips / 160) % 2 === 0 ? 8000 : -8000,
  );
}

/** Which word a packet's sound is of, by its number modulo {@link WORDS}; undefined for silence. */
export function wordIn(samples: Int16Array): number | undefined {
  if (samples.every((sample) => Math.abs(sample) < 20)) return undefined;
  let flips = 1;
  for (let i = 1; i < samples.length; i++) if (samples[i] > 0 !== samples[i - 1] > 0) flips++;
  return flips - 1;
}

/** A number as a word of letters, as a digit would be spoken as a word of its own. */
function wordOf(number: number): string {
  const letters = [...String(number).padStart(3, "0")].map((digit) => LETTERS[Number(digit)]);
  return `W${letters.join("")}`;
}

/** The number of a word modulo {@link WORDS}. */
export function numberOf(word: string): number {
  const digits = [...word.slice(1, 4)].map((letter) => LETTERS.indexOf(letter));
  return Number(digits.join("")) % WORDS;
}

export class RandomBackend {
  readonly steps: StartedStep[] = [];
  /** What the caller was taken to say, in order. */
  readonly heard: string[] = [];
  readonly backend: VoiceBackend;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #mischief: Mischief;
  #words = 0;

  constructor(clock: VirtualClock, random: Random, mischief: Mischief) {
    this.#clock = clock;
    this.#random = random;
    this.#mischief = mischief;
    this.backend = {
      sampleRate: RATE,
      onCallStart: async () => {
        await this.#pause();
        return this.#chance(0.3) ? undefined : {
          say: this.#sentence(),
          interruptible: this.#chance(0.7),
        };
      },
      onDtmf: async () => {
        await this.#pause();
        return this.#chance(0.5) ? undefined : this.#chance(0.2) ? "" : this.#sentence();
      },
      onNoInput: () => this.#chance(0.5) ? this.#sentence() : undefined,
      transcribe: (_audio, _rate, options) =>
        this.#step("transcribe", options, () => this.#transcript()),
      generate: (_text, _id, _history, options) =>
        this.#stream("generate", options, () => this.#chance(0.3) ? "" : `${this.#sentence()} `),
      speak: (text, options) => {
        const words = text.split(" ").map((word) => soundOf(numberOf(word)));
        const samples = new Int16Array(words.length * soundOf(0).length);
        words.forEach((word, i) => samples.set(word, i * word.length));
        if (this.#chance(0.5)) {
          return this.#step("speak", options, () => ({ samples, sampleRate: RATE }));
        }
        let at = 0;
        return this.#stream("speak", options, () => {
          if (at >= samples.length) return undefined;
          const part = samples.subarray(at, at += 1 + Math.floor(this.#next() * 4000));
          return { samples: part, sampleRate: RATE };
        });
      },
    };
    if (mischief.isLive) {
      this.backend.transcribeStream = (audio, _rate, options) => this.#live(audio, options);
    }
  }

  #next(): number {
    return this.#random.uint32() / 2 ** 32;
  }

  #chance(share: number): boolean {
    return this.#next() < share;
  }

  /** Words that nobody has said yet. */
  sentence(): string {
    return this.#sentence();
  }

  #sentence(): string {
    const words = Array.from(
      { length: 1 + Math.floor(this.#next() * 6) },
      () => wordOf(this.#words++ % 1000),
    );
    return `${words.join(" ")}.`;
  }

  #transcript(): string {
    if (this.#chance(0.15)) return "";
    const text = `c${this.heard.length}`;
    this.heard.push(text);
    return text;
  }

  #pause(options?: StepOptions): Promise<void> {
    if (this.#chance(0.3)) return Promise.resolve();
    const ms = this.#next() * this.#mischief.slowMs;
    return new Promise((resolve, reject) => {
      const timer = this.#clock.setTimer(resolve, ms);
      if (options === undefined || this.#chance(this.#mischief.faults)) return;
      options.signal.addEventListener("abort", () => {
        timer.cancel();
        reject(options.signal.reason);
      }, { once: true });
    });
  }

  #begin(name: string, { signal }: StepOptions): StartedStep {
    const step = { name, signal, isDone: false };
    this.steps.push(step);
    return step;
  }

  async #trouble(): Promise<void> {
    if (!this.#chance(this.#mischief.faults)) return;
    if (this.#chance(0.5)) throw new Error("no luck");
    await new Promise(() => {});
  }

  async #step<T>(name: string, options: StepOptions, value: () => T): Promise<T> {
    const step = this.#begin(name, options);
    try {
      await this.#pause(options);
      await this.#trouble();
      return value();
    } finally {
      step.isDone = true;
    }
  }

  async *#stream<T>(
    name: string,
    options: StepOptions,
    next: () => T | undefined,
  ): AsyncGenerator<T, void, void> {
    const step = this.#begin(name, options);
    try {
      const isEndless = name === "speak";
      for (let parts = 1 + Math.floor(this.#next() * 3); parts > 0 || isEndless; parts--) {
        await this.#pause(options);
        await this.#trouble();
        const value = next();
        if (value === undefined) return;
        yield value;
      }
    } finally {
      step.isDone = true;
    }
  }

  async *#live(audio: ReadableStream<Int16Array>, options: StepOptions) {
    const step = this.#begin("transcribeStream", options);
    try {
      if (this.#chance(this.#mischief.faults)) await this.#trouble();
      if (this.#chance(this.#mischief.faults)) return;
      let count = 0;
      for await (const _ of audio) {
        if (++count % 20 === 0) yield "mm-hm";
      }
      await this.#pause(options);
      yield this.#transcript();
    } finally {
      step.isDone = true;
    }
  }
}
