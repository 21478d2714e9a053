import { describe, expect, test } from "bun:test";
import { caller, impair, simulate } from "../../src/testing/mod.ts";
import { hotel } from "./bots.ts";

const SENTENCES = ["I need a room, please.", "For two nights from Monday."];

describe("what the script says", () => {
  test("is what each turn is understood as", async () => {
    let script = caller().waitForAgent();
    for (const sentence of SENTENCES) script = script.says(sentence).waitForAgent();
    const { transcribed, history } = await simulate(hotel(), script, { transcribe: "from script" });
    expect(transcribed.map(({ text }) => text)).toEqual(SENTENCES);
    expect(history.filter(({ role }) => role === "caller").map(({ text }) => text))
      .toEqual(SENTENCES);
  });

  test("is found in its turn on a bad line too", async () => {
    const line = impair({ loss: 0.1, delayMs: 80, jitterMs: 30, driftPpm: 200 });
    let script = caller().waitForAgent();
    for (const sentence of SENTENCES) script = script.says(sentence).waitForAgent();
    for (const seed of [1, 2, 3]) {
      const { transcribed } = await simulate(hotel(), script, {
        transcribe: "from script",
        line,
        seed,
      });
      expect(transcribed.map(({ text }) => text).join(" ")).toBe(SENTENCES.join(" "));
    }
  });

  test("is understood as two turns where a pause cuts it", async () => {
    const script = caller().waitForAgent().says("I need").afterMs(1200).says("a room.")
      .waitForAgent().hangsUp();
    const { transcribed } = await simulate(hotel(), script, { transcribe: "from script" });
    expect(transcribed.map(({ text }) => text)).toEqual(["I need", "a room."]);
  });

  test("has nothing in it of coughs and noise", async () => {
    const script = caller().background("pink", { levelDb: -45 }).waitForAgent().coughs()
      .afterMs(300).says("A room.").waitForAgent();
    const { transcribed } = await simulate(hotel(), script, { transcribe: "from script" });
    expect(transcribed.map(({ text }) => text).join(" ")).toBe("A room.");
  });

  test("is understood word by word while it is said", async () => {
    const script = caller().waitForAgent().says(SENTENCES[0]).waitForAgent();
    const { partials, turns, history } = await simulate(hotel(), script, {
      transcribe: "word by word",
    });
    expect(history[1]).toEqual({ role: "caller", text: SENTENCES[0] });
    const words = SENTENCES[0].split(" ");
    expect(partials.map(({ text }) => text)).toEqual(
      words.map((_, index) => words.slice(0, index + 1).join(" ")),
    );
    const [{ startMs, endMs }] = turns;
    expect(partials[0].atMs).toBeGreaterThan(startMs);
    expect(partials[2].atMs).toBeLessThan(endMs);
  });
});
