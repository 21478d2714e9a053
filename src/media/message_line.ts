/** A line whose sound comes and goes in messages that are all delivered: a WebSocket, a TCP connection. */

import type { Clock, Random } from "../clock/mod.ts";
import type { Codec } from "../codec/mod.ts";
import { JitterBuffer } from "../jitter/mod.ts";
import type { PacedPacketOptions, PacketSource } from "../pacing/mod.ts";
import { ReceptionStatistics, RTP_FAULTS } from "../rtp/mod.ts";
import type { DatagramCounters } from "../udp/mod.ts";
import type { Stage } from "./chain.ts";
import type { LineListener, LineStatistics, MediaLine } from "./media_line.ts";
import { MessagePackets, type SoundMessage } from "./message_packets.ts";
import { soundStages } from "./sound_stages.ts";
import { ToneKeys } from "./tone_keys.ts";

/** Messages that wait for a process that is busy; the oldest go first. Two seconds, of 20 ms each. */
const MAX_WAITING = 100;

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
  /**
   * Sends 20 ms of sound; undefined for silence.
   *
   * @returns false when it had to be dropped, as the other side does not read
   */
  readonly send: (payload: Uint8Array | undefined) => boolean;
  /** Tells the other side to play nothing of what it has. @default it is not told */
  readonly clear?: () => void;
  /** Tells the other side keys. @default they sound */
  readonly sendDtmf?: (digits: string) => void;
}

/**
 * Turns messages of sound, of whatever length, into a line.
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
 * const line = new MessageLine({ ...time, name: "pipe", codec, send: () => true });
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
    const isTaken = this.#options.send(kind === "silence" ? undefined : payload);
    this.#counters[isTaken ? "sent" : "sendErrors"]++;
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
      new JitterBuffer({ startAt: clock.now(), clockRate, durationOf }),
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
