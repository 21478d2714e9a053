/** The sound of one call: its line, its chain and its metronome. */

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
import { Pacer, type PacerCounters } from "../pacing/mod.ts";
import { TurnDetector, type TurnEvent } from "../turn/mod.ts";
import type { Chain } from "./chain.ts";
import { composeChain } from "./compose_chain.ts";
import type { LineStatistics } from "./media_line.ts";
import { type MutedSide, Mutes } from "./mutes.ts";
import type { MediaSessionOptions } from "./media_session_options.ts";
import { PacedVoice } from "./paced_voice.ts";
import { type LineRate, type SoundTap, SoundTaps } from "./sound_taps.ts";

/** How long the failure of a stage may take to reach the end of the chain by itself, in ms. */
const PASS_ON_MS = 500;

/** What became of a call's sound, on every stage that can lose some. */
export interface MediaStatistics extends LineStatistics {
  /** Frames, by what became of them on their way out. */
  readonly pacing: Readonly<PacerCounters>;
}

/**
 * Runs the chain of one call, from its line through the backend back to its line.
 *
 * Everything in it ends with its signal; what the line came by stays with whoever gave it.
 */
export class MediaSession {
  /** The stages, as they run; `String(chain)` shows them with their rates. */
  readonly chain: Chain;
  readonly #options: MediaSessionOptions;
  readonly #pacer: Pacer;
  readonly #voice: PacedVoice;
  readonly #turns: TurnDetector;
  readonly #taps = new SoundTaps();
  readonly #mutes = new Mutes();
  /** The caller's turn. */
  #turn = 0;
  #conversation: BackendStage | undefined;
  #isConfirmed = false;
  readonly #failed = new AbortController();
  /** Fires when the call is over, or a stage has failed. */
  readonly #ended: AbortSignal;

  /** Composes the chain; {@link run} runs it. */
  constructor(options: MediaSessionOptions) {
    const { clock, ticker, line, backend, detector } = options;
    const { codec } = line;
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
      hasRoom: () => line.hasRoom?.() ?? true,
      unplayed: line.unplayed === undefined ? undefined : () => line.unplayed ?? 0,
      emit: (payload, packet) => {
        line.send(payload, packet);
        this.#taps.sent(packet);
      },
      skip: (duration) => {
        line.skip(duration);
        this.#taps.skipped(duration);
      },
    });
    this.#pacer.source(() => line.nextKey());
    this.#pacer.pause();
    const stages = line.open({
      onKey: (key) => options.onDtmf?.(key),
      onArrival: (receivedAt) => {
        this.#pacer.arrived(receivedAt);
        if (!this.#isConfirmed) this.confirm();
      },
      onSound: (samples, packet) => this.#taps.heard(samples, packet),
      onSteer: () => this.#steer(),
    });
    const chain = composeChain({
      clock,
      codec,
      line: stages,
      onKey: options.inbandDtmf
        ? ({ type, digit, durationMs }) =>
          options.onDtmf?.({ type, way: "inband", digit, durationMs })
        : undefined,
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
    return this.#options.line.codec.name;
  }

  /** Whether the other side has agreed to tell keys in packets of their own (RFC 4733). */
  get hasTelephoneEvents(): boolean {
    return this.#options.line.hasTelephoneEvents ?? false;
  }

  /** What a second of the line is. */
  get line(): LineRate {
    const { sampleRate, clockRate } = this.#options.line.codec;
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
    return { ...this.#options.line.statistics, pacing: this.#pacer.counters };
  }

  /**
   * Runs until the signal fires or the backend ends its stream, then resolves, when nothing of the
   * session is left.
   *
   * Rejects with the failure of the stage that failed, when nothing is left either.
   */
  async run(): Promise<void> {
    const { line, signal, clock } = this.#options;
    const ended = this.#ended;
    // A pipe that ends waits for the frame under way, and that one on hold for the resume.
    ended.addEventListener("abort", () => this.#pacer.stop(), { once: true });
    const control = line.run?.(ended).catch(() => {});
    let failing: Timer | undefined;
    const onFailure = (error: unknown) => {
      if (!ended.aborted) failing ??= clock.setTimer(() => this.#failed.abort(error), PASS_ON_MS);
    };
    try {
      const { writable } = this.#pacer;
      await this.chain.run(line.readable, writable, { signal: ended, onFailure });
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      failing?.cancel();
      this.#failed.abort();
      this.#pacer.stop();
      line.close();
      line.codec.close();
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

  /**
   * Presses keys for the other side to hear, one after another.
   *
   * @param digits of `0`-`9`, `*`, `#`, `A`-`D`
   * @throws {TypeError} when the other side has not agreed to hear keys
   */
  sendDtmf(digits: string): void {
    this.#options.line.sendDtmf(digits);
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

  /** Whether a side is not heard by the other. */
  get isMuted(): boolean {
    return this.#mutes.agent || this.#mutes.caller;
  }

  #requireStage(): BackendStage {
    if (this.#conversation !== undefined) return this.#conversation;
    throw new TypeError(
      "Cannot speak in the conversation as the backend has the call: it does not yet",
    );
  }

  #steer(): void {
    if (this.#isConfirmed && this.#options.line.maySend) this.#pacer.resume();
    else this.#pacer.pause();
  }

  #backendStage(): BackendStage {
    const { backend, call } = this.#options;
    // Not before: what is played at the entrance comes as fast as it is taken.
    if (isStreamBackend(backend) && backend.live) this.#pacer.goLive();
    const stage = backendStage(backend, call, {
      ...this.#options,
      signal: this.#ended,
      onEvent: (event, turn) => {
        this.#turn = Math.max(this.#turn, turn);
        this.#emit(event, turn);
      },
      onInterrupt: (turn) => {
        const wasHeard = !this.#pacer.idle;
        this.#pacer.interrupt(turn);
        if (wasHeard) this.#options.line.interrupted?.();
      },
      played: (turn) => this.#pacer.ledger.heard(turn),
      began: (turn, text) => this.#pacer.ledger.began(turn, text),
      drained: (turn, replies) => this.#pacer.ledger.replied(turn, replies),
      silenced: () => this.#pacer.silenced(),
      sounded: () => this.#pacer.sounded(),
      isSpeaking: () => !this.#pacer.idle,
      isOnHold: () => !this.#options.line.maySend,
      onPartial: (text) => this.#turns.hear(text),
      onLive: (isLive) => this.#pacer.goLive(isLive),
      onProtect: (isProtected) => void (this.#voice.isProtected = isProtected),
    });
    return this.#conversation = stage;
  }

  #emit(event: BackendEvent | TurnEvent, turn = this.#turn): void {
    this.#options.onEvent?.({ at: this.#options.clock.now(), turn, ...event });
  }
}
