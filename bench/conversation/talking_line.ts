/** A caller who says something, waits for the answer, and says it again, without end. */
import { toMuLaw } from "../../test/support/caller/mu_law.ts";
import { Line } from "../pacing/line.ts";
import { PACKET } from "./one_call.ts";
import { isVoice } from "./voice_packet.ts";

/** What it says. */
export interface TalkingLineOptions {
  /** What it says each time, at 8 kHz. */
  readonly says: Int16Array;
  /** Packets from one beginning to the next: what it says, its end, the answer, and a pause. */
  readonly cycle: number;
  /** Packets before it begins: not all talk at once. */
  readonly after: number;
}

/** One call that is a conversation. */
export class TalkingLine extends Line {
  /** From the packet that held the end of what was said to the first with the answer, in ms. */
  readonly answersMs: number[] = [];
  /** Turns of the caller that nothing was answered to before the next one. */
  unanswered = 0;
  readonly #says: readonly Uint8Array[];
  readonly #cycle: number;
  #next: number;
  #endedAt: number | undefined;

  /** A caller whose packets name `ssrc`. */
  constructor(ssrc: number, { says, cycle, after }: TalkingLineOptions) {
    super(ssrc);
    const count = Math.ceil(says.length / PACKET);
    this.#says = Array.from({ length: count }, (_, i) => {
      const payload = new Uint8Array(PACKET).fill(0xff);
      payload.set(Uint8Array.from(says.subarray(i * PACKET, (i + 1) * PACKET), toMuLaw));
      return payload;
    });
    this.#cycle = cycle;
    this.#next = cycle - (after % cycle);
  }

  /** The next packet. */
  override next(dueAt: number): Uint8Array {
    const packet = super.next(dueAt);
    const place = this.#next++ % this.#cycle;
    packet.fill(0xff, 12);
    if (place < this.#says.length) packet.set(this.#says[place], 12);
    if (place === 0 && this.#endedAt !== undefined) this.unanswered++;
    if (place === 0) this.#endedAt = undefined;
    if (place === this.#says.length - 1) this.#endedAt = performance.now();
    return packet;
  }

  /** Takes a packet that comes now. */
  override receive(bytes: Uint8Array): void {
    super.receive(bytes);
    if (this.#endedAt === undefined || !isVoice(bytes.subarray(12))) return;
    this.answersMs.push(performance.now() - this.#endedAt);
    this.#endedAt = undefined;
  }
}
