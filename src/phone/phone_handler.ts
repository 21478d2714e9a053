/** The front door: answers calls and hands them to a backend. */

import { getLogger } from "@logtape/logtape";
import type { AroundStep } from "../backend/mod.ts";
import {
  Call,
  type CallEnd,
  type CallListeners,
  type CallResources,
  type DoorLeg,
  FAILURE,
  type FreeSwitchLink,
  OutgoingLeg,
  type SessionCounters,
  type StoreCounters,
} from "../call/mod.ts";
import { type Clock, type Random, within } from "../clock/mod.ts";
import { formatHostPort, type SipCall, SipUserAgent } from "../sip/mod.ts";
import type { Endpoint } from "../udp/mod.ts";
import type { LoadState } from "./admission/load_state.ts";
import type { RefusalCounts } from "./admission/refusal.ts";
import type { CallOptions } from "./call_options.ts";
import { callListeners } from "./call_listeners.ts";
import { type PhoneCounters, short } from "./call_tally.ts";
import { bindPort } from "./bind_port.ts";
import { checkOptions, requireDrainMs } from "./check_options.ts";
import { type DrainProgress, watchDrain } from "./drain_watch.ts";
import { invitation } from "./invitation.ts";
import { Listeners, type PhoneEvents } from "./phone_events.ts";
import type { PhoneHandlerOptions } from "./phone_options.ts";
import { type PhoneParts, phoneParts, type PhonePartsContext } from "./phone_parts.ts";
import { type PhoneVitals, phoneVitals } from "./phone_vitals.ts";
import { prepareResources } from "./prepare_resources.ts";
import { tell } from "./tell.ts";
import type { TrunkState } from "./trunk_options.ts";
import type { Voice } from "./voices.ts";

const log = getLogger(["sofia-phone", "phone"]);

/** How long a start that is given up may take to be over, in ms: the disk may hang. */
const START_MS = 2000;

/**
 * Answers calls and hands each to a backend, many at once, each on its own.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { echo, PhoneHandler } from "@sofia/phone";
 *
 * const phone = new PhoneHandler({ voiceBackend: echo(), sipPort: 0 });
 * const { address, port } = await phone.start();
 * assert.equal(address, "127.0.0.1"); // dial sip:anyone@127.0.0.1:<port>
 * await phone.stop();
 * ```
 */
export class PhoneHandler {
  readonly #options: PhoneHandlerOptions;
  readonly #parts: PhoneParts;
  readonly #callListeners: CallListeners;
  readonly #calls = new Set<Call>();
  readonly #listeners = new Listeners<PhoneEvents>((error, name, detail) => {
    if (name !== "error") return this.#report("call" in detail ? detail.call : undefined, error);
    // Logged only: to tell the listeners of errors would ask the one that failed again.
    log.error("a listener of errors failed: {error}", { error });
  });
  readonly #draining = new AbortController();
  #starting: Promise<void> = Promise.resolve();
  #agent: SipUserAgent | undefined;
  #address: Endpoint | undefined;
  #resources: CallResources | undefined;

  /**
   * Sets up; calls are taken after {@link start}.
   *
   * @throws {RangeError | TypeError} for options that cannot work; it says what to change
   */
  constructor(options: PhoneHandlerOptions) {
    checkOptions(options);
    this.#options = options;
    const context: PhonePartsContext = {
      calls: () => this.calls,
      emit: (name, detail) => this.#listeners.emit(name, detail),
      report: (call, error) => this.#report(call, error),
    };
    this.#parts = phoneParts(options, context);
    this.#callListeners = callListeners(this.#parts, context);
  }

  /** What became of the calls that came in. */
  get counters(): Readonly<PhoneCounters> {
    return this.#parts.tally.incoming;
  }

  /** How many of the calls that came in were refused, by why. */
  get refusals(): Readonly<RefusalCounts> {
    return this.#parts.tally.refusals;
  }

  /** How busy the process is, by the lateness of its ticks. */
  get load(): LoadState {
    return this.#parts.guards.admission.load;
  }

  /** Whether it takes no more calls, as it is about to stop or has stopped. */
  get isDraining(): boolean {
    return this.#parts.guards.admission.isDraining;
  }

  /** Whether calls may be sent here: it is started, does not drain, and is not overloaded. */
  get isReady(): boolean {
    return this.#address !== undefined && !this.isDraining && !this.load.isOverloaded;
  }

  /** What became of the calls that we made. */
  get placed(): Readonly<PhoneCounters> {
    return this.#parts.tally.placed;
  }

  /** What became of the sessions of calls: who was cut off and is back, who was not believed... */
  get sessions(): {
    readonly counters: Readonly<SessionCounters>;
    readonly writes: Readonly<StoreCounters> | undefined;
  } {
    return this.#parts.sessions;
  }

  /** What those who measure it need to know of its parts. */
  get vitals(): PhoneVitals {
    return phoneVitals(this.#parts, this.#agent?.counters);
  }

  /** Time, as its calls have it. */
  get clock(): Clock {
    return this.#parts.clock;
  }

  /** Where its chance comes from. */
  get random(): Random {
    return this.#parts.random;
  }

  /** The address it takes calls on; undefined until it is started. */
  get address(): Endpoint | undefined {
    return this.#address;
  }

  /** The way to the FreeSWITCH that calls come through; undefined where the options name none. */
  get freeswitch(): FreeSwitchLink | undefined {
    return this.#parts.freeswitch;
  }

  /** How the trunks stand. */
  get trunks(): readonly TrunkState[] {
    return this.#parts.trunks.states;
  }

  /** The calls that arrive, are being made, or are live. */
  get calls(): readonly Call[] {
    return [...this.#calls];
  }

  /**
   * Adds a listener for an event and returns how to remove it. It may be async: what it throws, or its
   * promise is rejected with, is told by the event `error`, and ends no call.
   */
  on<Name extends keyof PhoneEvents>(
    name: Name,
    listener: (detail: PhoneEvents[Name]) => void,
  ): () => void {
    return this.#listeners.on(name, listener);
  }

  /**
   * Has each attempt at a step of a backend asked for by `around`, until the returned function is called.
   * Where there are several, the first is around the others.
   */
  aroundSteps(around: AroundStep): () => void {
    return this.#parts.voices.addAround(around);
  }

  /**
   * Begins to take calls and resolves with the address to dial.
   *
   * Rejects, and nothing is left of it, when the phone is stopped meanwhile.
   *
   * @throws {Error} when the port or all ports for sound are in use, or a codec cannot be loaded; it
   * says what to change
   */
  async start(): Promise<Endpoint> {
    if (this.#agent !== undefined || this.isDraining) {
      const state = this.isDraining ? "stopped" : "started";
      throw new TypeError(`Cannot start the phone as it is started only once: it was ${state}`);
    }
    const { sipHost, sipPort = 5070, advertisedHost } = this.#options;
    const agent = new SipUserAgent({
      host: sipHost,
      port: sipPort,
      advertisedHost,
      clock: this.#parts.clock,
      random: this.#parts.random,
      onInvite: (sip) => this.#onInvite(sip),
      takesCalls: () => this.#parts.guards.admission.hasRoom(this.#calls.size),
      onRefused: () => this.#parts.tally.refusedBelow(this.isDraining),
      onHandlerError: (error) => this.#report(undefined, error),
    });
    this.#agent = agent;
    const starting = this.#begin(agent);
    this.#starting = starting.then(() => {}, () => {});
    return await starting;
  }

  /**
   * Calls somebody, and resolves with the call when it was answered and the backend talks.
   *
   * @param to a number for the trunk to find, or an address: `sip:1001@10.0.0.9`
   * @throws {CallRefusedError} when nobody has answered: it says why, in words, as a status of SIP
   * and as a cause of the telephone network
   * @throws {TypeError | RangeError | SyntaxError} for what cannot be called, or before the start
   * @throws {Error} when all lines are busy
   */
  async call(to: string, options: CallOptions = {}): Promise<Call> {
    if (this.#address === undefined || this.isDraining) {
      const state = this.isDraining ? "about to stop" : "not started";
      throw new TypeError(`Cannot call as the phone has to be running: it is ${state}`);
    }
    this.#parts.guards.admission.requireRoom(this.#calls.size);
    const { clock, random } = this.#resources!;
    const trunk = this.#parts.trunks.find(options.trunk);
    const plan = invitation(to, options, { trunk, clock, random });
    const { voiceBackend, onProgress, detectMachine } = options;
    const voice = voiceBackend && this.#parts.voices.of(voiceBackend);
    const call = this.#take(new OutgoingLeg(this.#agent!, plan), voice);
    this.#parts.tally.placed.offered++;
    await call.dial({
      detectMachine: detectMachine === true ? {} : detectMachine || undefined,
      onProgress: ({ status, reason }, sdp) =>
        tell(
          () => onProgress?.({ call, status, reason, hasSound: sdp !== undefined }),
          (error) => this.#report(call, error),
        ),
    });
    return call;
  }

  /**
   * Takes no more calls, and lets those there are go on for up to `limitMs` ms, Infinity for as long as
   * they last; then ends them.
   *
   * Resolves when no call is left. Rejects with a RangeError for what is no time.
   */
  async drain(limitMs: number = this.#options.drainMs ?? 30_000): Promise<void> {
    requireDrainMs(limitMs);
    this.#parts.guards.admission.isDraining = true;
    this.#draining.abort(new DOMException("The phone was stopped", "AbortError"));
    const onProgress = (progress: DrainProgress) => this.#listeners.emit("draining", progress);
    await watchDrain(this.calls, { clock: this.#parts.clock, limitMs, onProgress });
    // Their callers are still in FreeSWITCH, and may come to the next process.
    await this.#parts.sessions.suspend();
    if (this.#options.sessions !== undefined) this.#parts.recordings?.leave();
    await Promise.all(this.calls.map((call) => call.hangup(FAILURE)));
  }

  /** Ends all calls and gives back the ports. May be called more than once. */
  async stop(): Promise<void> {
    await this.drain(0);
    // What a start that is under way takes it gives back by itself.
    await within(this.#parts.clock, this.#starting, START_MS);
    // First of all, as another process may wait for the port.
    await this.#agent?.stop();
    await this.#parts.sessions.stop();
    await this.#parts.recordings?.stop();
    await this.#parts.records.close();
    await this.#parts.freeswitch?.close();
    this.#parts.guards.stop();
    await this.#parts.farewells.done();
  }

  /**
   * Takes a call that came by another door than SIP, as any call: it is admitted, answered, recorded,
   * written down. The doors of `@sofia/phone/door` give it theirs.
   *
   * @returns the call; undefined when it was refused, which its leg was told
   */
  take(leg: DoorLeg): Call | undefined {
    if (this.#address !== undefined) return this.#arrive(leg, leg.remoteHost);
    return void leg.reject(503, { reason: "The phone is not started" });
  }

  async #begin(agent: SipUserAgent): Promise<Endpoint> {
    const { advertisedHost, sessions: { takeOverMs: withinMs = 0 } = {} } = this.#options;
    const { clock, ports, recordings, freeswitch, trunks, sessions, guards } = this.#parts;
    const { signal } = this.#draining;
    try {
      this.#resources = await prepareResources(this.#options, this.#parts, agent);
      // A range that others hold would otherwise show only when the first caller is refused.
      await (await ports.acquire()).release({ unused: true });
      const patience = { clock, withinMs, signal };
      await bindPort(agent, patience);
      const reached = { ...agent.local, address: advertisedHost ?? agent.local.address };
      const us = formatHostPort(reached.address, reached.port);
      // It has the port of the door, which another process gives back later than that of SIP.
      if (freeswitch !== undefined) await bindPort({ start: () => freeswitch.start(us) }, patience);
      signal.throwIfAborted();
      trunks.start(agent);
      await sessions.start(reached);
      signal.throwIfAborted();
    } catch (error) {
      await agent.stop();
      recordings?.rest();
      await freeswitch?.close();
      this.#agent = undefined;
      throw error;
    }
    guards.start();
    return this.#address = agent.local;
  }

  #onInvite(sip: SipCall): void {
    if (this.#parts.freeswitch?.expected.take(sip)) return;
    this.#arrive(sip, sip.remote.address);
  }

  #arrive(leg: SipCall | DoorLeg, remoteAddress: string): Call | undefined {
    const { tally, voices, guards: { admission } } = this.#parts;
    tally.offered(leg);
    const refusal = admission.refusal(this.#calls.size, remoteAddress);
    if (refusal !== undefined) return void tally.refuse(leg, refusal);
    const call = this.#take(leg);
    admission.take(remoteAddress, call.ended);
    void this.#admit(call, remoteAddress);
    voices.prepare(this.#options.voiceBackend);
    return call;
  }

  /** Answers a call, unless the application does otherwise. */
  async #admit(call: Call, remoteAddress: string): Promise<void> {
    try {
      if (!await this.#parts.sessions.arrive(call, remoteAddress)) {
        return this.#parts.tally.turnAway(call);
      }
      // Whoever has given up meanwhile is nobody's to decide on.
      if (call.state === "ended") return;
      const answer = await this.#options.onCall?.(call) ?? {};
      await call.answer(
        this.#parts.menu === undefined ? answer : { menu: this.#parts.menu, ...answer },
      );
    } catch (error) {
      this.#report(call, error);
      call.reject("failed");
    }
  }

  /** Makes a call one of ours, until it is over. */
  #take(sip: SipCall | OutgoingLeg | DoorLeg, voice: Partial<Voice> = {}): Call {
    const call = new Call(sip, { ...this.#resources!, ...voice }, this.#callListeners);
    this.#parts.sessions.name(call);
    this.#calls.add(call);
    this.#parts.records.begin(call);
    this.#listeners.emit("arrived", { call });
    void call.ended.then((end) => this.#onEnded(call, end));
    return call;
  }

  #onEnded(call: Call, end: CallEnd): void {
    this.#calls.delete(call);
    if (end.error !== undefined) this.#report(call, end.error);
    // First, as its last turn is over before it is.
    this.#parts.records.end(call, end);
    this.#parts.tally.ended(call, end);
  }

  #report(call: Call | undefined, error: unknown): void {
    log.error(call ? "{call}: {error}" : "{error}", { call: call && short(call.id), error });
    this.#listeners.emit("error", { call, error });
  }
}
