/** What backends are told of a call, beside its steps. */

import { type Clock, within } from "../../clock/mod.ts";
import type { CallInfo, MaybePromise, VoiceBackend } from "../voice_backend.ts";

/** How listeners are guarded. */
export interface CallListenersOptions {
  readonly clock: Clock;
  /** How long the greeting may take, in ms. */
  readonly greetingMs: number;
  /** Told what failed. */
  readonly onError?: (error: unknown, call: CallInfo) => void;
}

type Listeners = Pick<
  VoiceBackend,
  "onCallStart" | "onCallResume" | "onCallEnd" | "onNoInput" | "onError" | "onDtmf" | "onInterrupt"
>;

/**
 * The listeners of the first backend, and those by which its fallbacks know that a call begins and
 * ends. What the first does not have is not there.
 */
export function callListeners(
  backends: readonly VoiceBackend[],
  options: CallListenersOptions,
): Listeners {
  const { clock, greetingMs, onError } = options;
  const [first, ...others] = backends;
  const failed = (backend: VoiceBackend, error: unknown, call: CallInfo) => {
    run(() => onError?.(error, call)).catch(() => {});
    run(() => backend.onError?.(error, call)).catch(() => {});
  };
  const tellOthers = (name: "onCallStart" | "onCallEnd", call: CallInfo) => {
    for (const backend of others) {
      const listener = () =>
        call.resumed !== undefined && name === "onCallStart" && backend.onCallResume !== undefined
          ? backend.onCallResume(call, call.resumed)
          : backend[name]?.(call);
      run<unknown>(listener).catch((error) => failed(backend, error, call));
    }
  };
  /** What is said first, or nothing when that takes too long or fails. */
  const opens = async <T>(
    name: "onCallStart" | "onCallResume",
    call: CallInfo,
    open: () => MaybePromise<T>,
  ): Promise<T | undefined> => {
    const greeting = run(open);
    tellOthers("onCallStart", call);
    try {
      if (await within(clock, greeting, greetingMs)) return await greeting;
      throw new DOMException(
        `Cannot wait any longer for ${name} as greetingMs has passed: current value is ${greetingMs}`,
        "TimeoutError",
      );
    } catch (error) {
      failed(first, error, call);
      return undefined;
    }
  };
  const knows = (name: keyof Listeners) => backends.some((backend) => backend[name] !== undefined);
  return {
    onCallStart: knows("onCallStart") || others.some(({ onCallResume }) => onCallResume)
      ? (call, actions) => opens("onCallStart", call, () => first.onCallStart?.(call, actions))
      : undefined,
    onCallResume: first.onCallResume === undefined
      ? undefined
      : (call, resumed, actions) =>
        opens("onCallResume", call, () => first.onCallResume!(call, resumed, actions)),
    onCallEnd: !knows("onCallEnd") ? undefined : (call) => {
      const ended = run(() => first.onCallEnd?.(call));
      tellOthers("onCallEnd", call);
      return ended;
    },
    onNoInput: first.onNoInput?.bind(first),
    onError: first.onError?.bind(first),
    onDtmf: first.onDtmf?.bind(first),
    onInterrupt: first.onInterrupt?.bind(first),
  };
}

/** Calls a listener. A sync failure is a rejection, too. */
function run<T>(listener: () => MaybePromise<T>): Promise<T> {
  return new Promise((resolve) => resolve(listener()));
}
