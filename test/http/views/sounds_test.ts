import { describe, expect, test } from "bun:test";
import { ListenerSound } from "../../../src/http/views/listener_sound.ts";
import { VoiceTap } from "../../../src/http/views/voice_tap.ts";

const LINE = { sampleRate: 8000, clockRate: 8000 };
const sound = (level: number) => new Int16Array(160).fill(level);

describe("VoiceTap", () => {
  test("has a peak of both sides for each 50 ms, while somebody wants them", () => {
    const tap = new VoiceTap(LINE);
    const play = (ticks: number, caller: number, agent: number | undefined) => {
      for (let i = 0; i < ticks; i++) {
        tap.heard(sound(caller));
        tap.sent(agent === undefined ? undefined : sound(agent), 160);
        tap.ticked(i * 20);
      }
    };
    play(50, 1000, 1000);
    expect(tap.takePeaks()).toEqual({ caller: [], agent: [] });
    tap.isMetering = true;
    play(50, 16_384, undefined);
    const { caller, agent } = tap.takePeaks();
    expect([caller.length, agent.length]).toEqual([20, 20]);
    expect([new Set(caller), agent.at(-1)]).toEqual([new Set([0.5]), 0]);
    play(1000, 0, 0);
    const latest = tap.takePeaks();
    expect([latest.caller.length, latest.agent.length]).toEqual([20, 20]);
    play(50, 0, 0);
    tap.isMetering = false;
    expect(tap.takePeaks()).toEqual({ caller: [], agent: [] });
  });

  test("tells a voice from a quiet line, for as long as a pause between words", () => {
    const tap = new VoiceTap(LINE);
    tap.heard(sound(2000));
    tap.sent(sound(50), 160);
    tap.ticked(100);
    expect(tap.speaking(100)).toEqual({ caller: true, agent: false });
    expect(tap.speaking(399).caller).toBe(true);
    expect(tap.speaking(400).caller).toBe(false);
  });

  test("makes no peaks of time that was passed over", () => {
    const tap = new VoiceTap(LINE);
    tap.isMetering = true;
    tap.sent(undefined, 8000 * 60);
    for (let i = 0; i < 5; i++) tap.ticked(i * 20);
    expect(tap.takePeaks().agent.length).toBe(1);
  });
});

describe("ListenerSound", () => {
  /** Both sides for a while: the caller a ramp, the agent another. */
  function listen(ticks: number) {
    const pieces: Int16Array[] = [];
    const listener = new ListenerSound(LINE, (piece) => pieces.push(piece));
    for (let i = 0; i < ticks; i++) {
      const caller = Int16Array.from({ length: 160 }, (_, j) => i * 160 + j);
      const origin = { epoch: 1, position: 70_000 + i * 160, receivedAt: 20 + i * 20 };
      listener.heard(caller, origin);
      listener.sent(sound(7), 160);
      listener.ticked((i + 1) * 20);
    }
    return pieces.flatMap((piece) => [...piece]);
  }

  test("gives both sides without a gap, the caller on the left", () => {
    const heard = listen(200);
    const [left, right] = [0, 1].map((side) => heard.filter((_, i) => i % 2 === side));
    expect(new Set(right)).toEqual(new Set([7]));
    // After it is known where the caller's sound belongs each sample follows the one before.
    const settled = left.slice(-16_000);
    expect(settled.every((x, i) => i === 0 || x === settled[i - 1] + 1)).toBe(true);
    expect(left.length).toBeGreaterThanOrEqual(200 * 160 - 1120);
  });

  test("gives silence where nobody speaks, and nothing twice or long after it was said", () => {
    const pieces: Int16Array[] = [];
    const listener = new ListenerSound(LINE, (piece) => pieces.push(piece));
    const pass = (ticks: number, agent: Int16Array | undefined) => {
      for (let i = 0; i < ticks; i++) {
        listener.sent(agent, 160);
        listener.ticked(0);
      }
    };
    pass(10, sound(7));
    pass(100, undefined);
    // More than is kept comes at once: what lies too far from now is left out, not laid elsewhere.
    listener.sent(Int16Array.from({ length: 8000 }, (_, n) => n < 5120 ? 9 : 8), 160);
    pass(100, undefined);
    const right = pieces.flatMap((piece) => [...piece].filter((_, i) => i % 2 === 1));
    expect(right.filter((sample) => sample === 7).length).toBe(1600);
    expect(right.filter((sample) => sample === 9).length).toBeGreaterThan(3000);
    expect(right).not.toContain(8);
    expect(right.slice(-4000).every((sample) => sample === 0)).toBe(true);
  });

  test("keeps the length of the line where a call is held for long", () => {
    const pieces: Int16Array[] = [];
    const listener = new ListenerSound(LINE, (piece) => pieces.push(piece));
    listener.sent(undefined, 8000 * 3600);
    listener.ticked(3_600_000);
    listener.sent(sound(9), 800);
    listener.ticked(3_600_100);
    expect(pieces.length).toBeLessThan(10);
    expect(pieces.at(-1)!.length).toBe(640);
  });
});
