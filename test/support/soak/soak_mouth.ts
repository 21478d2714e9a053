/** What a caller of a soak sends: speech and pauses, keys, and whatever its line makes of them. */
import type { Socket } from "node:dgram";
import { fraction, type Random } from "../../../src/clock/mod.ts";
import { eventPayload, writeRtp } from "../caller/rtp_bytes.ts";
import type { SoakLine } from "./soak_plan.ts";

const PACKET = 160;
/** Packets of a key of 100 ms, the last three of which say that it is over. RFC 4733, section 2.5.1.4. */
const KEY_PACKETS = 8;

/** What {@link SoakMouth} speaks with. */
export interface SoakMouthOptions {
  readonly socket: Socket;
  /** Where the other side wants its sound. */
  readonly port: number;
  /** Payloads of speech, in the order they are said. */
  readonly voice: readonly Uint8Array[];
  readonly line: SoakLine;
  readonly suppressesSilence: boolean;
  readonly random: Random;
  /** Sends from an address that is not the caller's. */
  readonly stranger: (bytes: Uint8Array, port: number) => void;
}

/** One caller's packets, one for each tick. */
export class SoakMouth {
  readonly #options: SoakMouthOptions;
  readonly #ssrc: number;
  #sequence: number;
  #timestamp: number;
  #said = 0;
  /** Ticks that are left of what it does now: it speaks if `#isSpeaking`, else it is silent. */
  #left = 0;
  #isSpeaking = true;
  /** Keys that are to be pressed, the first of them now. */
  readonly #keys: { readonly digit: string; packets: number; readonly done: () => void }[] = [];
  #held: Uint8Array | undefined;

  /** Says nothing yet. */
  constructor(options: SoakMouthOptions) {
    const { random, voice } = options;
    this.#options = options;
    [this.#ssrc, this.#timestamp] = [random.uint32(), random.uint32()];
    this.#sequence = random.uint32() & 0xffff;
    this.#said = random.uint32() % voice.length;
  }

  /** Presses a key in the place of what it says; `done` is called when all of it was sent. */
  press(digit: string, done: () => void): void {
    this.#keys.push({ digit, packets: 0, done });
  }

  /** 20 ms have passed. */
  tick(): void {
    const { random, line, suppressesSilence, voice } = this.#options;
    if (fraction(random) < line.garbage) this.#litter();
    if (this.#keys.length > 0) return this.#pressOn(this.#keys[0]);
    if (this.#left-- <= 0) {
      this.#isSpeaking = !this.#isSpeaking;
      // Half a second to three of speech, one to six of silence.
      this.#left = this.#isSpeaking ? 25 + random.uint32() % 125 : 50 + random.uint32() % 250;
    }
    if (this.#isSpeaking) this.#sound(voice[this.#said++ % voice.length]);
    else if (!suppressesSilence) this.#sound(SILENCE);
    this.#timestamp = (this.#timestamp + PACKET) >>> 0;
  }

  #sound(payload: Uint8Array): void {
    this.#emit({ payloadType: 0, payload, timestamp: this.#timestamp });
  }

  #pressOn(key: { readonly digit: string; packets: number; readonly done: () => void }): void {
    const { packets } = key;
    const isOver = packets >= KEY_PACKETS - 3;
    const duration = PACKET * Math.min(packets + 1, KEY_PACKETS - 3);
    const payload = eventPayload(key.digit, isOver, duration);
    this.#emit({ payloadType: 101, payload, timestamp: this.#timestamp });
    if (++key.packets < KEY_PACKETS) return;
    this.#keys.shift();
    key.done();
    this.#timestamp = (this.#timestamp + KEY_PACKETS * PACKET) >>> 0;
  }

  #emit(part: { payloadType: number; payload: Uint8Array; timestamp: number }): void {
    const { random, line } = this.#options;
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xffff;
    const bytes = writeRtp({ ...part, marker: false, sequence, ssrc: this.#ssrc });
    const chance = fraction(random);
    if (chance < line.late && this.#held === undefined) return void (this.#held = bytes);
    if (chance < 1 - line.lost) this.#send(bytes);
    if (fraction(random) < line.twice) this.#send(bytes);
    if (this.#held !== undefined) this.#send(this.#held);
    this.#held = undefined;
  }

  #send(bytes: Uint8Array): void {
    const { socket, port } = this.#options;
    socket.send(bytes, port, "127.0.0.1");
  }

  /** What a network may bring, and what who would disturb a call may send. */
  #litter(): void {
    const { random, stranger, port } = this.#options;
    const bytes = Uint8Array.from({ length: random.uint32() % 200 }, () => random.uint32());
    const isRtp = random.uint32() % 2 === 0 && bytes.length >= 12;
    if (isRtp) [bytes[0], bytes[1]] = [0x80, 0];
    if (isRtp || random.uint32() % 2 === 0) stranger(bytes, port);
    else this.#send(bytes);
  }
}

const SILENCE = new Uint8Array(PACKET).fill(0xff);
