import { beforeAll, describe, expect, test } from "bun:test";
import { compress, MU_LAW, rmsLevel, tone } from "../../src/audio/mod.ts";
import { mock, type VoiceBackend } from "../../src/backend/mod.ts";
import { codecsNamed } from "../../src/codec/mod.ts";
import { loadResampler } from "../../src/resample/mod.ts";
import type { BargeInOptions } from "../../src/turn/mod.ts";
import type { Detector } from "../../src/vad/mod.ts";
import { VirtualCall } from "./virtual_call.ts";

beforeAll(loadResampler);

/** Everything loud is a voice. */
const loud: Detector = {
  detect: (samples) => rmsLevel(samples) > -40 ? 1 : 0,
  close: () => {},
};

/** A caller's voice, unlike the agent's, and a line without a voice. */
const VOICE = compress(tone([300, 730], 20, { levelDb: -15 }), MU_LAW);
const QUIET = new Uint8Array(160).fill(0xff);
const codec = codecsNamed(["PCMU"])[0].create();

/** A call to an agent that speaks for 5 s without a pause: 50 words of 100 ms. */
function talking(bargeIn: BargeInOptions, more: Partial<VoiceBackend> = {}) {
  const told: { heard: string; unheard: string }[] = [];
  const words = Array.from({ length: 50 }, (_, i) => `w${i + 10}`).join(" ");
  const call = new VirtualCall({
    backend: {
      ...mock({ greeting: words, msPerCharacter: 25, frequency: 1000, sampleRate: 8000 }),
      onInterrupt: (spoken) => void told.push(spoken),
      ...more,
    },
    detector: loud,
    turns: { bargeIn },
  });
  const send = async (payload: Uint8Array, ms: number) => {
    for (let i = 0; i < ms / 20; i++) await call.send(payload);
  };
  /** The loudness of each packet that was heard since `at`, in dB. */
  const levels = (at: number) =>
    call.heard.filter((packet) => packet.at > at).map(({ payload }) =>
      Math.max(-99, Math.round(rmsLevel(codec.decode(payload))))
    );
  return { call, told, send, levels };
}

describe("a voice over the agent's", () => {
  test("stops it at once, in immediate mode, and fades it out in its last packet", async () => {
    const { call, told, send, levels } = talking({ mode: "immediate" });
    await send(QUIET, 1000);
    const onset = call.clock.now();
    await send(VOICE, 400);
    const after = levels(onset);
    const full = levels(0)[20];
    const last = after.findLastIndex((level) => level > -60);
    // Two frames of voice, and the frame that fades.
    expect(last).toBeLessThanOrEqual(3);
    expect(after[last]).toBeLessThan(full - 2);
    expect(after.slice(last + 1).every((level) => level < -60)).toBe(true);
    expect(told.length).toBe(1);
    await call.end();
  });

  test("lowers it, and stops it when the voice lasts, in duck mode", async () => {
    const { call, told, send, levels } = talking({ mode: "duck" });
    await send(QUIET, 1000);
    const onset = call.clock.now();
    await send(VOICE, 900);
    const after = levels(onset);
    const full = levels(0)[20];
    const lowered = after.findIndex((level) => level < full - 15);
    const gone = after.findIndex((level) => level < -60);
    expect(lowered).toBeLessThanOrEqual(4);
    // 600 ms of voice, the frames on their way, and the one that fades.
    expect(gone).toBeGreaterThan(28);
    expect(gone).toBeLessThanOrEqual(34);
    expect(told.length).toBe(1);
    expect(call.events.map(({ type }) => type)).toEqual([
      "duck",
      "turn-begin",
      "interrupt",
      "silent",
    ]);
    await call.end();
  });

  test("is timed from where it began to the last packet with the agent's", async () => {
    for (const mode of ["immediate", "duck"] as const) {
      const { call, send } = talking({ mode });
      await send(QUIET, 1000);
      const onset = call.clock.now();
      await send(VOICE, 900);
      const silent = call.events.find((event) => event.type === "silent");
      const interrupt = call.events.find((event) => event.type === "interrupt");
      if (silent?.type !== "silent" || interrupt?.type !== "interrupt") throw new Error("none");
      // The telephone's own ear: the packet before the first of silence for good.
      const last = call.heard.findLast(({ payload }) => rmsLevel(codec.decode(payload)) > -60)!;
      expect(Math.abs(interrupt.voiceAt! - onset)).toBeLessThanOrEqual(20);
      expect(interrupt.voiceAt! + silent.bargeInMs).toBe(last.at);
      expect(silent.at).toBe(last.at);
      await call.end();
    }
  });

  test("lowers it and lets it come back, in duck mode, when it was only a cough", async () => {
    const { call, told, send, levels } = talking({ mode: "duck" });
    await send(QUIET, 1000);
    const full = levels(0)[20];
    await send(VOICE, 160);
    await send(QUIET, 600);
    const back = call.clock.now();
    await send(QUIET, 400);
    expect(levels(back).every((level) => Math.abs(level - full) <= 1)).toBe(true);
    expect(call.events.map(({ type }) => type)).toEqual(["duck", "false-alarm", "restore"]);
    expect(told).toEqual([]);
    await call.end();
  });

  test("does nothing to it, where barge-in is off, and is answered when it lasts", async () => {
    const utterances: number[] = [];
    const { call, told, send } = talking({ mode: "off" }, {
      transcribe(audio) {
        utterances.push(audio.length / 16);
        return "Yes?";
      },
    });
    await send(QUIET, 4000);
    await send(VOICE, 2000);
    await send(QUIET, 1500);
    expect(told).toEqual([]);
    // All of the voice, also what was said while the agent spoke, with its silence and 300 ms before.
    expect(utterances.length).toBe(1);
    expect(utterances[0]).toBeGreaterThanOrEqual(2300);
    expect(utterances[0]).toBeLessThanOrEqual(2860);
    await call.end();
  });

  test("leaves a greeting alone that must be heard", async () => {
    const { call, told, send } = talking({ mode: "immediate" }, {
      onCallStart: () => ({ say: "This call is recorded.", interruptible: false }),
    });
    await send(VOICE, 400);
    await send(QUIET, 1500);
    expect(told).toEqual([]);
    await call.end();
  });

  test("leaves it alone to its last word, and is a turn when it is still there then", async () => {
    const { call, told, send, levels } = talking({ mode: "immediate" }, {
      onCallStart: () => ({ say: "This call is recorded.", interruptible: false }),
    });
    await send(VOICE, 1000);
    // 22 letters of 25 ms each, and a last frame that is filled up.
    expect(levels(0).filter((level) => level > -60).length).toBeGreaterThanOrEqual(27);
    expect(call.events.filter(({ type }) => type === "turn-begin")).toHaveLength(1);
    expect(told).toEqual([]);
    await call.end();
  });

  test.each([[60], [740], [1280], [2500], [4820]])(
    "leaves in the history what left the socket, within a word, when it comes after %s ms",
    async (ms) => {
      const { call, told, send, levels } = talking({ mode: "immediate" });
      await send(QUIET, ms);
      await send(VOICE, 400);
      const heardMs = levels(0).filter((level) => level > -60).length * 20;
      const heard = told[0].heard === "" ? 0 : told[0].heard.split(" ").length;
      expect(Math.abs(heard - heardMs / 100)).toBeLessThanOrEqual(1);
      await call.end();
    },
  );
});
