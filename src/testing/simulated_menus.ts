/** What can be asked of a simulated caller beside the bot. */

import type { CallInfo } from "../backend/mod.ts";
import { CallMenus, type MenuMemory } from "../call/mod.ts";
import type { Clock } from "../clock/mod.ts";
import type { MediaSession } from "../media/mod.ts";

/** The call that {@link simulatedMenus} ask in. */
export interface SimulatedMenusOptions {
  readonly info: CallInfo;
  readonly clock: Clock;
  readonly memory: MenuMemory;
  readonly session: MediaSession;
  /** Fires when the call is over. */
  readonly signal: AbortSignal;
  /** Gives the caller to somebody else, if it can. */
  readonly transfer: (target: string) => Promise<boolean>;
  readonly hangUp: () => void;
  readonly onMask: (isMasked: boolean) => void;
  readonly onError: (error: unknown) => void;
}

/** As a call makes them. */
export function simulatedMenus(options: SimulatedMenusOptions): CallMenus {
  const { info, clock, memory, session, signal, transfer } = options;
  const { hangUp, onMask, onError } = options;
  const ended = new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  return new CallMenus({
    info,
    clock,
    memory,
    get isOver() {
      return signal.aborted;
    },
    ended,
    takeFloor: (options) => session.takeFloor(options),
    async transfer(target) {
      return { outcome: await transfer(target) ? "completed" : "unreachable" };
    },
    hangup: hangUp,
    maskKeys() {
      onMask(true);
      return () => onMask(false);
    },
    onError,
  });
}
