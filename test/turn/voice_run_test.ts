import { describe, expect, test } from "bun:test";
import { LostSound } from "../../src/turn/lost_sound.ts";
import { VoiceRun } from "../../src/turn/voice_run.ts";

/** A run that heard `#` voice, `.` silence and `x` lost sound, 20 ms each. */
function runOf(pattern: string) {
  const lost = new LostSound();
  const run = new VoiceRun({ windowMs: 100, gapMs: 200 });
  for (const letter of pattern) {
    run.push(20, lost.weigh(20, { voice: letter === "#", concealed: letter === "x" }));
  }
  const { recentMs, voiceMs, silenceMs, lengthMs } = run;
  return { recentMs, voiceMs, silenceMs, lengthMs };
}

describe("VoiceRun", () => {
  test("measures from the first voice, over short silences", () => {
    expect(runOf("..##.......##"))
      .toEqual({ recentMs: 40, voiceMs: 80, silenceMs: 0, lengthMs: 220 });
  });

  test("begins anew after a long silence", () => {
    expect(runOf("##..........#")).toEqual({
      recentMs: 20,
      voiceMs: 20,
      silenceMs: 0,
      lengthMs: 20,
    });
  });

  test("passes over lost sound, which takes time all the same", () => {
    expect(runOf("##xxx#")).toEqual({ recentMs: 60, voiceMs: 60, silenceMs: 0, lengthMs: 120 });
    expect(runOf("##xxx.")).toEqual({ recentMs: 20, voiceMs: 40, silenceMs: 80, lengthMs: 120 });
  });
});

describe("LostSound", () => {
  test("takes what is made up for more than 120 ms for silence, all of it", () => {
    const lost = new LostSound();
    const silences = Array.from({ length: 8 }, () => {
      return lost.weigh(20, { voice: true, concealed: true }).silenceMs;
    });
    expect(silences).toEqual([0, 0, 0, 0, 0, 0, 140, 20]);
  });
});
