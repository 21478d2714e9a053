/** A backend with faults in it. */

import type { Parts, Speech, Step, StepOptions, VoiceBackend } from "../../backend/mod.ts";
import { SeededRandom } from "../../clock/mod.ts";
import { cutSpeech, cutText, longSpeech, longText, noSpeech } from "./pieces.ts";
import type { FaultOptions, FaultyStep } from "./fault.ts";
import { FaultPicker } from "./fault_picker.ts";
import { isStream } from "./parts_of_step.ts";

/**
 * The same backend, with something that goes wrong in it: where, when and how often is for `rules` to
 * say. The same rules, seed and calls give the same faults. Whatever is not a step passes through.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock, resilient } from "@sofia/phone/backend";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { hanging, throwing, withFaults } from "@sofia/phone/testing";
 *
 * const clock = new VirtualClock();
 * const faulty = withFaults(mock(), {
 *   clock,
 *   rules: [{ step: "speak", fault: throwing() }, { step: "transcribe", nth: 1, fault: hanging() }],
 * });
 * const backend = resilient(faulty, { clock, fallbacks: [mock()] });
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * const heard = Promise.resolve(backend.transcribe(new Int16Array(16000), 16000, options));
 * assert.equal(await clock.runUntil(heard), "Something.");
 * ```
 */
export function withFaults(backend: VoiceBackend, options: FaultOptions): VoiceBackend {
  const { clock, random = new SeededRandom(1) } = options;
  const picker = new FaultPicker({ ...options, random });
  const strike = <T extends string | Speech>(
    site: { readonly step: Step; readonly text: string },
    { signal, sessionId }: StepOptions,
    step: Pick<FaultyStep<T>, "ask" | "nothing" | "filling" | "cut">,
  ): Parts<T> => {
    const fault = picker.pick({ ...site, sessionId });
    if (fault === undefined) return step.ask();
    return fault<T>({ ...step, step: site.step, signal, clock, random });
  };
  const text = { nothing: "", filling: longText(), cut: cutText };
  const speech = { nothing: noSpeech(), filling: longSpeech(), cut: cutSpeech };
  return {
    ...listenersOf(backend),
    sampleRate: backend.sampleRate,
    transcribe: (audio, sampleRate, options) =>
      strike({ step: "transcribe", text: "" }, options, {
        ...text,
        ask: () => backend.transcribe(audio, sampleRate, options),
      }),
    transcribeStream: backend.transcribeStream === undefined
      ? undefined
      : (audio, sampleRate, options) =>
        asStream(strike({ step: "transcribeStream", text: "" }, options, {
          ...text,
          ask: () => backend.transcribeStream!(audio, sampleRate, options),
        })),
    generate: (asked, sessionId, history, options) =>
      strike({ step: "generate", text: asked }, options, {
        ...text,
        ask: () => backend.generate(asked, sessionId, history, options),
      }),
    speak: (spoken, options) =>
      strike({ step: "speak", text: spoken }, options, {
        ...speech,
        ask: () => backend.speak(spoken, options),
      }),
    onCallEnd: (call) => {
      picker.forget(call.sessionId);
      return backend.onCallEnd?.(call);
    },
  };
}

/** What is not a step, as it is. */
function listenersOf(backend: VoiceBackend): Partial<VoiceBackend> {
  return {
    onCallStart: backend.onCallStart?.bind(backend),
    onCallResume: backend.onCallResume?.bind(backend),
    onNoInput: backend.onNoInput?.bind(backend),
    onError: backend.onError?.bind(backend),
    onDtmf: backend.onDtmf?.bind(backend),
    onInterrupt: backend.onInterrupt?.bind(backend),
  };
}

/** The step that must give a stream gives one also where its fault is a promise or a whole. */
function asStream<T>(answer: Parts<T>): AsyncIterable<T> {
  if (!(answer instanceof Promise) && isStream(answer)) return answer;
  // Whoever reads is told. Unread, it is nobody's failure.
  if (answer instanceof Promise) answer.catch(() => {});
  return (async function* () {
    const value = await answer;
    if (isStream(value)) yield* value;
    else yield value;
  })();
}
