/** What callers of a soak hear: every packet judged as it comes, none of them kept. */
import { Lateness } from "../../../src/clock/mod.ts";
import { sharedNow } from "./soak_beat.ts";
import type { SoakPlan } from "./soak_plan.ts";

/** Samples in a packet of 20 ms. */
const PACKET = 160;
/** A gap that is worth a line, in ms between two packets. */
const GAP_MS = 60;

/** A time in which a caller heard nothing though packets were due; `at` is its end, in ms since 1970. */
export interface Gap {
  readonly at: number;
  readonly ms: number;
}

/** What all callers heard, together. */
export class SoakHearing {
  /** Packets of sound. */
  packets = 0;
  /** Sequence numbers that never came. */
  lost = 0;
  /** Packets that came behind one with a higher number, or twice. */
  disordered = 0;
  /** Neighbours in sequence whose timestamps are not as far apart. */
  timestampBreaks = 0;
  /** Packets whose source is another than that before. */
  sourceChanges = 0;
  /** Calls of more than two seconds in which not one packet came. */
  readonly deaf: SoakPlan[] = [];
  /** From the answer to the first packet, in ms. */
  readonly first = new Lateness();
  /** From one packet to the next in sequence, in ms. */
  readonly between = new Lateness();
  /** The longest of these. */
  readonly gaps: Gap[] = [];
  /** How many reasons there are not to count gaps now: a phone that was asked to collect garbage. */
  paused = 0;
}

/** The ears of one caller. */
export class SoakEar {
  readonly #hearing: SoakHearing;
  #answeredAt: number | undefined;
  #packets = 0;
  #ssrc = 0;
  #sequence = 0;
  #timestamp = 0;
  #at = 0;

  /** Adds what it hears to `hearing`. */
  constructor(hearing: SoakHearing) {
    this.#hearing = hearing;
  }

  /** Packets of sound so far. */
  get packets(): number {
    return this.#packets;
  }

  /** The call is answered now. */
  answered(): void {
    if (this.#packets === 0) this.#answeredAt = sharedNow();
  }

  /** Takes a datagram that comes now. */
  receive(bytes: Uint8Array): void {
    if (bytes.length < 13 || bytes[0] !== 0x80 || (bytes[1] & 0x7f) !== 0) return;
    const hearing = this.#hearing;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [sequence, timestamp, ssrc] = [view.getUint16(2), view.getUint32(4), view.getUint32(8)];
    const at = sharedNow();
    hearing.packets++;
    if (this.#answeredAt !== undefined) hearing.first.record(at - this.#answeredAt);
    this.#answeredAt = undefined;
    if (this.#packets++ === 0 || ssrc !== this.#ssrc) {
      if (this.#packets > 1) hearing.sourceChanges++;
    } else {
      const step = ((sequence - this.#sequence) << 16) >> 16;
      if (step <= 0) return void hearing.disordered++;
      hearing.lost += step - 1;
      if (step === 1) this.#next(((timestamp - this.#timestamp) | 0) / PACKET, at);
    }
    [this.#ssrc, this.#sequence, this.#timestamp, this.#at] = [ssrc, sequence, timestamp, at];
  }

  #next(packets: number, at: number): void {
    const hearing = this.#hearing;
    if (packets !== 1) return void hearing.timestampBreaks++;
    if (hearing.paused > 0) return;
    const ms = at - this.#at;
    hearing.between.record(ms);
    if (ms >= GAP_MS && hearing.gaps.length < 100_000) hearing.gaps.push({ at, ms });
  }
}
