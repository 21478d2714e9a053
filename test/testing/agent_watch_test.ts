import { describe, expect, test } from "bun:test";
import { amplify, type AudioFrame, compress, MU_LAW } from "../../src/audio/mod.ts";
import { codecsNamed } from "../../src/codec/mod.ts";
import { syntheticSpeech } from "../../src/testing/mod.ts";
import { AgentWatch } from "../../src/testing/agent_watch.ts";

const SILENCE = new Uint8Array(160).fill(0xff);

/** The frames of a sentence, as they go to the encoder. */
function framesOf(text: string, turn: number): AudioFrame[] {
  const { samples } = syntheticSpeech(text);
  return Array.from({ length: Math.floor(samples.length / 160) }, (_, index) => ({
    sampleRate: 8000,
    samples: samples.slice(160 * index, 160 * index + 160),
    timestamp: 160 * index,
    turn,
    ...(index === 0 ? { text } : {}),
  }));
}

function payloadOf({ samples }: AudioFrame, levelDb = 0): Uint8Array {
  return compress(levelDb === 0 ? samples : amplify(samples, levelDb), MU_LAW);
}

function watch(): AgentWatch {
  return new AgentWatch(codecsNamed(["PCMU"])[0].create());
}

describe("AgentWatch", () => {
  test("knows when each sentence left, with the silence between them", () => {
    const agent = watch();
    let at = 1000;
    for (const text of ["Good day.", "Who is calling?"]) {
      const frames = framesOf(text, 0);
      agent.spoke(text, 20 * frames.length, true);
      for (const frame of frames) {
        agent.made(frame);
        agent.sent(payloadOf(frame), at += 20);
      }
      for (let i = 0; i < 5; i++) agent.sent(SILENCE, at += 20);
    }
    const [first, second] = agent.sentences;
    expect(first).toMatchObject({ text: "Good day.", heard: "Good day.", isCut: false });
    expect(first.startMs).toBe(1020);
    expect(second.startMs - first.endMs).toBe(100);
    expect(second.unheard).toBe("");
  });

  test("knows what was dropped by what left after it", () => {
    const agent = watch();
    const text = "This is a long sentence that nobody hears the end of.";
    const frames = framesOf(text, 1);
    agent.spoke(text, 20 * frames.length, true);
    frames.slice(0, 60).forEach((frame, index) => {
      agent.made(frame);
      if (index < 50) agent.sent(payloadOf(frame), 20 * index);
    });
    for (const frame of framesOf("Yes?", 2)) {
      agent.made(frame);
      agent.sent(payloadOf(frame), 2000);
    }
    const [cut, whole] = agent.sentences;
    expect(cut.isCut).toBe(true);
    expect(cut.endMs).toBe(1000);
    expect(`${cut.heard} ${cut.unheard}`).toBe(text);
    expect(cut.heard.length / text.length).toBeCloseTo(50 / frames.length, 1);
    expect(whole).toMatchObject({ turn: 2, text: "Yes?", isCut: false });
  });

  test("knows a voice that was lowered on its way", () => {
    const agent = watch();
    const frames = framesOf("You can press one at any time.", 3);
    frames.forEach((frame, index) => {
      agent.made(frame);
      agent.sent(payloadOf(frame, index > 20 && index < 60 ? -12 : 0), 20 * index);
    });
    const [sentence] = agent.sentences;
    expect(sentence.endMs - sentence.startMs).toBe(20 * frames.length);
    expect(sentence.isCut).toBe(false);
  });

  test("says nothing of what never left", () => {
    const agent = watch();
    for (const frame of framesOf("Nobody hears this.", 0)) agent.made(frame);
    for (let i = 0; i < 10; i++) agent.sent(SILENCE, 20 * i);
    expect(agent.sentences).toEqual([]);
  });
});
