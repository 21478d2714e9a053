import { type DtmfEvent, DtmfReceiver } from "./dtmf_receiver.ts";
import { ReceptionStatistics } from "./reception_statistics.ts";
import type { RtpAddress } from "./rtp_address.ts";
import {
  isRtcp,
  parseRtpPacket,
  type ReceivedRtpPacket,
  RTP_FAULTS,
  type RtpFault,
  type RtpPayloadKind,
} from "./rtp_packet.ts";
import { SourceLock, type SourceLockOptions } from "./source_lock.ts";

/** A datagram of the call's RTP port. */
export interface RtpDatagram {
  /** The bytes, which nobody else writes to. */
  readonly data: Uint8Array;
  /** Who sent it. */
  readonly source: RtpAddress;
  /** When it came, in milliseconds of the call's clock. */
  readonly receivedAt: number;
}

/** What a payload type means in this call, as SDP agreed. */
export interface RtpPayloadFormat {
  /** The number, 0-127. */
  readonly payloadType: number;
  /** What it is for. */
  readonly kind: RtpPayloadKind;
  /** Ticks of the RTP timestamp per second. */
  readonly clockRate: number;
}

/** What a call's packets are, and who is told what is in them. */
export interface RtpDepacketizerOptions {
  /** The payload types the call agreed on. Packets of others are counted and dropped. */
  readonly formats: readonly RtpPayloadFormat[];
  /** When an address is trusted, and where SDP says the peer is. @default {} */
  readonly source?: SourceLockOptions;
  /** Called when a key goes down and when it comes up. @default nobody is told */
  readonly onDtmf?: (event: DtmfEvent) => void;
  /** Called with RTCP that came from the peer on the same port. @default nobody is told */
  readonly onRtcp?: (bytes: Uint8Array, receivedAt: number) => void;
  /** Called with the time at which each packet of sound came. @default nobody is told */
  readonly onSound?: (receivedAt: number) => void;
}

/** What a call's RTP port has seen. With the counters of the source lock, each datagram counts once. */
export interface RtpDepacketizerCounters {
  /** Datagrams that came. */
  datagrams: number;
  /** Packets that went down the chain. */
  packets: number;
  /** RTCP from the peer on the same port. */
  rtcp: number;
  /** RTCP from somebody else, dropped. */
  wrongRtcpSource: number;
  /** Packets of a payload type the call did not agree on, dropped. */
  wrongPayloadType: number;
  /** Datagrams that are no RTP packets, by what is wrong with them. */
  readonly faults: Record<RtpFault, number>;
}

/** The key presses of one telephone-event format. */
interface Keys {
  readonly payloadType: number;
  readonly clockRate: number;
  readonly receiver: DtmfReceiver;
}

/**
 * Makes datagrams into the packets of the call's peer: what is malformed, foreign or of a payload
 * type that was not agreed on is dropped and counted, never thrown.
 *
 * @example
 * ```ts
 * import { RtpDepacketizer } from "@sofia/phone/rtp";
 * import assert from "node:assert/strict";
 *
 * const source = { address: "192.0.2.1", port: 4000 };
 * const depacketizer = new RtpDepacketizer({
 *   formats: [{ payloadType: 0, kind: "audio", clockRate: 8000 }],
 *   source: { signalled: source },
 * });
 * const data = Uint8Array.of(0x80, 0, 0, 7, 0, 0, 0, 160, 0, 0, 0, 1, 0xff);
 * const [packet] = depacketizer.push({ data, source, receivedAt: 20 });
 * assert.deepEqual([packet.kind, packet.receivedAt, packet.payload.length], ["audio", 20, 1]);
 * assert.deepEqual(depacketizer.push({ data: data.subarray(3), source, receivedAt: 40 }), []);
 * assert.equal(depacketizer.counters.faults["too-short"], 1);
 * ```
 */
export class RtpDepacketizer {
  /** What was seen so far. */
  readonly counters: RtpDepacketizerCounters = {
    datagrams: 0,
    packets: 0,
    rtcp: 0,
    wrongRtcpSource: 0,
    wrongPayloadType: 0,
    faults: Object.fromEntries(RTP_FAULTS.map((fault) => [fault, 0])) as Record<RtpFault, number>,
  };
  /** Who is trusted, and where to send to. */
  readonly lock: SourceLock;
  /** Loss and jitter, as RTCP tells them to the peer. */
  readonly statistics: ReceptionStatistics = new ReceptionStatistics({ minSequential: 1 });
  readonly #onDtmf: (event: DtmfEvent) => void;
  readonly #onRtcp: (bytes: Uint8Array, receivedAt: number) => void;
  readonly #onSound: (receivedAt: number) => void;
  #formats: (RtpPayloadFormat | undefined)[] = [];
  #keys: Keys[] = [];
  #now = 0;

  /** Starts with no source trusted. */
  constructor(options: RtpDepacketizerOptions) {
    const { formats, source = {}, onDtmf = () => {}, onRtcp = () => {}, onSound = () => {} } =
      options;
    this.lock = new SourceLock(source);
    this.#onDtmf = onDtmf;
    this.#onRtcp = onRtcp;
    this.#onSound = onSound;
    this.agree(formats);
  }

  /** Tells the payload types from now on, after a new offer and answer. */
  agree(formats: readonly RtpPayloadFormat[]): void {
    const before = this.#keys;
    this.#formats = [];
    this.#keys = [];
    for (const format of formats) {
      const { payloadType, kind, clockRate } = format;
      this.#formats[payloadType] = format;
      if (kind !== "telephone-event") continue;
      const same = before.find((k) => k.payloadType === payloadType && k.clockRate === clockRate);
      const receiver = same?.receiver ?? new DtmfReceiver({ clockRate });
      this.#keys.push({ payloadType, clockRate, receiver });
    }
    for (const { receiver } of before) {
      if (!this.#keys.some((keys) => keys.receiver === receiver)) {
        this.#tell(receiver.close(this.#now));
      }
    }
  }

  /** Takes a datagram; gives the packets that go down the chain for it, most often one. */
  push(datagram: RtpDatagram): readonly ReceivedRtpPacket[] {
    const { data, source, receivedAt } = datagram;
    this.#now = receivedAt;
    this.counters.datagrams++;
    if (isRtcp(data)) {
      this.#control(datagram);
      return [];
    }
    const packet = parseRtpPacket(data);
    if (typeof packet === "string") {
      this.counters.faults[packet]++;
      return [];
    }
    const format = this.#formats[packet.payloadType];
    if (!format) {
      this.counters.wrongPayloadType++;
      return [];
    }
    const packets = this.lock.push({ ...packet, receivedAt, kind: format.kind }, source);
    for (const trusted of packets) this.#take(trusted);
    return packets;
  }

  /** Notices keys that are up though no packet said so. To be called every so often. */
  poll(now: number): void {
    for (const { receiver } of this.#keys) this.#tell(receiver.poll(now));
  }

  /** Ends a key press that the call's end cuts short. */
  close(now: number): void {
    for (const { receiver } of this.#keys) this.#tell(receiver.close(now));
  }

  #control({ data, source, receivedAt }: RtpDatagram): void {
    if (this.lock.trusts(source)) {
      this.counters.rtcp++;
      this.#onRtcp(data, receivedAt);
    } else {
      this.counters.wrongRtcpSource++;
    }
  }

  #take(packet: ReceivedRtpPacket): void {
    const { payloadType, kind, timestamp, receivedAt } = packet;
    this.counters.packets++;
    const clockRate = this.#formats[payloadType]?.clockRate;
    if (kind === "audio" && clockRate !== undefined) this.statistics.setClockRate(clockRate);
    this.statistics.push(packet, receivedAt);
    if (kind === "audio") this.#onSound(receivedAt);
    for (const keys of this.#keys) {
      if (keys.payloadType === payloadType) {
        this.#tell(keys.receiver.push(packet, receivedAt));
      } else if (kind === "audio" && keys.clockRate === clockRate) {
        this.#tell(keys.receiver.audio(timestamp, receivedAt));
      } else {
        this.#tell(keys.receiver.poll(receivedAt));
      }
    }
  }

  #tell(events: readonly DtmfEvent[]): void {
    for (const event of events) this.#onDtmf(event);
  }
}
