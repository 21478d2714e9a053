/** What a backend answered, as it is noted for the transcript. */

import { msIn } from "../audio/mod.ts";
import type { Speech, StepOptions } from "../backend/mod.ts";
import type { StepWatch } from "./watched_backend.ts";

/** Who wants to know. */
export interface StepNotesOptions {
  /** The time of the call, in ms. */
  readonly now: () => number;
  /** When the sound of a turn was said, in ms of the call. */
  readonly placesOf: (audio: Int16Array) => readonly number[];
  /** Told how long the speech of a text is, so far or as a whole. */
  readonly onSpeech: (text: string, durationMs: number, isWhole: boolean) => void;
}

/** What was understood, and when. */
export interface Understood {
  /** The words. */
  readonly text: string;
  /** When they were known, in ms of the call. */
  readonly atMs: number;
}

interface Note extends Understood {
  /** When the first of its sound was said. */
  readonly startMs: number | undefined;
}

/** Follows the steps of one backend. */
export class StepNotes {
  readonly #options: StepNotesOptions;
  readonly #notes: Note[] = [];
  /** What was understood while the caller spoke, as it came. */
  readonly partials: Understood[] = [];

  constructor(options: StepNotesOptions) {
    this.#options = options;
  }

  /** What was understood of each turn, and not thrown away before it was complete. */
  get understood(): Understood[] {
    return this.#notes.map(({ text, atMs }) => ({ text, atMs }));
  }

  /** Begins to follow a step. */
  watch(name: string, args: readonly unknown[]): StepWatch | undefined {
    const signal = (args.at(-1) as StepOptions | undefined)?.signal;
    if (name === "transcribe") {
      const places = this.#options.placesOf(args[0] as Int16Array);
      let text = "";
      return {
        part: (part) => text += part,
        end: () => this.#note(text, places[0], signal),
      };
    }
    if (name === "transcribeStream") {
      let text = "";
      return {
        part: (part) => {
          text = String(part);
          this.partials.push({ text, atMs: this.#options.now() });
        },
        end: () => this.#note(text, undefined, signal),
      };
    }
    if (name !== "speak") return undefined;
    let durationMs = 0;
    const tell = (isWhole: boolean) => this.#options.onSpeech(String(args[0]), durationMs, isWhole);
    return {
      part(part) {
        const { samples, sampleRate } = part as Partial<Speech>;
        if (samples !== undefined && sampleRate) durationMs += msIn(samples.length, sampleRate);
        tell(false);
      },
      end: () => tell(signal?.aborted !== true),
    };
  }

  #note(text: string, startMs: number | undefined, signal: AbortSignal | undefined): void {
    if (signal?.aborted || text.trim() === "") return;
    const note = { text: text.trim(), atMs: this.#options.now(), startMs };
    // A turn that was heard too soon is heard again, from the same beginning.
    const isAgain = startMs !== undefined && this.#notes.at(-1)?.startMs === startMs;
    if (isAgain) this.#notes.pop();
    this.#notes.push(note);
  }
}
