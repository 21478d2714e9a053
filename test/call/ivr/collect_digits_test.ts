import { describe, expect, test } from "bun:test";
import type { VoiceBackend } from "../../../src/backend/mod.ts";
import type { CallMenus, CollectDigitsOptions, CollectedDigits } from "../../../src/call/mod.ts";
import {
  caller,
  type CallerScript,
  type Conversation,
  simulate,
  type SimulateOptions,
  syntheticSpeech,
} from "../../../src/testing/mod.ts";

const bot: VoiceBackend = {
  transcribe: () => "",
  generate: (text) => `You said ${text}`,
  speak: (text) => syntheticSpeech(text, { pitchHz: 200 }),
};

const PROMPT = "Your pin?";
const PIN = { prompt: PROMPT, min: 4, max: 4 };

/** A call in which digits are asked for from the beginning on. */
async function asked(
  options: CollectDigitsOptions,
  script: CallerScript,
  simulated: SimulateOptions = {},
): Promise<{ readonly digits: CollectedDigits; readonly conversation: Conversation }> {
  let digits: CollectedDigits | undefined;
  const conversation = await simulate(bot, script, {
    transcribe: "from script",
    ask: async (menus) => digits = await menus.collectDigits(options),
    ...simulated,
  });
  return { digits: digits!, conversation };
}

function heard({ sentences }: Conversation): string[] {
  return sentences.map(({ heard }) => heard);
}

describe("collectDigits", () => {
  const prompted = caller().waitForAgent();

  test("takes the keys, and gives the caller back to the bot", async () => {
    const script = prompted.presses("4122").afterMs(500).says("Hello!").waitForAgent();
    const { digits, conversation } = await asked(PIN, script);
    expect(digits).toEqual({ outcome: "collected", digits: "4122", by: "keys", tries: 1 });
    expect(heard(conversation)).toEqual([PROMPT, "You said Hello!"]);
  });

  test("takes those that were pressed over the question", async () => {
    const script = caller().waitForAgent({ for: "start" }).presses("41").afterMs(500).presses(
      "22#",
    );
    const { digits } = await asked({ ...PIN, max: 6 }, script.afterMs(200).hangsUp());
    expect(digits).toMatchObject({ outcome: "collected", digits: "4122", terminator: "#" });
  });

  test.each([
    ["too few, and then nothing", "41", 4000, { outcome: "invalid", digits: "41", by: "keys" }],
    ["nothing", "", 6000, { outcome: "no-input", digits: "" }],
    ["the pound key alone", "#", 300, { outcome: "invalid", digits: "", terminator: "#" }],
    ["a hang-up in the middle", "41", 300, { outcome: "ended", digits: "41" }],
  ])("says what came of %s", async (_, keys, ms, what) => {
    const script = (keys === "" ? prompted : prompted.presses(keys)).afterMs(ms).hangsUp();
    expect((await asked(PIN, script)).digits).toMatchObject(what);
  });

  test("asks again what is wrong, by the length or by whoever asks", async () => {
    const pins: string[] = [];
    const isValid = (pin: string) => {
      pins.push(pin);
      return Promise.resolve(pin === "4122");
    };
    const script = prompted.presses("1#").waitForAgent().presses("9999").waitForAgent()
      .presses("4122").afterMs(300).hangsUp();
    const { digits, conversation } = await asked(
      { ...PIN, tries: 3, invalid: "No.", isValid },
      script,
    );
    expect(digits).toMatchObject({ outcome: "collected", digits: "4122", tries: 3 });
    expect(heard(conversation)).toEqual([PROMPT, "No.", PROMPT, "No.", PROMPT]);
    expect(pins).toEqual(["9999", "4122"]);
  });

  test("ends when it has taken too long in all", async () => {
    const options = { ...PIN, max: 10, totalMs: 3000 };
    const slow = prompted.presses("1").afterMs(1500).presses("2").afterMs(3000).hangsUp();
    const { digits } = await asked(options, slow);
    expect(digits).toMatchObject({ outcome: "invalid", digits: "12" });
  });

  test("leaves what is too much to what asks next", async () => {
    let all: CollectedDigits[] = [];
    const ask = async (menus: CallMenus) => {
      await menus.run({
        prompt: "Go.",
        options: [{
          key: "1",
          next: async (call) => {
            all = [await call.collectDigits({ max: 2 }), await call.collectDigits({ max: 2 })];
            return "return";
          },
        }],
      });
    };
    await simulate(bot, prompted.presses("12345").afterMs(300).hangsUp(), { ask });
    expect(all.map(({ digits }) => digits)).toEqual(["23", "45"]);
  });

  test("takes digits that are said, where it listens, and what is said with a key", async () => {
    const said = prompted.says("My pin is four one.").afterMs(1500).presses("22").afterMs(300);
    const { digits, conversation } = await asked({ ...PIN, speech: true }, said.hangsUp());
    expect(digits).toMatchObject({ outcome: "collected", digits: "4122", by: "keys" });
    expect(heard(conversation)).toEqual([PROMPT]);
    const wrong = prompted.says("I do not know it.").afterMs(1500).hangsUp();
    const { digits: none } = await asked({ ...PIN, speech: true }, wrong);
    expect(none).toMatchObject({ outcome: "invalid", digits: "I do not know it.", by: "speech" });
  });

  test("hides the digits while it asks", async () => {
    const masks: string[] = [];
    const controller = new AbortController();
    await simulate(bot, prompted.afterMs(500).hangsUp(), {
      ask: async (menus) => {
        await menus.collectDigits({
          ...PIN,
          signal: controller.signal,
          mask: true,
          firstDigitMs: 200,
        });
        masks.push("over");
      },
      onMask: (isMasked) => masks.push(isMasked ? "masked" : "open"),
    });
    expect(masks).toEqual(["masked", "open", "over"]);
  });

  test("stops when it is told to, and refuses when somebody has the floor", async () => {
    const controller = new AbortController();
    let digits: CollectedDigits | undefined;
    const { errors } = await simulate(bot, prompted.presses("4").afterMs(500).hangsUp(), {
      ask: async (menus) => {
        const asking = menus.collectDigits({ ...PIN, signal: controller.signal });
        await menus.collectDigits(PIN).catch((error) => {
          controller.abort();
          throw error;
        }).finally(async () => digits = await asking);
      },
    });
    expect(digits).toMatchObject({ outcome: "stopped" });
    expect(String(errors[0])).toMatch(/^TypeError: Cannot take the floor/);
  });
});

describe("confirm", () => {
  async function sure(script: CallerScript): Promise<boolean | undefined> {
    let answer: boolean | undefined;
    await simulate(bot, script, {
      transcribe: "from script",
      ask: async (menus) => {
        answer = await menus.confirm({ prompt: "Sure?", tries: 1, speech: true });
      },
    });
    return answer;
  }

  test.each([
    ["yes, by a key", caller().waitForAgent().presses("1").afterMs(300), true],
    ["no, by a key", caller().waitForAgent().presses("2").afterMs(300), false],
    ["yes, by a word", caller().waitForAgent().says("Yes, please.").afterMs(1500), true],
    ["no, by words", caller().waitForAgent().says("That's not right.").afterMs(1500), false],
    ["neither", caller().waitForAgent().says("What?").afterMs(1500), undefined],
    ["nothing", caller().waitForAgent().afterMs(7000), undefined],
  ])("hears %s", async (_, script, answer) => {
    expect(await sure(script.hangsUp())).toBe(answer as boolean);
  });
});
