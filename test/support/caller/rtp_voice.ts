/** The sending half of a caller: sound and digits as RTP packets, one each 20 ms. */
import type { Socket } from "node:dgram";
import { toMuLaw } from "./mu_law.ts";
import { eventPayload, type RtpBytes, writeRtp } from "./rtp_bytes.ts";

/** What becomes of a packet on its way: `late` arrives after the one behind it. */
export type Fate = "arrives" | "lost" | "late" | "twice";

/** Samples in a packet, which last 20 ms. */
const PACKET = 160;

/** Speaks over a socket it does not own. */
export class RtpVoice {
  /** Where the packets go. */
  target = { address: "", port: 0 };
  #socket: Socket;
  #ssrc = (Math.random() * 2 ** 32) >>> 0;
  #sequence = 65_500;
  #timestamp = 4_294_960_000;
  #spokeUntil: number | undefined;
  #held: Uint8Array | undefined;

  /** Speaks over `socket`. */
  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /**
   * Speaks 16-bit samples of 8,000 Hz; resolves when the last packet's 20 ms are over.
   *
   * Sequence numbers and timestamps start shortly before they wrap. `fate` decides over each packet.
   */
  async say(sound: Int16Array, fate: (index: number) => Fate = () => "arrives"): Promise<void> {
    const start = this.#resume();
    const packets = Math.floor(sound.length / PACKET);
    for (let index = 0; index < packets; index++) {
      await until(start + 20 * index);
      const payload = Uint8Array.from(
        sound.subarray(index * PACKET, (index + 1) * PACKET),
        toMuLaw,
      );
      this.#emit({ marker: index === 0, payloadType: 0, payload }, fate(index));
      this.#timestamp = (this.#timestamp + PACKET) >>> 0;
    }
    this.#spokeUntil = start + 20 * packets;
    await until(this.#spokeUntil);
  }

  /** Presses a key for 100 ms, by RFC 4733: five reports of the growing event, and its end thrice. */
  async press(digit: string, fate: (index: number) => Fate = () => "arrives"): Promise<void> {
    const start = this.#resume();
    for (let index = 0; index < 8; index++) {
      const isEnd = index >= 5;
      await until(start + 20 * Math.min(index, 5));
      const payload = eventPayload(digit, isEnd, PACKET * Math.min(index + 1, 5));
      this.#emit({ marker: index === 0, payloadType: 101, payload }, fate(index));
    }
    this.#timestamp = (this.#timestamp + 5 * PACKET) >>> 0;
    this.#spokeUntil = start + 100;
  }

  /** Timestamps go on with the time that nothing was said in. */
  #resume(): number {
    const now = performance.now();
    const pause = Math.max(0, now - (this.#spokeUntil ?? now));
    this.#timestamp = (this.#timestamp + Math.round(pause * 8)) >>> 0;
    return now;
  }

  #emit(part: Pick<RtpBytes, "marker" | "payloadType" | "payload">, fate: Fate): void {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xffff;
    const bytes = writeRtp({ ...part, sequence, timestamp: this.#timestamp, ssrc: this.#ssrc });
    if (fate === "late") {
      this.#held = bytes;
      return;
    }
    if (fate !== "lost") this.#send(bytes);
    if (fate === "twice") this.#send(bytes);
    if (this.#held !== undefined) this.#send(this.#held);
    this.#held = undefined;
  }

  #send(bytes: Uint8Array): void {
    this.#socket.send(bytes, this.target.port, this.target.address);
  }
}

/** Resolves at a moment of `performance.now()`, or at once when it is over. */
async function until(moment: number): Promise<void> {
  for (;;) {
    const left = moment - performance.now();
    if (left <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, left));
  }
}
