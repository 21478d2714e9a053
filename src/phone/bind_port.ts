/** Taking a port, also from a process that is about to give it back. */

import { type Clock, sleep } from "../clock/mod.ts";

/** How often it is tried, in ms: callers hear music meanwhile. */
const AGAIN_MS = 25;

/** How a port is waited for. */
export interface BindPortOptions {
  readonly clock: Clock;
  /** For how long, in ms. */
  readonly withinMs: number;
  /** Fires when the port is not wanted any more. */
  readonly signal: AbortSignal;
}

/**
 * Starts who listens at a port; for up to `withinMs` ms again and again while somebody else has it.
 *
 * @throws {Error} as the start does, when the time is over or for any other reason; and the reason of the
 * signal
 */
export async function bindPort(
  listener: { readonly start: () => Promise<void> },
  { clock, withinMs, signal }: BindPortOptions,
): Promise<void> {
  const untilMs = clock.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await listener.start();
    } catch (error) {
      if (!isTaken(error) || clock.now() >= untilMs) throw error;
    }
    await sleep(clock, AGAIN_MS);
  }
}

/** The runtimes say it by a code or by a name, here or in what caused it. */
function isTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as { code?: unknown }).code === "EADDRINUSE" || error.name === "AddrInUse" ||
    /EADDRINUSE|in use/i.test(error.message) || isTaken(error.cause);
}
