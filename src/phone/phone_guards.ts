/** What keeps a phone from taking on more than it can, and says when something is wrong. */

import type { Call } from "../call/mod.ts";
import type { Clock, Ticker } from "../clock/mod.ts";
import type { PortPool } from "../udp/mod.ts";
import { Admission } from "./admission/admission.ts";
import { knownSources } from "./admission/known_sources.ts";
import type { PhoneEvents } from "./phone_events.ts";
import type { PhoneHandlerOptions } from "./phone_options.ts";
import { Sweep } from "./watchdog/sweep.ts";
import { Watchdog } from "./watchdog/watchdog.ts";

/** Calls at a time where nothing is said. */
const MAX_CALLS = 300;

/** A pause of the process that callers hear, in ms: their telephones bridge less. */
const STALL_MS = 200;

/** What the guards watch over. */
export interface PhoneGuardsContext {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly ports: PortPool;
  readonly freeswitch: { readonly isConnected: boolean } | undefined;
  readonly calls: () => readonly Call[];
  readonly emit: <Name extends keyof PhoneEvents>(name: Name, detail: PhoneEvents[Name]) => void;
}

/** The guards of one phone. */
export interface PhoneGuards {
  readonly admission: Admission;
  /** They begin to watch. */
  start(): void;
  /** They watch no more. */
  stop(): void;
}

/** @throws {RangeError} for options that cannot work; it says what to change */
export function phoneGuards(
  options: PhoneHandlerOptions,
  context: PhoneGuardsContext,
): PhoneGuards {
  const { clock, emit } = context;
  const { maxCalls = MAX_CALLS, admission: judged = {}, limits } = options;
  const watchdog = new Watchdog(clock, (event) => emit("watchdog", event));
  const sweep = new Sweep({ ...context, watchdog, folder: options.recording?.folder });
  const onTick = (value: number) => {
    if (value < STALL_MS) return;
    watchdog.bark({
      what: "event-loop",
      text: `Nothing was done in this process for ${value | 0} ms, and no sound has left`,
      remedy: "Move what computes for long out of this process or into a worker, " +
        "or give the machine more time",
      value,
    });
  };
  const admission = new Admission({
    ...context,
    admission: judged,
    limits: { ...limits, sourcesWithoutLimit: knownSources(options) },
    maxCalls,
    onLoad: (load) => emit("load", load),
    onTick,
  });
  return {
    admission,
    start() {
      admission.start();
      sweep.start();
    },
    stop() {
      admission.stop();
      sweep.stop();
    },
  };
}
