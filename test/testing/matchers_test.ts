import { beforeAll, describe, expect, test } from "bun:test";
import { equal, throws } from "node:assert/strict";
import {
  caller,
  type Conversation,
  type ConversationMatchers,
  conversationMatchers,
  expectConversation,
  simulate,
} from "../../src/testing/mod.ts";
import { hotel } from "./bots.ts";

expect.extend(conversationMatchers);

/** As a user's declaration merging would type it, which bun:test and npm's expect have each their own of. */
const expected = (conversation: Conversation) =>
  expect(conversation) as unknown as ConversationMatchers & { not: ConversationMatchers };

let calm: Conversation;
let rude: Conversation;

beforeAll(async () => {
  const options = { transcribe: "from script" } as const;
  const greeted = caller().waitForAgent();
  calm = await simulate(hotel(), greeted.says("I need a room.").waitForAgent().hangsUp(), options);
  rude = await simulate(
    hotel(),
    greeted.says("A room.").interrupts("Now, please!", { afterMs: 700 }).afterMs(2500).hangsUp(),
    options,
  );
});

/** Each matcher with a call that it holds for, and one that it does not. */
const ROWS: [
  name: keyof ConversationMatchers,
  which: "calm" | "rude",
  holds: unknown[],
  fails: unknown[],
  found: string,
][] = [
  ["toAnswerWithinMs", "calm", [700], [300], '"I need a room." after '],
  ["toStopSpeakingWithinMs", "rude", [900], [10], 'after the onset of "Now, please!"'],
  ["toHaveHeard", "calm", ["HOW many nights"], ["how many night"], 'it heard "Good day'],
  ["toHaveHeard", "rude", [/for how/i], [/rooms left/], "it heard"],
  ["toHaveSaid", "rude", ["For how many nights?"], ["Good bye"], "it said"],
  ["toHaveTranscribed", "calm", ["i need a room"], [/two/], 'it understood "I need a room."'],
  ["toHaveBeenInterrupted", "rude", [1], [2], "it was 1 times"],
  ["toHaveNoOverlap", "rude", [2000], [], "to be heard together for"],
  ["toHaveEnded", "calm", ["caller"], ["agent"], 'it ended by "caller"'],
  ["toHaveNoSilenceLongerThanMs", "calm", [2000], [100], "nobody was to be heard for"],
];

describe("the matchers of a conversation", () => {
  test.each(ROWS)("know %s of the %s call", (name, which, holds, fails, found) => {
    const conversation = which === "calm" ? calm : rude;
    const call = (matchers: ConversationMatchers, args: unknown[]) =>
      (matchers[name] as (...args: unknown[]) => unknown)(...args);
    call(expected(conversation), holds);
    call(expected(conversation).not, fails);
    call(expectConversation(conversation), holds);
    call(expectConversation(conversation).not, fails);
    for (
      const fail of [
        () => call(expected(conversation), fails),
        () => call(expectConversation(conversation), fails),
      ]
    ) {
      expect(fail).toThrow(found);
      // The transcript comes with it.
      expect(fail).toThrow("the end     (caller)");
    }
    expect(() => call(expected(conversation).not, holds)).toThrow("Expected the conversation not");
  });

  test("know what the history is", () => {
    const history = [
      { role: "agent", text: "Good day, this is the hotel. How can I help you?" },
      { role: "caller", text: "I need a room." },
      { role: "agent", text: "For how many nights? We have a few rooms left." },
    ] as const;
    expected(calm).toHaveHistory(history);
    expected(calm).not.toHaveHistory(history.slice(1));
    expect(() => expectConversation(calm).toHaveHistory([])).toThrow('caller: "I need a room."');
  });

  test("do not pass where there was nothing to judge", () => {
    expect(() => expectConversation(calm).toStopSpeakingWithinMs(1000)).toThrow("never began");
    const silent = { ...calm, turns: [] } as unknown as Conversation;
    expect(() => expectConversation(silent).toAnswerWithinMs(1000)).toThrow("asked nothing");
  });

  test("can be written one after another, for a runner without an expect", () => {
    expectConversation(calm).toHaveHeard("nights").not.toHaveBeenInterrupted().toHaveNoOverlap();
    throws(() => expectConversation(calm).toHaveHeard("breakfast"), { name: "AssertionError" });
  });

  test("take the context of @std/expect, and nothing that is no conversation", () => {
    equal(conversationMatchers.toHaveHeard({ value: calm, isNot: false }, "nights").pass, true);
    expect(() => conversationMatchers.toHaveHeard({ value: 1 }, "nights")).toThrow(
      "takes what simulate() returns",
    );
  });
});
