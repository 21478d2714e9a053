import { describe, expect, test } from "bun:test";
import { delay } from "@std/async";
import { mock } from "../../src/backend/mod.ts";
import { VirtualClock } from "../../src/clock/mod.ts";
import { caller, simulate, syntheticSpeech } from "../../src/testing/mod.ts";
import { hotel } from "./bots.ts";

const script = caller().waitForAgent().says("A room, please.").waitForAgent().hangsUp();

describe("simulate, with a backend that works in real time", () => {
  test("lets time stand still while a step is under way", async () => {
    const atOnce = await simulate(hotel(), script, { transcribe: "from script" });
    const slow = hotel({
      onCallStart: async () => {
        await delay(20);
        return hotel().onCallStart!({} as never);
      },
      generate: async (text, ...rest) => {
        await delay(30);
        return await hotel().generate(text, ...rest) as string;
      },
      speak: async (text) => {
        await delay(10);
        return syntheticSpeech(text, { pitchHz: 200 });
      },
    });
    const later = await simulate(slow, script, { transcribe: "from script" });
    expect(String(later)).toBe(String(atOnce));
    expect(later.wav()).toEqual(atOnce.wav());
  });

  test("lets it stand still for each part of a stream, and for hearing", async () => {
    const bot = hotel({
      transcribe: async function* () {
        yield "A ";
        await delay(15);
        yield "room";
      },
      generate: async function* () {
        for (const word of ["Yes, ", "of ", "course. ", "For ", "when?"]) {
          await delay(5);
          yield word;
        }
      },
    });
    const conversation = await simulate(bot, script);
    expect(conversation.history.slice(1)).toEqual([
      { role: "caller", text: "A room" },
      { role: "agent", text: "Yes, of course. For when?" },
    ]);
    expect(conversation.turns[0].latencyMs).toBeLessThan(700);
    expect(conversation.transcribed.map(({ text }) => text)).toEqual(["A room"]);
  });

  test("says which step does not answer", async () => {
    const bot = hotel({ generate: () => new Promise<string>(() => {}) });
    await expect(simulate(bot, script, { transcribe: "from script", backendLimitMs: 50 }))
      .rejects.toThrow("current value is generate, not answered");
  });

  test("waits no more for a step that is no longer wanted", async () => {
    let asked = 0;
    const bot = hotel({
      generate: async (_text, _sessionId, _history, { signal }) => {
        if (++asked > 1) return "Good.";
        // Never answers; the caller, who would not be heard while time stands still, speaks again.
        await new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason))
        );
        return "";
      },
    });
    const twice = caller().waitForAgent().says("A room.").afterMs(1000).says("Hello?")
      .waitForAgent();
    const { agentText } = await simulate(bot, twice, {
      transcribe: "from script",
      waitForBackend: false,
    });
    expect(agentText).toContain("Good.");
  });

  test("lets time pass for a backend that waits on the clock it was given", async () => {
    const clock = new VirtualClock(5000);
    const bot = mock({ clock, script: [{ hears: "Hello?", says: "Yes.", thinkMs: 1500 }] });
    const { turns, ended } = await simulate(bot, caller().says("Hello?").waitForAgent(), { clock });
    expect(turns[0].latencyMs).toBeGreaterThan(1800);
    expect(turns[0].latencyMs).toBeLessThan(2200);
    expect(ended.atMs).toBeLessThan(6000);
    expect(clock.pending).toBe(0);
  });

  test("lets time stand still for a detector that answers later", async () => {
    const loud = (samples: Int16Array) => samples.some((sample) => Math.abs(sample) > 500) ? 1 : 0;
    const run = (detect: (samples: Int16Array) => number | Promise<number>) =>
      simulate(hotel(), script, {
        transcribe: "from script",
        detector: () => ({ detect, close() {} }),
      });
    const later = await run(async (samples) => {
      if (samples[0] % 50 === 1) await delay(1);
      return loud(samples);
    });
    expect(later.wav()).toEqual((await run(loud)).wav());
  });
});
