/** One call as its caller sees it: what was sent when, and what came back when. */

/** Samples in a packet of 20 ms at 8,000 Hz. */
const PACKET = 160;
/** Bytes of the payload that number it, six bits each. */
const DIGITS = 4;

/** How evenly the packets of one call came. */
export interface LineReport {
  /** Packets that came. */
  readonly packets: number;
  /** The interarrival jitter of RFC 3550 appendix A.8, in ms: the mean of its estimates. */
  readonly jitterMs: number;
  /** How much later each packet came than half of them, by their timestamps, in ms. */
  readonly latenessMs: readonly number[];
  /** The longest time between two packets, in ms. */
  readonly longestGapMs: number;
  /** Pairs of packets that came less than 15 ms apart. */
  readonly bunched: number;
  /** From the packet that left to the one that brought its sound back, in ms. */
  readonly tripsMs: readonly number[];
}

/** One direction there and one back, packet by packet. */
export class Line {
  /** How late the caller itself was, in ms, packet by packet. */
  readonly sentLateMs: number[] = [];
  /** Packets whose sequence number is not the one after the last, from the first packet on. */
  sequenceBreaks = 0;
  /** Packets whose timestamp is not 20 ms after the last, from the first packet on. */
  timestampBreaks = 0;
  readonly #sentAt: number[] = [];
  readonly #at: number[] = [];
  readonly #timestamps: number[] = [];
  readonly #trips: number[] = [];
  readonly #packet = new Uint8Array(12 + PACKET).fill(0xa0);
  readonly #firstTimestamp: number;
  #sequence: number | undefined;
  #timestamp = 0;

  /** A line on which nothing was sent, whose packets name `ssrc`. */
  constructor(ssrc: number) {
    this.#packet[0] = 0x80;
    this.#packet[1] = 0;
    new DataView(this.#packet.buffer).setUint32(8, ssrc);
    this.#firstTimestamp = ssrc * 7919;
  }

  /** The next packet, which leaves now and should have left at `dueAt`. */
  next(dueAt: number): Uint8Array {
    const count = this.#sentAt.length;
    // The kernel, or the runtime, may still hold the one before.
    const packet = this.#packet.slice();
    const view = new DataView(packet.buffer);
    view.setUint16(2, count & 0xffff);
    view.setUint32(4, this.#firstTimestamp + count * PACKET);
    for (let i = 0; i < DIGITS; i++) packet[12 + i] = 0x80 | (count >> (6 * i)) & 0x3f;
    const now = performance.now();
    this.#sentAt.push(now);
    this.sentLateMs.push(now - dueAt);
    return packet;
  }

  /** Takes a packet that comes now. */
  receive(bytes: Uint8Array): void {
    const at = performance.now();
    if (bytes.length !== 12 + PACKET || (bytes[1] & 0x7f) !== 0) return;
    const sequence = bytes[2] << 8 | bytes[3];
    const timestamp = (bytes[4] << 24 | bytes[5] << 16 | bytes[6] << 8 | bytes[7]) >>> 0;
    if (this.#sequence !== undefined) {
      if (sequence !== ((this.#sequence + 1) & 0xffff)) this.sequenceBreaks++;
      if (timestamp !== (this.#timestamp + PACKET) >>> 0) this.timestampBreaks++;
    }
    const before = this.#timestamps.at(-1) ?? 0;
    this.#timestamps.push(before + ((timestamp - this.#timestamp) | 0));
    this.#sequence = sequence;
    this.#timestamp = timestamp;
    this.#at.push(at);
    this.#trips.push(at - (this.#sentAt[numberOf(bytes)] ?? NaN));
  }

  /** What came from `from` to `to`, in ms of `performance.now()`. */
  report(from: number, to: number): LineReport {
    const first = this.#at.findIndex((at) => at >= from);
    const end = this.#at.findLastIndex((at) => at < to) + 1;
    const arrivals = first < 0 ? [] : this.#at.slice(first, end);
    const transits = arrivals.map((at, i) => at - this.#timestamps[first + i] / 8);
    const usual = transits.toSorted((a, b) => a - b)[transits.length >> 1];
    const gaps = arrivals.slice(1).map((at, i) => at - arrivals[i]);
    let jitter = 0;
    let sum = 0;
    for (let i = 1; i < transits.length; i++) {
      jitter += (Math.abs(transits[i] - transits[i - 1]) - jitter) / 16;
      sum += jitter;
    }
    return {
      packets: arrivals.length,
      jitterMs: sum / gaps.length,
      latenessMs: transits.map((transit) => transit - usual),
      longestGapMs: Math.max(...gaps),
      bunched: gaps.filter((gap) => gap < 15).length,
      tripsMs: this.#trips.slice(first, end).filter((trip) => trip >= 0),
    };
  }
}

/** The number that {@link Line.next} wrote; -1 if the sound is not ours. */
function numberOf(bytes: Uint8Array): number {
  let number = 0;
  for (let i = DIGITS - 1; i >= 0; i--) {
    const digit = bytes[12 + i] - 0x80;
    if (digit < 0 || digit > 0x3f) return -1;
    number = number << 6 | digit;
  }
  return number;
}
