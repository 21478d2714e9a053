import { describe, expect, test } from "bun:test";
import {
  BackendStream,
  type CallInfo,
  type ConversationOptions,
  mock,
  resilient,
  type ResumedCall,
  type VoiceBackend,
} from "../../src/backend/mod.ts";
import { VirtualClock } from "../../src/clock/mod.ts";

const BEFORE: ResumedCall = { times: 1, startedAt: 0, history: [] };
const SORRY = "Sorry, we were cut off for a moment.";

/** The words that a call begins with. */
async function firstWords(
  backend: VoiceBackend,
  resumed: ResumedCall | undefined,
  conversation: ConversationOptions = {},
): Promise<string> {
  const clock = new VirtualClock();
  const said: string[] = [];
  const call: CallInfo = {
    ...{ sessionId: "1", from: { user: "a" }, to: { user: "b" }, headers: {} },
    ...(resumed !== undefined && { resumed }),
  };
  const stream = new BackendStream(
    { ...backend, speak: (text, options) => (said.push(text), backend.speak(text, options)) },
    call,
    { clock, conversation },
  );
  await stream.writable.getWriter().close();
  await clock.runUntil((async () => {
    for await (const _ of stream.readable) { /* until it has said all */ }
  })());
  return said.join(" ");
}

describe("the first words of a call", () => {
  const greeting = { ...mock(), onCallStart: () => "Hello." };

  test("are the greeting when it is new", async () => {
    expect(await firstWords(greeting, undefined)).toBe("Hello.");
  });

  test("are a regret and the rest of what was being said when it was cut off", async () => {
    const saying = { heard: "That will be", unheard: "twenty euros. All right?" };
    expect(await firstWords(greeting, { ...BEFORE, saying })).toBe(
      `${SORRY} twenty euros. All right?`,
    );
  });

  test("do not say the regret twice when the cut was in the regret", async () => {
    const within = { heard: "Sorry, we were", unheard: "cut off for a moment. twenty euros." };
    expect(await firstWords(greeting, { ...BEFORE, saying: within })).toBe(
      `${SORRY} twenty euros.`,
    );
    const behind = { heard: `${SORRY} twenty`, unheard: "euros." };
    expect(await firstWords(greeting, { ...BEFORE, saying: behind })).toBe(`${SORRY} euros.`);
  });

  test("are a regret and the caller's words when those had no answer yet", async () => {
    const history = [{ role: "caller" as const, text: "I want $& pizzas." }];
    expect(await firstWords(greeting, { ...BEFORE, history })).toBe(
      `${SORRY} You were saying: I want $& pizzas.`,
    );
    const resume = { say: "Pardon.", repeat: "" };
    expect(await firstWords(greeting, { ...BEFORE, history }, { resume })).toBe("Pardon.");
    expect(await firstWords(greeting, { ...BEFORE, history }, { resume: { say: false } })).toBe("");
  });

  test("are a regret alone when the agent had said all", async () => {
    const history = [{ role: "agent" as const, text: "Anything else?" }];
    expect(await firstWords(greeting, { ...BEFORE, history })).toBe(SORRY);
  });

  test.each([
    ["what the backend says", "Back again.", "Back again."],
    ["nothing when it says so", null, ""],
    ["the usual when it says nothing of it", undefined, SORRY],
  ])("are %s", async (_, own, words) => {
    const asked: (ResumedCall | "start")[] = [];
    const backend: VoiceBackend = {
      ...mock(),
      onCallStart: () => void asked.push("start"),
      onCallResume: (_, resumed) => (asked.push(resumed), own),
    };
    expect(await firstWords(backend, BEFORE)).toBe(words);
    expect(await firstWords(resilient(backend), BEFORE)).toBe(words);
    expect(asked).toEqual([BEFORE, BEFORE]);
  });

  test("let a backend set up what it sets up for each call, and do not greet twice", async () => {
    let isSetUp = false;
    const backend = { ...mock(), onCallStart: () => (isSetUp = true, "Hello.") };
    expect(await firstWords(backend, BEFORE)).toBe(SORRY);
    expect(isSetUp).toBe(true);
  });

  test("are the usual when the backend fails over it", async () => {
    const backend = { ...mock(), onCallResume: () => Promise.reject(new Error("no database")) };
    expect(await firstWords(resilient(backend), BEFORE)).toBe(SORRY);
  });
});
