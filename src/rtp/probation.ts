import type { ReceivedRtpPacket } from "./rtp_packet.ts";
import { distance16 } from "./sequence.ts";

const HELD_PACKETS = 10;

/**
 * Packets of a sender that is not trusted yet, held until it has shown itself to be a stream.
 *
 * What it proves is that numbers follow each other, as in RFC 3550 appendix A.1; who sends them is for
 * {@link SourceLock} to judge.
 */
export class Probation {
  /** The sender's SSRC. */
  readonly ssrc: number;
  #held: ReceivedRtpPacket[] = [];
  #last = 0;
  #inSequence = 0;
  #since = 0;

  /** Starts with no packets. */
  constructor(ssrc: number) {
    this.ssrc = ssrc;
  }

  /** How many packets came in sequence, up to the last one. */
  get inSequence(): number {
    return this.#inSequence;
  }

  /** Packets that wait. */
  get size(): number {
    return this.#held.length;
  }

  /** Whether at least so many packets came in sequence, over at least so many ms. */
  passed(packets: number, ms: number): boolean {
    return this.#inSequence >= packets && this.#held.length > 0 &&
      this.#held[this.#held.length - 1].receivedAt - this.#since >= ms;
  }

  /** Holds a packet; gives how many it gave up for that. */
  push(packet: ReceivedRtpPacket): number {
    const step = distance16(this.#last, packet.sequenceNumber);
    if (this.#inSequence > 0 && step === 0) return 1;
    let lost = 0;
    if (this.#inSequence > 0 && step === 1) {
      this.#inSequence++;
    } else {
      if (Math.abs(step) > HELD_PACKETS) lost = this.clear();
      this.#inSequence = 1;
      this.#since = packet.receivedAt;
    }
    this.#last = packet.sequenceNumber;
    this.#held.push(packet);
    if (this.#held.length <= HELD_PACKETS) return lost;
    this.#held.shift();
    return lost + 1;
  }

  /** Starts the count over, and keeps what is held. */
  interrupt(): void {
    this.#inSequence = 0;
  }

  /** Gives up what is held; gives how many packets that were. */
  clear(): number {
    return this.release().length;
  }

  /** Gives what is held, the oldest first, and holds nothing any more. */
  release(): ReceivedRtpPacket[] {
    const packets = this.#held;
    this.#held = [];
    this.#inSequence = 0;
    return packets;
  }
}
