/** Telling a human about a caller before it takes it. */

import type { BriefOptions, Floor } from "../../backend/mod.ts";
import type { Clock, Timer } from "../../clock/mod.ts";
import type { BridgeableCall } from "./bridge_calls.ts";

/** How long a human may take to press a key, in ms. */
const DECIDE_MS = 15_000;

/** The human's end of a consultation, as a call of its own. */
export interface ConsultedLeg {
  /** Answers it, if it came in, and lets nobody talk yet. */
  answer(): Promise<void>;
  /** Lets us talk. */
  takeFloor(): Floor;
  /** Whether it is live. */
  readonly isLive: boolean;
  /** Hangs up. */
  hangup(): Promise<void>;
}

/** A leg to a human that we call ourselves. */
export interface PlacedLeg extends ConsultedLeg, BridgeableCall {
  /** Calls. Rejects with `CallRefusedError` when nobody answers. */
  dial(): Promise<void>;
  /** Resolves when it is over. */
  readonly ended: Promise<unknown>;
  /** Where somebody else calls to take its place (RFC 3891); undefined when that is not known. */
  readonly replacedBy: string | undefined;
}

/** What a human says to a caller that it is told about. */
export type Decision = "accepted" | "declined";

/** How a human is told. */
export interface ConsultOptions extends BriefOptions {
  /** Gives up. */
  readonly signal: AbortSignal;
  /** Time. */
  readonly clock: Clock;
  /** What could not be said is told here; the human then has the caller without it. */
  readonly onError: (error: unknown) => void;
}

/** Says what is to be said and waits for the human to decide. Who hangs up has declined. */
export async function consult(leg: ConsultedLeg, options: ConsultOptions): Promise<Decision> {
  const { say, acceptKey, declineKey, signal, onError } = options;
  await leg.answer();
  if (!leg.isLive || signal.aborted) return "declined";
  using floor = leg.takeFloor();
  const hasKeys = acceptKey !== undefined || declineKey !== undefined;
  const saying = floor.say(say, { signal, interruptible: hasKeys ? "keys" : false });
  void saying.then(({ outcome, error }) => outcome === "failed" && onError(error));
  return await decide(floor, saying, options);
}

/** A key counts from the first word on; time runs out only after the last. */
async function decide(
  floor: Floor,
  saying: Promise<unknown>,
  { acceptKey, declineKey, decideMs = DECIDE_MS, signal, clock }: ConsultOptions,
): Promise<Decision> {
  const timeUp = new AbortController();
  let timer: Timer | undefined;
  const waitMs = acceptKey === undefined ? 0 : decideMs;
  void saying.then(() => {
    // Cut, where the human has decided.
    if (!timeUp.signal.aborted) timer = clock.setTimer(() => timeUp.abort(), waitMs);
  });
  try {
    for (;;) {
      const input = await floor.next({ signal: AbortSignal.any([signal, timeUp.signal]) });
      if (signal.aborted || input?.type === "ended") return "declined";
      if (input === undefined) return acceptKey === undefined ? "accepted" : "declined";
      if (input.type !== "key") continue;
      if (input.digit === acceptKey) return "accepted";
      if (input.digit === declineKey) return "declined";
    }
  } finally {
    timeUp.abort();
    timer?.cancel();
  }
}
