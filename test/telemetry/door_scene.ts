/** A phone on virtual time, and callers that come by a door: no socket is between them. */
import { compress, MU_LAW, rmsLevel, tone } from "../../src/audio/mod.ts";
import { type Call, DoorLeg, type DoorName } from "../../src/call/mod.ts";
import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import { codecsNamed } from "../../src/codec/mod.ts";
import { MessageLine } from "../../src/media/mod.ts";
import { PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import type { Detector } from "../../src/vad/mod.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";

/** Everything loud is a voice. */
const loud: Detector = {
  detect: (samples) => rmsLevel(samples) > -40 ? 1 : 0,
  close: () => {},
};
export const VOICE = compress(tone([300, 730], 20, { levelDb: -15 }), MU_LAW);
export const QUIET = new Uint8Array(160).fill(0xff);

/** A packet of sound as the caller got it. */
interface Heard {
  readonly at: number;
  readonly isLoud: boolean;
}

/** A phone, and the time that it has. */
export interface DoorScene {
  readonly phone: PhoneHandler;
  readonly clock: VirtualClock;
  /** Somebody calls; it is answered at once, unless the phone does otherwise. */
  call(options?: Partial<DoorCallerOptions>): DoorCaller;
  /** Lets `ms` milliseconds pass, in which all callers of the list send what they are given. */
  pass(
    ms: number,
    sound: readonly (readonly [DoorCaller, Uint8Array | undefined])[],
  ): Promise<void>;
}

/** Starts a phone on virtual time. */
export async function doorScene(options: Partial<PhoneHandlerOptions>): Promise<DoorScene> {
  const clock = new VirtualClock(7);
  const phone = new PhoneHandler({
    voiceBackend: () => new TransformStream(),
    sipPort: 0,
    ...SOUND_PORTS,
    detector: () => loud,
    admission: false,
    ...options,
    clock,
    random: new SeededRandom(5),
  });
  await phone.start();
  let calls = 0;
  const scene: DoorScene = {
    phone,
    clock,
    call: (more = {}) => new DoorCaller({ phone, clock, id: `door ${++calls}`, ...more }),
    async pass(ms, sound) {
      for (let left = ms; left > 0; left -= 20) {
        for (const [caller, payload] of sound) if (payload) caller.send(payload);
        await clock.advance(20);
      }
    },
  };
  return scene;
}

interface DoorCallerOptions {
  readonly phone: PhoneHandler;
  readonly clock: VirtualClock;
  readonly id: string;
  readonly door: DoorName;
  readonly from: { readonly user: string; readonly name?: string };
  readonly headers: Readonly<Record<string, string>>;
}

/** Somebody at a door. */
export class DoorCaller {
  readonly leg: DoorLeg;
  readonly line: MessageLine;
  /** Undefined when it was refused at once. */
  readonly call: Call | undefined;
  readonly heard: Heard[] = [];
  readonly #clock: VirtualClock;

  constructor(
    options: Pick<DoorCallerOptions, "phone" | "clock" | "id"> & Partial<DoorCallerOptions>,
  ) {
    const { phone, clock, id, door = "browser", from = { user: "+4930901820" }, headers } = options;
    this.#clock = clock;
    const codec = codecsNamed(["PCMU"])[0].create();
    const ear = codecsNamed(["PCMU"])[0].create();
    this.line = new MessageLine({
      ...{ clock, random: new SeededRandom(1), name: door, codec },
      send: (payload) => {
        const isLoud = payload !== undefined && rmsLevel(ear.decode(payload)) > -60;
        this.heard.push({ at: clock.now(), isLoud });
        return true;
      },
    });
    this.leg = new DoorLeg({
      ...{ id, door, from, headers, line: this.line },
      to: { user: "+49800123456" },
      remoteAddress: "192.0.2.7",
      onOver: () => {},
    });
    this.call = phone.take(this.leg);
  }

  /** Sends 20 ms of sound. */
  send(payload: Uint8Array): void {
    this.line.receive(payload);
  }

  /** Says something for `ms` milliseconds, alone. */
  async say(payload: Uint8Array, ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 20) {
      this.send(payload);
      await this.#clock.advance(20);
    }
  }

  /** Hangs up, and waits until nothing is left of the call. */
  async hangup(): Promise<void> {
    this.leg.gone("remote");
    if (this.call !== undefined) await this.#clock.runUntil(this.call.ended);
  }
}
