import { ByteSlab } from "../audio/mod.ts";
import type { Random } from "../clock/mod.ts";
import { serializeRtpPacket } from "./rtp_packet.ts";

/** Where a packetizer starts; by RFC 3550 section 5.1 at random. */
export interface RtpPacketizerOptions {
  /** The own SSRC. @default a random number of 32 bits */
  readonly ssrc?: number;
  /** Of the first packet. @default a random number of 16 bits */
  readonly sequenceNumber?: number;
  /** Of the first packet. @default a random number of 32 bits */
  readonly timestamp?: number;
}

/** What one packet is. */
export interface RtpPacketizeOptions {
  /** The number its format has in SDP, 0-127. */
  readonly payloadType: number;
  /**
   * Whether it starts a talkspurt.
   *
   * @default true for the first packet, for the first after {@link RtpPacketizer.skip}, and where
   * the payload type changes (a codec switched, a digit or comfort noise is over)
   */
  readonly marker?: boolean;
  /**
   * How long ago what it tells began, in ticks: its timestamp is this much before the packetizer's.
   * For telephone-events, whose packets all carry the timestamp of the key press.
   *
   * @default 0
   */
  readonly age?: number;
  /** When it leaves, in milliseconds of the call's clock. Lets RTCP date the timestamp. */
  readonly sentAt?: number;
}

/** What was sent so far, for the sender report of RTCP. */
export interface RtpSenderState {
  /** The sender's own SSRC. */
  readonly ssrc: number;
  /** Packets since the SSRC was taken. */
  readonly packets: number;
  /** Bytes of payload since the SSRC was taken. */
  readonly octets: number;
  /** The media clock when the last packet left, in ticks. */
  readonly timestamp: number;
  /** When the last packet left, in milliseconds of the call's clock, if it was said. */
  readonly sentAt: number | undefined;
}

/**
 * Puts the headers on one call's outbound payloads: sequence numbers without a break, a timestamp
 * that goes on through silence, marker bits.
 *
 * @example
 * ```ts
 * import { parseRtpPacket, RtpPacketizer } from "@sofia/phone/rtp";
 * import { SeededRandom } from "@sofia/phone/clock";
 * import assert from "node:assert/strict";
 *
 * const packetizer = new RtpPacketizer(new SeededRandom(1), { sequenceNumber: 65535, timestamp: 0 });
 * packetizer.next(new Uint8Array(160), 160, { payloadType: 0 });
 * packetizer.skip(320); // 40 ms of silence
 * const packet = parseRtpPacket(packetizer.next(new Uint8Array(160), 160, { payloadType: 0 }));
 * assert.ok(typeof packet !== "string");
 * assert.deepEqual([packet.sequenceNumber, packet.timestamp, packet.marker], [0, 480, true]);
 * ```
 */
export class RtpPacketizer {
  readonly #random: Random;
  readonly #slab = new ByteSlab();
  #ssrc: number;
  #sequenceNumber: number;
  #timestamp: number;
  #previousType: number | undefined;
  #collided = false;
  #packets = 0;
  #octets = 0;
  #sentTimestamp = 0;
  #sentAt: number | undefined;

  /**
   * Starts at random numbers.
   *
   * @param random where the starting numbers come from, unless `options` has them
   */
  constructor(random: Random, options: RtpPacketizerOptions = {}) {
    const {
      ssrc = random.uint32(),
      sequenceNumber = random.uint32() >>> 16,
      timestamp = random.uint32(),
    } = options;
    this.#random = random;
    this.#ssrc = ssrc >>> 0;
    this.#sequenceNumber = sequenceNumber & 0xffff;
    this.#timestamp = timestamp >>> 0;
  }

  /** The own SSRC. */
  get ssrc(): number {
    return this.#ssrc;
  }

  /** The timestamp of the next packet. */
  get timestamp(): number {
    return this.#timestamp;
  }

  /** What was sent so far. */
  get sent(): RtpSenderState {
    return {
      ssrc: this.#ssrc,
      packets: this.#packets,
      octets: this.#octets,
      timestamp: this.#sentTimestamp,
      sentAt: this.#sentAt,
    };
  }

  /** The next packet, in bytes that nobody writes to again; the media clock goes on by `duration` ticks. */
  next(payload: Uint8Array, duration: number, options: RtpPacketizeOptions): Uint8Array {
    const { payloadType, marker = payloadType !== this.#previousType, age = 0, sentAt } = options;
    const packet = serializeRtpPacket({
      payloadType,
      marker,
      sequenceNumber: this.#sequenceNumber,
      timestamp: this.#timestamp - age,
      ssrc: this.#ssrc,
      payload,
    }, this.#slab);
    this.#previousType = payloadType;
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    this.#packets++;
    this.#octets += payload.length;
    this.#sentTimestamp = this.#timestamp;
    this.#sentAt = sentAt;
    this.#timestamp = (this.#timestamp + duration) >>> 0;
    return packet;
  }

  /** Lets `duration` ticks pass in which nothing is sent: the next packet starts a talkspurt. */
  skip(duration: number): void {
    this.#timestamp = (this.#timestamp + duration) >>> 0;
    this.#previousType = undefined;
  }

  /**
   * Takes another SSRC, as RFC 3550 section 8.2 asks, if the peer's is the same; says whether it did.
   *
   * Only once: a peer that has our number again does not choose it, it sends our own packets back.
   */
  avoid(ssrc: number): boolean {
    if (ssrc !== this.#ssrc || this.#collided) return false;
    this.#collided = true;
    const drawn = this.#random.uint32();
    this.#ssrc = drawn === ssrc ? ~ssrc >>> 0 : drawn;
    this.#sequenceNumber = this.#random.uint32() >>> 16;
    this.#previousType = undefined;
    this.#packets = 0;
    this.#octets = 0;
    return true;
  }
}
