import { describe, expect, test } from "bun:test";
import {
  type ConversationOptions,
  Phrases,
  type Speech,
  type VoiceBackend,
} from "../../src/backend/mod.ts";
import { VirtualClock } from "../../src/clock/mod.ts";
import { ConversationRig, quick, sleep } from "./conversation_rig.ts";

/** The phrases of the quick backend's voice. */
async function phrasesOf(...texts: string[]): Promise<Phrases> {
  const phrases = new Phrases(quick(), new VirtualClock());
  await phrases.prepare(texts);
  return phrases;
}

describe("a conversation with a slow backend", () => {
  test("says that it takes a moment, each word of it once, and then the answer", async () => {
    const rig: ConversationRig = new ConversationRig({
      generate: async (_text, _id, _history, options) => {
        await sleep(() => rig, 3000, options);
        return "Yes.";
      },
    }, {
      phrases: await phrasesOf("One moment.", "Still looking."),
      conversation: { filler: { afterMs: 1000, say: ["One moment.", "Still looking."] } },
    });
    await rig.speak();
    await rig.clock.advance(4000);
    // A filler of 220 ms, and 1000 ms of silence after it.
    expect(rig.said).toEqual([
      "1 One moment. @1180",
      "1 Still looking. @2380",
      "1 Yes. @3180",
    ]);
    expect(rig.kinds.filter((kind) => kind === "filler").length).toBe(2);
    await rig.speak();
    // The words that bridged the wait are no part of the conversation.
    expect(rig.history.map(({ text }) => text)).toEqual(["Hi.", "Yes.", "Hi."]);
  });

  test("keeps the answer apart from the filler that is still being said when it comes", async () => {
    // A filler in two parts that end within a frame, and an answer whose first part is shorter than one.
    const part = (ms: number) => ({
      samples: new Int16Array(16 * ms).fill(1000),
      sampleRate: 16_000,
    });
    const speaking: VoiceBackend = {
      ...quick(),
      async *speak(text, options) {
        if (text !== "Yes.") return yield* [part(110), part(110)];
        yield part(5);
        await sleep(() => rig, 150, options);
        yield part(75);
      },
    };
    const phrases = new Phrases(speaking, new VirtualClock());
    await phrases.prepare(["One moment."]);
    const rig: ConversationRig = new ConversationRig({
      ...speaking,
      generate: async (_text, _id, _history, options) => {
        await sleep(() => rig, 1040, options);
        return "Yes.";
      },
    }, { phrases, conversation: { filler: { afterMs: 1000, say: ["One moment."] } } });
    await rig.speak();
    await rig.clock.advance(2000);
    expect(rig.said).toEqual(["1 One moment. @1180", "1 Yes. @1400"]);
    // 11 frames of the filler, 4 of the answer, and the silence at its end.
    expect(rig.frames).toBe(16);
    await rig.end();
  });

  test("says no filler when the answer is there in time, and none after it was cancelled", async () => {
    const rig = new ConversationRig({}, {
      conversation: { filler: { afterMs: 1000, say: ["One moment."] } },
    });
    await rig.speak();
    await rig.clock.advance(2000);
    expect(rig.said).toEqual(["1 Yes. @180"]);
    await rig.end();
    expect(rig.clock.pending).toBe(0);
  });

  test("gives the turn up when there is no sound in time, and says so", async () => {
    const rig: ConversationRig = new ConversationRig({
      generate: () => new Promise<string>(() => {}),
    }, { phrases: await phrasesOf("Sorry."), conversation: { failure: { apology: "Sorry." } } });
    await rig.speak();
    await rig.clock.advance(14_900);
    expect(rig.said).toEqual([]);
    await rig.clock.advance(200);
    expect(rig.said).toEqual(["1 Sorry. @15180"]);
    expect(rig.events.find(({ type }) => type === "failure")).toMatchObject({
      step: "first-audio",
    });
    expect(String(rig.errors)).toContain("15000 ms");
    await rig.clock.advance(500);
    await rig.end();
    expect(rig.clock.pending).toBe(0);
  });
});

describe("a conversation with a backend that fails", () => {
  const failing = { generate: () => Promise.reject(new Error("no model")) };

  test("apologises in the backend's voice, and the caller can say it again", async () => {
    let fails = true;
    const rig = new ConversationRig({
      generate: () => fails ? Promise.reject(new Error("no model")) : "Yes.",
    }, { phrases: await phrasesOf("Sorry."), conversation: { failure: { apology: "Sorry." } } });
    await rig.speak();
    await rig.clock.advance(500);
    expect(rig.said).toEqual(["1 Sorry. @180"]);
    fails = false;
    await rig.speak();
    await rig.clock.advance(500);
    expect(rig.said.at(-1)).toBe("2 Yes. @880");
    expect(rig.history.map(({ text }) => text)).toEqual(["Hi.", "Sorry.", "Hi."]);
  });

  test("is heard to fail also without a voice of its own, and can be told to say nothing", async () => {
    const rig = new ConversationRig(failing);
    await rig.speak();
    await rig.clock.advance(1000);
    expect(rig.frames).toBe(21); // 400 ms of a soft tone, and the end of the turn.
    await rig.speak();
    expect(rig.history.map(({ text }) => text)).toEqual(["Hi.", "Hi."]); // A tone is no words.
    const silent = new ConversationRig(failing, { conversation: { failure: { apology: false } } });
    await silent.speak();
    await silent.clock.advance(1000);
    expect([silent.frames, silent.kinds.at(-1)]).toEqual([0, "failure"]);
  });

  test.each([["transcribe"], ["generate"], ["speak"]] as const)(
    "says which step it was: %s",
    async (step) => {
      const rig = new ConversationRig({ [step]: () => Promise.reject(new Error("gone")) });
      await rig.speak();
      await rig.clock.advance(100);
      expect(rig.events.find(({ type }) => type === "failure")).toMatchObject({ step });
    },
  );

  test("says that it was a prompt", async () => {
    const rig = new ConversationRig({ onCallStart: () => Promise.reject(new Error("shy")) });
    await rig.clock.advance(100);
    expect(rig.events[0]).toMatchObject({ type: "failure", step: "prompt" });
    const wrong = { samples: [], sampleRate: 8000 } as unknown as Speech;
    const mute = new ConversationRig({ onCallStart: () => wrong });
    await mute.clock.advance(100);
    expect(mute.events[0]).toMatchObject({ type: "failure", step: "prompt" });
  });

  test("leaves after it has failed for long, with a word", async () => {
    const conversation = { farewell: "Goodbye.", failure: { leaveAfter: 2 } };
    const rig = new ConversationRig(failing, {
      conversation,
      phrases: await phrasesOf("Goodbye."),
    });
    await rig.speak();
    await rig.clock.advance(1000);
    expect(rig.isOver).toBe(false);
    await rig.speak();
    await rig.clock.advance(1000);
    expect(rig.said.at(-1)).toBe("2 Goodbye. @1380");
    expect(rig.isOver).toBe(true);
    expect(rig.events.at(-1)).toMatchObject({ type: "leave", reason: "failures" });
  });

  test("gives the caller to a human where it can, and says goodbye where it cannot", async () => {
    for (const works of [true, false, undefined]) {
      const targets: string[] = [];
      const conversation = { failure: { leaveAfter: 1, transferTo: "sip:desk@example.com" } };
      const rig = new ConversationRig(failing, {
        conversation,
        phrases: await phrasesOf("Goodbye."),
        transfer(target) {
          targets.push(target);
          return works === undefined ? Promise.reject(new Error("gone")) : Promise.resolve(works);
        },
      });
      await rig.speak();
      await rig.clock.advance(1000);
      expect(targets).toEqual(["sip:desk@example.com"]);
      expect(rig.said).toEqual(works ? [] : ["1 Goodbye. @180"]);
      expect(rig.isOver).toBe(true);
    }
  });

  test("forgets earlier failures once it has answered", async () => {
    let turn = 0;
    const rig = new ConversationRig({
      generate: () => ++turn % 2 === 0 ? "Yes." : Promise.reject(new Error("flaky")),
    }, { conversation: { failure: { leaveAfter: 2 } } });
    for (let i = 0; i < 8; i++) {
      await rig.speak();
      await rig.clock.advance(1000);
    }
    expect(rig.isOver).toBe(false);
    expect(rig.kinds.filter((kind) => kind === "failure").length).toBe(4);
  });
});

describe("a conversation with a backend that understands nothing", () => {
  test("tells the caller so at the second long turn, and again at the fourth", async () => {
    const rig = new ConversationRig({ transcribe: () => "" }, {
      phrases: await phrasesOf("Sorry?"),
      conversation: { failure: { apology: "Sorry?" } },
    });
    for (let turn = 1; turn <= 4; turn++) {
      await rig.caller("#".repeat(100) + ".|", { newTurn: true });
      await rig.clock.advance(1000);
    }
    expect(rig.said.map((line) => line.split(" @")[0])).toEqual(["2 Sorry?", "4 Sorry?"]);
    expect(rig.isOver).toBe(false);
  });

  test("says nothing to noises, and begins to count anew with a word", async () => {
    const words = ["", "", "", "Hi.", ""];
    const rig = new ConversationRig({ transcribe: () => words.shift()! });
    await rig.speak();
    await rig.speak();
    for (let turn = 1; turn <= 3; turn++) {
      await rig.caller("#".repeat(100) + ".|", { newTurn: true });
      await rig.clock.advance(1000);
    }
    expect(rig.kinds).not.toContain("apology");
  });
});

describe("a conversation with a silent caller", () => {
  const asking = (more: Partial<ConversationOptions> = {}): ConversationOptions => ({
    noInput: { afterMs: 1000, prompts: ["Hello?", "Anybody?"], leaveAfter: 3 },
    ...more,
  });

  test("asks whether it is still there, then leaves", async () => {
    const rig = new ConversationRig({}, {
      conversation: asking({ farewell: "Goodbye." }),
      phrases: await phrasesOf("Goodbye."),
    });
    await rig.caller(".".repeat(250));
    expect(rig.said.map((line) => line.split(" @")[0])).toEqual([
      "0 Hello?",
      "0 Anybody?",
      "0 Anybody?",
      "0 Goodbye.",
    ]);
    expect(rig.isOver).toBe(true);
    expect(rig.events.at(-1)).toMatchObject({ type: "leave", reason: "no-input" });
  });

  test("counts from the end of the agent's words, anew after each turn, and not on hold", async () => {
    let isOnHold = true;
    const rig = new ConversationRig({}, { conversation: asking(), isOnHold: () => isOnHold });
    await rig.caller(".".repeat(120));
    expect(rig.said).toEqual([]);
    isOnHold = false;
    await rig.caller(".".repeat(60));
    expect(rig.said.length).toBe(1);
    await rig.speak();
    await rig.caller(".".repeat(30));
    expect(rig.said.length).toBe(2); // The answer.
    await rig.caller(".".repeat(40));
    expect(rig.said[2]).toContain("1 Hello?");
  });

  test("lets the backend ask, or not, and tells it of a dead line", async () => {
    const told: unknown[] = [];
    const rig = new ConversationRig({
      onNoInput: (noInput) => {
        told.push(noInput);
        return noInput.count === 1 ? "Are you there?" : null;
      },
    }, { conversation: asking() });
    await rig.caller(".".repeat(80));
    await rig.caller("-".repeat(120));
    expect(told).toEqual([
      { count: 1, isLineDead: false },
      { count: 2, isLineDead: false }, // Something of it was heard.
      { count: 3, isLineDead: true },
    ]);
    expect(rig.said.length).toBe(1);
    expect(rig.isOver).toBe(false);
  });

  test("never leaves a caller it did not ask", async () => {
    const rig = new ConversationRig({}, { conversation: { noInput: { afterMs: 100 } } });
    await rig.caller(".".repeat(500));
    expect(rig.isOver).toBe(false);
    expect(rig.said).toEqual([]);
  });
});

test.each([
  [{ firstAudioMs: 0 }, "firstAudioMs"],
  [{ noInput: { afterMs: -1 } }, "noInput.afterMs"],
  [{ filler: { afterMs: NaN } }, "filler.afterMs"],
  [{ failure: { leaveAfter: 0 } }, "failure.leaveAfter"],
])("refuses %j and says what is wrong", (conversation, name) => {
  expect(() => new ConversationRig({}, { conversation })).toThrow(`as ${name} is above 0`);
});
