import { middleBits } from "./ntp_time.ts";
import type { ReceptionReport } from "./reception_statistics.ts";
import type { ReceiverReport, ReportBlock, SenderReport } from "./rtcp_packet.ts";

/** What the peer says of the sound we send. */
export interface RtcpQuality {
  /** The time a packet takes to the peer and back, in ms, without the time the peer keeps it. */
  readonly roundTripMs: number | undefined;
  /** The share of our packets the peer lost between its last two reports, 0-1. */
  readonly lossFraction: number;
  /** How many of our packets the peer lost so far. */
  readonly lost: number;
  /** The jitter at the peer, in ms. */
  readonly jitterMs: number;
  /** When the peer's report came, in milliseconds of the call's clock. */
  readonly receivedAt: number;
}

/** A sender report and when it came or left, in milliseconds of the call's clock. */
interface DatedReport {
  readonly ssrc: number;
  readonly middleBits: number;
  readonly at: number;
}

const UNITS_PER_MS = 65.536;
const REMEMBERED_REPORTS = 8;
/** The two clocks run a little apart over the time the peer keeps a report. */
const TOLERANCE_MS = 10;

/** Which report answers which, and the round trip that follows: RFC 3550 section 6.4.1. */
export class RtcpFeedback {
  #heard: DatedReport | undefined;
  /** Our last sender reports, the newest first. */
  #ours: readonly DatedReport[] = [];
  #quality: RtcpQuality | undefined;

  /** What the peer said last of the sound we send. */
  get quality(): RtcpQuality | undefined {
    return this.#quality;
  }

  /** Takes note of a report of ours that leaves. */
  sent(report: SenderReport, now: number): void {
    this.#ours = [dated(report, now), ...this.#ours].slice(0, REMEMBERED_REPORTS);
  }

  /** Takes a report of the peer's; `ssrc` and `clockRate` are those of the sound we send. */
  received(
    report: SenderReport | ReceiverReport,
    { ssrc, clockRate, at }: { ssrc: number; clockRate: number; at: number },
  ): void {
    if (report.type === "sender-report") this.#heard = dated(report, at);
    const block = report.reports.find((candidate) => candidate.ssrc === ssrc);
    if (!block) return;
    this.#quality = {
      roundTripMs: this.#roundTrip(block, at) ?? this.#quality?.roundTripMs,
      lossFraction: block.fractionLost / 256,
      lost: block.cumulativeLost,
      jitterMs: block.jitter * 1000 / clockRate,
      receivedAt: at,
    };
  }

  /** What we say of a source, with the word on its last report by which it finds the round trip. */
  answer(report: ReceptionReport, now: number): ReportBlock {
    const heard = this.#heard?.ssrc === report.ssrc ? this.#heard : undefined;
    const delay = heard ? Math.round((now - heard.at) * UNITS_PER_MS) : 0;
    return {
      ...report,
      lastSenderReport: heard?.middleBits ?? 0,
      delaySinceLastSenderReport: Math.min(delay, 0xffff_ffff),
    };
  }

  /** A - LSR - DLSR, where LSR is only believed if it names a report that we did send. */
  #roundTrip(block: ReportBlock, receivedAt: number): number | undefined {
    const ours = this.#ours.find(({ middleBits }) => middleBits === block.lastSenderReport);
    if (!ours) return undefined;
    const ms = receivedAt - ours.at - block.delaySinceLastSenderReport / UNITS_PER_MS;
    return ms < -TOLERANCE_MS ? undefined : Math.max(0, ms);
  }
}

function dated(report: SenderReport, at: number): DatedReport {
  return { ssrc: report.ssrc, middleBits: middleBits(report.ntpTime), at };
}
