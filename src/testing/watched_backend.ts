/** A backend whose steps are followed from outside. */

import type { Backend, StepOptions, VoiceBackend } from "../backend/mod.ts";
import { isDuplexBackend, isStreamBackend } from "../backend/mod.ts";
import type { PendingSteps } from "./pending_steps.ts";

/** What is told of the steps. */
export interface BackendWatch {
  /** A step was asked for; what it returns is told the parts as they come, and the end. */
  onStep?(name: string, args: readonly unknown[]): StepWatch | undefined;
  /** Steps in the place of the backend's own, by name. */
  readonly instead?: Partial<VoiceBackend>;
}

/** What is told of one step. */
export interface StepWatch {
  /** A part came, or the whole. */
  part?(part: unknown): void;
  /** All of it is there. */
  end?(): void;
}

/**
 * The same backend, with each call of its methods counted as pending until it is answered, each part
 * of a stream on its own: between two parts it is the caller's time that passes.
 *
 * Only the steps of a {@link VoiceBackend} can be followed; others are returned as they are.
 */
export function watchedBackend(
  backend: Backend,
  steps: PendingSteps,
  watch: BackendWatch = {},
): Backend {
  if (isStreamBackend(backend) || isDuplexBackend(backend)) return backend;
  const methods = new Map<PropertyKey, unknown>();
  // In front of nothing, as one in front of a frozen backend could not give another method for its own.
  return new Proxy({} as VoiceBackend, {
    has: (_, name) => name in backend || name in (watch.instead ?? {}),
    get(_, name) {
      const instead = Reflect.get(watch.instead ?? {}, name);
      const value = instead ?? Reflect.get(backend, name, backend);
      if (typeof value !== "function" || typeof name !== "string") return value;
      let method = methods.get(name);
      if (method === undefined) {
        method = (...args: unknown[]) => call(name, value.bind(backend), args);
        methods.set(name, method);
      }
      return method;
    },
  });

  function call(name: string, method: (...args: unknown[]) => unknown, args: unknown[]): unknown {
    const signal = (args.at(-1) as StepOptions | undefined)?.signal;
    const told = watch.onStep?.(name, args);
    const follow = <T>(promise: Promise<T>) => steps.track(name, promise, signal);
    // While the caller speaks, a recogniser rightly has nothing to say: only its last word is waited for.
    if (name === "transcribeStream") {
      const { promise, resolve } = Promise.withResolvers<void>();
      const [audio, ...others] = args as [ReadableStream<Int16Array>, ...unknown[]];
      const tail = new TransformStream({ flush: () => void follow(promise) });
      const parts = method(audio.pipeThrough(tail), ...others) as AsyncIterable<unknown>;
      const end = () => {
        resolve();
        told?.end?.();
      };
      return followed(parts, (next) => next, { part: (part) => told?.part?.(part), end });
    }
    const take = (result: unknown) => {
      if (isAsyncIterable(result)) return followed(result, follow, told);
      told?.part?.(result);
      told?.end?.();
      return result;
    };
    const result = method(...args);
    return isPromise(result) ? follow(result).then(take) : take(result);
  }
}

/** The same stream; each of its parts is followed. */
async function* followed(
  parts: AsyncIterable<unknown>,
  follow: <T>(promise: Promise<T>) => Promise<T>,
  told: StepWatch | undefined,
): AsyncGenerator<unknown, void, void> {
  const iterator = parts[Symbol.asyncIterator]();
  let isYielding = false;
  try {
    for (;;) {
      const { done, value } = await follow(Promise.resolve(iterator.next()));
      if (done) return;
      told?.part?.(value);
      isYielding = true;
      yield value;
      isYielding = false;
    }
  } finally {
    told?.end?.();
    // Left by the reader; a stream that has ended or failed is not told.
    if (isYielding) await iterator.return?.();
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
