/** The sessions of a phone's calls: what outlives the process, what they may not go beyond. */

import {
  type Call,
  type FreeSwitchLink,
  LimitWatch,
  type SessionCounters,
  type SessionEvent,
  Sessions,
  type StoreCounters,
  SwitchWatch,
} from "../call/mod.ts";
import { type Clock, type Random, wallClock } from "../clock/mod.ts";
import type { Endpoint } from "../udp/mod.ts";
import type { PhoneHandlerOptions } from "./phone_options.ts";

/** How long the last writes may take before calls are ended, and after that, in ms. */
const LAST_WRITES_MS = 2000;

/** What {@link PhoneSessions} need. */
export interface PhoneSessionsOptions extends Pick<PhoneHandlerOptions, "sessions" | "limits"> {
  readonly clock: Clock;
  readonly random: Random;
  readonly freeswitch: FreeSwitchLink | undefined;
  /** The calls that arrive or are live. */
  readonly calls: () => readonly Call[];
  /** Told what happens to them. */
  readonly onEvent: (call: Call | undefined, event: SessionEvent) => void;
}

/** Ties calls to their sessions and limits. Without the options for them there are none. */
export class PhoneSessions {
  /** What became of sessions. */
  readonly counters: SessionCounters = {
    ...{ resumed: 0, disbelieved: 0, taken: 0, lost: 0, fetched: 0, limited: 0, zombies: 0 },
  };
  readonly #options: PhoneSessionsOptions;
  readonly #sessions: Sessions | undefined;
  readonly #limits: LimitWatch;
  #watch: SwitchWatch | undefined;

  /** @throws {TypeError | RangeError} for options that cannot work; it says what to change */
  constructor(options: PhoneSessionsOptions) {
    const { clock, random, freeswitch: link, sessions, limits } = options;
    this.#options = options;
    this.#limits = new LimitWatch({
      ...limits,
      clock,
      wallClock,
      onLimit: (call, limit) => this.#tell(call as Call, { type: "limit", limit }),
    });
    this.#sessions = sessions && new Sessions({
      ...sessions,
      clock,
      random,
      wallClock,
      link,
      onEvent: (call, event) => this.#tell(call as Call | undefined, event),
    });
  }

  /** What became of the writes; undefined without a store. */
  get writes(): Readonly<StoreCounters> | undefined {
    return this.#sessions?.writes;
  }

  /** The phone is reached at `address` from now on. */
  async start({ address, port }: Endpoint): Promise<void> {
    const { clock, freeswitch: link, calls } = this.#options;
    await this.#sessions?.start();
    if (link === undefined) return;
    this.#watch = new SwitchWatch({
      clock,
      link,
      address: `${address}:${port}`,
      calls,
      waiting: () => this.#sessions?.waiting.ids ?? [],
      onGone: (id, isGone) => this.#sessions!.waiting.look(id, isGone),
      onEvent: (call, event) => this.#tell(call as Call | undefined, event),
    });
  }

  /**
   * A call begins. Where no session tells whether it is the one that it says, it has a name of its own:
   * anyone may claim that of another.
   */
  name(call: Call): void {
    const isTaken = this.#options.calls().some(({ id }) => id === call.id);
    if (isTaken && this.#sessions === undefined) {
      Object.assign(call.info, { sessionId: call.sipCallId });
    }
  }

  /** A call came in: finds out what it is, and whether its caller may have one more. Never rejects. */
  async arrive(call: Call, remoteAddress: string): Promise<boolean> {
    await this.#sessions?.arrive(call, remoteAddress);
    return this.#limits.admit(call);
  }

  /** A call is live. */
  answered(call: Call): void {
    this.#limits.answered(call);
    this.#sessions?.changed(call);
  }

  /** Something was said or done in a call. */
  active(call: Call): void {
    this.#limits.active(call);
    this.#sessions?.changed(call);
  }

  /** All calls are about to be ended by us, and may go on elsewhere. */
  async suspend(): Promise<void> {
    this.#watch?.stop();
    await this.#sessions?.suspend(LAST_WRITES_MS);
  }

  /** All calls are over. */
  async stop(): Promise<void> {
    this.#watch?.stop();
    await this.#sessions?.stop(LAST_WRITES_MS);
  }

  #tell(call: Call | undefined, event: SessionEvent): void {
    count(this.counters, event);
    this.#options.onEvent(call, event);
  }
}

function count(counters: SessionCounters, { type }: SessionEvent): void {
  if (type === "limit") counters.limited++;
  else if (type === "zombie") counters.zombies++;
  else if (type in counters) counters[type as keyof SessionCounters]++;
}
