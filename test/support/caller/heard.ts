/** What a caller heard: every RTP packet as it came, and what can be said of them together. */
import { fromMuLaw } from "./mu_law.ts";
import type { RtpBytes } from "./rtp_bytes.ts";

/** A packet and the moment it came, in ms. */
export interface Arrival extends RtpBytes {
  readonly at: number;
}

/** What the packets of one direction were like. */
export interface LineReport {
  readonly packets: number;
  /** Sequence numbers that never came. */
  readonly lost: number;
  /** Packets that came after one with a higher sequence number, or twice. */
  readonly disordered: number;
  /** Pairs of neighbours in sequence whose timestamps are not one packet apart. */
  readonly timestampBreaks: number;
  /** Times the synchronisation source changed. */
  readonly sourceChanges: number;
  /** RFC 3550 appendix A.8, at the end, in ms. */
  readonly jitterMs: number;
  /** Between two packets, in ms. */
  readonly longestGapMs: number;
}

/** A key of RFC 4733 that was heard. */
export interface HeardKey {
  readonly digit: string;
  /** How long it was down, by its last packet, in ms. */
  readonly durationMs: number;
  /** How long it was up before the next one went down, by the timestamps, in ms; Infinity for the last. */
  readonly gapMs: number;
  /** Packets that say that it is up. */
  readonly ends: number;
  /** Packets that say that it goes down. */
  readonly markers: number;
}

/** Collects the audio packets one caller receives. */
export class Heard {
  /** Every packet of the audio payload type, in order of arrival. */
  readonly arrivals: Arrival[] = [];

  /** Forgets what came so far. */
  clear(): void {
    this.arrivals.length = 0;
  }

  /** The mu-law sound, each packet at its timestamp; what never came is silence. */
  sound(): Int16Array {
    const audio = this.arrivals.filter((one) => one.payloadType === 0);
    if (audio.length === 0) return new Int16Array();
    const origin = audio[0].timestamp;
    const placeOf = (one: Arrival): number => (one.timestamp - origin) | 0;
    const last = audio.reduce((end, one) => Math.max(end, placeOf(one) + one.payload.length), 0);
    const sound = new Int16Array(last);
    for (const one of audio) {
      const place = placeOf(one);
      if (place >= 0) sound.set(Int16Array.from(one.payload, fromMuLaw), place);
    }
    return sound;
  }

  /** The keys, one for all packets of a timestamp, at 8000 Hz. */
  keys(): HeardKey[] {
    const events = new Map<number, Arrival[]>();
    for (const one of this.arrivals.filter(({ payloadType }) => payloadType === 101)) {
      events.set(one.timestamp, [...events.get(one.timestamp) ?? [], one]);
    }
    const ticksOf = ({ payload }: Arrival) => payload[2] << 8 | payload[3];
    const downs = [...events].map(([timestamp, packets]) => {
      return { timestamp, packets, ticks: Math.max(...packets.map(ticksOf)) };
    });
    return downs.map(({ timestamp, packets, ticks }, index) => {
      const next = downs[index + 1]?.timestamp;
      return {
        digit: "0123456789*#ABCD"[packets[0].payload[0]],
        durationMs: ticks / 8,
        gapMs: next === undefined ? Infinity : ((next - timestamp | 0) - ticks) / 8,
        ends: packets.filter(({ payload }) => payload[1] >= 0x80).length,
        markers: packets.filter(({ marker }) => marker).length,
      };
    });
  }

  /** What the packets were like. */
  report(): LineReport {
    let lost = 0;
    let disordered = 0;
    let timestampBreaks = 0;
    let sourceChanges = 0;
    let jitter = 0;
    let longestGapMs = 0;
    for (let index = 1; index < this.arrivals.length; index++) {
      const before = this.arrivals[index - 1];
      const one = this.arrivals[index];
      const step = ((one.sequence - before.sequence) << 16) >> 16;
      const elapsed = (one.timestamp - before.timestamp) | 0;
      if (one.ssrc !== before.ssrc) sourceChanges++;
      else if (step <= 0) disordered++;
      else lost += step - 1;
      const joined = step === 1 && one.ssrc === before.ssrc;
      if (joined && elapsed !== before.payload.length) timestampBreaks++;
      const late = Math.abs(one.at - before.at - elapsed / 8);
      jitter += (late - jitter) / 16;
      longestGapMs = Math.max(longestGapMs, one.at - before.at);
    }
    return {
      packets: this.arrivals.length,
      lost,
      disordered,
      timestampBreaks,
      sourceChanges,
      jitterMs: jitter,
      longestGapMs,
    };
  }
}
