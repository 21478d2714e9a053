import { beforeAll, describe, expect, test } from "bun:test";
import { type AudioFrame, rmsLevel, tone } from "../../src/audio/mod.ts";
import { type DuplexBackend, type DuplexOptions, loopback } from "../../src/backend/mod.ts";
import { codecsNamed } from "../../src/codec/mod.ts";
import { framesOf } from "../../src/media/mod.ts";
import { loadResampler } from "../../src/resample/mod.ts";
import { loud, QUIET, VOICE } from "./floor_scene.ts";
import { numbered, VirtualCall } from "./virtual_call.ts";

beforeAll(loadResampler);

const codec = codecsNamed(["PCMU"])[0].create();
const BEEP = { samples: tone([1000], 400, { sampleRate: 16_000 }), sampleRate: 16_000 };

function loudPackets(call: VirtualCall, at: number): number {
  return call.heard.filter((packet) =>
    packet.at > at && rmsLevel(codec.decode(packet.payload)) > -50
  ).length;
}

async function pass(call: VirtualCall, ms: number, payload = QUIET): Promise<void> {
  for (let i = 0; i < ms / 20; i++) await call.send(payload);
}

async function until<T>(call: VirtualCall, promise: Promise<T>, payload = QUIET): Promise<T> {
  let isSettled = false;
  const note = () => void (isSettled = true);
  promise.then(note, note);
  for (let i = 0; !isSettled; i++) {
    if (i > 1000) throw new Error("Not settled within 20 s");
    await call.send(payload);
  }
  return await promise;
}

/** A duplex backend that has `seconds` s of sound at once, each 20 ms of another loudness. */
class Talker implements DuplexBackend {
  options: DuplexOptions | undefined;
  readonly heard: AudioFrame[] = [];
  readonly keys: string[] = [];
  readonly #seconds: number;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  converse(audio: ReadableStream<AudioFrame>, _: unknown, options: DuplexOptions) {
    this.options = options;
    void audio.pipeTo(
      new WritableStream({ write: (frame) => void this.heard.push(frame) }),
      { signal: options.signal },
    ).catch(() => {});
    let count = 0;
    return new ReadableStream<AudioFrame>({
      pull: (controller) => {
        if (count >= this.#seconds * 50) return new Promise(() => {});
        const samples = new Int16Array(160).fill(1000 + 100 * count);
        controller.enqueue({ sampleRate: 8000, samples, timestamp: 160 * count++ });
      },
    });
  }

  onDtmf(digit: string): void {
    this.keys.push(digit);
  }
}

/** Which of a talker's frames a packet is; undefined for anything else. */
function frameOf(payload: Uint8Array): number | undefined {
  const samples = codec.decode(payload);
  const isFlat = samples.every((sample) => sample === samples[0]);
  return isFlat && samples[0] > 900 ? Math.round((samples[0] - 1000) / 100) : undefined;
}

describe("a seat in a stream of the caller's own sound", () => {
  test("lets a sound be said in its place, and gives the stream back as quick as it was", async () => {
    const call = new VirtualCall({ backend: loopback() });
    await pass(call, 500, VOICE);
    const said = await until(call, call.session.say(BEEP));
    expect(said).toEqual({ outcome: "played", heard: "", heardMs: 420 });
    await pass(call, 1000);
    const sentAt = new Map<number, number>();
    for (let i = 0; i < 50; i++) {
      sentAt.set(numbered(i)[5], call.clock.now());
      await call.send(numbered(i));
    }
    for (const { payload, at } of call.heard) {
      const sent = sentAt.get(payload[5]);
      if (sent !== undefined && payload[6] === numbered(1)[6]) {
        expect(at - sent).toBeLessThanOrEqual(23);
      }
    }
    const echoed = call.heard.filter(({ payload }) => payload.some((byte) => byte !== 0xff)).length;
    expect(echoed).toBeGreaterThanOrEqual(24 + 20 + 48);
    expect(call.history).toEqual([]);
    await call.end();
  });

  test("lets nothing of the caller through while somebody has the floor", async () => {
    const call = new VirtualCall({ backend: loopback(), detector: loud });
    const floor = call.session.takeFloor();
    await pass(call, 200);
    const at = call.clock.now();
    await pass(call, 600, VOICE);
    expect(loudPackets(call, at)).toBe(0);
    await call.session.press("4");
    expect(await floor.next()).toEqual({ type: "speech-begin" });
    expect(await floor.next()).toEqual({ type: "key", digit: "4" });
    floor.release();
    const back = call.clock.now();
    await pass(call, 400, VOICE);
    expect(loudPackets(call, back)).toBeGreaterThanOrEqual(18);
    await call.end();
  });

  test("says that words cannot be spoken, and that speech cannot be listened to", async () => {
    const call = new VirtualCall({ backend: loopback() });
    const said = await call.session.say("Hello.");
    expect(said.outcome).toBe("failed");
    expect(String(said.error)).toContain("speak");
    expect(() => call.session.takeFloor({ listen: "keys and speech" })).toThrow("transcribe");
    const broken = await until(call, call.session.say({ samples: BEEP.samples, sampleRate: 1 }));
    expect(broken.outcome).toBe("failed");
    expect(broken.error).toBeInstanceOf(RangeError);
    await call.end();
  });

  test("ends with the call, whatever is under way in it", async () => {
    const call = new VirtualCall({ backend: loopback() });
    const floor = call.session.takeFloor();
    const [saying, next] = [floor.say(BEEP), floor.next()];
    const music = floor.connect({
      readable: framesOf([BEEP], { loop: true }),
      writable: new WritableStream(),
    });
    await pass(call, 200);
    await call.end();
    expect((await saying).outcome).toBe("ended");
    expect(await next).toEqual({ type: "ended" });
    await music;
    expect((await call.session.say(BEEP)).outcome).toBe("ended");
    expect(() => call.session.takeFloor()).toThrow("over");
  });
});

describe("a seat in the place of a speech-to-speech backend", () => {
  test("goes on where the backend would be if it had not been silenced", async () => {
    const talker = new Talker(10);
    const call = new VirtualCall({ backend: talker });
    await pass(call, 1000);
    await until(call, call.session.say(BEEP));
    await pass(call, 1000);
    const frames = call.heard.map(({ payload }) => frameOf(payload));
    const beep = frames.findIndex((frame, i) => i > 20 && frame === undefined);
    const before = frames[beep - 1]!;
    const after = frames.slice(beep).find((frame) => frame !== undefined)!;
    // The time of the beep, and of what the chain still held of the backend's when that began.
    expect(after - before).toBeGreaterThanOrEqual(20);
    expect(after - before).toBeLessThanOrEqual(20 + 12);
    await call.end();
  });

  test("tells the backend how much of its own was heard, without what others said", async () => {
    const talker = new Talker(10);
    const call = new VirtualCall({ backend: talker });
    await pass(call, 500);
    await until(call, call.session.say(BEEP));
    await pass(call, 300);
    const own = call.heard.filter(({ payload }) => frameOf(payload) !== undefined).length;
    const heardMs = talker.options!.interrupt();
    expect(Math.abs(heardMs - own * 20)).toBeLessThanOrEqual(20);
    await pass(call, 200);
    expect(talker.options!.interrupt()).toBeLessThanOrEqual(200);
    await call.end();
  });

  test("hears silence meanwhile, and the end of a turn it heard the beginning of", async () => {
    const talker = new Talker(0);
    const call = new VirtualCall({ backend: talker, detector: loud });
    await pass(call, 300, VOICE);
    const floor = call.session.takeFloor();
    const from = talker.heard.length;
    await pass(call, 300, VOICE);
    const meanwhile = talker.heard.slice(from + 1);
    expect(meanwhile.length).toBeGreaterThanOrEqual(13);
    expect(meanwhile.every(({ samples }) => rmsLevel(samples) < -60)).toBe(true);
    expect(talker.heard.slice(from).filter(({ endOfTurn }) => endOfTurn)).toHaveLength(1);
    await call.session.press("1");
    floor.release();
    await call.session.press("2");
    expect(talker.keys).toEqual(["2"]);
    await call.end();
  });
});
