/** The sound of one call: its sockets, its chain and its metronome. */

import { backendStage, hearingRate, isStreamBackend } from "../backend/mod.ts";
import { JitterBufferStream, type JitterStatistics } from "../jitter/mod.ts";
import { Pacer } from "../pacing/mod.ts";
import type { RtcpQuality, RtpDepacketizerCounters, SourceLockCounters } from "../rtp/mod.ts";
import type { DatagramCounters } from "../udp/mod.ts";
import type { Chain } from "./chain.ts";
import { composeChain } from "./compose_chain.ts";
import { maySend, type MediaParameters } from "./media_parameters.ts";
import type { MediaSessionOptions } from "./media_session_options.ts";
import { RtpLink } from "./rtp_link.ts";

/** What became of a call's sound, on every stage that can lose some. */
export interface MediaStatistics {
  /** Datagrams of the RTP socket. */
  readonly socket: Readonly<DatagramCounters>;
  /** Packets, by whether they were the caller's. */
  readonly rtp: Readonly<RtpDepacketizerCounters & SourceLockCounters>;
  /** Packets, by when they came. */
  readonly jitter: Readonly<JitterStatistics>;
  /** What the other side says of the sound we send; undefined until it does. */
  readonly quality: RtcpQuality | undefined;
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
  readonly #jitter: JitterBufferStream;

  /** Composes the chain; {@link run} runs it. */
  constructor(options: MediaSessionOptions) {
    const { clock, random, ticker, lease, codec, parameters, backend, detector } = options;
    this.#options = options;
    const tick = codec.clockRate * parameters.ptimeMs / 1000;
    this.#pacer = new Pacer({
      clock,
      ticker,
      clockRate: codec.clockRate,
      silence: codec.encode(new Int16Array(tick * codec.sampleRate / codec.clockRate)),
      live: isStreamBackend(backend),
      emit: (payload, packet) => this.#link.send(payload, packet),
      skip: (duration) => this.#link.skip(duration),
    });
    this.#pacer.source(() => this.#link.nextKey());
    this.#link = new RtpLink({
      clock,
      random,
      lease,
      parameters,
      wallClock: options.wallClock,
      onDtmf: options.onDtmf ?? (() => {}),
      onArrival: (receivedAt) => this.#pacer.arrived(receivedAt),
    });
    if (!maySend(parameters)) this.#pacer.pause();
    this.#jitter = new JitterBufferStream(clock, {
      clockRate: codec.clockRate,
      durationOf: (payload) => codec.durationOf(payload),
    });
    const chain = composeChain({
      random,
      codec,
      depacketizer: this.#link.depacketizer,
      jitter: this.#jitter,
      detector,
      sampleRate: hearingRate(backend, codec.sampleRate),
      backend: () => this.#backendStage(),
    });
    this.chain = options.pipeline?.(chain) ?? chain;
  }

  /** What became of the sound so far. */
  get statistics(): MediaStatistics {
    const { counters, lock } = this.#link.core;
    return {
      socket: this.#options.lease.rtp.counters,
      rtp: { ...counters, ...lock.counters },
      jitter: this.#jitter.statistics,
      quality: this.#link.quality,
    };
  }

  /**
   * Runs until the signal fires, then resolves, when nothing of the session is left.
   *
   * Rejects with the failure of the stage that failed, when nothing is left either.
   */
  async run(): Promise<void> {
    const { lease, signal } = this.#options;
    const failed = new AbortController();
    const ended = AbortSignal.any([signal, failed.signal]);
    const control = this.#link.readControl(ended).catch(() => {});
    try {
      await this.chain.run(lease.rtp.readable, this.#pacer.writable, ended);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      failed.abort();
      this.#pacer.stop();
      this.#link.close();
      this.#options.codec.close();
      await control;
    }
  }

  /** Goes on under what was agreed anew: another address, hold, resume. The codec stays. */
  agree(parameters: MediaParameters): void {
    this.#link.agree(parameters);
    if (maySend(parameters)) this.#pacer.resume();
    else this.#pacer.pause();
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

  #backendStage(): ReturnType<typeof backendStage> {
    const { backend, call, history, onError, signal } = this.#options;
    return backendStage(backend, call, {
      signal,
      history,
      onError,
      onInterrupt: (turn) => this.#pacer.interrupt(turn),
      played: (turn) => this.#pacer.ledger.heard(turn),
    });
  }
}
