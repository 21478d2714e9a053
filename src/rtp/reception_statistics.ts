import type { RtpPacket } from "./rtp_packet.ts";
import { distance32 } from "./sequence.ts";

/** How a {@link ReceptionStatistics} counts. */
export interface ReceptionStatisticsOptions {
  /** Ticks of the RTP timestamp per second. @default 8000 */
  readonly clockRate?: number;
  /** Packets in sequence that make a source valid; 1 where a source lock has judged. @default 2 */
  readonly minSequential?: number;
}

/** What a receiver says of one source in RTCP, RFC 3550 section 6.4.1. */
export interface ReceptionReport {
  /** The source that is reported on. */
  readonly ssrc: number;
  /** The share that was lost since the report before, in 256ths: 0-255. */
  readonly fractionLost: number;
  /** Packets lost since the beginning; negative if there were more duplicates than losses. */
  readonly cumulativeLost: number;
  /** The highest sequence number, and in the upper 16 bits how often it started over. */
  readonly highestSequence: number;
  /** The interarrival jitter in ticks. */
  readonly jitter: number;
}

/** What {@link ReceptionStatistics} need to know of a packet. */
export type CountedPacket =
  & Pick<RtpPacket, "ssrc" | "sequenceNumber" | "timestamp">
  & { readonly kind?: string };

const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
const CYCLE = 0x1_0000;

/**
 * Loss and jitter of the source that is heard: RFC 3550 appendices A.1, A.3 and A.8.
 *
 * Two things are left out of the jitter, as they are no delay of the network: telephone-events, all
 * packets of which carry the time of the key press, and jumps of the timestamp of a second or more.
 *
 * @example
 * ```ts
 * import { ReceptionStatistics } from "@sofia/phone/rtp";
 * import assert from "node:assert/strict";
 *
 * const statistics = new ReceptionStatistics({ minSequential: 1 });
 * for (const sequenceNumber of [65534, 65535, 1]) { // 0 is lost
 *   statistics.push({ ssrc: 7, sequenceNumber, timestamp: 0 }, 0);
 * }
 * assert.deepEqual([statistics.expected, statistics.received, statistics.lost], [4, 3, 1]);
 * ```
 */
export class ReceptionStatistics {
  readonly #minSequential: number;
  #clockRate: number;
  #ssrc: number | undefined;
  #probation = 0;
  #highest = 0;
  #cycles = 0;
  #first = 0;
  #badNext = -1;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #jitter = 0;
  #timed = false;
  #arrival = 0;
  #timestamp = 0;

  /** Starts with no source. */
  constructor(options: ReceptionStatisticsOptions = {}) {
    const { clockRate = 8000, minSequential = 2 } = options;
    this.#clockRate = clockRate;
    this.#minSequential = minSequential;
  }

  /** The source that is counted; undefined before the first packet. */
  get ssrc(): number | undefined {
    return this.#ssrc;
  }

  /** Packets of the source so far, duplicates too. */
  get received(): number {
    return this.#received;
  }

  /** Packets the source has sent as its sequence numbers tell. */
  get expected(): number {
    return this.#received === 0 ? 0 : this.#cycles + this.#highest - this.#first + 1;
  }

  /** Packets lost; negative if there were more duplicates than losses. */
  get lost(): number {
    return this.expected - this.#received;
  }

  /** The interarrival jitter in ms. */
  get jitterMs(): number {
    return this.#jitter * 1000 / this.#clockRate;
  }

  /** Takes a packet; another SSRC than before starts anew. False if its number cannot be right yet. */
  push(packet: CountedPacket, receivedAt: number): boolean {
    const { ssrc, sequenceNumber, timestamp } = packet;
    if (ssrc !== this.#ssrc) {
      this.#ssrc = ssrc;
      this.#begin(sequenceNumber);
      this.#received = 0;
      this.#probation = this.#minSequential;
      this.#highest = (sequenceNumber - 1) & 0xffff;
      this.#jitter = 0;
      this.#timed = false;
    }
    const valid = this.#count(sequenceNumber);
    if (valid && packet.kind !== "telephone-event") this.#time(timestamp, receivedAt);
    return valid;
  }

  /** Tells that timestamps go on at another rate, after the codec changed. */
  setClockRate(clockRate: number): void {
    if (clockRate === this.#clockRate) return;
    this.#jitter *= clockRate / this.#clockRate;
    this.#clockRate = clockRate;
    this.#timed = false;
  }

  /** The report for RTCP, and the start of the interval of the next one; undefined if none is due. */
  takeReport(): ReceptionReport | undefined {
    const { expected, lost } = this;
    const expectedNow = expected - this.#expectedBefore;
    const receivedNow = this.#received - this.#receivedBefore;
    if (this.#ssrc === undefined || receivedNow === 0) return undefined;
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    const lostNow = Math.max(0, expectedNow - receivedNow);
    return {
      ssrc: this.#ssrc,
      fractionLost: lostNow === 0 ? 0 : Math.min(255, Math.floor(lostNow * 256 / expectedNow)),
      cumulativeLost: Math.max(-0x80_0000, Math.min(0x7f_ffff, lost)),
      highestSequence: (this.#cycles + this.#highest) % 0x1_0000_0000,
      jitter: Math.floor(this.#jitter),
    };
  }

  /** Appendix A.1. */
  #count(sequenceNumber: number): boolean {
    const step = (sequenceNumber - this.#highest) & 0xffff;
    if (this.#probation > 0) {
      this.#probation = step === 1 ? this.#probation - 1 : this.#minSequential - 1;
      this.#highest = sequenceNumber;
      if (this.#probation > 0) return false;
      this.#begin(sequenceNumber);
    } else if (step < MAX_DROPOUT) {
      if (sequenceNumber < this.#highest) this.#cycles += CYCLE;
      this.#highest = sequenceNumber;
    } else if (step <= CYCLE - MAX_MISORDER) {
      // One such jump is noise; if the next packet follows it, the peer has started over.
      if (sequenceNumber !== this.#badNext) {
        this.#badNext = (sequenceNumber + 1) & 0xffff;
        return false;
      }
      this.#begin(sequenceNumber);
    }
    this.#received++;
    return true;
  }

  #begin(sequenceNumber: number): void {
    this.#first = sequenceNumber;
    this.#highest = sequenceNumber;
    this.#badNext = -1;
    this.#cycles = 0;
    this.#received = 0;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
  }

  /** Appendix A.8. */
  #time(timestamp: number, receivedAt: number): void {
    if (this.#timed) {
      const elapsed = (receivedAt - this.#arrival) * this.#clockRate / 1000;
      const difference = Math.abs(elapsed - distance32(this.#timestamp, timestamp));
      if (difference < this.#clockRate) this.#jitter += (difference - this.#jitter) / 16;
    }
    this.#timed = true;
    this.#arrival = receivedAt;
    this.#timestamp = timestamp;
  }
}
