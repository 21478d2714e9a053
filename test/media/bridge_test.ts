import { beforeAll, describe, expect, test } from "bun:test";
import { rmsLevel, tone } from "../../src/audio/mod.ts";
import { mock } from "../../src/backend/mod.ts";
import { VirtualClock } from "../../src/clock/mod.ts";
import { type Codec, codecFor, codecsNamed } from "../../src/codec/mod.ts";
import { bridge, type MediaParameters } from "../../src/media/mod.ts";
import { loadResampler } from "../../src/resample/mod.ts";
import { loud } from "./floor_scene.ts";
import { parameters, VirtualCall, type VirtualCallOptions } from "./virtual_call.ts";

beforeAll(loadResampler);

const PCMU = parameters;
const PCMA: MediaParameters = {
  ...parameters,
  codec: { name: "PCMA", clockRate: 8000, payloadType: 8 },
  payloadTypes: { send: 8, receive: 8 },
};
const L16: MediaParameters = {
  ...parameters,
  codec: { name: "L16", clockRate: 16_000, payloadType: 109 },
  payloadTypes: { send: 109, receive: 109 },
};

/** One caller of two, who sends a tone or nothing. */
class Party {
  readonly call: VirtualCall;
  readonly codec: Codec;
  readonly asked: string[] = [];
  readonly #tone: Uint8Array[];
  readonly #quiet: Uint8Array;
  #sent = 0;

  constructor(
    clock: VirtualClock,
    agreed: MediaParameters,
    frequency: number,
    more: Partial<VirtualCallOptions> = {},
  ) {
    const { codec } = agreed;
    this.codec = codecFor(codecsNamed([codec.name]), codec)!.create(codec);
    const { sampleRate } = this.codec;
    const length = sampleRate / 50;
    // A second, so that the tone goes on where a packet ends.
    const sound = tone([frequency], 1000, { sampleRate, levelDb: -15, fadeMs: 0 });
    this.#tone = Array.from(
      { length: 50 },
      (_, i) => this.codec.encode(sound.slice(i * length, (i + 1) * length)),
    );
    this.#quiet = this.codec.encode(new Int16Array(length));
    this.call = new VirtualCall({
      clock,
      parameters: agreed,
      detector: loud,
      backend: {
        ...mock({ script: [{ hears: "Yes.", says: "I am the bot." }], frequency: 2500 }),
        onDtmf: (digit) => void this.asked.push(digit),
        generate: (text) => {
          this.asked.push(text);
          return "I am the bot.";
        },
      },
      ...more,
    });
  }

  put(isVoice: boolean): void {
    this.call.put(isVoice ? this.#tone[this.#sent++ % 50] : this.#quiet);
  }

  /** What it was sent since `at`. */
  heard(at: number): Int16Array {
    const frames = this.call.heard.filter((packet) => packet.at > at).map(({ payload }) =>
      this.codec.decode(payload)
    );
    return Int16Array.from(frames.flatMap((samples) => [...samples]));
  }

  /** How many Hz the sound that it was sent since `at` has: by its zero crossings. */
  frequency(at: number): number {
    const samples = this.heard(at);
    if (rmsLevel(samples) < -40) return 0;
    let crossings = 0;
    for (let i = 1; i < samples.length; i++) {
      if (samples[i - 1] < 0 !== samples[i] < 0) crossings++;
    }
    return crossings / 2 / (samples.length / this.codec.sampleRate);
  }
}

/** Lets `ms` ms pass for both, each of whom speaks or does not. */
async function pass(ms: number, parties: readonly (readonly [Party, boolean])[]): Promise<void> {
  for (let i = 0; i < ms / 20; i++) {
    for (const [party, isVoice] of parties) party.put(isVoice);
    await parties[0][0].call.clock.advance(20);
  }
}

describe("bridge", () => {
  test.each([
    ["PCMU and PCMA", PCMU, PCMA],
    ["PCMU and L16 at 16 kHz", PCMU, L16],
    ["L16 at both ends", L16, L16],
  ])("lets two callers hear each other, over %s", async (_, left, right) => {
    const clock = new VirtualClock(7);
    const [ann, bob] = [new Party(clock, left, 700), new Party(clock, right, 1100)];
    await pass(200, [[ann, false], [bob, false]]);
    const talking = bridge(ann.call.session, bob.call.session);
    await pass(500, [[ann, true], [bob, true]]);
    const at = clock.now();
    await pass(2000, [[ann, true], [bob, true]]);
    expect(Math.abs(ann.frequency(at) - 1100)).toBeLessThan(15);
    expect(Math.abs(bob.frequency(at) - 700)).toBeLessThan(15);
    // Not a packet of silence in between, and no bot was asked.
    expect(
      ann.call.heard.filter((packet) => packet.at > at).every(({ payload }) =>
        rmsLevel(ann.codec.decode(payload)) > -25
      ),
    ).toBe(true);
    expect([...ann.asked, ...bob.asked]).toEqual([]);
    await ann.call.end();
    await clock.runUntil(talking);
    await bob.call.end();
  });

  test("is as quick as a call that is echoed: what is said is heard within 60 ms", async () => {
    const clock = new VirtualClock(7);
    const [ann, bob] = [new Party(clock, PCMU, 700), new Party(clock, PCMA, 1100)];
    await pass(100, [[ann, false], [bob, false]]);
    const talking = bridge(ann.call.session, bob.call.session);
    await pass(2000, [[ann, false], [bob, false]]);
    const at = clock.now();
    await pass(200, [[ann, true], [bob, false]]);
    const first = bob.call.heard.find((packet) =>
      packet.at > at && rmsLevel(bob.codec.decode(packet.payload)) > -40
    );
    expect(first!.at - at).toBeLessThanOrEqual(60);
    await Promise.all([ann.call.end(), bob.call.end()]);
    await clock.runUntil(talking);
  });

  test("gives the one that stays its bot back, when the other hangs up", async () => {
    const clock = new VirtualClock(7);
    const [ann, bob] = [new Party(clock, PCMU, 700), new Party(clock, L16, 1100)];
    const talking = bridge(ann.call.session, bob.call.session);
    await pass(1000, [[ann, true], [bob, true]]);
    await ann.call.end();
    await pass(600, [[bob, false]]);
    await clock.runUntil(talking);
    await pass(400, [[bob, true]]);
    const at = clock.now();
    await pass(2500, [[bob, false]]);
    expect(bob.asked).toEqual(["Yes."]);
    expect(rmsLevel(bob.heard(at))).toBeGreaterThan(-40);
    // Nothing of it is in the history of the bot.
    expect(bob.call.history[0]).toEqual({ role: "caller", text: "Yes." });
    await bob.call.end();
    expect(clock.pending).toBe(0);
  });

  test("parts them when told to, and each goes on with its bot", async () => {
    const clock = new VirtualClock(7);
    const [ann, bob] = [new Party(clock, PCMU, 700), new Party(clock, PCMA, 1100)];
    const abort = new AbortController();
    const talking = bridge(ann.call.session, bob.call.session, { signal: abort.signal });
    await pass(1000, [[ann, true], [bob, true]]);
    await ann.call.session.press("5");
    abort.abort();
    await talking;
    await pass(500, [[ann, false], [bob, false]]);
    await ann.call.session.press("6");
    // The key of the bridge was the floor's.
    expect(ann.asked).toEqual(["6"]);
    await Promise.all([ann.call.end(), bob.call.end()]);
  });

  test("leaves both where they are when one of them cannot be connected", async () => {
    const clock = new VirtualClock(7);
    const [ann, bob] = [new Party(clock, PCMU, 700), new Party(clock, PCMA, 1100)];
    const floor = bob.call.session.takeFloor();
    await expect(bridge(ann.call.session, bob.call.session)).rejects.toThrow("taken");
    floor.release();
    ann.call.session.takeFloor().release();
    await Promise.all([ann.call.end(), bob.call.end()]);
  });
});
