/** A backend that outlives the failures of what is behind it. */

import { SystemClock, SystemRandom } from "../../clock/mod.ts";
import { hearingRate, isDuplexBackend, isStreamBackend, requireBackend } from "../backend_stage.ts";
import { shown } from "../require.ts";
import type { Parts, Speech, Step, StepOptions, VoiceBackend } from "../voice_backend.ts";
import { callListeners } from "./call_listeners.ts";
import { LateStream } from "./late_stream.ts";
import { type Limits, limitsOf } from "./limits.ts";
import { ReplayedAudio } from "./replayed_audio.ts";
import { requireMs } from "./require_option.ts";
import type { ResilienceOptions } from "./resilience_options.ts";
import { measureHearing, measureSpeech, measureText } from "./step_plan.ts";
import { StepRunner } from "./step_runner.ts";

/**
 * A backend whose steps end in time: each attempt has deadlines, is tried again where that is safe, is
 * not made while the service is known to be down, and is made by another backend if all else fails.
 *
 * Make one for all calls: they share its circuit breakers. It gives wholes where the backend gives
 * wholes, and streams where it gives streams, part by part as they are pulled. Once a part was passed
 * on there is no second attempt, as the caller may have heard it. What becomes of a step is told by
 * `StepOptions.report`, and a step that has failed for good throws `StepError`.
 *
 * Throws `TypeError` if a fallback is no backend of three steps, and `RangeError` if it hears another
 * rate than the first or an option is out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock, resilient } from "@sofia/phone/backend";
 *
 * const broken = {
 *   ...mock(),
 *   generate: (): Promise<string> => Promise.reject(new Error("no model")),
 * };
 * const events: string[] = [];
 * const options = {
 *   signal: new AbortController().signal,
 *   sessionId: "1",
 *   report: (event: { type: string }) => void events.push(event.type),
 * };
 * const backend = resilient(broken, { fallbacks: [mock()] });
 * await backend.transcribe(new Int16Array(16000), 16000, options);
 * assert.equal(await backend.generate("Something.", "1", [], options), "I see.");
 * assert.deepEqual(events, ["fallback"]);
 * ```
 */
export function resilient(backend: VoiceBackend, options: ResilienceOptions = {}): VoiceBackend {
  const { fallbacks = [], clock = new SystemClock(), random = new SystemRandom() } = options;
  const { greetingMs = 4000, onError } = options;
  const backends = [backend, ...fallbacks];
  requireVoices(backends);
  requireMs("greetingMs", greetingMs);
  const limits: Record<Step, Limits> = {
    transcribe: limitsOf("transcribe", options),
    transcribeStream: limitsOf("transcribeStream", options),
    generate: limitsOf("generate", options),
    speak: limitsOf("speak", options),
  };
  const runner = new StepRunner({ backends, limits, clock, random });
  return {
    sampleRate: backend.sampleRate,
    transcribe: (audio, sampleRate, stepOptions) =>
      runner.run({
        step: "transcribe",
        limits: limits.transcribe,
        mayBeEmpty: limits.transcribe.mayBeEmpty,
        // A copy each, as one attempt may write to it, or send its memory to a worker.
        ask: (backend, options) => backend.transcribe(audio.slice(), sampleRate, options),
        measure: measureText("transcribe", limits.transcribe.maxSize),
      }, stepOptions),
    transcribeStream: backend.transcribeStream === undefined
      ? undefined
      : (audio, sampleRate, stepOptions) =>
        hear({ runner, limits: limits.transcribeStream, audio, sampleRate }, stepOptions),
    generate: (text, sessionId, history, stepOptions) =>
      runner.run({
        step: "generate",
        limits: limits.generate,
        mayBeEmpty: limits.generate.mayBeEmpty,
        ask: (backend, options) => backend.generate(text, sessionId, history, options),
        measure: measureText("generate", limits.generate.maxSize),
      }, stepOptions),
    speak: (text, stepOptions) =>
      runner.run<Speech>({
        step: "speak",
        limits: limits.speak,
        mayBeEmpty: limits.speak.mayBeEmpty || !/[\p{L}\p{N}]/u.test(text),
        ask: (backend, options) => backend.speak(text, options),
        measure: measureSpeech("speak", limits.speak.maxSize),
      }, stepOptions),
    ...callListeners(backends, { clock, greetingMs, onError }),
  };
}

interface Hearing {
  readonly runner: StepRunner;
  readonly limits: Limits;
  readonly audio: ReadableStream<Int16Array>;
  readonly sampleRate: number;
}

/** Hears a turn as it comes. The recognizer that is asked second hears it from its beginning, too. */
function hear(
  { runner, limits, audio, sampleRate }: Hearing,
  options: StepOptions,
): AsyncIterable<string> {
  const replayed = new ReplayedAudio(audio);
  const cancel = () => replayed.cancel();
  options.signal.addEventListener("abort", cancel, { once: true });
  return new LateStream<string>({
    signal: options.signal,
    open: async (signal) => {
      const answer = await runner.run<string>({
        step: "transcribeStream",
        limits,
        mayBeEmpty: limits.mayBeEmpty,
        startsAfter: replayed.ended,
        ask: (backend, options): Parts<string> =>
          backend.transcribeStream!(replayed.open(), sampleRate, options),
        measure: measureHearing("transcribeStream", limits.maxSize),
      }, { ...options, signal });
      replayed.release();
      return answer;
    },
    onEnd: () => {
      options.signal.removeEventListener("abort", cancel);
      cancel();
    },
  });
}

function requireVoices(backends: readonly VoiceBackend[]): void {
  for (const [index, backend] of backends.entries()) {
    requireBackend(backend);
    if (isStreamBackend(backend) || isDuplexBackend(backend)) {
      throw new TypeError(
        `Cannot guard a backend as it must have transcribe, generate and speak: ` +
          `current value is ${shown(backend)}`,
      );
    }
    const rate = hearingRate(backends[0], 0);
    const heard = hearingRate(backend, 0);
    if (heard !== rate) {
      throw new RangeError(
        `Cannot fall back as every backend must hear ${rate} Hz as the first does: ` +
          `current value is ${heard} of fallback ${index}`,
      );
    }
  }
}
