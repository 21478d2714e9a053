import { delay } from "./delay.ts";

/** The last of the attempts failed, too. Its `cause` is what that attempt threw. */
export class RetryError extends Error {
  /** Tells it from other errors in a log. */
  override readonly name = "RetryError";

  /** An error for `attempts` attempts, the last of which threw `cause`. */
  constructor(cause: unknown, attempts: number) {
    super(`Retrying exceeded the maxAttempts (${attempts}).`, { cause });
  }
}

/** Options of {@link retry}. */
export interface RetryOptions {
  /**
   * How many times longer each wait is than the one before; 1 or more.
   * @default 2
   */
  readonly multiplier?: number;
  /**
   * The longest wait, in ms.
   * @default 60000
   */
  readonly maxTimeout?: number;
  /**
   * How often it is tried at most.
   * @default 5
   */
  readonly maxAttempts?: number;
  /**
   * The first wait, in ms.
   * @default 1000
   */
  readonly minTimeout?: number;
  /**
   * How much of each wait is left to chance, so that many callers do not come back at once: 0 is
   * none of it, 1 is all.
   * @default 1
   */
  readonly jitter?: number;
  /**
   * Whether what was thrown is worth another attempt. If not, it is thrown on at once.
   * @default () => true
   */
  readonly isRetriable?: (error: unknown) => boolean;
}

/**
 * Calls `fn` until it does not throw, with growing waits of real time between the calls.
 *
 * Rejects with {@link RetryError} when the last attempt has failed, and with `RangeError` for
 * options out of range.
 *
 * @example
 * ```ts
 * import { retry } from "@sofia/phone/async";
 * import assert from "node:assert/strict";
 *
 * let calls = 0;
 * const answer = await retry(() => {
 *   if (++calls < 3) throw new Error("busy");
 *   return "ok";
 * }, { minTimeout: 1 });
 * assert.deepEqual([answer, calls], ["ok", 3]);
 * ```
 */
export async function retry<T>(
  fn: (() => Promise<T>) | (() => T),
  options: RetryOptions = {},
): Promise<T> {
  const {
    multiplier = 2,
    maxTimeout = 60_000,
    maxAttempts = 5,
    minTimeout = 1000,
    jitter = 1,
    isRetriable = () => true,
  } = options;
  const check = (ok: boolean, name: string, rule: string, value: number) => {
    if (!ok) {
      throw new RangeError(`Cannot retry as ${name} must be ${rule}: current value is ${value}`);
    }
  };
  check(
    Number.isInteger(maxAttempts) && maxAttempts >= 1,
    "maxAttempts",
    "a whole number of 1 or more",
    maxAttempts,
  );
  check(multiplier >= 1 && multiplier < Infinity, "multiplier", "1 or more", multiplier);
  check(maxTimeout > 0, "maxTimeout", "above 0", maxTimeout);
  check(
    minTimeout >= 0 && minTimeout <= maxTimeout,
    "minTimeout",
    "from 0 to maxTimeout",
    minTimeout,
  );
  check(jitter >= 0 && jitter <= 1, "jitter", "from 0 to 1", jitter);

  let wait = minTimeout;
  for (let attempt = 1;; attempt++) {
    try {
      return await fn();
    } catch (error) {
      if (!isRetriable(error)) throw error;
      if (attempt === maxAttempts) throw new RetryError(error, maxAttempts);
    }
    await delay(wait * (1 - jitter * Math.random()));
    wait = Math.min(wait * multiplier, maxTimeout);
  }
}
