/** A line of RTP: two sockets, a jitter buffer and a decoder. */

import type { Clock, Random } from "../clock/mod.ts";
import type { Codec } from "../codec/mod.ts";
import { JitterBuffer } from "../jitter/mod.ts";
import type { PacedPacketOptions, PacketSource } from "../pacing/mod.ts";
import { rtpDepacketizerTransformer } from "../rtp/mod.ts";
import type { Datagram, PortLease } from "../udp/mod.ts";
import type { Stage } from "./chain.ts";
import type { LineListener, LineStatistics, MediaLine } from "./media_line.ts";
import { maySend, type MediaParameters } from "./media_parameters.ts";
import { RtpLink } from "./rtp_link.ts";
import { soundStages } from "./sound_stages.ts";

/** What an {@link RtpLine} needs. */
export interface RtpLineOptions {
  /** Time. */
  readonly clock: Clock;
  /** Chance; it must not be guessable in production. */
  readonly random: Random;
  /** Milliseconds since 1970, for the reports of RTCP. */
  readonly wallClock: () => number;
  /** The sockets; who acquired them releases them. */
  readonly lease: PortLease;
  /** The codec that was agreed. */
  readonly codec: Codec;
  /** What was agreed with the other side. */
  readonly parameters: MediaParameters;
}

const NOBODY: LineListener = {
  onArrival: () => {},
  onKey: () => {},
  onSound: () => {},
  onSteer: () => {},
};

/** The line of a call that came by SIP, or was placed by it. It is for one session. */
export class RtpLine implements MediaLine {
  /** How its sound is written. */
  readonly codec: Codec;
  readonly #options: RtpLineOptions;
  readonly #link: RtpLink;
  readonly #jitter: JitterBuffer;
  #listener = NOBODY;
  #maySend: boolean;

  /** Reads and sends nothing yet. */
  constructor(options: RtpLineOptions) {
    const { clock, codec, parameters } = options;
    this.#options = options;
    this.codec = codec;
    this.#maySend = maySend(parameters);
    this.#link = new RtpLink({
      ...options,
      onDtmf: ({ type, digit, durationMs }) =>
        this.#listener.onKey({ type, way: "rtp", digit, durationMs }),
      onArrival: (receivedAt) => this.#listener.onArrival(receivedAt),
    });
    this.#jitter = new JitterBuffer({
      startAt: clock.now(),
      clockRate: codec.clockRate,
      durationOf: (payload) => codec.durationOf(payload),
    });
  }

  /** The datagrams that come. */
  get readable(): ReadableStream<Datagram> {
    return this.#options.lease.rtp.readable;
  }

  /** Whether the other side is to be sent to. */
  get maySend(): boolean {
    return this.#maySend;
  }

  /** Whether the other side has agreed to tell keys in packets of their own. */
  get hasTelephoneEvents(): boolean {
    return this.#link.hasTelephoneEvents;
  }

  /** What became of the sound so far. */
  get statistics(): LineStatistics {
    const { counters, lock, statistics } = this.#link.core;
    return {
      socket: this.#options.lease.rtp.counters,
      rtp: { ...counters, ...lock.counters },
      jitter: this.#jitter.statistics,
      quality: this.#link.quality,
      jitterMs: statistics.jitterMs,
    };
  }

  /** The stages `rtp`, `jitter` and `decode`. */
  open(listener: LineListener): readonly Stage[] {
    this.#listener = listener;
    const { onSound } = listener;
    return [
      { name: "rtp", transformer: () => rtpDepacketizerTransformer(this.#link.core) },
      ...soundStages({ ...this.#options, jitter: this.#jitter, onSound }),
    ];
  }

  /** Goes on under what was agreed anew: another address, hold, resume. The codec stays. */
  agree(parameters: MediaParameters): void {
    this.#link.agree(parameters);
    this.#maySend = maySend(parameters);
    this.#listener.onSteer();
  }

  /** Reads the socket of RTCP. */
  run(signal: AbortSignal): Promise<void> {
    return this.#link.readControl(signal);
  }

  /** Sends one packet. */
  send(payload: Uint8Array, packet: PacedPacketOptions): void {
    this.#link.send(payload, packet);
  }

  /** Lets time pass in which nothing was sent. */
  skip(ticks: number): void {
    this.#link.skip(ticks);
  }

  /** The packet of a key that is down. */
  nextKey(): ReturnType<PacketSource> {
    return this.#link.nextKey();
  }

  /** Presses keys. @throws {TypeError} when the other side has not agreed to hear them */
  sendDtmf(digits: string): void {
    this.#link.sendDtmf(digits);
  }

  /** Says goodbye by RTCP. */
  close(): void {
    this.#link.close();
  }
}
