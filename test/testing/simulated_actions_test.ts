import { describe, expect, test } from "bun:test";
import type { CallActions, VoiceBackend } from "../../src/backend/mod.ts";
import { caller, expectConversation, simulate } from "../../src/testing/mod.ts";
import { hotel } from "./bots.ts";

const OPTIONS = { transcribe: "from script" } as const;

describe("the actions of a simulated backend", () => {
  test("collect digits before they answer", async () => {
    const bot = hotel({
      onCallStart: () => undefined,
      async generate(_text, _sessionId, _history, { actions }) {
        const { outcome, digits } = await actions!.collectDigits({ prompt: "Your pin?", max: 4 });
        return `It is ${outcome}: ${[...digits].join(" ")}.`;
      },
    });
    const script = caller().says("My booking!").waitForAgent().presses("4122").waitForAgent();
    const { history, errors } = await simulate(bot, script.hangsUp(), OPTIONS);
    expect(errors).toEqual([]);
    expect(history.filter(({ role }) => role === "agent").map(({ text }) => text).join(" "))
      .toBe("Your pin? It is collected: 4 1 2 2.");
  });

  test("say something, press keys, transfer, and hang up", async () => {
    const asked: string[] = [];
    const bot = hotel({
      onCallStart: () => undefined,
      onDtmf(digit, _call, actions) {
        if (digit === "1") void actions!.say("Please wait.");
        if (digit === "2") actions!.sendDtmf("5");
        if (digit === "3") void tried(actions!);
        if (digit === "4") void actions!.hangup();
      },
    });
    const tried = async (actions: CallActions) =>
      void asked.push((await actions.transfer("1001")).outcome);
    const script = caller().presses("1").waitForAgent().presses("2").afterMs(500).presses("34");
    const conversation = await simulate(bot, script.afterMs(5000), OPTIONS);
    expectConversation(conversation).toHaveHeard("please wait").toHaveEnded("agent");
    expect(conversation.agentKeys.map(({ digit }) => digit)).toEqual(["5"]);
    expect(asked).toEqual(["unreachable"]);
  });

  test("give the caller back to its menu", async () => {
    const bot: VoiceBackend = hotel({
      onCallStart: () => undefined,
      generate(text, _sessionId, _history, { actions }) {
        if (!/menu/.test(text)) return "We have rooms.";
        actions!.menu!.resume("main");
        return "";
      },
    });
    const main = { prompt: "Press one.", options: [{ key: "1", next: "bot" }] };
    const script = caller().waitForAgent().presses("1").afterMs(300).says("A room.").waitForAgent()
      .says("The menu!").waitForAgent();
    const { sentences } = await simulate(bot, script.hangsUp(), {
      ...OPTIONS,
      ask: (menus) => menus.run({ menus: { main } }),
    });
    expect(sentences.map(({ heard }) => heard))
      .toEqual(["Press one.", "We have rooms.", "Press one."]);
  });
});
