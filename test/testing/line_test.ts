import { describe, expect, test } from "bun:test";
import { rmsLevel, tone } from "../../src/audio/mod.ts";
import { loopback } from "../../src/backend/mod.ts";
import { caller, impair, type LineImpairments, simulate } from "../../src/testing/mod.ts";
import { findLag } from "../support/sound_match.ts";
import { hotel } from "./bots.ts";

const beep = tone([600, 900], 3000);
const script = caller().afterMs(500).plays({ samples: beep, sampleRate: 8000 }, "beep")
  .afterMs(500).hangsUp();

/** What a caller hears of itself, over a line. */
async function echoed(impairments: LineImpairments) {
  return await simulate(loopback(), script, { line: impair(impairments) });
}

/** How much of what should sound does not. */
function holes(sound: Int16Array, fromMs: number, toMs: number): number {
  let [silent, pieces] = [0, 0];
  for (let at = fromMs; at + 5 <= toMs; at += 5) {
    if (rmsLevel(sound.subarray(at * 8, at * 8 + 40)) < -50) silent++;
    pieces++;
  }
  return silent / pieces;
}

describe("simulate, on a line", () => {
  test("loses what the line loses, on the way back", async () => {
    const { heard, agentSounds: [{ startMs }] } = await echoed({ toCaller: { loss: 0.2 } });
    const share = holes(heard, Math.ceil(startMs), Math.ceil(startMs) + 2900);
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.3);
  });

  test("conceals what is lost on the way there, as the chain does", async () => {
    const { heard, agentSounds: [{ startMs }] } = await echoed({ toAgent: { loss: 0.05 } });
    expect(holes(heard, Math.ceil(startMs), Math.ceil(startMs) + 2900)).toBeLessThan(0.02);
  });

  test("is later by the delays of both ways", async () => {
    const [near, far] = [await echoed({}), await echoed({ delayMs: 100 })];
    const delay = far.agentSounds[0].startMs - near.agentSounds[0].startMs;
    expect(delay).toBeGreaterThan(180);
    expect(delay).toBeLessThan(225);
  });

  test("keeps up with a telephone whose clock runs fast", async () => {
    const { sent, ended, heard } = await echoed({ driftPpm: 4000 });
    // Four of a thousand samples more than time has passed.
    expect(sent.length).toBe(Math.ceil(ended.atMs * 8));
    expect(holes(heard, 800, 3400)).toBeLessThan(0.05);
  });

  test("brings the agent's voice back through the microphone", async () => {
    const line = impair({ echo: { levelDb: -15, delayMs: 150 } });
    const { sent, heard } = await simulate(hotel(), caller().afterMs(2500).hangsUp(), { line });
    const said = heard.subarray(200 * 8, 1800 * 8);
    const lag = findLag(
      Float32Array.from(said),
      Float32Array.from(sent.subarray(200 * 8)),
      0,
      4000,
    );
    expect(Math.abs(lag / 8 - 150)).toBeLessThan(1);
    const back = sent.subarray(200 * 8 + lag, 1800 * 8 + lag);
    expect(rmsLevel(back) - rmsLevel(said)).toBeCloseTo(-15, 0);
  });

  test("is silent while the caller is cut off", async () => {
    const sounds = caller().background("white", { levelDb: -30 }).afterMs(1000).vanishes(1500)
      .afterMs(1000).hangsUp();
    const { heard } = await simulate(loopback(), sounds);
    const level = (from: number, to: number) => rmsLevel(heard.subarray(from * 8, to * 8));
    expect(level(500, 900)).toBeGreaterThan(-35);
    // What fills a line is comfort noise, softer than what was there.
    expect(level(1600, 2400)).toBeLessThan(level(500, 900) - 5);
    expect(level(2800, 3300)).toBeGreaterThan(-35);
  });
});
