/** What a backend can do to a simulated call. */

import type { CallActions } from "../backend/mod.ts";
import type { CallMenus } from "../call/mod.ts";
import type { MediaSession } from "../media/mod.ts";

/** How many actions of the backend are under way: the caller's time has to pass for them. */
export interface ActionsUnderWay {
  count: number;
}

/** The call that {@link simulatedActions} act on. */
export interface SimulatedActionsOptions {
  readonly session: () => MediaSession;
  readonly menus: () => CallMenus;
  /** Gives the caller to somebody else, if it can. */
  readonly transfer: (target: string) => Promise<boolean>;
  readonly hangUp: () => void;
  readonly underWay: ActionsUnderWay;
}

/** As a call gives them to its backend. */
export function simulatedActions(options: SimulatedActionsOptions): CallActions {
  const { session, menus, transfer, hangUp, underWay } = options;
  async function inItsTime<T>(act: () => Promise<T>): Promise<T> {
    underWay.count++;
    try {
      return await act();
    } finally {
      underWay.count--;
    }
  }
  return {
    hangup: () => Promise.resolve(hangUp()),
    transfer: (target) =>
      inItsTime(async () => ({ outcome: await transfer(target) ? "completed" : "unreachable" })),
    say: (what, how) => inItsTime(() => session().say(what, how)),
    sendDtmf: (digits) => session().sendDtmf(digits),
    collectDigits: (question) => inItsTime(() => menus().collectDigits(question)),
    get menu() {
      return menus().current;
    },
  };
}
