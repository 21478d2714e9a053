/** The front door: answers calls and hands them to a backend. */

import { getLogger } from "@logtape/logtape";
import { type Backend, type CallInfo, isVoiceBackend, resilient } from "../backend/mod.ts";
import {
  Call,
  type CallEnd,
  type CallResources,
  FAILURE,
  FreeSwitchLink,
  Recordings,
} from "../call/mod.ts";
import {
  type Clock,
  type Random,
  SystemClock,
  SystemRandom,
  Ticker,
  wallClock,
  within,
} from "../clock/mod.ts";
import { codecsNamed } from "../codec/mod.ts";
import { loadResampler } from "../resample/mod.ts";
import { type SipCall, SipUserAgent } from "../sip/mod.ts";
import { type Endpoint, PortPool } from "../udp/mod.ts";
import { loadDetector } from "../vad/mod.ts";
import { checkOptions } from "./check_options.ts";
import { Listeners, type PhoneEvents } from "./phone_events.ts";
import type { PhoneHandlerOptions } from "./phone_options.ts";
import { PreparedPhrases } from "./prepared_phrases.ts";
import { RefusalLog } from "./refusal_log.ts";

const log = getLogger(["sofia-phone", "phone"]);

/** What a caller is told to wait before it tries again, in seconds. */
const RETRY_AFTER_S = 5;
/** How long the files of recordings may take to be finished when the phone stops, in ms. */
const FINISH_MS = 10_000;

/** Why calls were refused, by the status they got. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: "Nothing in common",
  488: "Nothing in common",
  503: "No port for sound is free",
};

/** What became of the calls: offered = answered + refused + failed + those that still arrive. */
export interface PhoneCounters {
  /** Calls that came in. */
  offered: number;
  /** Calls that were answered. */
  answered: number;
  /** Calls that were not taken, with a status that says why. */
  refused: number;
  /** Calls that were given up by the caller, or failed on our side, before they were answered. */
  failed: number;
}

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
  /** What became of the calls. */
  readonly counters: PhoneCounters = { offered: 0, answered: 0, refused: 0, failed: 0 };
  readonly #options: PhoneHandlerOptions;
  /** The user's, guarded. */
  readonly #backend: Backend;
  readonly #phrases: PreparedPhrases | undefined;
  readonly #refusals: RefusalLog;
  readonly #maxCalls: number;
  readonly #freeswitch: FreeSwitchLink | undefined;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ticker: Ticker;
  readonly #ports: PortPool;
  readonly #recordings: Recordings | undefined;
  readonly #codecs: ReturnType<typeof codecsNamed>;
  readonly #calls = new Set<Call>();
  readonly #listeners = new Listeners<PhoneEvents>((error) =>
    // Logged only: to tell the listeners of errors would ask the one that threw again.
    log.error("a listener failed: {error}", { error })
  );
  #agent: SipUserAgent | undefined;
  #address: Endpoint | undefined;
  #resources: CallResources | undefined;
  #draining = false;

  /**
   * Sets up; calls are taken after {@link start}.
   *
   * @throws {RangeError | TypeError} for options that cannot work; it says what to change
   */
  constructor(options: PhoneHandlerOptions) {
    const { maxCalls = 300, sipHost = "127.0.0.1" } = options;
    const { rtpStartPort = 10_000, rtpEndPort = 14_999, codecs } = options;
    checkOptions(options);
    this.#options = options;
    this.#maxCalls = maxCalls;
    this.#clock = options.clock ?? new SystemClock();
    this.#random = options.random ?? new SystemRandom();
    this.#refusals = new RefusalLog(this.#clock);
    this.#freeswitch = options.freeswitch && new FreeSwitchLink({
      ...options.freeswitch,
      clock: this.#clock,
      random: this.#random,
      onState: (state) => this.#listeners.emit("freeswitch", state),
    });
    this.#backend = this.#guarded(options);
    // With a guard of its own: what cannot be spoken now must not open the circuits of the calls.
    const voice = this.#guarded(options);
    if (isVoiceBackend(voice)) {
      const { conversation } = options;
      this.#phrases = new PreparedPhrases(voice, { conversation, clock: this.#clock });
    }
    this.#ticker = new Ticker(this.#clock, {
      onError: (error) => this.#report(undefined, error),
    });
    this.#recordings = options.recording && new Recordings({
      ...options.recording,
      clock: this.#clock,
      random: this.#random,
      wallClock,
      onEvent: (call, event) =>
        this.#listeners.emit("recording", { call: call as Call | undefined, event }),
    });
    this.#codecs = codecsNamed(codecs ?? ["PCMU", "PCMA", "opus", "L16"]);
    this.#ports = new PortPool({
      host: sipHost,
      start: rtpStartPort,
      end: rtpEndPort,
      clock: this.#clock,
    });
  }

  /** The address it takes calls on; undefined until it is started. */
  get address(): Endpoint | undefined {
    return this.#address;
  }

  /** The way to the FreeSWITCH that calls come through; undefined where the options name none. */
  get freeswitch(): FreeSwitchLink | undefined {
    return this.#freeswitch;
  }

  /** The calls that are arriving or live. */
  get calls(): readonly Call[] {
    return [...this.#calls];
  }

  /** Adds a listener for an event and returns how to remove it. */
  on<Name extends keyof PhoneEvents>(
    name: Name,
    listener: (detail: PhoneEvents[Name]) => void,
  ): () => void {
    return this.#listeners.on(name, listener);
  }

  /**
   * Begins to take calls and resolves with the address to dial.
   *
   * @throws {Error} when the port or all ports for sound are in use, or a codec cannot be loaded; it
   * says what to change
   */
  async start(): Promise<Endpoint> {
    if (this.#agent !== undefined || this.#draining) {
      const state = this.#draining ? "stopped" : "started";
      throw new TypeError(`Cannot start the phone as it is started only once: it was ${state}`);
    }
    const { sipHost, sipPort = 5070, advertisedHost } = this.#options;
    const agent = new SipUserAgent({
      host: sipHost,
      port: sipPort,
      advertisedHost,
      clock: this.#clock,
      random: this.#random,
      onInvite: (sip) => this.#onInvite(sip),
      onHandlerError: (error) => this.#report(undefined, error),
    });
    this.#agent = agent;
    try {
      await this.#prepare();
      // A range that others hold would otherwise show only when the first caller is refused.
      await (await this.#ports.acquire()).release({ unused: true });
      if (this.#draining) throw new DOMException("The phone was stopped", "AbortError");
      await agent.start();
    } catch (error) {
      this.#agent = undefined;
      throw error;
    }
    this.#freeswitch?.start();
    return this.#address = agent.local;
  }

  /** Loads what the first call must not wait for. */
  async #prepare(): Promise<void> {
    const { sipHost, advertisedHost, pipeline } = this.#options;
    const { detector, turns, conversation } = this.#options;
    const [makeDetector] = await Promise.all([
      typeof detector === "function" ? detector : loadDetector(detector, { clock: this.#clock }),
      loadResampler(),
      this.#recordings?.start(),
      ...this.#codecs.map((codec) => codec.load?.()),
    ]);
    this.#resources = {
      backend: this.#backend,
      codecs: this.#codecs,
      ports: this.#ports,
      host: advertisedHost ?? sipHost ?? "127.0.0.1",
      clock: this.#clock,
      random: this.#random,
      wallClock,
      ticker: this.#ticker,
      detector: makeDetector,
      turns,
      conversation,
      phrases: this.#phrases?.phrases,
      freeswitch: this.#freeswitch,
      recordings: this.#recordings,
      pipeline: pipeline ?? ((chain) => chain),
    };
    void this.#phrases?.prepare();
  }

  #guarded({ voiceBackend, resilience = {} }: PhoneHandlerOptions): Backend {
    if (!isVoiceBackend(voiceBackend) || resilience === false) return voiceBackend;
    const report = (error: unknown, { sessionId }: CallInfo) =>
      this.#report(this.calls.find(({ id }) => id === sessionId), error);
    const onError = resilience.onError ?? report;
    return resilient(voiceBackend, {
      ...resilience,
      clock: this.#clock,
      random: this.#random,
      onError,
    });
  }

  /**
   * Takes no more calls, and lets those there are go on for up to `limitMs` ms; then ends them.
   *
   * Resolves when no call is left.
   */
  async drain(limitMs: number = this.#options.drainMs ?? 30_000): Promise<void> {
    this.#draining = true;
    const ended = Promise.all(this.calls.map((call) => call.ended));
    await within(this.#clock, ended, limitMs);
    await Promise.all(this.calls.map((call) => call.hangup(FAILURE)));
  }

  /** Ends all calls and gives back the ports. May be called more than once. */
  async stop(): Promise<void> {
    await this.drain(0);
    await this.#recordings?.stop(FINISH_MS);
    await this.#agent?.stop();
    this.#freeswitch?.close();
  }

  #onInvite(sip: SipCall): void {
    this.counters.offered++;
    if (this.#draining) return this.#refuse(sip, 503, "The phone is about to stop");
    if (this.#calls.size >= this.#maxCalls) return this.#refuse(sip, 486, "All lines are busy");
    const call = new Call(sip, this.#resources!, {
      onAnswered: (call) => this.#onAnswered(call),
      onDtmf: (call, digit) => this.#listeners.emit("dtmf", { call, digit }),
      onConversation: (call, event) => this.#listeners.emit("conversation", { call, event }),
      onError: (call, error) => this.#report(call, error),
    });
    this.#calls.add(call);
    void call.ended.then((end) => this.#onEnded(call, end));
    void call.answer();
    void this.#phrases?.prepare();
  }

  #refuse(sip: SipCall, status: number, reason: string): void {
    this.counters.refused++;
    sip.reject(status, { reason, headers: { "Retry-After": String(RETRY_AFTER_S) } });
    this.#refusals.push({ id: short(sip.id), status, reason });
    this.#listeners.emit("refused", { status, reason });
  }

  #onAnswered(call: Call): void {
    this.counters.answered++;
    log.info("answered {id} from {from}: {chain}", {
      id: short(call.id),
      from: short(call.info.from.user),
      chain: String(call.media?.chain),
    });
    this.#listeners.emit("answered", { call });
  }

  #onEnded(call: Call, end: CallEnd): void {
    this.#calls.delete(call);
    const { cause, durationMs, error } = end;
    if (error !== undefined) this.#report(call, error);
    if (call.wasAnswered) {
      const id = short(call.id);
      log.info("ended {id}: {cause} after {ms} ms", { id, cause, ms: durationMs | 0 });
      this.#listeners.emit("ended", { call, end });
    } else if (end.status !== undefined && end.status in REFUSALS) {
      this.counters.refused++;
      this.#listeners.emit("refused", { status: end.status, reason: REFUSALS[end.status] });
    } else this.counters.failed++;
  }

  #report(call: Call | undefined, error: unknown): void {
    log.error("{id}: {error}", { id: short(call?.id ?? "phone"), error });
    this.#listeners.emit("error", { call, error });
  }
}

/** What a peer says of itself, which may be 60 kB long, for a line of the log. */
function short(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
