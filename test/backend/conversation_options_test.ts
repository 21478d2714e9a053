import { describe, expect, test } from "bun:test";
import { conversationFrom, type ConversationOptions } from "../../src/backend/mod.ts";

describe("conversationFrom", () => {
  test("takes what is given as undefined for left open", () => {
    const open = {
      speculate: undefined,
      noInput: { afterMs: undefined, prompts: undefined, leaveAfter: undefined },
      filler: { afterMs: undefined, say: undefined },
      failure: { apology: undefined, leaveAfter: undefined, transferTo: undefined },
      farewell: undefined,
      firstAudioMs: undefined,
    };
    expect(conversationFrom(open as unknown as ConversationOptions)).toEqual(conversationFrom());
  });

  const wrong: [unknown, string][] = [
    [null, "conversation is an object with options: current value is null"],
    ["polite", "conversation is an object with options: current value is polite"],
    [{ noInput: 3000 }, "noInput is an object with options: current value is 3000"],
    [{ filler: "One moment." }, "filler is an object with options: current value is One moment."],
    [{ noInput: { prompts: "Hello?" } }, "noInput.prompts is a list of texts: current value is"],
    [{ noInput: { prompts: [5] } }, "noInput.prompts is a list of texts: current value is Array"],
    [{ filler: { say: "One moment." } }, "filler.say is a list of texts: current value is One"],
    [{ noInput: { afterMs: "3000" } }, "noInput.afterMs is above 0: current value is 3"],
    [{ noInput: { leaveAfter: NaN } }, "noInput.leaveAfter is above 0: current value is"],
    [{ firstAudioMs: 0 }, "firstAudioMs is above 0: current value is 0"],
    [{ failure: { apology: true } }, "failure.apology is a text, or false: current value is true"],
    [
      { failure: { transferTo: "+4930, 123456" } },
      "failure.transferTo is a number, a SIP URI or a dial string, as in sip:desk@example.com: " +
      "current value is +4930, 123456",
    ],
    [{ farewell: false }, "farewell is a text: current value is false"],
    [{ speculate: "no" }, "speculate is true or false: current value is no"],
  ];
  test.each(wrong)("refuses %j, and says which option is wrong", (options, message) => {
    expect(() => conversationFrom(options as ConversationOptions)).toThrow(
      `Cannot hold a conversation as ${message}`,
    );
  });
});
