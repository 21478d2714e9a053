/** Listening at a port, also at one that another process is about to give back. */

import { type Clock, sleep } from "../clock/mod.ts";

/** How often it is tried, in ms. */
const AGAIN_MS = 100;

/** Which port is taken, and how long it is waited for. */
export interface TakePortOptions {
  /** The port and its address, as a person knows them. */
  readonly what: string;
  /** The option that names the port: `--http-port (SOFIA_PHONE_HTTP_PORT)`. */
  readonly option: string;
  /** Time. */
  readonly clock: Clock;
  /** How long it is waited for, in ms. */
  readonly withinMs: number;
}

/**
 * Listens; for up to `withinMs` ms again and again while somebody else has the port.
 *
 * @throws {Error} when the time is over, with what to do; and what `listen` throws for any other reason
 */
export async function takePort<T>(listen: () => Promise<T>, options: TakePortOptions): Promise<T> {
  const { what, option, clock, withinMs } = options;
  const until = clock.now() + withinMs;
  for (;;) {
    try {
      return await listen();
    } catch (cause) {
      const hindrance = hindranceOf(cause);
      if (hindrance !== undefined) {
        throw new Error(`Cannot start as ${what} cannot be listened at: ${hindrance}`, { cause });
      }
      if (!isTaken(cause)) throw cause;
      if (clock.now() >= until) {
        throw new Error(
          `Cannot start as ${what} is in use: end what has it, or set ${option} to another one or off`,
          { cause },
        );
      }
    }
    await sleep(clock, AGAIN_MS);
  }
}

/** What no waiting helps against, and what to do. */
function hindranceOf(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRNOTAVAIL") return "this machine has no such address, choose one of its own";
  return code === "EACCES"
    ? "a port below 1024 takes rights of its own, choose another"
    : undefined;
}

/** The runtimes say it by a code or by a name, here or in what caused it. */
function isTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === "EADDRINUSE" || error.name === "AddrInUse" ||
    /EADDRINUSE|in use/i.test(error.message) || isTaken(error.cause);
}
