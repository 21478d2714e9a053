import { beforeAll, describe, expect, test } from "bun:test";
import { compress, MU_LAW, rmsLevel, tone } from "../../src/audio/mod.ts";
import {
  type Backend,
  type DuplexBackend,
  mock,
  type Speech,
  type VoiceBackend,
} from "../../src/backend/mod.ts";
import { sleep, VirtualClock } from "../../src/clock/mod.ts";
import { codecsNamed } from "../../src/codec/mod.ts";
import { TurnTimings } from "../../src/call/record/turn_timings.ts";
import type { TurnTiming } from "../../src/call/mod.ts";
import { loadResampler } from "../../src/resample/mod.ts";
import type { Detector } from "../../src/vad/mod.ts";
import { VirtualCall } from "./virtual_call.ts";

beforeAll(loadResampler);

const loud: Detector = {
  detect: (samples) => rmsLevel(samples) > -40 ? 1 : 0,
  close: () => {},
};
const VOICE = compress(tone([300, 730], 20, { levelDb: -15 }), MU_LAW);
const QUIET = new Uint8Array(160).fill(0xff);
const codec = codecsNamed(["PCMU"])[0].create();
const HALF_A_SECOND: Speech = { samples: tone([1000], 500, { levelDb: -15 }), sampleRate: 8000 };

/** A call with a backend of known slowness, and the turns that it had. */
function begin(make: (clock: VirtualClock) => Backend) {
  const clock = new VirtualClock(7);
  const call = new VirtualCall({ backend: make(clock), detector: loud, clock });
  const send = async (payload: Uint8Array, ms: number) => {
    for (let i = 0; i < ms / 20; i++) await call.send(payload);
  };
  const turns = (): TurnTiming[] => {
    const timings = new TurnTimings();
    return [...call.events.flatMap((event) => timings.note(event)), ...timings.end()];
  };
  /** The packets with sound that left from `from` to `to`. */
  const sound = (from: number, to = Infinity) =>
    call.heard.filter(({ at, payload }) =>
      at >= from && at < to && rmsLevel(codec.decode(payload)) > -60
    );
  return { call, clock, send, turns, sound };
}

/** Takes 100 ms to hear, 200 to think and 50 to speak. */
function slow(clock: VirtualClock): VoiceBackend {
  const after = async <T>(ms: number, value: T): Promise<T> => {
    await sleep(clock, ms);
    return value;
  };
  return {
    transcribe: () => after(100, "What now?"),
    generate: () => after(200, "Nothing."),
    speak: () => after(50, HALF_A_SECOND),
  };
}

describe("the times of a turn", () => {
  test("are those of its steps, and of the packets that a telephone got", async () => {
    const { call, send, turns, sound } = begin(slow);
    await send(QUIET, 400);
    const onset = call.clock.now();
    await send(VOICE, 1000);
    const offset = call.clock.now();
    await send(QUIET, 2500);
    await call.end();
    const [turn, ...more] = turns();
    expect(more).toEqual([]);
    expect([turn.heard, turn.said, turn.falseAlarms]).toEqual(["What now?", "Nothing.", 0]);
    expect(Math.abs(turn.beganAt - onset)).toBeLessThanOrEqual(20);
    expect(Math.abs(turn.endedAt! - turn.silenceMs! - offset)).toBeLessThanOrEqual(20);
    expect(turn.silenceMs).toBe(500);
    expect(turn.transcriptAt).toBe(turn.endedAt! + 100);
    expect(turn.firstTokenAt).toBe(turn.endedAt! + 300);
    expect(turn.firstAudioAt).toBe(turn.endedAt! + 350);
    const packets = sound(offset);
    expect(turn.firstPacketAt).toBe(packets[0].at);
    expect(turn.firstPacketAt! - turn.firstAudioAt!).toBeLessThanOrEqual(40);
    // After the sound comes the packet of silence that ends what is said.
    expect(Math.abs(turn.playedAt! - packets.at(-1)!.at - 20)).toBeLessThanOrEqual(20);
    expect(turn.interruptedAt).toBeUndefined();
  });

  test("tell of an answer that is cut short when, how fast, and what of it was not heard", async () => {
    const { call, send, turns, sound } = begin((clock) => ({
      ...slow(clock),
      generate: () => "One two three. Four five six.",
      speak: () => ({ ...HALF_A_SECOND, samples: tone([1000], 4000, { levelDb: -15 }) }),
    }));
    await send(QUIET, 400);
    await send(VOICE, 1000);
    await send(QUIET, 2000);
    const onset = call.clock.now();
    await send(VOICE, 1000);
    await send(QUIET, 300);
    await call.end();
    const [first, second] = turns();
    expect(first.interruptedAt).toBeGreaterThan(onset);
    expect(first.interruptedAt).toBe(call.events.findLast(({ type }) => type === "interrupt")!.at);
    const last = sound(onset).at(-1)!;
    expect(second.beganAt + first.bargeInMs!).toBe(last.at);
    expect(first.playedAt).toBeUndefined();
    expect(first.unheard).toBe("two three.");
    expect([second.turn, second.endedAt, second.interruptedAt]).toEqual([2, undefined, undefined]);
  });

  test("are over at once for a turn with nothing to answer, and with the next for a stuck one", async () => {
    const heard = ["", "Hello?"];
    const { call, send, turns } = begin(() => ({
      transcribe: () => heard.shift() ?? new Promise<string>(() => {}),
      generate: () => "Yes.",
      speak: () => HALF_A_SECOND,
    }));
    for (let i = 0; i < 4; i++) {
      await send(VOICE, 400);
      await send(QUIET, 1600);
    }
    await call.end();
    const [silent, answered, stuck, last] = turns();
    expect([silent.heard, silent.playedAt]).toEqual(["", undefined]);
    expect(answered.playedAt).toBeGreaterThan(answered.firstPacketAt!);
    expect([stuck.heard, stuck.interruptedAt, stuck.playedAt]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([stuck.turn, last.turn]).toEqual([3, 4]);
  });

  test("of a greeting that may not be cut leave its turn to whoever spoke meanwhile", async () => {
    const { call, send, turns } = begin((clock) => ({
      ...slow(clock),
      onCallStart: () => ({ say: HALF_A_SECOND, interruptible: false }),
    }));
    await send(VOICE, 1000);
    await send(QUIET, 2500);
    await call.end();
    const all = turns();
    expect(all.map(({ turn }) => turn)).toEqual([1]);
    expect(all[0].playedAt).toBeGreaterThan(all[0].firstPacketAt!);
  });

  test("of a stream are when its caller spoke, when it answered and what it dropped", async () => {
    let said: ReadableStreamDefaultController;
    let interrupt = () => 0;
    const backend: DuplexBackend = {
      converse: (audio, _call, options) => {
        audio.pipeTo(new WritableStream()).catch(() => {});
        interrupt = options.interrupt;
        return new ReadableStream({ start: (controller) => void (said = controller) });
      },
    };
    const { call, send, turns, sound } = begin(() => backend);
    const say = (ms: number) =>
      said.enqueue({ sampleRate: 8000, samples: tone([1000], ms, { levelDb: -15 }), timestamp: 0 });
    await send(QUIET, 400);
    await send(VOICE, 1000);
    await send(QUIET, 800);
    const asked = call.clock.now();
    say(3000);
    await send(QUIET, 1000);
    const onset = call.clock.now();
    await send(VOICE, 400);
    expect(interrupt()).toBeGreaterThan(1000);
    await send(QUIET, 1000);
    await call.end();
    const [first, second] = turns();
    expect(first.firstPacketAt).toBe(sound(asked)[0].at);
    expect(second.beganAt + first.bargeInMs!).toBe(sound(onset).at(-1)!.at);
    expect(first.interruptedAt).toBeGreaterThanOrEqual(onset + 400);
    expect(Math.abs(second.beganAt - onset)).toBeLessThanOrEqual(20);
    expect([second.turn, second.firstPacketAt]).toEqual([2, undefined]);
  });

  test("of a bot that talks all the time say nothing of when it answered", async () => {
    const { call, send, turns } = begin(() => () => new TransformStream());
    await send(VOICE, 1000);
    await send(QUIET, 1000);
    await call.end();
    expect(turns().map(({ turn, firstPacketAt }) => [turn, firstPacketAt])).toEqual([
      [1, undefined],
    ]);
  });

  test("are told of a mute agent as far as it was heard", async () => {
    const { call, send, turns } = begin(() => mock({ sampleRate: 8000 }));
    call.session.mute("agent");
    await send(VOICE, 1000);
    await send(QUIET, 2000);
    await call.end();
    const [turn] = turns();
    expect(turn.firstAudioAt).toBeGreaterThan(turn.endedAt! - 1);
    expect([turn.firstPacketAt, turn.playedAt]).toEqual([undefined, undefined]);
  });
});
