import type { Random } from "../clock/mod.ts";
import { type NtpTime, ntpTime } from "./ntp_time.ts";
import type { ReceptionReport } from "./reception_statistics.ts";
import { RtcpFeedback, type RtcpQuality } from "./rtcp_feedback.ts";
import { rtcpInterval } from "./rtcp_interval.ts";
import { RTCP_FAULTS, type RtcpFault, type RtcpPacket } from "./rtcp_packet.ts";
import { parseRtcp } from "./rtcp_parser.ts";
import { serializeRtcp } from "./rtcp_serializer.ts";
import type { RtpSenderState } from "./rtp_packetizer.ts";

/** What an {@link RtcpSession} reports on, and by which clocks. */
export interface RtcpSessionOptions {
  /** What we send: `RtpPacketizer` has it. */
  readonly sender: { readonly sent: RtpSenderState };
  /** What we hear: `ReceptionStatistics` has it. */
  readonly receiver: {
    readonly ssrc: number | undefined;
    takeReport(): ReceptionReport | undefined;
  };
  /** Makes the intervals differ. */
  readonly random: Random;
  /** Milliseconds since 1970, for the NTP time of the reports; asked once. */
  readonly wallClock: () => number;
  /** Our canonical name: the same for all streams of a call, and no personal data. */
  readonly cname: string;
  /** The call's clock at the start, in ms. */
  readonly now: number;
  /** Ticks of our RTP timestamp per second. @default 8000 */
  readonly clockRate?: number;
  /** What RTP takes in one direction with its headers, in bytes per second. @default 10000 */
  readonly bytesPerSecond?: number;
  /**
   * The least time between reports, in ms, before it is made random. RFC 3550 section 6.2 allows
   * 360,000 divided by the session's kbit/s where 5 s is too slow.
   *
   * @default 5000
   */
  readonly minimumMs?: number;
}

/** What an {@link RtcpSession} has seen. */
export interface RtcpCounters {
  /** Reports sent. */
  sent: number;
  /** Compound packets that came. */
  received: number;
  /** Goodbyes from the peer. The call goes on: only SIP ends it. */
  goodbyes: number;
  /** Datagrams that are no RTCP, by what is wrong with them. */
  readonly faults: Record<RtcpFault, number>;
}

const HEADERS_BYTES = 28;
const RTCP_SHARE = 0.05;

/**
 * RTCP of one call: when to report (RFC 3550 sections 6.2 and 6.3), what, and what the peer reports.
 *
 * Nobody is called and nothing is timed in here: {@link RtcpSession.poll} is called at
 * {@link RtcpSession.nextReportAt} or on every tick, and gives the bytes to send when they are due.
 *
 * @example
 * ```ts
 * import { ReceptionStatistics, RtcpSession, RtpPacketizer } from "@sofia/phone/rtp";
 * import { SeededRandom } from "@sofia/phone/clock";
 * import assert from "node:assert/strict";
 *
 * const random = new SeededRandom(1);
 * const session = new RtcpSession({
 *   sender: new RtpPacketizer(random),
 *   receiver: new ReceptionStatistics(),
 *   wallClock: () => 1_700_000_000_000,
 *   cname: "call-1@example.org",
 *   now: 0,
 *   random,
 * });
 * assert.equal(session.poll(0), undefined);
 * assert.ok(session.poll(10_000));
 * assert.equal(session.counters.sent, 1);
 * ```
 */
export class RtcpSession {
  /** What was seen so far. */
  readonly counters: RtcpCounters = {
    sent: 0,
    received: 0,
    goodbyes: 0,
    faults: Object.fromEntries(RTCP_FAULTS.map((fault) => [fault, 0])) as Record<RtcpFault, number>,
  };
  readonly #options: RtcpSessionOptions;
  readonly #wallOffset: number;
  readonly #feedback = new RtcpFeedback();
  #clockRate: number;
  #averageBytes = 128;
  #peers = 0;
  #initial = true;
  #lastReportAt: number;
  #nextReportAt: number;
  /** Our SSRC and packet count at the last report and at the one before it. */
  #sentBefore: readonly RtpSenderState[] = [];

  /** Starts with nothing heard; the first report is due after about 2 s. */
  constructor(options: RtcpSessionOptions) {
    const { now, wallClock, clockRate = 8000 } = options;
    this.#options = options;
    // Steps of the wall clock during the call must not look like time on the way.
    this.#wallOffset = wallClock() - now;
    this.#clockRate = clockRate;
    this.#lastReportAt = now;
    this.#nextReportAt = now + this.#interval();
  }

  /** When {@link poll} has something to do, in milliseconds of the call's clock. */
  get nextReportAt(): number {
    return this.#nextReportAt;
  }

  /** What the peer said last of the sound we send; undefined if it has not yet. */
  get quality(): RtcpQuality | undefined {
    return this.#feedback.quality;
  }

  /** Tells that our timestamps go on at another rate, after the codec changed. */
  setClockRate(clockRate: number): void {
    this.#clockRate = clockRate;
  }

  /** The bytes of a report if one is due. */
  poll(now: number): Uint8Array | undefined {
    if (now < this.#nextReportAt) return undefined;
    // Timer reconsideration, section 6.3.6: the call may have changed since the time was chosen.
    const reconsidered = this.#lastReportAt + this.#interval();
    if (reconsidered > now) {
      this.#nextReportAt = reconsidered;
      return undefined;
    }
    const bytes = this.#report(now, []);
    this.#initial = false;
    this.#lastReportAt = now;
    this.#nextReportAt = now + this.#interval();
    return bytes;
  }

  /** The bytes of our goodbye, with a last report. */
  goodbye(now: number, reason?: string): Uint8Array {
    const { ssrc } = this.#options.sender.sent;
    return this.#report(now, [{ type: "goodbye", ssrcs: [ssrc], reason }]);
  }

  /** Takes RTCP from the peer; what is malformed is counted. */
  push(bytes: Uint8Array, receivedAt: number): void {
    const packets = parseRtcp(bytes);
    if (typeof packets === "string") {
      this.counters.faults[packets]++;
      return;
    }
    this.counters.received++;
    this.#weigh(bytes);
    this.#peers = 1;
    for (const packet of packets) {
      if (packet.type === "sender-report" || packet.type === "receiver-report") {
        const { ssrc } = this.#options.sender.sent;
        this.#feedback.received(packet, { ssrc, clockRate: this.#clockRate, at: receivedAt });
      }
      if (packet.type === "goodbye") {
        this.counters.goodbyes++;
        this.#peers = 0;
      }
    }
  }

  #report(now: number, extra: readonly RtcpPacket[]): Uint8Array {
    const { sender, cname } = this.#options;
    const sent = sender.sent;
    const heard = this.#options.receiver.takeReport();
    const reports = heard ? [this.#feedback.answer(heard, now)] : [];
    const report: RtcpPacket = this.#weSend(sent)
      ? {
        type: "sender-report",
        ssrc: sent.ssrc,
        ntpTime: this.#ntp(now),
        rtpTimestamp: this.#timestampAt(sent, now),
        packets: sent.packets,
        octets: sent.octets,
        reports,
      }
      : { type: "receiver-report", ssrc: sent.ssrc, reports };
    if (report.type === "sender-report") this.#feedback.sent(report, now);
    this.#sentBefore = [sent, ...this.#sentBefore.slice(0, 1)];
    const chunk = { ssrc: sent.ssrc, cname };
    const description: RtcpPacket = { type: "source-description", chunks: [chunk] };
    const bytes = serializeRtcp([report, description, ...extra]);
    this.counters.sent++;
    this.#weigh(bytes);
    return bytes;
  }

  /** A sender is who has sent a packet since the report before the last one. */
  #weSend(sent: RtpSenderState): boolean {
    const before = this.#sentBefore[1];
    return sent.packets > (before?.ssrc === sent.ssrc ? before.packets : 0);
  }

  #timestampAt(sent: RtpSenderState, now: number): number {
    const elapsedMs = sent.sentAt === undefined ? 0 : now - sent.sentAt;
    return (sent.timestamp + Math.round(elapsedMs * this.#clockRate / 1000)) >>> 0;
  }

  #interval(): number {
    const { sender, receiver, random, bytesPerSecond = 10_000, minimumMs = 5000 } = this.#options;
    const weSend = this.#weSend(sender.sent);
    const peers = receiver.ssrc === undefined ? this.#peers : 1;
    return rtcpInterval({
      members: 1 + peers,
      senders: Number(weSend) + (receiver.ssrc === undefined ? 0 : 1),
      weSend,
      averageBytes: this.#averageBytes,
      bytesPerSecond: bytesPerSecond * 2 * RTCP_SHARE,
      initial: this.#initial,
      minimumMs,
    }, random);
  }

  #weigh(bytes: Uint8Array): void {
    this.#averageBytes += (bytes.length + HEADERS_BYTES - this.#averageBytes) / 16;
  }

  #ntp(now: number): NtpTime {
    return ntpTime(this.#wallOffset + now);
  }
}
