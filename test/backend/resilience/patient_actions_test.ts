import { describe, expect, test } from "bun:test";
import { type CallActions, resilient, type VoiceBackend } from "../../../src/backend/mod.ts";
import { sleep, VirtualClock } from "../../../src/clock/mod.ts";
import { caller, simulate } from "../../../src/testing/mod.ts";
import { voice } from "../../support/voices.ts";

const LIMITS = { generate: { firstPartMs: 6000, nextPartMs: 6000 } };

/** What a model's answer comes to, whose transfers ring for `ringMs`, and when, in ms. */
async function answerOf(
  generate: VoiceBackend["generate"],
  { ringMs = 25_000 }: { readonly ringMs?: number } = {},
) {
  const clock = new VirtualClock();
  const actions = {
    transfer: async () => {
      await sleep(clock, ringMs);
      return { outcome: "no-answer" };
    },
  } as unknown as CallActions;
  const backend = resilient({ ...voice("a"), generate: generate.bind(clock) }, {
    clock,
    ...LIMITS,
  });
  const { signal } = new AbortController();
  const said: string[] = [];
  const answer = (async () => {
    const options = { signal, sessionId: "1", actions };
    const parts = await backend.generate("a human", "1", [], options);
    if (typeof parts === "string") said.push(parts);
    else for await (const part of parts) said.push(part);
    return { said, atMs: clock.now() };
  })().catch((error: Error) => ({ said, error: error.message, atMs: clock.now() }));
  await clock.advance(120_000);
  return await answer;
}

describe("a step that waits for its action", () => {
  test("has its answer said, however long a telephone rings", async () => {
    const { said, atMs } = await answerOf(async (_text, _id, _history, { actions }) => {
      const { outcome } = await actions!.transfer("1001");
      return `It is ${outcome}.`;
    });
    expect({ said, atMs }).toEqual({ said: ["It is no-answer."], atMs: 25_000 });
  });

  test("has it said behind what it has said before", async () => {
    const { said } = await answerOf(async function* (_text, _id, _history, { actions }) {
      yield "One moment.";
      await actions!.transfer("1001");
      yield "Nobody is there.";
    });
    expect(said).toEqual(["One moment.", "Nobody is there."]);
  });

  test("may do two at a time", async () => {
    const { said } = await answerOf(async (_text, _id, _history, { actions }) => {
      await Promise.all([actions!.transfer("1001"), actions!.transfer("1002")]);
      return "Nobody is there.";
    });
    expect(said).toEqual(["Nobody is there."]);
  });

  test("still has its own time, before and after, and no more", async () => {
    const slow = (beforeMs: number, afterMs: number): VoiceBackend["generate"] =>
      async function (this: VirtualClock, _text, _id, _history, { actions }) {
        await sleep(this, beforeMs);
        await actions!.transfer("1001");
        await sleep(this, afterMs);
        return "Nobody is there.";
      } as VoiceBackend["generate"];
    const inTime = await answerOf(slow(2000, 3900));
    expect({ ...inTime }).toEqual({ said: ["Nobody is there."], atMs: 30_900 });
    const late = await answerOf(slow(2000, 4100));
    expect({ ...late, error: "" }).toEqual({ said: [], error: "", atMs: 31_000 });
    expect("error" in late && late.error).toContain("generate.firstPartMs has passed");
  });

  test("collects the digits of a caller who takes 20 s to find them", async () => {
    const bot: VoiceBackend = {
      transcribe: () => "",
      async generate(_text, _sessionId, _history, { actions }) {
        const question = { prompt: "Your number, please.", firstDigitMs: 40_000 };
        const { outcome, digits } = await actions!.collectDigits(question);
        return `${outcome} ${[...digits].join(" ")}.`;
      },
      speak: (text) => ({
        samples: new Int16Array(800 * text.length).fill(3000),
        sampleRate: 8000,
      }),
    };
    const script = caller().says("My number.").waitForAgent().afterMs(20_000).presses("12#")
      .waitForAgent().hangsUp();
    const conversation = await simulate(bot, script, { transcribe: "from script" });
    expect(conversation.errors).toEqual([]);
    expect(conversation.agentText).toContain("collected 1 2.");
  });
});
