/** Looks now and then at what nobody else looks at. */

import type { Call } from "../../call/mod.ts";
import { type Clock, every, type Timer } from "../../clock/mod.ts";
import { freeShareOf } from "./free_share.ts";
import type { Watchdog } from "./watchdog.ts";

/** What is looked at. */
export interface SweepOptions {
  readonly clock: Clock;
  readonly watchdog: Watchdog;
  /** The calls that arrive, are live, or are over and have not given back all they held. */
  readonly calls: () => readonly Call[];
  /** The ports for sound: pairs in all, in use, and those that rest after a call. */
  readonly ports: { readonly size: number; readonly inUse: number; readonly draining: number };
  /** The way to FreeSWITCH's event socket; undefined for none. */
  readonly freeswitch: { readonly isConnected: boolean } | undefined;
  /** Where recordings are written; undefined for nowhere. */
  readonly folder: string | undefined;
  /** The free share of the disk that a folder is on, 0 to 1. @default that of the machine's */
  readonly freeShare?: (folder: string) => Promise<number>;
}

const EVERY_MS = 5000;
/** A call needs no longer to give back what it holds, in ms: two looks see it. */
const STUCK_MS = 10_000;
/** A connection that is lost is back by itself within this, in ms, if FreeSWITCH is. */
const ESL_MS = 30_000;
const FEW_PORTS = 0.1;
const LITTLE_DISK = 0.05;

/** Sweeps every 5 s from {@link start} on. */
export class Sweep {
  readonly #options: SweepOptions;
  readonly #overSince = new Map<Call, number>();
  #connectedAt: number;
  #timer: Timer | undefined;

  /** Looks at nothing yet. */
  constructor(options: SweepOptions) {
    this.#options = options;
    this.#connectedAt = options.clock.now();
  }

  /** Begins to look. */
  start(): void {
    const { clock } = this.#options;
    this.#connectedAt = clock.now();
    this.#timer ??= every(clock, EVERY_MS, () => this.#look());
  }

  /** Looks no more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #look(): void {
    this.#lookAtCalls();
    this.#lookAtPorts();
    this.#lookAtFreeSwitch();
    void this.#lookAtDisk();
  }

  #lookAtCalls(): void {
    const { clock, watchdog, calls } = this.#options;
    const over = new Set(calls().filter(({ state }) => state === "ended"));
    for (const call of this.#overSince.keys()) if (!over.has(call)) this.#overSince.delete(call);
    for (const call of over) {
      const since = this.#overSince.get(call) ?? clock.now();
      this.#overSince.set(call, since);
      const value = clock.now() - since;
      if (value < STUCK_MS) continue;
      watchdog.bark({
        what: "stuck-call",
        text: `The call ${call.id} is over since ${value / 1000 | 0} s and holds its ports`,
        remedy: "See that the backend and the transforms of its chain end when their signal aborts",
        value,
      });
    }
  }

  #lookAtPorts(): void {
    const { watchdog, ports: { size, inUse, draining } } = this.#options;
    const value = (inUse + draining) / size;
    if (value <= 1 - FEW_PORTS) return;
    watchdog.bark({
      what: "ports",
      text: `Of ${size} pairs of ports for sound ${inUse} are in use and ${draining} rest`,
      remedy: "Widen the range from rtpStartPort to rtpEndPort, or lower maxCalls",
      value,
    });
  }

  #lookAtFreeSwitch(): void {
    const { clock, watchdog, freeswitch } = this.#options;
    if (freeswitch?.isConnected ?? true) this.#connectedAt = clock.now();
    const value = clock.now() - this.#connectedAt;
    if (value < ESL_MS) return;
    watchdog.bark({
      what: "esl",
      text: `FreeSWITCH's event socket cannot be reached since ${value / 1000 | 0} s`,
      remedy: "See that FreeSWITCH runs and that host, port and password are right; " +
        "calls go on, but cannot be transferred",
      value,
    });
  }

  async #lookAtDisk(): Promise<void> {
    const { watchdog, folder, freeShare = freeShareOf } = this.#options;
    if (folder === undefined) return;
    // Before the first recording the folder may not be there.
    const free = await freeShare(folder).catch(() => 1);
    if (free >= LITTLE_DISK) return;
    watchdog.bark({
      what: "disk",
      text: `Of the disk of ${folder} ${(100 * free).toFixed(1)} % is free`,
      remedy: "Remove recordings or have them taken away: what does not fit will be silence",
      value: 1 - free,
    });
  }
}
