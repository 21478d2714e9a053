/** The clockwork by which all callers of a soak speak: each every 20 ms, in its own moment of them. */
import { readFileSync } from "node:fs";
import { Lateness, SystemClock, type Tick, Ticker } from "../../../src/clock/mod.ts";

/** A pause of the process that is worth a line, in ms. */
const STALL_MS = 15;

/** A time in which a process did nothing, in ms since 1970 by the clock that all processes share. */
export interface Stall {
  readonly at: number;
  readonly ms: number;
  /** For how long of it the process was ready, and the machine ran others, in ms. */
  readonly waitedMs: number;
}

/** Beats, and knows how late it was. */
export class SoakBeat {
  /** How late its own ticks were, one each 20 ms. */
  readonly lateness = new Lateness();
  /** Ticks of its own that did not come. */
  missed = 0;
  /** The pauses, oldest first. */
  readonly stalls: Stall[] = [];
  readonly #clock = new SystemClock();
  readonly #ticker = new Ticker(this.#clock);
  readonly #own: Tick;
  #waited = waitedMs();

  /** Begins to beat. */
  constructor() {
    this.#own = this.#ticker.add((_deadline, latenessMs, missed) => {
      const waited = waitedMs();
      this.lateness.record(latenessMs);
      // As late as the first of those that were passed over.
      for (let left = missed; left > 0; left--) this.lateness.record(latenessMs + left * 20);
      this.missed += missed;
      const ms = latenessMs + missed * 20;
      if (ms >= STALL_MS) {
        this.stalls.push({ at: sharedNow(), ms, waitedMs: waited - this.#waited });
      }
      this.#waited = waited;
    });
  }

  /** Calls `speak` every 20 ms. */
  add(speak: () => void): Tick {
    return this.#ticker.add(() => speak());
  }

  /** Beats no more. */
  stop(): void {
    this.#own.remove();
  }
}

/** Ms since 1970, without the steps that the time of day makes. */
export function sharedNow(): number {
  return performance.timeOrigin + performance.now();
}

/** For how long this process was ready to run and did not, in ms since its start; 0 where none says so. */
function waitedMs(): number {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}
