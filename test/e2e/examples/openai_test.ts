import { describe, expect, test } from "bun:test";
import { rmsLevel } from "../../../src/audio/mod.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { PhoneProcess } from "../../support/phone_process.ts";
import { ROOT } from "../../support/source_files.ts";
import { speech } from "../../support/speech.ts";
import { OpenAiService } from "../../support/stand_ins/openai_service.ts";
import { spokenMs, VOICE_HZ } from "../../support/stand_ins/speech_synthesis.ts";
import { eventually } from "../../support/wait.ts";
import { audibleMs, listen, pitchOf } from "./listening.ts";

const BACKEND = `${ROOT}examples/openai.ts`;
const KEY = "sk-stand-in";
const GREETING = "Good day!";

function phone(service: OpenAiService, key = KEY, more = {}): Promise<PhoneProcess> {
  const env = { OPENAI_BASE_URL: service.url, OPENAI_API_KEY: key, GREETING, ...more };
  return PhoneProcess.start({ backend: BACKEND, maxCalls: 2, env });
}

describe("openai.ts", () => {
  test("hears, thinks and speaks by the three endpoints, letter for letter", async () => {
    const answer = ["Für zwei G", "äste sind es 20", " €. ", "Noch etwas?"];
    await using service = await OpenAiService.start({
      key: KEY,
      hears: () => "Was kostet ein Zimmer für zwei? 🛏",
      thinks: () => answer,
    });
    await using bot = await phone(service);
    await using caller = await IndependentCaller.call(bot.port);
    const greeting = await listen(caller, 1500);
    expect(audibleMs(greeting)).toBeGreaterThan(0.9 * spokenMs(GREETING));
    expect(Math.abs(pitchOf(greeting) - VOICE_HZ)).toBeLessThan(20);

    await caller.voice.say(speech(3, 2));
    const heard = await listen(caller, 5000);
    expect(service.refused).toEqual([]);
    expect(service.heard).toHaveLength(1);
    const { sampleRate, samples } = service.heard[0];
    expect(sampleRate).toBe(16_000);
    expect(samples.length / sampleRate).toBeGreaterThan(1);
    expect(samples.length / sampleRate).toBeLessThan(3.5);
    expect(rmsLevel(samples)).toBeGreaterThan(-35);
    const [system, ...rest] = service.asked[0];
    expect(system.role).toBe("system");
    expect(rest).toEqual([
      { role: "assistant", content: GREETING },
      { role: "user", content: "Was kostet ein Zimmer für zwei? 🛏" },
    ]);
    const sentences = ["Für zwei Gäste sind es 20 €.", "Noch etwas?"];
    expect(service.spoken.slice(-3).map(({ input }) => input)).toEqual([GREETING, ...sentences]);
    const lengthMs = sentences.reduce((sum, text) => sum + spokenMs(text), 0);
    expect(Math.abs(audibleMs(heard) - lengthMs)).toBeLessThan(0.1 * lengthMs);
    expect(Math.abs(pitchOf(heard) - VOICE_HZ)).toBeLessThan(20);
  }, 40_000);

  test("stops the service when the caller speaks, and tells it later what was heard", async () => {
    const long = `I ${"really ".repeat(40)}do.`;
    await using service = await OpenAiService.start({
      key: KEY,
      hears: () => "Do you like it?",
      thinks: (messages) => messages.length < 4 ? [long] : ["Good."],
    });
    await using bot = await phone(service);
    await using caller = await IndependentCaller.call(bot.port);
    await listen(caller, 1200);
    await caller.voice.say(speech(3, 2));
    await listen(caller, 2500);
    const spoken = service.spoken.at(-1)!;
    expect(spoken).toEqual({ input: long, isWhole: undefined });
    await caller.voice.say(speech(3, 2));
    const heard = await listen(caller, 2500);
    expect(spoken.isWhole).toBe(false);
    expect(audibleMs(heard)).toBeLessThan(spokenMs("Good.") + 500);
    const cut = service.asked[1].at(-2)!;
    expect(cut.role).toBe("assistant");
    expect(long.startsWith(cut.content)).toBe(true);
    expect(cut.content.length).toBeGreaterThan(0);
    expect(cut.content.length).toBeLessThan(long.length / 2);
  }, 40_000);

  test(
    "lets the model give the caller to a human, and tells it that nobody was there",
    async () => {
      const transfer = { tool: "transfer", arguments: { words: "I will ask." } };
      await using service = await OpenAiService.start({
        key: KEY,
        hears: () => "A human, please.",
        thinks: (messages) => messages.at(-1)!.role === "tool" ? ["Nobody is there."] : [transfer],
      });
      await using bot = await phone(service, KEY, { TRANSFER_TO: "sip:desk@127.0.0.1:9" });
      await using caller = await IndependentCaller.call(bot.port);
      await listen(caller, 1200);
      await caller.voice.say(speech(3, 2));
      await listen(caller, 500);
      const inputs = () => service.spoken.map(({ input }) => input);
      await eventually(
        "it is said that nobody is there",
        () => inputs().includes("Nobody is there."),
      );
      expect(service.refused).toEqual([]);
      expect(inputs().slice(-2)).toEqual(["I will ask.", "Nobody is there."]);
      const { role, content } = service.asked.at(-1)!.at(-1)!;
      expect(role).toBe("tool");
      expect(content).toMatch(/^(refused|unreachable|no-answer)$/);
    },
    40_000,
  );

  test("lets the model hang up, when it has said goodbye", async () => {
    await using service = await OpenAiService.start({
      key: KEY,
      hears: () => "Goodbye.",
      thinks: () => [{ tool: "hang_up", arguments: { words: "Good bye!" } }],
    });
    await using bot = await phone(service);
    await using caller = await IndependentCaller.call(bot.port);
    await listen(caller, 1200);
    await caller.voice.say(speech(3, 2));
    await listen(caller, 500);
    await caller.hungUp;
    expect(service.spoken.at(-1)).toEqual({ input: "Good bye!", isWhole: true });
    expect(service.refused).toEqual([]);
  }, 40_000);

  test("says why the service refuses, and the call goes on", async () => {
    await using service = await OpenAiService.start({
      key: KEY,
      hears: () => "",
      thinks: () => [],
    });
    await using bot = await phone(service, "sk-wrong");
    await using caller = await IndependentCaller.call(bot.port);
    const said = () => bot.program.stderr;
    await eventually("the refusal is told", () => said().includes("/audio/speech answers 401"));
    expect(said()).toContain("Incorrect API key provided.");
    await caller.voice.say(speech(3, 2));
    await listen(caller, 1500);
    await eventually("and again", () => said().includes("/audio/transcriptions answers 401"));
    expect(caller.asked).toEqual([]);
  }, 40_000);
});
