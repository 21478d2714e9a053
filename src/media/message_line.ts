/** A line whose sound comes and goes in messages that are all delivered: a WebSocket, a TCP connection. */

import type { Clock, Random } from "../clock/mod.ts";
import type { Codec } from "../codec/mod.ts";
import { JitterBuffer } from "../jitter/mod.ts";
import type { PacedPacketOptions, PacketSource } from "../pacing/mod.ts";
import { ReceptionStatistics, RTP_FAULTS } from "../rtp/mod.ts";
import type { DatagramCounters } from "../udp/mod.ts";
import type { Stage } from "./chain.ts";
import type { FarPlayout } from "./far_playout.ts";
import type { LineListener, LineStatistics, MediaLine } from "./media_line.ts";
import { MessagePackets, type SoundMessage } from "./message_packets.ts";
import { soundStages } from "./sound_stages.ts";
import { ToneKeys } from "./tone_keys.ts";

/** Sound of a burst, after a stall, that is still to be heard, in ms. */
const CATCH_UP_MS = 10_000;
/** Messages that wait to be taken; the oldest go first. So many come at once after a stall, of 20 ms each. */
const MAX_WAITING = CATCH_UP_MS / 20;

/** What a {@link MessageLine} needs. */
export interface MessageLineOptions {
  /** Time. */
  readonly clock: Clock;
  /** Chance, for the noise of a silence that is described. */
  readonly random: Random;
  /** What its first stage is called, in the chain as it prints itself: `browser`. */
  readonly name: string;
  /** How its sound is written. */
  readonly codec: Codec;
  /** Sends 20 ms of sound; undefined for silence. */
  readonly send: (payload: Uint8Array | undefined) => void;
  /**
   * Whether 20 ms more may be sent, asked before each. While not, as the other side does not read, the
   * agent's sound waits. @default they always may
   */
  readonly hasRoom?: () => boolean;
  /** What the other side has played, where it tells. @default it cannot tell */
  readonly playout?: FarPlayout;
  /** Tells the other side to play nothing of what it has. @default it is not told */
  readonly clear?: () => void;
  /** Tells the other side keys. @default they sound */
  readonly sendDtmf?: (digits: string) => void;
}

/**
 * Turns messages of sound, of whatever length, into a line.
 *
 * What comes in one burst, after the network has stalled, is passed on at once and late as it is, up to
 * ten seconds of it: the caller's words are heard, and nothing that comes later is later for it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SeededRandom, VirtualClock } from "@sofia/phone/clock";
 * import { L16 } from "@sofia/phone/codec";
 * import { MessageLine } from "@sofia/phone/media";
 *
 * const codec = new L16(16_000, { littleEndian: true });
 * const time = { clock: new VirtualClock(), random: new SeededRandom(1) };
 * const line = new MessageLine({ ...time, name: "pipe", codec, send: () => {} });
 * line.receive(new Uint8Array(640)); // 20 ms
 * const { value } = await line.readable.getReader().read();
 * assert.deepEqual(value, { payload: new Uint8Array(640), receivedAt: 0 });
 * ```
 */
export class MessageLine implements MediaLine {
  /** How its sound is written. */
  readonly codec: Codec;
  /** The messages of sound. */
  readonly readable: ReadableStream<SoundMessage>;
  /** Nobody can be put on hold by messages. */
  readonly maySend = true;
  readonly #options: MessageLineOptions;
  readonly #counters: DatagramCounters = { received: 0, dropped: 0, sent: 0, sendErrors: 0 };
  readonly #waiting: SoundMessage[] = [];
  readonly #keys: ToneKeys;
  #statistics = new ReceptionStatistics({ minSequential: 1 });
  #packets: MessagePackets;
  #jitter: JitterBuffer;
  #output!: ReadableStreamDefaultController<SoundMessage>;

  /** Nothing has come yet. */
  constructor(options: MessageLineOptions) {
    this.#options = options;
    this.codec = options.codec;
    this.#keys = new ToneKeys(options.codec);
    [this.#packets, this.#jitter] = this.#cores(() => {});
    this.readable = new ReadableStream({
      start: (controller) => void (this.#output = controller),
      pull: () => this.#pull(),
    });
  }

  /** What became of the sound so far. */
  get statistics(): LineStatistics {
    const { packets, invalid } = this.#packets.counters;
    return {
      socket: this.#counters,
      rtp: { ...NO_RTP, datagrams: this.#counters.received, packets, wrongPayloadType: invalid },
      jitter: this.#jitter.statistics,
      quality: undefined,
      jitterMs: this.#statistics.jitterMs,
    };
  }

  /** A message of sound came. Its bytes are given away. */
  receive(payload: Uint8Array): void {
    this.#waiting.push({ payload, receivedAt: this.#options.clock.now() });
    if (this.#output.desiredSize! > 0) this.#pull();
    else if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      this.#counters.dropped++;
    }
  }

  /** The stages named by the options, `jitter` and `decode`. */
  open({ onArrival, onSound }: LineListener): readonly Stage[] {
    const { name, codec } = this.#options;
    [this.#packets, this.#jitter] = this.#cores(onArrival);
    const transform = (
      message: SoundMessage,
      controller: TransformStreamDefaultController<unknown>,
    ) => {
      for (const packet of this.#packets.push(message)) {
        this.#statistics.push(packet, message.receivedAt);
        controller.enqueue(packet);
      }
    };
    return [
      { name, transformer: () => ({ transform }) },
      ...soundStages({ ...this.#options, codec, jitter: this.#jitter, onSound }),
    ];
  }

  /** Sends 20 ms. */
  send(payload: Uint8Array, { kind }: PacedPacketOptions): void {
    this.#options.send(kind === "silence" ? undefined : payload);
    this.#counters.sent++;
  }

  /** Whether 20 ms more may be sent now. What waits is counted as if its sending had failed. */
  hasRoom(): boolean {
    const { hasRoom, playout } = this.#options;
    const may = hasRoom?.() !== false && playout?.hasRoom !== false;
    if (!may) this.#counters.sendErrors++;
    return may;
  }

  /** How many of the packets that were sent last the other side has not played. */
  get unplayed(): number | undefined {
    return this.#options.playout?.unplayed;
  }

  /** The other side sees for itself that nothing comes. */
  skip(): void {}

  /** The next 20 ms of keys that sound. */
  nextKey(): ReturnType<PacketSource> {
    return this.#keys.next();
  }

  /** Presses keys, one after another. @throws {RangeError} for what is none of 0-9, *, #, A-D */
  sendDtmf(digits: string): void {
    if (this.#options.sendDtmf === undefined) this.#keys.send(digits);
    else this.#options.sendDtmf(digits);
  }

  /** Tells the other side to play nothing of what it has. */
  interrupted(): void {
    this.#options.clear?.();
    this.#options.playout?.cleared();
  }

  /** What it came by is closed by whoever gave it. */
  close(): void {}

  #cores(onArrival: LineListener["onArrival"]): [MessagePackets, JitterBuffer] {
    const { clock, codec } = this.#options;
    const { clockRate } = codec;
    const durationOf = (payload: Uint8Array) => codec.durationOf(payload);
    this.#statistics = new ReceptionStatistics({ clockRate, minSequential: 1 });
    return [
      new MessagePackets({ clockRate, durationOf, onArrival }),
      new JitterBuffer({
        startAt: clock.now(),
        clockRate,
        durationOf,
        catchUpMs: CATCH_UP_MS,
      }),
    ];
  }

  #pull(): void {
    const message = this.#waiting.shift();
    if (message === undefined) return;
    this.#counters.received++;
    this.#output.enqueue(message);
  }
}

/** Of what can only go wrong in RTP. */
const NO_RTP = {
  ...{ datagrams: 0, packets: 0, rtcp: 0, wrongRtcpSource: 0, wrongPayloadType: 0 },
  faults: Object.fromEntries(RTP_FAULTS.map((fault) => [fault, 0])) as Record<
    typeof RTP_FAULTS[number],
    number
  >,
  ...{ wrongSource: 0, wrongSsrc: 0, moves: 0, ssrcChanges: 0 },
};
