import { eventOf, serializeTelephoneEvent } from "./telephone_event.ts";

/** How a {@link DtmfSender} presses keys. */
export interface DtmfSenderOptions {
  /** Ticks per second of the durations, from the rtpmap of telephone-event. @default 8000 */
  readonly clockRate?: number;
  /**
   * Ticks per second of the RTP timestamps, where the codec beside has another rate: telephone-event
   * at 8000 beside opus at 48000.
   *
   * @default clockRate
   */
  readonly timestampRate?: number;
  /** The time between two calls of {@link DtmfSender.next}, in ms. @default 20 */
  readonly tickMs?: number;
  /** How long a key is down, in ms; rounded up to whole ticks. @default 160 */
  readonly toneMs?: number;
  /** The pause after a key, in ms; rounded up, and never shorter than two ticks. @default 100 */
  readonly gapMs?: number;
  /** The power of the tone in dBm0, 0 to -63. @default -10 */
  readonly volume?: number;
}

/** One packet of a key press, to be given to `RtpPacketizer.next` as it is. */
export interface DtmfPacket {
  /** 4 bytes. */
  readonly payload: Uint8Array;
  /** The number telephone-event has in SDP. */
  readonly payloadType: number;
  /** Set on the first packet of a press. */
  readonly marker: boolean;
  /** Ticks of the RTP timestamp since the key, or the segment of a long press, began. */
  readonly age: number;
}

/** A key that waits or is down. */
interface Press {
  readonly event: number;
  /** Ticks of the RTP clock, a whole number of packets. */
  readonly duration: number;
}

const SEGMENT_TICKS = 0xffff;
const END_PACKETS = 3;

/**
 * Presses keys, RFC 4733: what to send instead of sound, asked for once per tick.
 *
 * A key is one report per tick with a growing duration; its last report says that the key is up and
 * is sent three times in all, a tick apart, so that a lost burst does not swallow it.
 *
 * @example
 * ```ts
 * import { DtmfSender } from "@sofia/phone/rtp";
 * import assert from "node:assert/strict";
 *
 * const sender = new DtmfSender(101, { toneMs: 40 });
 * sender.send("5");
 * const ticks = Array.from({ length: 4 }, () => sender.next());
 * assert.deepEqual(ticks.map((packet) => packet?.marker), [true, false, false, false]);
 * assert.deepEqual(ticks.map((packet) => packet?.age), [0, 160, 320, 480]);
 * assert.deepEqual([...ticks[3]!.payload], [5, 0x8a, 1, 64]); // key 5 is up after 320 ticks
 * ```
 */
export class DtmfSender {
  readonly #payloadType: number;
  readonly #clockRate: number;
  readonly #timestampRate: number;
  readonly #tickMs: number;
  readonly #toneMs: number;
  readonly #gapMs: number;
  readonly #volume: number;
  #queue: Press[] = [];
  /** Ticks of the RTP clock since the key went down. */
  #elapsed = 0;
  /** Of those, the ones in segments that are over. */
  #segmentStart = 0;

  /**
   * Starts with no key to press.
   *
   * @param payloadType the number telephone-event has in SDP, 0-127
   * @throws RangeError if the volume is not 0 to -63
   */
  constructor(payloadType: number, options: DtmfSenderOptions = {}) {
    const { clockRate = 8000, timestampRate = clockRate, tickMs = 20, toneMs = 160 } = options;
    const { gapMs = 100, volume = -10 } = options;
    if (!(volume <= 0 && volume >= -63)) {
      throw new RangeError(
        `Cannot press keys as the volume is 0 to -63: current value is ${volume}`,
      );
    }
    this.#payloadType = payloadType;
    this.#clockRate = clockRate;
    this.#timestampRate = timestampRate;
    this.#tickMs = tickMs;
    this.#toneMs = toneMs;
    this.#gapMs = gapMs;
    this.#volume = -volume;
  }

  /** The keys that wait or are down, those in the pause after them too. */
  get pending(): number {
    return this.#queue.length;
  }

  /**
   * Presses keys one after another, after those that wait.
   *
   * @param digits of `0`-`9`, `*`, `#`, `A`-`D` and `F` (the hook flash), in either case
   * @param toneMs how long each is down, in ms, if not as usual
   * @throws RangeError if a character is no key, or the tone has no length; none is pressed then
   */
  send(digits: string, toneMs: number = this.#toneMs): void {
    if (!(toneMs > 0 && toneMs < Infinity)) {
      throw new RangeError(`Cannot press a key as it takes time: current value is ${toneMs} ms`);
    }
    const duration = Math.ceil(toneMs / this.#tickMs) * this.#tickTicks();
    const presses = [...digits].map((digit): Press => {
      const event = eventOf(digit);
      if (event === undefined) {
        throw new RangeError(
          `Cannot press a key as keys are 0-9, *, #, A-D and F: current value is "${digit}"`,
        );
      }
      return { event, duration };
    });
    this.#queue.push(...presses);
  }

  /** Forgets the keys that wait. One that is down comes up as it should. */
  clear(): void {
    this.#queue.length = this.#elapsed > 0 ? 1 : 0;
  }

  /** What to send in this tick; undefined if sound may be sent: nothing to press, or a pause. */
  next(): DtmfPacket | undefined {
    const press = this.#queue[0];
    if (!press) return undefined;
    const tick = this.#tickTicks();
    const begun = this.#elapsed;
    this.#elapsed += tick;

    const packet = begun < press.duration + (END_PACKETS - 1) * tick
      ? this.#packet(press, begun)
      : undefined;

    const gap = Math.max(END_PACKETS - 1, Math.ceil(this.#gapMs / this.#tickMs)) * tick;
    if (this.#elapsed >= press.duration + gap) {
      this.#queue.shift();
      this.#elapsed = 0;
      this.#segmentStart = 0;
    }
    return packet;
  }

  /** The report of a key that went down `begun` ticks ago. */
  #packet(press: Press, begun: number): DtmfPacket {
    const age = Math.round((begun - this.#segmentStart) * this.#timestampRate / this.#clockRate);
    const total = Math.min(this.#elapsed, press.duration) - this.#segmentStart;
    const duration = Math.min(total, SEGMENT_TICKS);
    const end = this.#elapsed >= press.duration && total <= SEGMENT_TICKS;
    if (total > SEGMENT_TICKS) this.#segmentStart += SEGMENT_TICKS;
    const { event } = press;
    return {
      payload: serializeTelephoneEvent({ event, end, volume: this.#volume, duration }),
      payloadType: this.#payloadType,
      marker: begun === 0,
      age,
    };
  }

  #tickTicks(): number {
    return this.#clockRate * this.#tickMs / 1000;
  }
}
