/** Tells of what it is given, and of nothing too often. */

import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../clock/mod.ts";
import type { WatchdogEvent, WatchdogSubject } from "./watchdog_event.ts";

const log = getLogger(["sofia-phone", "watchdog"]);

/** Between two events of one subject, in ms. */
const QUIET_MS = 60_000;

/**
 * Passes warnings on: one a minute of each subject, with how many there were before it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { Watchdog } from "@sofia/phone/phone";
 *
 * const told: number[] = [];
 * const watchdog = new Watchdog(new VirtualClock(), ({ value }) => told.push(value));
 * const stall = { what: "event-loop", text: "It stood still", remedy: "Do less" } as const;
 * for (const value of [250, 300]) watchdog.bark({ ...stall, value });
 * assert.deepEqual(told, [250]);
 * ```
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #onEvent: (event: WatchdogEvent) => void;
  readonly #told = new Map<WatchdogSubject, { at: number; untold: number }>();

  /** Has told of nothing. */
  constructor(clock: Clock, onEvent: (event: WatchdogEvent) => void) {
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  /** Something was seen. */
  bark(seen: Omit<WatchdogEvent, "untold">): void {
    const now = this.#clock.now();
    const before = this.#told.get(seen.what);
    if (before !== undefined && now - before.at < QUIET_MS) return void before.untold++;
    const event = { ...seen, untold: before?.untold ?? 0 };
    this.#told.set(seen.what, { at: now, untold: 0 });
    // Not by the name `text`, which a log takes for what somebody has said.
    const { text: warning, ...more } = event;
    log.warn("{warning}. {remedy}", { warning, ...more });
    this.#onEvent(event);
  }
}
