/** The longest delay `setTimeout` knows; a longer one would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Options of {@link delay}. */
export interface DelayOptions {
  /** Ends the delay early: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Whether the process stays alive for it.
   * @default true
   */
  readonly persistent?: boolean;
}

/**
 * Resolves after `ms` milliseconds of real time. Negative or no number is 0; `Infinity` is forever.
 *
 * @example
 * ```ts
 * import { delay } from "@sofia/phone/async";
 * import assert from "node:assert/strict";
 *
 * await delay(1);
 * await assert.rejects(delay(60_000, { signal: AbortSignal.abort() }), { name: "AbortError" });
 * ```
 */
export function delay(ms: number, options: DelayOptions = {}): Promise<void> {
  const { signal, persistent = true } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    let remaining = Math.trunc(Math.max(0, ms) || 0);
    let id: ReturnType<typeof setTimeout>;
    const arm = () => {
      const part = Math.min(remaining, LONGEST_TIMEOUT_MS);
      remaining -= part;
      id = setTimeout(remaining > 0 ? arm : done, part);
      if (!persistent) unref(id);
    };
    const done = () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    };
    const abort = () => {
      clearTimeout(id);
      reject(signal!.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    arm();
  });
}

/** Lets the process end while a timer is pending: an object on Bun and Node, a number on Deno. */
function unref(id: unknown): void {
  if (typeof id === "object") (id as { unref(): void }).unref();
  else (globalThis as unknown as { Deno: { unrefTimer(id: unknown): void } }).Deno.unrefTimer(id);
}
