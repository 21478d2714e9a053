/** A call of which somebody takes the floor, on virtual time. */

import { compress, MU_LAW, rmsLevel, tone } from "../../src/audio/mod.ts";
import { type ConversationOptions, mock, type VoiceBackend } from "../../src/backend/mod.ts";
import { codecsNamed } from "../../src/codec/mod.ts";
import type { BargeInOptions } from "../../src/turn/mod.ts";
import type { Detector } from "../../src/vad/mod.ts";
import { VirtualCall } from "./virtual_call.ts";

/** Everything loud is a voice. */
export const loud: Detector = {
  detect: (samples) => rmsLevel(samples) > -40 ? 1 : 0,
  close: () => {},
};

/** A caller's voice, unlike the agent's, and a line without a voice. */
export const VOICE: Uint8Array = compress(tone([300, 730], 20, { levelDb: -15 }), MU_LAW);
export const QUIET: Uint8Array = new Uint8Array(160).fill(0xff);
const codec = codecsNamed(["PCMU"])[0].create();

/** What a scene begins with. */
export interface FloorSceneOptions {
  readonly backend?: Partial<VoiceBackend>;
  readonly bargeIn?: BargeInOptions;
  readonly conversation?: ConversationOptions;
}

/** A call whose bot speaks for 20 ms a letter, in a tone of 1000 Hz. */
export class FloorScene {
  readonly call: VirtualCall;
  /** What the bot was asked, in order. */
  readonly asked: string[] = [];
  readonly bot: VoiceBackend;

  constructor(options: FloorSceneOptions = {}) {
    const { backend = {}, bargeIn, conversation } = options;
    const spoken = mock({
      greeting: "Welcome here.",
      msPerCharacter: 20,
      frequency: 1000,
      sampleRate: 8000,
    });
    this.bot = {
      ...spoken,
      transcribe: (audio) => {
        this.asked.push(`transcribe ${Math.round(audio.length / 16)} ms`);
        return "Something.";
      },
      generate: (text) => {
        this.asked.push(`generate ${text}`);
        return "I see.";
      },
      onDtmf: (digit) => {
        this.asked.push(`key ${digit}`);
      },
      ...backend,
    };
    this.call = new VirtualCall({
      backend: this.bot,
      detector: loud,
      turns: { bargeIn },
      conversation,
    });
  }

  get now(): number {
    return this.call.clock.now();
  }

  /** Lets `ms` ms pass in which the caller says nothing. */
  quiet(ms: number): Promise<void> {
    return this.#send(QUIET, ms);
  }

  /** Lets `ms` ms pass in which the caller speaks. */
  voice(ms: number): Promise<void> {
    return this.#send(VOICE, ms);
  }

  /** Lets time pass, 20 ms at a time, until `promise` is settled; gives what it resolves to. */
  async until<T>(promise: Promise<T>, limitMs = 20_000): Promise<T> {
    let isSettled = false;
    const note = () => void (isSettled = true);
    promise.then(note, note);
    for (let ms = 0; !isSettled; ms += 20) {
      if (ms >= limitMs) throw new Error(`Not settled within ${limitMs} ms`);
      await this.quiet(20);
    }
    return await promise;
  }

  /** How many packets with a sound the caller was sent since `at`. */
  packets(at = 0): number {
    return this.call.heard.filter((packet) =>
      packet.at > at && rmsLevel(codec.decode(packet.payload)) > -60
    ).length;
  }

  /** The words that left, in order, with who said them. */
  get history(): string[] {
    return this.call.history.map(({ role, text, interrupted }) =>
      `${role}: ${text}${interrupted ? " (interrupted)" : ""}`
    );
  }

  async #send(payload: Uint8Array, ms: number): Promise<void> {
    for (let i = 0; i < ms / 20; i++) await this.call.send(payload);
  }
}
