/** Backends for tests of what stands around them, and ways to ask them. */
import type { Parts, Speech, Step, StepOptions, VoiceBackend } from "../../src/backend/mod.ts";
import { streamOf } from "./stream_of.ts";

/** The steps, in the order of a turn. */
export const STEPS: readonly Step[] = ["transcribe", "transcribeStream", "generate", "speak"];

/** A backend that tells by its answers who it is. They come as wholes, or each in three parts. */
export function voice(name: string, form: "whole" | "parts" = "whole"): VoiceBackend {
  const sound = (ms: number): Speech => ({
    samples: new Int16Array(ms * 16).fill(name.length),
    sampleRate: 16_000,
  });
  const text = (verb: string) => form === "whole" ? `${name} ${verb} it` : partsOf(name, verb);
  return {
    transcribe: () => text("heard"),
    async *transcribeStream(audio) {
      await lengthOf(audio);
      yield `${name}`;
      yield `${name} heard`;
      yield `${name} heard it`;
    },
    generate: () => text("says"),
    speak: () => form === "whole" ? sound(300) : partsOfSound([sound(100), sound(100), sound(100)]),
  };
}

async function* partsOf(name: string, verb: string): AsyncGenerator<string> {
  yield `${name} `;
  yield `${verb} `;
  yield "it";
}

async function* partsOfSound(parts: readonly Speech[]): AsyncGenerator<Speech> {
  yield* parts;
}

/** How many samples a stream of sound has. */
export async function lengthOf(audio: ReadableStream<Int16Array>): Promise<number> {
  let length = 0;
  for await (const piece of audio) length += piece.length;
  return length;
}

/** The options of a step; what it reports is put into `events`. */
export function stepOptions(
  options: Partial<StepOptions> & { readonly events?: unknown[] } = {},
): StepOptions {
  const { events, ...rest } = options;
  return {
    signal: new AbortController().signal,
    sessionId: "1",
    report: (event) => void events?.push(event),
    ...rest,
  };
}

/** Asks for a step, with 20 ms of sound or the words "Hello?". */
export function askFor(
  backend: VoiceBackend,
  step: Step,
  options: StepOptions,
): Parts<string | Speech> {
  const audio = new Int16Array(320);
  if (step === "transcribe") return backend.transcribe(audio, 16_000, options);
  if (step === "generate") return backend.generate("Hello?", options.sessionId, [], options);
  if (step === "speak") return backend.speak("Hello?", options);
  return backend.transcribeStream!(streamOf([audio]), 16_000, options);
}

/** What came of a step: its parts in words, and what it failed with. */
export interface Outcome {
  /** Texts as they are, sound as `<ms> ms of <first sample>`. */
  readonly parts: readonly string[];
  readonly isStream: boolean;
  readonly error?: unknown;
}

/** Reads all of an answer. */
export async function outcomeOf(asked: () => Parts<string | Speech>): Promise<Outcome> {
  const parts: string[] = [];
  let isStream = false;
  try {
    const answer = await asked();
    isStream = typeof answer === "object" && Symbol.asyncIterator in answer;
    if (!(typeof answer === "object" && Symbol.asyncIterator in answer)) {
      parts.push(inWords(answer));
    } else for await (const part of answer) parts.push(inWords(part));
    return { parts, isStream };
  } catch (error) {
    return { parts, isStream, error };
  }
}

function inWords(part: string | Speech): string {
  if (typeof part === "string") return part;
  return `${part.samples.length * 1000 / part.sampleRate} ms of ${part.samples[0]}`;
}
