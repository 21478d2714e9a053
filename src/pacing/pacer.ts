import type { EncodedFrame } from "../audio/mod.ts";
import type { Tick } from "../clock/mod.ts";
import { LiveBacklog } from "./live_backlog.ts";
import type { PacerCounters, PacerOptions, PacketSource } from "./pacer_options.ts";
import { PacerSink } from "./pacer_sink.ts";
import { PhaseFollower } from "./phase_follower.ts";
import { PlayoutBooks } from "./playout_books.ts";
import { PlayoutLedger, type TurnPlayout } from "./playout_ledger.ts";
import { VoiceGain } from "./voice_gain.ts";

/** Frames that wait here; the rest of the chain holds the others. Two, for those of 10 ms. */
const MAX_FRAMES = 2;

/**
 * The end of a call's chain: lets one frame go at each tick, and silence when there is none.
 *
 * Ticks come at absolute deadlines and a little after the caller's own packets, whose times
 * {@link arrived} is told. When the process was busy, the ticks it missed are passed over and not
 * made up for: packets are never bunched, the RTP timestamp shows the gap, and speech goes on where
 * it was, later but whole. Ticking begins when it is made, and ends with {@link stop}.
 *
 * @example
 * ```ts
 * import { Ticker, VirtualClock } from "@sofia/phone/clock";
 * import { Pacer } from "@sofia/phone/pacing";
 * import assert from "node:assert/strict";
 *
 * const clock = new VirtualClock();
 * const sent: string[] = [];
 * const pacer = new Pacer({
 *   clock,
 *   ticker: new Ticker(clock),
 *   clockRate: 8000,
 *   silence: new Uint8Array(160).fill(0xff),
 *   emit: (_, { kind }) => sent.push(`${kind} at ${clock.now()}`),
 *   skip: () => {},
 * });
 * pacer.push({ kind: "audio", payload: new Uint8Array(160), timestamp: 0, duration: 160 });
 * await clock.advance(40);
 * pacer.stop();
 * assert.deepEqual(sent, ["audio at 20", "silence at 40"]);
 * ```
 */
export class Pacer {
  /** Takes the chain's frames as they leave; when the chain ends, stops after the last of them. */
  readonly writable: WritableStream<EncodedFrame>;
  /** What of which turn has left or, where that is told, was played. */
  readonly ledger: PlayoutLedger = new PlayoutLedger();
  /** What was sent so far. */
  readonly counters: PacerCounters = {
    audio: 0,
    silence: 0,
    events: 0,
    interrupted: 0,
    stale: 0,
    missed: 0,
  };
  /** Whether frames leave as silence: they take their time, and count as dropped. */
  isMuted = false;
  readonly #options: PacerOptions;
  readonly #tick: Tick;
  readonly #follower: PhaseFollower;
  /** Ticks of the RTP clock per period. */
  readonly #period: number;
  readonly #queue: EncodedFrame[] = [];
  readonly #gain: VoiceGain;
  readonly #books: PlayoutBooks;
  /** Of a live chain. */
  #backlog: LiveBacklog | undefined;
  /** The frame of an interrupted turn that fades out. */
  #fading: EncodedFrame | undefined;
  #source: PacketSource | undefined;
  /** Frames of turns before this one are dropped. */
  #turn = -Infinity;
  /** Ticks of the RTP clock that were sent ahead: a frame may be longer than a period. */
  #covered = 0;
  #talking = false;
  /** When a packet with the chain's sound left last, in ms of the clock. */
  #soundAt = -Infinity;
  #sounded: ((soundAt: number) => void)[] = [];
  #silenced: ((soundAt: number) => void)[] = [];
  #paused = false;
  #stopped = false;
  readonly #stopNow = (): void => this.stop();
  #roomMade: (() => void)[] = [];
  #allLeft: (() => void) | undefined;

  /** Joins the metronome: packets leave from the next tick on. */
  constructor(options: PacerOptions) {
    const { ticker, clockRate, signal } = options;
    const { periodMs } = ticker;
    if (!(clockRate > 0)) {
      throw new RangeError(
        `Cannot pace as clockRate must be above 0: current value is ${clockRate}`,
      );
    }
    this.#options = options;
    this.#gain = new VoiceGain(options.encode);
    this.#books = new PlayoutBooks(this.ledger, options);
    if (options.live) this.goLive();
    this.#period = clockRate * periodMs / 1000;
    this.#follower = new PhaseFollower({ periodMs });
    this.#tick = ticker.add((deadline, _lateness, missed) => this.#run(deadline, missed));
    this.writable = new PacerSink(this);
    if (signal?.aborted) this.stop();
    signal?.addEventListener("abort", this.#stopNow, { once: true });
  }

  /** Whether nothing waits to leave or to be played, and what left last was no sound of the chain. */
  get idle(): boolean {
    return this.#queue.length === 0 && !this.#talking && !this.#books.isUnderWay;
  }

  /** From now on a delay is worse than a gap, or not any more: see {@link PacerOptions.live}. */
  goLive(isLive = true): void {
    this.#backlog = isLive ? this.#backlog ?? new LiveBacklog() : undefined;
  }

  /** Where in each period its ticks fall, in ms. */
  get phaseMs(): number {
    return this.#tick.phaseMs;
  }

  /**
   * Takes a frame.
   *
   * @returns a promise of room for the next one, or undefined if there is room now
   */
  push(frame: EncodedFrame): Promise<void> | undefined {
    if (this.#stopped || this.#isOutdated(frame)) return void this.#drop(frame, "interrupted");
    this.#queue.push(frame);
    if (this.#backlog) this.#dropStale(this.#backlog.came(this.#queue.length));
    return this.#hasRoom ? undefined : new Promise((resolve) => this.#roomMade.push(resolve));
  }

  /** Says that no frame will come any more. Resolves when those that wait have left; it stops then. */
  end(): Promise<void> {
    if (this.#queue.length === 0 && !this.#books.isUnderWay || this.#paused) this.stop();
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => this.#allLeft = resolve);
  }

  /**
   * Drops the frames of all turns before `turn`, those that wait and those that are still to come.
   * A frame of no turn is never dropped. A voice that is heard now fades out in its next packet; where it
   * is told what is played, what was not is taken to be dropped there.
   */
  interrupt(turn: number): void {
    if (turn <= this.#turn) return;
    this.#turn = turn;
    for (const frame of this.#queue.splice(0)) {
      if (!this.#isOutdated(frame)) this.#queue.push(frame);
      else if (this.#canFade(frame)) this.#fading = frame;
      else this.#drop(frame, "interrupted");
    }
    if (this.#fading === undefined) this.#gain.reset();
    this.#books.cut(turn);
    this.#makeRoom();
  }

  /** Resolves when the next packet with the chain's sound leaves, with that time in ms of the clock. */
  sounded(): Promise<number> {
    return new Promise((resolve) => this.#sounded.push(resolve));
  }

  /**
   * Resolves when nothing of an interrupted voice is to be heard any more, not even its end that fades
   * out, with when its last packet left, in ms of the clock.
   */
  silenced(): Promise<number> {
    if (this.#fading === undefined) return Promise.resolve(this.#soundAt);
    return new Promise((resolve) => this.#silenced.push(resolve));
  }

  /** Lowers the voice by `decibels` (below 0), until {@link restore} or {@link interrupt}. */
  duck(decibels: number): void {
    this.#gain.duck(decibels);
  }

  /** Gives the voice its loudness back after {@link duck}. */
  restore(): void {
    this.#gain.restore();
  }

  /** Says that no more frames of a turn will come: it is over when those that wait have left. */
  finish(turn: number): void {
    if (!this.#stopped && turn >= this.#turn) this.#books.finish(turn);
  }

  /** Resolves when the last frame of a turn has left or the turn was cut: see its `state`. */
  drained(turn: number): Promise<TurnPlayout> {
    return this.ledger.drained(turn);
  }

  /** Notes that a packet of the caller came, in ms of the clock: departures follow arrivals. */
  arrived(atMs: number): void {
    this.#follower.arrived(atMs);
  }

  /** Lets `source` put its packets in the place of sound, from the next tick on; undefined ends it. */
  source(source: PacketSource | undefined): void {
    this.#source = source;
  }

  /** Sends nothing, not even silence, until {@link resume}: the frames wait, the RTP clock goes on. */
  pause(): void {
    this.#paused = true;
    this.#dropFading();
  }

  /** Goes on after {@link pause}. */
  resume(): void {
    this.#paused = false;
  }

  /** Leaves the metronome. What waits is dropped, and its turn is cut. May be called more than once. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#options.signal?.removeEventListener("abort", this.#stopNow);
    this.#tick.remove();
    for (const frame of this.#queue.splice(0)) this.#drop(frame, "interrupted");
    this.#dropFading();
    this.#books.close();
    this.#makeRoom();
  }

  #run(deadline: number, missed: number): void {
    const { onTick, ticker, clockRate, hasRoom } = this.#options;
    this.counters.missed += missed;
    this.#books.settle();
    const waits = this.#paused || hasRoom?.() === false;
    this.#pass((missed + (waits ? 1 : 0)) * this.#period);
    if (waits) this.#dropFading();
    else {
      while (this.#covered < this.#period) this.#covered += this.#send();
      this.#covered -= this.#period;
    }
    onTick?.(deadline + ticker.periodMs + this.#covered / clockRate * 1000);
    if (missed > 0) this.#backlog?.lookAnew();
    if (this.#backlog) this.#dropStale(this.#backlog.tick(this.#queue.length));
    this.#makeRoom();
    if (!this.#stopped) this.#follow();
  }

  #follow(): void {
    const { phaseMs } = this.#tick;
    this.#tick.phaseMs = this.#follower.next(phaseMs, { quiet: this.idle });
    if (Math.abs(this.#tick.phaseMs - phaseMs) > 1) this.#backlog?.lookAnew();
  }

  /** Lets `duration` ticks of the RTP clock go by. What was sent ahead is in them. */
  #pass(duration: number): void {
    const gap = duration - this.#covered;
    this.#covered = Math.max(0, -gap);
    if (gap <= 0) return;
    this.#talking = false;
    const { onSound, skip, clockRate } = this.#options;
    // The caller's telephone plays silence there; who listens for its echo needs to know where.
    for (let left = Math.min(gap, clockRate); left >= this.#period; left -= this.#period) {
      onSound?.(undefined);
    }
    skip(gap);
  }

  /** Sends one packet and returns its length in ticks of the RTP clock. */
  #send(): number {
    const { emit, silence, onSound } = this.#options;
    const event = this.#source?.();
    if (event) {
      this.#dropFading();
      const { payload, ...options } = event;
      this.counters.events++;
      this.#books.passes();
      onSound?.(undefined);
      emit(payload, { ...options, duration: this.#period, kind: "event" });
      return this.#period;
    }
    const fading = this.#fading;
    this.#fading = undefined;
    const frame = fading ?? (this.#gain.isHolding ? undefined : this.#queue.shift());
    this.#books.leaves(frame, { isMuted: this.isMuted });
    if (frame) this.#makeRoom();
    const duration = frame?.duration || this.#period;
    // A frame without sound takes its time all the same.
    const isSound = frame !== undefined && frame.payload.length > 0 && !this.isMuted;
    if (isSound) this.#tellSounded();
    if (fading !== undefined) this.#tellSilenced();
    const kind = isSound ? "audio" : "silence";
    const marker = kind === "audio" && !this.#talking;
    this.#talking = kind === "audio";
    this.counters[kind]++;
    const scaled = frame && (fading ? this.#gain.last(frame) : this.#gain.next(frame));
    onSound?.(this.isMuted ? undefined : scaled?.samples);
    emit(kind === "audio" ? scaled!.payload : silence, { duration, marker, kind });
    return duration;
  }

  #canFade({ samples }: EncodedFrame): boolean {
    // What is heard there is not what leaves here, where a part of it is still under way.
    return this.#talking && this.#gain.canFade && samples !== undefined &&
      this.#fading === undefined && !this.#books.isUnderWay;
  }

  /** A voice that cannot fade out now is over: later, it would be heard out of nothing. */
  #dropFading(): void {
    if (this.#fading === undefined) return;
    this.#drop(this.#fading, "interrupted");
    this.#fading = undefined;
    this.#gain.reset();
    this.#tellSilenced();
  }

  #tellSounded(): void {
    this.#soundAt = this.#options.clock.now();
    if (this.#sounded.length === 0) return;
    for (const resolve of this.#sounded.splice(0)) resolve(this.#soundAt);
  }

  #tellSilenced(): void {
    for (const resolve of this.#silenced.splice(0)) resolve(this.#soundAt);
  }

  get #hasRoom(): boolean {
    return this.#stopped || (this.#backlog?.hasRoom ?? this.#queue.length < MAX_FRAMES);
  }

  #makeRoom(): void {
    if (this.#hasRoom) { for (const resolve of this.#roomMade.splice(0)) resolve(); }
    if (this.#queue.length > 0 || this.#books.isUnderWay || !this.#allLeft) return;
    this.#allLeft();
    this.#allLeft = undefined;
    this.stop();
  }

  #dropStale(count: number): void {
    for (const frame of this.#queue.splice(0, count)) this.#drop(frame, "stale");
  }

  #isOutdated({ turn }: EncodedFrame): boolean {
    return turn !== undefined && turn < this.#turn;
  }

  #drop(frame: EncodedFrame, why: "interrupted" | "stale"): void {
    this.counters[why]++;
    this.#books.dropped(frame);
  }
}
