/** What came over the network, put in order and laid end to end, without a delay of its own. */

import type { EncodedFrame } from "../audio/mod.ts";
import { distance16, type ReceivedRtpPacket } from "../rtp/mod.ts";
import { type JitterBufferOptions, withDefaults } from "./jitter_buffer_options.ts";
import { JitterCounters, type JitterStatistics } from "./jitter_statistics.ts";
import { SequenceWindow } from "./sequence_window.ts";
import { type Placed, Timeline } from "./timeline.ts";

/** An older sequence number than this begins a new sequence (RFC 3550 appendix A.1, MAX_MISORDER). */
const MAX_MISORDER = 100;
/** More packets than this do not wait, whatever their timestamps say. */
const MAX_WAITING = 64;
/** Packets of the former SSRC that straggle in while the new one sends this often are dropped. */
const FORMER_SOURCE_MS = 200;

/**
 * Puts the packets of a call in order and lays them end to end, in frames that tile time.
 *
 * There is no playout delay: nobody listens to this side with ears. A packet in order is passed on
 * at once. The time of one that is missing is given up a deadline after it was due (40 ms at first,
 * then one and a half times the lateness that packets have shown, 30 to 120 ms) and passed on as
 * `lost`; what waited behind it follows at once. When nothing comes at all, the line is filled in
 * real time: 60 ms of `lost`, then `silence`; and with `silence` from the start where the sender
 * said so (comfort noise, telephone-events) or has not yet begun.
 *
 * Timestamps place the sound, sequence numbers say what is missing. A gap in the timestamps alone is
 * silence suppression. A jump of either that the clock on the wall does not bear out starts the
 * timeline anew where the line is, so that no sender can make it hang.
 *
 * **After a stall** the packets come in a burst, while the line has been filled already. Words are
 * worth more than the exact length of a pause, so they are passed on, late as they are: the line
 * gets longer than the sender's by that fill (its *lead*), but the frames still leave on arrival and
 * nothing that comes later is later for it. The lead is taken back: from the next fill, of which up
 * to 200 ms are left out, and from silence that has lasted `catchUpMs`, or a second where that is
 * shorter. Where it would come to more than `catchUpMs`, the oldest packets are dropped as late: by then
 * the caller says it again.
 *
 * **Faster than time** nobody speaks. Five seconds may come at once (a second more than `catchUpMs` where
 * that is longer), and then a tenth more than passes: what is beyond it is dropped as `tooFast`, and a
 * gap in the timestamps taken for a jump.
 *
 * Bad input is counted, never thrown: see {@link JitterStatistics}.
 *
 * @example
 * ```ts
 * import { JitterBuffer } from "@sofia/phone/jitter";
 * import assert from "node:assert/strict";
 *
 * const buffer = new JitterBuffer({ clockRate: 8000, durationOf: (payload) => payload.length });
 * const packet = (n: number, receivedAt: number) => ({
 *   kind: "audio" as const, payloadType: 0, marker: false, ssrc: 1, receivedAt,
 *   sequenceNumber: n, timestamp: 160 * n, payload: new Uint8Array(160),
 * });
 * assert.equal(buffer.push(packet(0, 0)).length, 1);
 * assert.equal(buffer.push(packet(2, 40)).length, 0);
 * const frames = buffer.poll(60);
 * assert.deepEqual(frames.map((frame) => frame.kind), ["lost", "audio"]);
 * assert.deepEqual(frames.map((frame) => frame.timestamp), [160, 320]);
 * ```
 */
export class JitterBuffer {
  readonly #durationOf: (payload: Uint8Array) => number;
  readonly #count = new JitterCounters();
  readonly #window = new SequenceWindow();
  readonly #waiting: Placed[] = [];
  readonly #timeline: Timeline;
  #started: boolean;
  #ssrc: number | undefined;
  #formerSsrc: number | undefined;
  #lastReceivedAt = 0;
  /** The unwrapped sequence number that is due next, and the highest that came. */
  #next = 0;
  #highest = 0;
  /** The sequence number that would confirm a stray. */
  #strayNext = -1;

  /** Throws a `RangeError` if an option is out of its bounds. */
  constructor(options: JitterBufferOptions) {
    const settings = withDefaults(options);
    this.#durationOf = settings.durationOf;
    this.#timeline = new Timeline(settings, this.#count);
    this.#started = settings.startAt !== undefined;
  }

  /** What became of the packets so far. */
  get statistics(): JitterStatistics {
    return { ...this.#count, waiting: this.#waiting.length, ...this.#timeline.lengths };
  }

  /** How many packets are held back now, because one before them is missing. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes a packet; gives the frames that it completes: mostly its own, sometimes none. */
  push(packet: ReceivedRtpPacket): EncodedFrame[] {
    const out: EncodedFrame[] = [];
    this.#start(packet.receivedAt);
    this.#count.received++;
    const isAudio = packet.kind === "audio";
    const duration = isAudio ? this.#durationOf(packet.payload) : 0;
    if (isAudio && !(duration > 0)) this.#count.invalid++;
    else if (packet.ssrc !== this.#ssrc) this.#meetSource(packet, duration, out);
    else this.#sort(packet, duration, out);
    return out;
  }

  /**
   * Gives what is due at `now`: a gap that was waited for long enough with all that follows it, or
   * one frame of fill for a line on which nothing comes.
   *
   * One frame of fill at a time, so that a program that stood still can first look for the packets
   * that came meanwhile: {@link nextDeadline} then stays in the past.
   */
  poll(now: number): EncodedFrame[] {
    const out: EncodedFrame[] = [];
    this.#start(now);
    this.#release(now, out);
    const isIdle = this.#waiting.length === 0 && out.length === 0;
    if (isIdle && now >= this.#timeline.giveUpAt) this.#timeline.fill(out);
    return out;
  }

  /** When {@link poll} will have something to give if no packet comes; undefined before the start. */
  nextDeadline(): number | undefined {
    return this.#started ? this.#timeline.giveUpAt : undefined;
  }

  /** Gives all that waits, with the gaps before it as lost. */
  flush(): EncodedFrame[] {
    const out: EncodedFrame[] = [];
    this.#release(Infinity, out);
    return out;
  }

  #start(now: number): void {
    if (this.#started) return;
    this.#started = true;
    this.#timeline.start(now);
  }

  /** A packet of another SSRC: the first of all, a new sender's, or a straggler of the former one. */
  #meetSource(packet: ReceivedRtpPacket, duration: number, out: EncodedFrame[]): void {
    const sinceMs = packet.receivedAt - this.#lastReceivedAt;
    if (packet.kind === "telephone-event") {
      // Without sound there is nothing to set the time by.
      this.#count.events++;
    } else if (packet.ssrc === this.#formerSsrc && sinceMs < FORMER_SOURCE_MS) {
      this.#count.late++;
    } else {
      if (this.#ssrc !== undefined) this.#count.resyncs++;
      this.#formerSsrc = this.#ssrc;
      this.#ssrc = packet.ssrc;
      this.#restart(packet, duration, out);
    }
  }

  /** Begins a new sequence with `packet`, where the line is now. */
  #restart(packet: ReceivedRtpPacket, duration: number, out: EncodedFrame[]): void {
    this.#release(Infinity, out);
    this.#window.clear();
    const sequence = packet.sequenceNumber;
    this.#next = this.#highest = sequence;
    this.#timeline.restart(packet, packet.timestamp);
    this.#note(packet, sequence);
    this.#accept({ packet, sequence, start: packet.timestamp, duration }, out);
  }

  #sort(packet: ReceivedRtpPacket, duration: number, out: EncodedFrame[]): void {
    const ahead = distance16(this.#next, packet.sequenceNumber);
    const sequence = this.#next + ahead;
    const start = this.#timeline.startOf(packet, ahead);
    // A number from the past on sound of the future is no duplicate: the sender counts anew.
    const isOld = ahead < 0 && start <= this.#timeline.covered;
    if (ahead === 0) {
      this.#note(packet, sequence);
      this.#accept({ packet, sequence, start, duration }, out);
      this.#release(packet.receivedAt, out);
    } else if ((ahead > 0 || isOld) && this.#window.has(sequence)) {
      this.#count.duplicates++;
    } else if (isOld && ahead >= -MAX_MISORDER) {
      this.#count.late++;
      this.#timeline.noteLate(packet, start);
    } else if (ahead < 0 || this.#timeline.isImplausible(packet, start)) {
      this.#suspect(packet, duration, out);
    } else {
      this.#note(packet, sequence);
      this.#timeline.noteEarly(packet, start);
      this.#wait({ packet, sequence, start, duration });
      this.#release(packet.receivedAt, out);
    }
  }

  #note(packet: ReceivedRtpPacket, sequence: number): void {
    this.#window.add(sequence);
    this.#lastReceivedAt = packet.receivedAt;
    this.#strayNext = -1;
    if (sequence < this.#highest) this.#count.reordered++;
    else this.#highest = sequence;
  }

  /** Lets a packet that fits nowhere go; if the next one goes on from it, the sequence is new. */
  #suspect(packet: ReceivedRtpPacket, duration: number, out: EncodedFrame[]): void {
    if (packet.sequenceNumber === this.#strayNext && packet.kind !== "telephone-event") {
      this.#count.resyncs++;
      return this.#restart(packet, duration, out);
    }
    this.#count.strays++;
    this.#strayNext = (packet.sequenceNumber + 1) & 0xffff;
  }

  #wait(placed: Placed): void {
    let at = this.#waiting.length;
    while (at > 0 && this.#waiting[at - 1].sequence > placed.sequence) at--;
    this.#waiting.splice(at, 0, placed);
  }

  /** Passes on all that waits for nothing any more at `now`. */
  #release(now: number, out: EncodedFrame[]): void {
    while (this.#waiting.length > 0) {
      const head = this.#waiting[0];
      if (head.sequence === this.#next || head.start <= this.#timeline.covered) {
        this.#waiting.shift();
        this.#accept(head, out);
      } else if (now >= this.#timeline.giveUpAt || this.#waiting.length > MAX_WAITING) {
        this.#timeline.giveUp(head, head.sequence - this.#next, out);
      } else return;
    }
  }

  #accept(placed: Placed, out: EncodedFrame[]): void {
    this.#count.lost += placed.sequence - this.#next;
    this.#next = placed.sequence + 1;
    this.#timeline.accept(placed, placed.sequence === this.#highest, out);
  }
}
