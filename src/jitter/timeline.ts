import type { EncodedFrame, SenderTime } from "../audio/mod.ts";
import { distance32, type ReceivedRtpPacket } from "../rtp/mod.ts";
import { ArrivalSchedule } from "./arrival_schedule.ts";
import { FrameLine } from "./frame_line.ts";
import type { JitterBufferSettings } from "./jitter_buffer_options.ts";
import type { JitterCounters } from "./jitter_statistics.ts";
import { SoundBudget } from "./sound_budget.ts";

/** A packet that comes so long before it is due has no true timestamp. */
const EARLIEST_MS = 1000;
/** So much of a fill is left out on a line that is ahead: what stalled once stalls again. */
const LEEWAY_MS = 200;
/** After so much silence nobody waits for its end, however long ago it is that a burst may have been said. */
const PATIENCE_MS = 1000;

/** A packet with its place: the unwrapped sequence number and timestamp, and its length in ticks. */
export interface Placed {
  readonly packet: ReceivedRtpPacket;
  readonly sequence: number;
  readonly start: number;
  readonly duration: number;
}

/**
 * Where the sound of packets belongs in time: the sender's timestamps set against the line.
 *
 * The sender's timeline counts ticks from its own beginning, unwrapped. `end` is where the sound
 * passed on so far ends on it, and `filled` how many ticks after that were made up meanwhile.
 */
export class Timeline {
  readonly #count: JitterCounters;
  readonly #msPerTick: number;
  readonly #frameTicks: number;
  readonly #concealTicks: number;
  readonly #catchUpTicks: number;
  readonly #schedule: ArrivalSchedule;
  readonly #line: FrameLine;
  readonly #budget: SoundBudget;
  #end = 0;
  #filled = 0;
  /** How often the sender's timeline began anew. */
  #epoch = 0;
  #packetTicks: number;
  /** Ticks of pauses that were not laid yet, or laid too much: up to half a frame. */
  #owed = 0;
  /** The sender said that it is silent, or has not begun. */
  #quiet = true;
  #noise: Uint8Array | undefined;
  #staleTransitMs: number | undefined;

  constructor(settings: JitterBufferSettings, count: JitterCounters) {
    const { clockRate, frameMs, concealMs, catchUpMs, startAt = 0 } = settings;
    this.#count = count;
    const inTicks = (ms: number) => Math.round(ms * clockRate / 1000);
    this.#msPerTick = 1000 / clockRate;
    this.#frameTicks = this.#packetTicks = inTicks(frameMs);
    this.#concealTicks = inTicks(concealMs);
    this.#catchUpTicks = inTicks(catchUpMs);
    this.#budget = new SoundBudget(catchUpMs);
    const patience = inTicks(Math.min(catchUpMs, PATIENCE_MS));
    this.#line = new FrameLine(patience, inTicks(LEEWAY_MS));
    this.#schedule = new ArrivalSchedule(settings);
    this.start(startAt);
  }

  /** Says when the first frame begins; its sound is whole one frame later. */
  start(now: number): void {
    this.#schedule.restart(now + this.#frameTicks * this.#msPerTick, now);
  }

  /** How far the line is covered, in the sender's timestamps. */
  get covered(): number {
    return this.#end + this.#filled;
  }

  /** When the time that follows {@link covered} is given up. */
  get giveUpAt(): number {
    return this.#schedule.dueAt(this.covered * this.#msPerTick) + this.deadlineMs;
  }

  /** How long after it was due a packet is given up now. */
  get deadlineMs(): number {
    return this.#schedule.deadlineMs(this.#packetTicks * this.#msPerTick);
  }

  /** The part of the statistics that the line knows. */
  get lengths(): { concealedMs: number; silenceMs: number; deadlineMs: number; leadMs: number } {
    const { lostTicks, silentTicks, lead } = this.#line;
    return {
      concealedMs: lostTicks * this.#msPerTick,
      silenceMs: silentTicks * this.#msPerTick,
      deadlineMs: this.deadlineMs,
      leadMs: lead * this.#msPerTick,
    };
  }

  /** The unwrapped timestamp of a packet that is `ahead` packets from the one that is due. */
  startOf(packet: ReceivedRtpPacket, ahead: number): number {
    // An event's timestamp is that of the key press, however long ago.
    if (packet.kind === "telephone-event") return this.#end + ahead * this.#packetTicks;
    return this.#end + distance32(this.#end, packet.timestamp);
  }

  /** Whether `start` lies before what was passed on, or further ahead than time has passed. */
  isImplausible(packet: ReceivedRtpPacket, start: number): boolean {
    return start < this.#end ||
      this.#schedule.dueAt(start * this.#msPerTick) - packet.receivedAt > EARLIEST_MS;
  }

  /** Says that the packet's sound begins where the line is now. */
  restart(packet: ReceivedRtpPacket, start: number): void {
    this.#end = start;
    this.#filled = 0;
    this.#epoch++;
    this.#schedule.restart(this.#transitMs(packet, start), packet.receivedAt);
  }

  /** Learns from a packet that came, though what is before it has not: none is due later now. */
  noteEarly(packet: ReceivedRtpPacket, start: number): void {
    if (packet.kind === "audio") this.#schedule.noteTransit(this.#transitMs(packet, start));
  }

  /** Learns from a packet that was too late. */
  noteLate(packet: ReceivedRtpPacket, start: number): void {
    this.#schedule.noteLateness(this.#transitMs(packet, start) - this.#schedule.dueAt(0));
  }

  /** Makes up one packet's time of the gap before `head`, which `missing` packets are lost from. */
  giveUp(head: Placed, missing: number, out: EncodedFrame[]): void {
    const gap = head.start - this.covered;
    const isSilent = this.#quiet || this.#line.silentRun > 0;
    const silent = isSilent ? gap - missing * this.#packetTicks : 0;
    const duration = Math.min(silent > 0 ? silent : gap, this.#packetTicks);
    if (!this.#hasTimeBefore(head, duration)) return this.#jump(head.packet, head.start);
    const origin = this.#originAt(this.covered);
    this.#filled += duration;
    if (silent > 0) return this.#line.silence(out, duration, origin, this.#noise);
    const isNext = duration === gap && head.packet.kind === "audio";
    this.#line.lost(out, duration, origin, isNext ? head.packet.payload : undefined);
  }

  /** Makes up a frame for a line on which nothing comes, or takes its length off the lead. */
  fill(out: EncodedFrame[]): void {
    const ticks = this.#frameTicks;
    const origin = this.#originAt(this.covered);
    this.#filled += ticks;
    if (!this.#quiet && this.#line.skip(ticks)) return;
    const isLost = !this.#quiet && this.#line.lostRun < this.#concealTicks;
    if (isLost) this.#line.lost(out, ticks, origin);
    else this.#line.silence(out, ticks, origin, this.#noise);
  }

  /** Passes a packet on: what is before it has come or was given up; the newest has none after it. */
  accept(placed: Placed, isNewest: boolean, out: EncodedFrame[]): void {
    const { packet, start } = placed;
    if (packet.kind === "telephone-event") {
      this.#count.events++;
      this.#quiet = true;
      return;
    }
    if (this.isImplausible(packet, start)) this.#jump(packet, start);
    const gap = start - this.covered;
    if (gap > 0) {
      if (this.#hasTimeBefore(placed, gap)) this.#pause(gap, out);
      else this.#jump(packet, start);
    }
    const behind = Math.max(0, -gap);
    if (packet.kind === "audio") this.#sound(placed, behind, isNewest, out);
    else this.#fallSilent(placed, behind);
  }

  #originAt(position: number, receivedAt?: number): SenderTime {
    const epoch = this.#epoch;
    return receivedAt === undefined ? { epoch, position } : { epoch, position, receivedAt };
  }

  /** Whether there is time for so much before a packet, and then for its sound. */
  #hasTimeBefore({ packet, duration }: Placed, ticks: number): boolean {
    const [ms, soundMs] = [ticks * this.#msPerTick, duration * this.#msPerTick];
    return this.#budget.take(ms, packet.receivedAt, soundMs);
  }

  #transitMs(packet: ReceivedRtpPacket, start: number): number {
    return packet.receivedAt - start * this.#msPerTick;
  }

  #jump(packet: ReceivedRtpPacket, start: number): void {
    this.#count.timestampJumps++;
    this.restart(packet, start);
  }

  /**
   * Lays a pause that the sender made, in whole frames: sound that is out of step with the frames
   * into which it is cut later would wait there for its rest. What is over is left to the next pause.
   */
  #pause(ticks: number, out: EncodedFrame[]): void {
    this.#owed += ticks;
    let position = this.covered;
    for (; this.#owed >= this.#frameTicks / 2; this.#owed -= this.#frameTicks) {
      this.#line.silence(out, this.#frameTicks, this.#originAt(position), this.#noise);
      position += this.#frameTicks;
    }
  }

  #fallSilent(placed: Placed, behind: number): void {
    this.#count.comfortNoise++;
    this.#quiet = true;
    this.#noise = placed.packet.payload;
    this.#end = placed.start;
    this.#filled = behind;
  }

  /** Passes sound on; `behind` ticks of its time and after were made up before it came. */
  #sound(placed: Placed, behind: number, isNewest: boolean, out: EncodedFrame[]): void {
    const { packet, start, duration } = placed;
    const lead = this.#line.lead + behind;
    if (lead > this.#catchUpTicks && behind >= duration) {
      if (!isNewest || this.#isBacklog(placed)) {
        this.#count.late++;
        return this.#leaveOut(placed, behind);
      }
      this.#jump(packet, start);
    } else this.#line.lead = Math.min(lead, this.#catchUpTicks);
    this.#noteTransit(placed, isNewest);
    const { receivedAt } = packet;
    if (!this.#budget.take(duration * this.#msPerTick, receivedAt)) {
      this.#count.tooFast++;
      return this.#leaveOut(placed, behind);
    }
    this.#line.audio(out, packet.payload, duration, this.#originAt(start, receivedAt));
    this.#count.delivered++;
    this.#end = start + duration;
    this.#filled = 0;
    this.#packetTicks = duration;
    this.#quiet = false;
    this.#noise = undefined;
    this.#staleTransitMs = undefined;
  }

  /** Goes on behind a packet that is not passed on. */
  #leaveOut({ start, duration }: Placed, behind: number): void {
    this.#end = start + duration;
    this.#filled = Math.max(0, behind - duration);
  }

  #noteTransit({ packet, start, duration }: Placed, isNewest: boolean): void {
    const transitMs = this.#transitMs(packet, start);
    // After a pause the time is set anew: few senders stamp a pause to the millisecond.
    if (packet.marker && isNewest) this.#schedule.restart(transitMs, packet.receivedAt);
    else this.#schedule.note(transitMs, packet.receivedAt, duration * this.#msPerTick, isNewest);
  }

  /**
   * Whether a packet that is too old is one of a burst after a stall, each less late than the one
   * before. Where they come at their pace, the sender's timestamps stood still, as on hold.
   */
  #isBacklog({ packet, start, duration }: Placed): boolean {
    const before = this.#staleTransitMs ?? Infinity;
    const transitMs = this.#transitMs(packet, start);
    this.#staleTransitMs = transitMs;
    return !packet.marker && transitMs < before - duration * this.#msPerTick / 2;
  }
}
