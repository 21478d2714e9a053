/** The sound of one call: its sockets, its chain and its metronome. */

import { frameSamples } from "../audio/mod.ts";
import {
  type Announcement,
  type BackendEvent,
  type BackendStage,
  backendStage,
  type ConnectOptions,
  type Floor,
  type FloorOptions,
  type Guest,
  hearingRate,
  isDuplexBackend,
  isStreamBackend,
  type Said,
  type SayOptions,
  type SpeechProgress,
} from "../backend/mod.ts";
import type { Timer } from "../clock/mod.ts";
import { JitterBuffer, type JitterStatistics } from "../jitter/mod.ts";
import { Pacer, type PacerCounters } from "../pacing/mod.ts";
import type { RtcpQuality, RtpDepacketizerCounters, SourceLockCounters } from "../rtp/mod.ts";
import { TurnDetector, type TurnEvent } from "../turn/mod.ts";
import type { DatagramCounters } from "../udp/mod.ts";
import type { Chain } from "./chain.ts";
import { composeChain } from "./compose_chain.ts";
import type { MediaKey } from "./media_key.ts";
import { type MutedSide, Mutes } from "./mutes.ts";
import { maySend, type MediaParameters } from "./media_parameters.ts";
import type { MediaSessionOptions } from "./media_session_options.ts";
import { PacedVoice } from "./paced_voice.ts";
import { RtpLink } from "./rtp_link.ts";
import { type LineRate, type SoundTap, SoundTaps } from "./sound_taps.ts";

/** How long the failure of a stage may take to reach the end of the chain by itself, in ms. */
const PASS_ON_MS = 500;

/** What became of a call's sound, on every stage that can lose some. */
export interface MediaStatistics {
  /** Datagrams of the RTP socket. */
  readonly socket: Readonly<DatagramCounters>;
  /** Packets, by whether they were the caller's. */
  readonly rtp: Readonly<RtpDepacketizerCounters & SourceLockCounters>;
  /** Packets, by when they came. */
  readonly jitter: Readonly<JitterStatistics>;
  /** Frames, by what became of them on their way out. */
  readonly pacing: Readonly<PacerCounters>;
  /** What the other side says of the sound we send; undefined until it does. */
  readonly quality: RtcpQuality | undefined;
  /** How unevenly the caller's packets come (RFC 3550 appendix A.8), in ms. */
  readonly jitterMs: number;
}

/**
 * Runs the chain of one call, from its socket through the backend back to its socket.
 *
 * Everything in it ends with its signal; its sockets stay with whoever gave them.
 */
export class MediaSession {
  /** The stages, as they run; `String(chain)` shows them with their rates. */
  readonly chain: Chain;
  readonly #options: MediaSessionOptions;
  readonly #link: RtpLink;
  readonly #pacer: Pacer;
  readonly #jitter: JitterBuffer;
  readonly #voice: PacedVoice;
  readonly #turns: TurnDetector;
  readonly #taps = new SoundTaps();
  readonly #mutes = new Mutes();
  /** The caller's turn. */
  #turn = 0;
  #conversation: BackendStage | undefined;
  #isConfirmed = false;
  #maySend: boolean;
  readonly #failed = new AbortController();
  /** Fires when the call is over, or a stage has failed. */
  readonly #ended: AbortSignal;

  /** Composes the chain; {@link run} runs it. */
  constructor(options: MediaSessionOptions) {
    const { clock, random, ticker, lease, codec, parameters, backend, detector } = options;
    this.#options = options;
    this.#ended = AbortSignal.any([options.signal, this.#failed.signal]);
    const silence = new Int16Array(frameSamples(codec.sampleRate));
    const isForeign = isStreamBackend(backend) || isDuplexBackend(backend);
    this.#voice = new PacedVoice(() => this.#pacer, silence, codec.sampleRate);
    this.#turns = new TurnDetector(
      { ...options.turns, onEvent: (event) => this.#emit(event) },
      // Only a backend that speaks in turns can be interrupted from here.
      isForeign ? undefined : this.#voice,
    );
    this.#pacer = new Pacer({
      clock,
      ticker,
      clockRate: codec.clockRate,
      silence: codec.encode(silence),
      encode: codec.isStateless ? (samples) => codec.encode(samples) : undefined,
      onSound: (samples) => {
        this.#taps.leaves(samples);
        if (!isForeign) this.#voice.sent(samples);
      },
      onTick: (nextAt) => this.#taps.ticked(nextAt),
      signal: this.#ended,
      emit: (payload, packet) => {
        this.#link.send(payload, packet);
        this.#taps.sent(packet);
      },
      skip: (duration) => {
        this.#link.skip(duration);
        this.#taps.skipped(duration);
      },
    });
    this.#pacer.source(() => this.#link.nextKey());
    this.#link = new RtpLink({
      clock,
      random,
      lease,
      parameters,
      wallClock: options.wallClock,
      onDtmf: (key) => this.#key("rtp", key),
      onArrival: (receivedAt) => {
        this.#pacer.arrived(receivedAt);
        if (!this.#isConfirmed) this.confirm();
      },
    });
    this.#maySend = maySend(parameters);
    this.#pacer.pause();
    this.#jitter = new JitterBuffer({
      startAt: clock.now(),
      clockRate: codec.clockRate,
      durationOf: (payload) => codec.durationOf(payload),
    });
    const chain = composeChain({
      clock,
      random,
      codec,
      depacketizer: this.#link.core,
      jitter: this.#jitter,
      onSound: (samples, packet) => this.#taps.heard(samples, packet),
      onKey: options.inbandDtmf ? (key) => this.#key("inband", key) : undefined,
      detector,
      onRestart: (error) => this.#emit({ type: "restart", stage: "vad", error }),
      turns: this.#turns,
      mutes: this.#mutes,
      sampleRate: hearingRate(backend, codec.sampleRate),
      backend: () => {
        const make = () => this.#backendStage();
        return options.entrance?.stage(make) ?? make();
      },
      isForeign,
    });
    try {
      this.chain = options.pipeline?.(chain) ?? chain;
    } catch (error) {
      this.#pacer.stop();
      codec.close();
      throw error;
    }
  }

  /** The codec, by its name in SDP. */
  get codec(): string {
    return this.#options.codec.name;
  }

  /** Whether the other side has agreed to tell keys in packets of their own (RFC 4733). */
  get hasTelephoneEvents(): boolean {
    return this.#link.hasTelephoneEvents;
  }

  /** What a second of the line is. */
  get line(): LineRate {
    const { sampleRate, clockRate } = this.#options.codec;
    return { sampleRate, clockRate };
  }

  /** Lets `tap` hear both sides from now on; returns how to take it away. */
  tap(tap: SoundTap): () => void {
    return this.#taps.add(tap);
  }

  /** How far the agent has come with what it says; undefined if the history has it, or knows no words. */
  get progress(): SpeechProgress | undefined {
    return this.#conversation?.progress;
  }

  /** What became of the sound so far. */
  get statistics(): MediaStatistics {
    const { counters, lock } = this.#link.core;
    return {
      socket: this.#options.lease.rtp.counters,
      rtp: { ...counters, ...lock.counters },
      jitter: this.#jitter.statistics,
      pacing: this.#pacer.counters,
      quality: this.#link.quality,
      jitterMs: this.#link.core.statistics.jitterMs,
    };
  }

  /**
   * Runs until the signal fires or the backend ends its stream, then resolves, when nothing of the
   * session is left.
   *
   * Rejects with the failure of the stage that failed, when nothing is left either.
   */
  async run(): Promise<void> {
    const { lease, signal, clock } = this.#options;
    const ended = this.#ended;
    // A pipe that ends waits for the frame under way, and that one on hold for the resume.
    ended.addEventListener("abort", () => this.#pacer.stop(), { once: true });
    const control = this.#link.readControl(ended).catch(() => {});
    let failing: Timer | undefined;
    const onFailure = (error: unknown) => {
      if (!ended.aborted) failing ??= clock.setTimer(() => this.#failed.abort(error), PASS_ON_MS);
    };
    try {
      const { writable } = this.#pacer;
      await this.chain.run(lease.rtp.readable, writable, { signal: ended, onFailure });
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      failing?.cancel();
      this.#failed.abort();
      this.#pacer.stop();
      this.#link.close();
      this.#options.codec.close();
      await control;
    }
  }

  /**
   * Says that the other side has taken part in the agreement: from now on it is sent to.
   *
   * Before that its address is a claim of whoever sent the invitation, and sound for an address that
   * never asked for it would be an attack. A packet of sound from there says the same.
   */
  confirm(): void {
    this.#isConfirmed = true;
    this.#steer();
  }

  /** Goes on under what was agreed anew: another address, hold, resume. The codec stays. */
  agree(parameters: MediaParameters): void {
    this.#link.agree(parameters);
    this.#maySend = maySend(parameters);
    this.#steer();
  }

  /**
   * Presses keys for the other side to hear, one after another.
   *
   * @param digits of `0`-`9`, `*`, `#`, `A`-`D`
   * @throws {TypeError} when the other side has not agreed to hear keys
   */
  sendDtmf(digits: string): void {
    this.#link.sendDtmf(digits);
  }

  /** Tells the backend that the caller pressed a key, and lets it answer. Rejects if that fails. */
  async press(digit: string): Promise<void> {
    await this.#conversation?.press(digit);
  }

  /**
   * Lets somebody talk with the caller in the place of the backend: see {@link Floor}.
   *
   * @throws {TypeError} when somebody has the floor already, or the session is over
   */
  takeFloor(options: FloorOptions = {}): Floor {
    return this.#requireStage().takeFloor(options);
  }

  /** Lets a guest talk with the caller until its stream ends: see {@link Floor.connect}. */
  async connect(guest: Guest, options: ConnectOptions = {}): Promise<void> {
    await this.#requireStage().connect(guest, options);
  }

  /** Says something in the conversation, behind what the agent is saying. */
  async say(what: Announcement, options: SayOptions = {}): Promise<Said> {
    return await this.#requireStage().say(what, options);
  }

  /** Lets a side not be heard by the other; what a muted agent says passes, and counts as unheard. */
  mute(side: MutedSide = "both"): void {
    this.#mutes.set(side, true);
    this.#pacer.isMuted = this.#mutes.agent;
  }

  /** Lets a side be heard again. */
  unmute(side: MutedSide = "both"): void {
    this.#mutes.set(side, false);
    this.#pacer.isMuted = this.#mutes.agent;
  }

  #requireStage(): BackendStage {
    if (this.#conversation !== undefined) return this.#conversation;
    throw new TypeError(
      "Cannot speak in the conversation as the backend has the call: it does not yet",
    );
  }

  #key(way: MediaKey["way"], { type, digit, durationMs }: Omit<MediaKey, "way">): void {
    this.#options.onDtmf?.({ type, way, digit, durationMs });
  }

  #steer(): void {
    if (this.#isConfirmed && this.#maySend) this.#pacer.resume();
    else this.#pacer.pause();
  }

  #backendStage(): BackendStage {
    const { backend, call } = this.#options;
    // Not before: what is played at the entrance comes as fast as it is taken.
    if (isStreamBackend(backend) && backend.live) this.#pacer.goLive();
    const stage = backendStage(backend, call, {
      ...this.#options,
      signal: this.#ended,
      onEvent: (event) => this.#emit(event),
      onInterrupt: (turn) => {
        this.#turn = turn;
        this.#pacer.interrupt(turn);
      },
      played: (turn) => this.#pacer.ledger.heard(turn),
      drained: (turn, replies) => this.#pacer.ledger.replied(turn, replies),
      isSpeaking: () => !this.#pacer.idle,
      isOnHold: () => !this.#maySend,
      onPartial: (text) => this.#turns.hear(text),
      onLive: (isLive) => this.#pacer.goLive(isLive),
      onProtect: (isProtected) => void (this.#voice.isProtected = isProtected),
    });
    return this.#conversation = stage;
  }

  #emit(event: BackendEvent | TurnEvent): void {
    this.#options.onEvent?.({ at: this.#options.clock.now(), turn: this.#turn, ...event });
  }
}
