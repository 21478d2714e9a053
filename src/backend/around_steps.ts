/** A backend each of whose steps somebody is around: who measures it, say. */

import { isStreamBackend } from "./backend_stage.ts";
import type { Backend, Step, StepOptions } from "./voice_backend.ts";

/** A step that a backend is about to be asked for. */
export interface AskedStep {
  /** Which it is; `converse` of one that is speech to speech. */
  readonly step: Step | "converse";
  /** The call it is for. */
  readonly sessionId: string;
  /** Fires when the answer is no longer wanted. */
  readonly signal: AbortSignal;
}

/**
 * Asks for a step: calls `ask` once, and returns what that returns or what stands for it, a promise for a
 * promise and a stream for a stream. What `ask` throws goes on.
 */
export type AroundStep = (asked: AskedStep, ask: () => unknown) => unknown;

const STEPS: ReadonlySet<string> = new Set<AskedStep["step"]>([
  ...["transcribe", "transcribeStream", "generate", "speak", "converse"] as const,
]);

/**
 * The same backend, asked by `around` for its steps, while that gives somebody to ask. A backend that
 * makes streams has no steps, and is returned as it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { aroundSteps, type AskedStep, mock, type VoiceBackend } from "@sofia/phone/backend";
 *
 * const asked: string[] = [];
 * const note = ({ step }: AskedStep, ask: () => unknown) => {
 *   asked.push(step);
 *   return ask();
 * };
 * const backend = aroundSteps(mock(), () => note) as VoiceBackend;
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * assert.equal(await backend.transcribe(new Int16Array(160), 8000, options), "Something.");
 * assert.deepEqual(asked, ["transcribe"]);
 * ```
 */
export function aroundSteps(backend: Backend, around: () => AroundStep | undefined): Backend {
  if (isStreamBackend(backend)) return backend;
  const methods = new Map<PropertyKey, unknown>();
  // In front of nothing, as one in front of a frozen backend could not give another method for its own.
  return new Proxy({} as typeof backend, {
    has: (_, name) => name in backend,
    get(_, name) {
      const value = Reflect.get(backend, name, backend);
      if (typeof value !== "function" || typeof name !== "string") return value;
      let method = methods.get(name);
      if (method === undefined) {
        method = STEPS.has(name)
          ? (...args: unknown[]) => ask(name as AskedStep["step"], value.bind(backend), args)
          : value.bind(backend);
        methods.set(name, method);
      }
      return method;
    },
  });

  function ask(
    step: AskedStep["step"],
    method: (...args: unknown[]) => unknown,
    args: readonly unknown[],
  ): unknown {
    const one = around();
    if (one === undefined) return method(...args);
    const { sessionId, signal } = args.at(-1) as StepOptions;
    return one({ step, sessionId, signal }, () => method(...args));
  }
}
