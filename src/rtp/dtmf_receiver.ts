import type { RtpPacket } from "./rtp_packet.ts";
import { distance32 } from "./sequence.ts";
import { digitOf, parseTelephoneEvents, type TelephoneEvent } from "./telephone_event.ts";

/** A key went down, or came up again. Each press gives exactly one `start` and one `end`. */
export interface DtmfEvent {
  /** Whether the key went down or came up. */
  readonly type: "start" | "end";
  /** `0`-`9`, `*`, `#`, `A`-`D`, or `F` for the hook flash. */
  readonly digit: string;
  /** How long the key was down so far, in ms. */
  readonly durationMs: number;
  /** The RTP timestamp at which the key went down. */
  readonly timestamp: number;
  /** When the packet that says so came, in milliseconds of the call's clock. */
  readonly receivedAt: number;
  /** The power of the tone, in dBm0: 0 to -63. */
  readonly volume: number;
  /**
   * What an `end` was seen by: the packet that says so, or, that being lost, no report for a while,
   * another key, sound sent well after the last report, a new sender, or the end of the call.
   */
  readonly endedBy?: "packet" | "timeout" | "next-key" | "audio" | "new-source" | "close";
}

/** How a {@link DtmfReceiver} reads its events. */
export interface DtmfReceiverOptions {
  /** Ticks of the RTP timestamp per second, from the rtpmap of telephone-event. @default 8000 */
  readonly clockRate?: number;
  /**
   * A key with no report for so long is up, in ms. Reports come every 20-50 ms.
   *
   * @default 200
   */
  readonly timeoutMs?: number;
}

/** What a {@link DtmfReceiver} has seen. */
export interface DtmfCounters {
  /** Keys pressed. */
  presses: number;
  /** Packets about a press that is over: retransmissions and stragglers. */
  repeated: number;
  /** Presses of which every end packet was lost. */
  lostEnds: number;
  /** Packets without a whole report in them. */
  malformed: number;
  /** Reports of events that are no key: fax tones, ring tones and so on. */
  otherEvents: number;
}

/** One press: its current segment, and what is needed to know its stragglers. */
interface Press {
  readonly event: number;
  readonly digit: string;
  readonly firstTimestamp: number;
  timestamp: number;
  previousTimestamp: number;
  /** Ticks in the segments before this one. */
  ticksBefore: number;
  /** Ticks in this segment. */
  ticks: number;
  volume: number;
  /** What released it, once it is over. */
  endedBy?: DtmfEvent["endedBy"];
  heardAt: number;
}

const SEGMENT_TICKS = 0xffff;
const REMEMBERED_PRESSES = 8;
const REMEMBERED_MS = 5000;

/**
 * Makes key presses of the packets of RFC 4733: each once, whatever is lost, repeated or late.
 *
 * A press is known by the timestamp at which it began, so that the same digit twice in a row is two.
 * Presses longer than 65,535 ticks come in several segments and are one.
 *
 * @example
 * ```ts
 * import { DtmfReceiver } from "@sofia/phone/rtp";
 * import assert from "node:assert/strict";
 *
 * const packet = { payloadType: 101, marker: true, sequenceNumber: 1, timestamp: 800, ssrc: 7 };
 * const receiver = new DtmfReceiver();
 * const down = receiver.push({ ...packet, payload: Uint8Array.of(5, 10, 0, 160) }, 0);
 * assert.deepEqual(down.map((event) => [event.type, event.digit]), [["start", "5"]]);
 * const up = receiver.push({ ...packet, payload: Uint8Array.of(5, 0x8a, 3, 32) }, 100);
 * assert.deepEqual(up.map((event) => [event.type, event.durationMs]), [["end", 100]]);
 * assert.deepEqual(receiver.push({ ...packet, payload: Uint8Array.of(5, 0x8a, 3, 32) }, 120), []);
 * ```
 */
export class DtmfReceiver {
  /** What was seen so far. */
  readonly counters: DtmfCounters = {
    presses: 0,
    repeated: 0,
    lostEnds: 0,
    malformed: 0,
    otherEvents: 0,
  };
  readonly #clockRate: number;
  readonly #timeoutMs: number;
  /** The newest last. Only the last one can still be down. */
  #presses: Press[] = [];
  #ssrc: number | undefined;

  /** Starts with no key down. */
  constructor(options: DtmfReceiverOptions = {}) {
    const { clockRate = 8000, timeoutMs = 200 } = options;
    this.#clockRate = clockRate;
    this.#timeoutMs = timeoutMs;
  }

  /** Takes a packet whose payload type is telephone-event; gives what it tells that is new. */
  push(packet: RtpPacket, receivedAt: number): DtmfEvent[] {
    const out: DtmfEvent[] = [];
    if (packet.ssrc !== this.#ssrc) {
      this.#release(out, receivedAt, "new-source");
      this.#presses = [];
      this.#ssrc = packet.ssrc;
    }
    const reports = parseTelephoneEvents(packet.payload);
    if (reports.length === 0) this.counters.malformed++;
    let timestamp = packet.timestamp;
    for (const report of reports) {
      this.#report(out, report, timestamp, receivedAt);
      timestamp = (timestamp + report.duration) >>> 0;
    }
    out.push(...this.poll(receivedAt));
    return out;
  }

  /** Takes note that the peer sent sound with this timestamp, of the same clock as the events. */
  audio(timestamp: number, receivedAt: number): DtmfEvent[] {
    const out = this.poll(receivedAt);
    const press = this.#held();
    if (press) {
      // Some peers go on sending sound while a key is down, so the sound must be well past it.
      const silence = distance32(press.timestamp, timestamp) - press.ticks;
      if (silence > this.#ticks(this.#timeoutMs)) this.#release(out, receivedAt, "audio");
    }
    return out;
  }

  /** Releases a key of which nothing was heard for too long. */
  poll(now: number): DtmfEvent[] {
    const out: DtmfEvent[] = [];
    const press = this.#held();
    if (press && now - press.heardAt >= this.#timeoutMs) this.#release(out, now, "timeout");
    return out;
  }

  /** Releases a key that is still down when the call ends. */
  close(now: number): DtmfEvent[] {
    const out: DtmfEvent[] = [];
    this.#release(out, now, "close");
    return out;
  }

  #report(out: DtmfEvent[], report: TelephoneEvent, timestamp: number, receivedAt: number): void {
    const digit = digitOf(report.event);
    if (digit === undefined) {
      this.counters.otherEvents++;
      return;
    }
    let press = this.#find(report, timestamp, receivedAt);
    if (press && press !== this.#held()) {
      this.#extend(press, report, timestamp, receivedAt);
      this.counters.repeated++;
      return;
    }
    if (!press) {
      this.#release(out, receivedAt, "next-key");
      press = this.#begin(report, digit, timestamp, receivedAt);
      out.push(this.#event("start", press, receivedAt));
    }
    this.#extend(press, report, timestamp, receivedAt);
    if (report.end) this.#release(out, receivedAt, "packet");
  }

  #begin(report: TelephoneEvent, digit: string, timestamp: number, receivedAt: number): Press {
    const press: Press = {
      event: report.event,
      digit,
      firstTimestamp: timestamp,
      timestamp,
      previousTimestamp: timestamp,
      ticksBefore: 0,
      ticks: report.duration,
      volume: report.volume,
      heardAt: receivedAt,
    };
    this.counters.presses++;
    this.#presses.push(press);
    if (this.#presses.length > REMEMBERED_PRESSES) this.#presses.shift();
    return press;
  }

  #extend(press: Press, report: TelephoneEvent, timestamp: number, receivedAt: number): void {
    press.heardAt = receivedAt;
    if (timestamp === press.timestamp) {
      press.ticks = Math.max(press.ticks, report.duration);
    } else if (timestamp !== press.previousTimestamp) {
      press.ticksBefore += distance32(press.timestamp, timestamp);
      press.previousTimestamp = press.timestamp;
      press.timestamp = timestamp;
      press.ticks = report.duration;
    }
  }

  /** The press that a report is about, if it is known. */
  #find(report: TelephoneEvent, timestamp: number, now: number): Press | undefined {
    for (let i = this.#presses.length - 1; i >= 0; i--) {
      const press = this.#presses[i];
      // A sender that never moves its timestamp is wrong, but its digits still count.
      const forgotten = press.endedBy && now - press.heardAt > REMEMBERED_MS;
      if (!forgotten && belongs(press, report, timestamp)) return press;
    }
    return undefined;
  }

  #held(): Press | undefined {
    const press = this.#presses.at(-1);
    return press?.endedBy ? undefined : press;
  }

  #release(out: DtmfEvent[], receivedAt: number, endedBy: DtmfEvent["endedBy"]): void {
    const press = this.#held();
    if (!press) return;
    press.endedBy = endedBy;
    if (endedBy !== "packet") this.counters.lostEnds++;
    out.push({ ...this.#event("end", press, receivedAt), endedBy });
  }

  #event(type: DtmfEvent["type"], press: Press, receivedAt: number): DtmfEvent {
    const durationMs = (press.ticksBefore + press.ticks) * 1000 / this.#clockRate;
    const { digit, firstTimestamp: timestamp, volume } = press;
    return { type, digit, durationMs, timestamp, receivedAt, volume: volume === 0 ? 0 : -volume };
  }

  #ticks(ms: number): number {
    return ms * this.#clockRate / 1000;
  }
}

/**
 * Whether a report is about this press.
 *
 * It is if the timestamp is that of the press, or of the segment before; and if it lies where the
 * key was already down: some gateways move the timestamp on with each packet of one press. A next
 * segment begins 65,535 ticks after the last (RFC 4733 section 2.5.1.3).
 */
function belongs(press: Press, report: TelephoneEvent, timestamp: number): boolean {
  if (press.event !== report.event) return false;
  if (timestamp === press.timestamp || timestamp === press.previousTimestamp) return true;
  if (press.endedBy === "packet" && !report.end) return false;
  const distance = distance32(press.timestamp, timestamp);
  return distance > 0 && (distance <= press.ticks || distance === SEGMENT_TICKS);
}
