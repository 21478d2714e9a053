/** The sessions of a phone: which calls go on, and what is written of them. */

import type { ResumedCall } from "../../backend/mod.ts";
import { type Clock, type Random, type Timer, within } from "../../clock/mod.ts";
import type { CallEnd } from "../call_events.ts";
import { claimedChannel } from "../claimed_channel.ts";
import type { FreeSwitchLink } from "../freeswitch/freeswitch_link.ts";
import { CallSession, type SessionCall, type SessionOrigin } from "./call_session.ts";
import type { CallStore } from "./call_store.ts";
import { isTrueClaim } from "./claim_check.ts";
import { causeOfEnd, isCutOff } from "./cut_off.ts";
import { FileStore } from "./file_store.ts";
import type { SessionEvent } from "./session_event.ts";
import type { SessionOptions } from "./session_options.ts";
import { type StoreCounters, StoreWriter } from "./store_writer.ts";
import type { StoredCall } from "./stored_call.ts";
import { WaitingCalls } from "./waiting_calls.ts";

/** How often calls are looked at for what has changed, in ms: so much of what was said may be lost. */
const LOOK_MS = 250;
/** How long a caller waits for the store before it is taken for a new one, in ms. */
const PATIENCE_MS = 1000;
/** How often a call is written though nothing has changed, so that nobody takes it for lost, in ms. */
const SIGN_MS = 30_000;

/** What {@link Sessions} need. */
export interface SessionsOptions extends SessionOptions {
  /** Time. */
  readonly clock: Clock;
  /** Chance; it must not be guessable in production. */
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** The FreeSWITCH that calls come through. @default none can be asked */
  readonly link?: FreeSwitchLink;
  /** Told what happens to them; of no call where it is none of ours. */
  readonly onEvent: (call: SessionCall | undefined, event: SessionEvent) => void;
}

/** A call that comes in. */
export interface ArrivingCall extends SessionCall {
  /** Says that it rings. */
  ring(): boolean;
}

/**
 * Takes calls on that were cut off, and writes down what the next process needs for that.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Sessions } from "@sofia/phone/call";
 * import { SystemClock, SystemRandom, wallClock } from "@sofia/phone/clock";
 *
 * const sessions = new Sessions({
 *   folder: "/var/lib/sofia-phone/calls",
 *   clock: new SystemClock(),
 *   random: new SystemRandom(),
 *   wallClock,
 *   onEvent: (_call, { type }) => console.log(type),
 * });
 * assert.equal(sessions.has("7f3a"), false);
 * ```
 */
export class Sessions {
  /** The calls that no process has, as far as is known. */
  readonly waiting: WaitingCalls;
  readonly #options: SessionsOptions;
  readonly #store: CallStore;
  readonly #writer: StoreWriter;
  readonly #owner: string;
  /** The calls of ours that are written, by their sessions. */
  readonly #sessions = new Map<string, CallSession>();
  #looking: Timer | undefined;
  #lookedAt = 0;
  #isStopping = false;

  /**
   * Knows no call yet.
   *
   * @throws {TypeError | RangeError} for options that cannot work; it says what to change
   */
  constructor(options: SessionsOptions) {
    const { clock, random, wallClock, store, folder } = options;
    const { resumeWithinMs = 300_000, keepEndedMs = 3_600_000 } = options;
    checkSessions(options);
    this.#options = options;
    this.#owner = [random.uint32(), random.uint32()].map((word) => word.toString(16)).join("-");
    this.#store = store ?? new FileStore(folder!, {
      onAside: (path, error) => this.#tell({ type: "aside", path, error }),
    });
    this.#writer = new StoreWriter({
      clock,
      store: this.#store,
      onTrouble: (error) => this.#tell({ type: "trouble", error }),
      onRecovered: () => this.#tell({ type: "recovered" }),
    });
    this.waiting = new WaitingCalls({
      store: this.#store,
      wallClock,
      resumeWithinMs,
      keepEndedMs,
      onLost: (stored) => this.#tell({ type: "lost", stored }),
    });
  }

  /** What became of the writes. */
  get writes(): Readonly<StoreCounters> {
    return this.#writer.counters;
  }

  /** Whether a session is that of a call of ours that is not over. */
  has(id: string): boolean {
    return this.#sessions.get(id)?.hasEnded === false;
  }

  /** Finds what earlier processes left. Nobody waits for it longer than for a second. */
  async start(): Promise<void> {
    const { clock } = this.#options;
    this.#looking = clock.setTimer(() => this.#look(), LOOK_MS);
    const reading = this.waiting.read();
    reading.catch((error) => this.#tell({ type: "trouble", error }));
    await within(clock, reading, PATIENCE_MS);
  }

  /**
   * A call came in and is not answered yet: finds out whether it is one that was cut off, and gives it
   * then what it had. Never rejects.
   */
  async arrive(call: ArrivingCall, remoteAddress: string): Promise<void> {
    const claimed = claimedChannel(call.info);
    if (claimed === undefined) return;
    const before = await this.#find(claimed);
    // Only now: another call may have come by this name while the store was asked.
    const ours = this.#sessions.get(claimed);
    if (ours === undefined && before === undefined) {
      return this.#begin(call, { ...this.#origin(remoteAddress), epoch: 1 }, false);
    }
    const { link, trusted } = this.#options;
    // Who takes a live call from us must have FreeSWITCH's word: an address is not enough for that.
    const addresses = ours?.hasEnded === false ? [] : trusted ?? [before?.remoteAddress ?? ""];
    const isTrue = await isTrueClaim(call, { link, remoteAddress, trusted: addresses });
    // FreeSWITCH has given up on it, and tries again.
    if (call.state === "ended") return;
    if (!isTrue) return this.#disbelieve(call, claimed, remoteAddress);
    await this.#succeed(call, remoteAddress, before);
  }

  /** Something was said or done in a call that must not be lost. */
  changed(call: SessionCall): void {
    const session = this.#sessions.get(call.info.sessionId);
    if (session?.call === call && session.isWritable && session.isChanged) {
      this.#writer.changed(session);
    }
  }

  /** Writes all there is, as the calls are about to be cut off by us. Waits for up to `limitMs` ms. */
  async suspend(limitMs: number): Promise<void> {
    this.#isStopping = true;
    for (const session of this.#sessions.values()) {
      if (session.isWritable) this.#writer.changed(session);
    }
    await this.#writer.flush(limitMs);
  }

  /** Writes the ends of calls, for up to `limitMs` ms, and ends. */
  async stop(limitMs: number): Promise<void> {
    this.#looking?.cancel();
    await this.#writer.flush(limitMs);
    this.#writer.stop();
  }

  /** A call that was cut off goes on with what it had; any other begins under a name that was there. */
  async #succeed(
    call: ArrivingCall,
    remoteAddress: string,
    found: StoredCall | undefined,
  ): Promise<void> {
    const before = this.#release(call.info.sessionId) ?? found;
    const { resumeWithinMs = 300_000, wallClock } = this.#options;
    const epoch = (before?.epoch ?? 0) + 1;
    const origin = { ...this.#origin(remoteAddress), epoch };
    const isLive = before?.isLive && wallClock() - before.updatedAt <= resumeWithinMs;
    if (before === undefined || !isLive) return this.#begin(call, origin, false);
    const next = { ...before, ...origin, startedAt: before.startedAt, updatedAt: wallClock() };
    let isClaimed = false;
    const claim = this.#store.claim(next).then((isOurs) => void (isClaimed = isOurs));
    claim.catch((error) => this.#tell({ type: "trouble", error }));
    const isInTime = await within(this.#options.clock, claim, PATIENCE_MS);
    // It went to another process in the same moment; a store that is slow keeps nobody's history.
    if (isInTime && !isClaimed && (await this.#find(before.id))?.epoch !== before.epoch) {
      return this.#disbelieve(call, before.id, remoteAddress);
    }
    this.#restore(call, before);
    this.#begin(call, { ...origin, startedAt: before.startedAt }, isClaimed);
    this.#options.onEvent(call, { type: "resumed", times: before.epoch });
  }

  #restore(call: ArrivingCall, stored: StoredCall): void {
    const { history, memory, epoch: times, saying, startedAt } = stored;
    call.history.push(...history.map(({ at: _, ...entry }) => entry));
    call.memory.restore(memory);
    const resumed: ResumedCall = {
      ...{ times, startedAt, history },
      ...(saying !== undefined && { saying }),
    };
    // Nobody was told of the call yet, so that it is not too late for it to be this one.
    Object.assign(call.info, { resumed });
  }

  /** A call of ours gives its session up to another, that FreeSWITCH says is the same caller. */
  #release(id: string): StoredCall | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    if (!session.hasEnded) {
      void session.isChanged;
      session.end(true, "superseded", () => {});
      void session.call.hangup();
    }
    this.#sessions.delete(id);
    return session.snapshot();
  }

  #disbelieve(call: ArrivingCall, claimed: string, remoteAddress: string): void {
    Object.assign(call.info, { sessionId: call.sipCallId });
    this.#options.onEvent(call, { type: "disbelieved", claimed, remoteAddress });
  }

  #begin(call: ArrivingCall, origin: SessionOrigin, isClaimed: boolean): void {
    const id = call.info.sessionId;
    const session = new CallSession({
      call,
      origin,
      isClaimed,
      wallClock: this.#options.wallClock,
      onTaken: () => {
        // Its leg of FreeSWITCH is about to end, or somebody lies: the call goes on for as long as it does.
        if (session.hasEnded) return;
        this.#options.onEvent(call, { type: "taken" });
      },
    });
    this.#sessions.set(id, session);
    this.waiting.remove(id);
    call.memory.onChange = () => this.changed(call);
    void call.ended.then((end) => this.#ended(session, end));
  }

  #ended(session: CallSession, end: CallEnd): void {
    const { call } = session;
    const id = call.info.sessionId;
    if (session.hasEnded || this.#sessions.get(id) !== session) return;
    const isResumed = call.info.resumed !== undefined;
    // Never answered: there is nothing to go on with.
    if (end.durationMs === 0 && !isResumed) return void this.#sessions.delete(id);
    // FreeSWITCH has given up on one try, and may try again.
    const isLive = isCutOff(end, this.#isStopping) || (end.cause === "cancelled" && isResumed);
    session.end(isLive, causeOfEnd(end), () => {
      if (this.#sessions.get(id) !== session) return;
      this.#sessions.delete(id);
      this.waiting.add({ id, isLive, updatedAt: this.#options.wallClock() });
    });
    this.#writer.changed(session);
  }

  async #find(id: string): Promise<StoredCall | undefined> {
    let found: StoredCall | undefined;
    const finding = this.#store.get(id).then((call) => void (found = call));
    finding.catch((error) => this.#tell({ type: "trouble", error }));
    await within(this.#options.clock, finding, PATIENCE_MS);
    return found;
  }

  #origin(remoteAddress: string): Omit<SessionOrigin, "epoch"> {
    return { owner: this.#owner, remoteAddress, startedAt: this.#options.wallClock() };
  }

  #look(): void {
    const { clock } = this.#options;
    const isSign = clock.now() - this.#lookedAt >= SIGN_MS;
    if (isSign) {
      this.#lookedAt = clock.now();
      this.waiting.expire().catch((error) => this.#tell({ type: "trouble", error }));
    }
    for (const session of this.#sessions.values()) {
      if (session.isWritable && (isSign || session.isChanged)) this.#writer.changed(session);
    }
    this.#looking = clock.setTimer(() => this.#look(), LOOK_MS);
  }

  #tell(event: SessionEvent): void {
    this.#options.onEvent(undefined, event);
  }
}

function checkSessions({ folder, store, ...options }: SessionOptions): void {
  if ((folder === undefined) === (store === undefined)) {
    throw new TypeError(
      "Cannot keep sessions as that takes a folder or a store, one of them: " +
        `current value is ${folder === undefined ? "none" : "both"}`,
    );
  }
  for (const name of ["resumeWithinMs", "keepEndedMs"] as const) {
    const value = options[name] ?? 0;
    const least = name === "resumeWithinMs" && options[name] !== undefined ? SIGN_MS * 2 : 0;
    if (Number.isFinite(value) && value >= least) continue;
    throw new RangeError(
      `Cannot keep sessions as ${name} is at least ${least} ms: current value is ${value}`,
    );
  }
}
