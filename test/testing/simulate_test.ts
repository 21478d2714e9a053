import { describe, expect, test } from "bun:test";
import { readWav, rmsLevel, tone, writeWav } from "../../src/audio/mod.ts";
import { loopback, mock } from "../../src/backend/mod.ts";
import {
  caller,
  expectConversation,
  hanging,
  impair,
  simulate,
  type SimulatedTime,
  syntheticSpeech,
  withFaults,
} from "../../src/testing/mod.ts";
import { matchSound } from "../support/sound_match.ts";
import { hotel } from "./bots.ts";

const GREETING = "Good day, this is the hotel. How can I help you?";

describe("simulate", () => {
  test("lets a caller talk with a bot and be understood as the script says", async () => {
    const script = caller().waitForAgent().says("I need a room, please.").waitForAgent().hangsUp();
    const conversation = await simulate(hotel(), script, { transcribe: "from script" });
    expect(conversation.history).toEqual([
      { role: "agent", text: GREETING },
      { role: "caller", text: "I need a room, please." },
      { role: "agent", text: "For how many nights? We have a few rooms left." },
    ]);
    expect(conversation.transcript.map(({ who, text }) => `${who}: ${text}`)).toEqual([
      "agent: Good day, this is the hotel.",
      "agent: How can I help you?",
      "caller: I need a room, please.",
      "backend: I need a room, please.",
      "agent: For how many nights?",
      "agent: We have a few rooms left.",
    ]);
    expect(conversation.ended.cause).toBe("caller");
    expect(conversation.errors).toEqual([]);
  });

  test("is the same to the byte for a seed, and another for another", async () => {
    const script = caller().background("pink").waitForAgent().says("A room.").coughs()
      .waitForAgent();
    const line = impair({ loss: 0.05, jitterMs: 40, reorder: 0.02, duplicate: 0.01 });
    const run = (seed: number) =>
      simulate(hotel(), script, { transcribe: "from script", line, seed });
    const one = await run(5);
    // Side by side too: each call has a time of its own.
    const [again, other] = await Promise.all([run(5), run(6)]);
    expect(again.wav()).toEqual(one.wav());
    expect(again.transcript).toEqual(one.transcript);
    expect(String(again)).toBe(String(one));
    expect(other.wav()).not.toEqual(one.wav());
  });

  test("plays what the caller says to the bot, sample by sample as a telephone line carries it", async () => {
    const heard: Int16Array[] = [];
    const bot = hotel({
      sampleRate: 8000,
      transcribe(audio) {
        heard.push(audio);
        return "something";
      },
    });
    const said = syntheticSpeech("I would like to book a table for tomorrow.");
    await simulate(bot, caller().waitForAgent().plays(said, "a table").waitForAgent());
    const match = matchSound(said.samples, heard[0]);
    expect(match.correlation).toBeGreaterThan(0.99);
    expect(match.covered).toBe(1);
  });

  test("lets the caller hear what the bot says, when it says so", async () => {
    const beep = tone([880], 300);
    const bot = hotel({ onCallStart: () => ({ samples: beep, sampleRate: 8000 }) });
    const { heard, agentSounds } = await simulate(bot, caller().waitForAgent());
    const match = matchSound(beep, heard);
    expect(match.correlation).toBeGreaterThan(0.99);
    expect(Math.abs(match.lag / 8 - agentSounds[0].startMs)).toBeLessThan(20);
    expect(agentSounds).toHaveLength(1);
    expect(agentSounds[0].endMs - agentSounds[0].startMs).toBeCloseTo(300, -1);
  });

  test("puts both sides beside each other in a WAV file", async () => {
    const script = caller().waitForAgent().says("A room.").waitForAgent();
    const conversation = await simulate(hotel(), script, { transcribe: "from script" });
    const { sampleRate, channels: [left, right] } = readWav(conversation.wav());
    expect(sampleRate).toBe(8000);
    expect(left.length).toBe(Math.ceil(conversation.ended.atMs * 8));
    const [{ startMs, endMs, answeredMs }] = conversation.turns;
    const part = (side: Int16Array, from: number, to: number) =>
      rmsLevel(side.subarray(from * 8, to * 8));
    expect(part(left, startMs, endMs)).toBeGreaterThan(-30);
    expect(part(left, startMs - 100, startMs - 20)).toBe(-Infinity);
    expect(part(left, endMs + 40, answeredMs!)).toBe(-Infinity);
    expect(part(right, startMs, endMs)).toBeLessThan(-70);
    expect(part(right, answeredMs!, answeredMs! + 400)).toBeGreaterThan(-30);
  });

  test("measures what the caller waits for from its last sound to the bot's first", async () => {
    const bot = hotel({ speak: () => ({ samples: tone([500], 400), sampleRate: 8000 }) });
    const script = caller().waitForAgent().says("One.").waitForAgent().says("Two.").waitForAgent();
    const { turns, heard } = await simulate(bot, script, { transcribe: "from script" });
    expect(turns.map(({ text }) => text)).toEqual(["One.", "Two."]);
    for (const { endMs, answeredMs, latencyMs } of turns) {
      expect(latencyMs).toBe(answeredMs! - endMs);
      // Of the agent nothing is to be heard before, and then it is.
      expect(rmsLevel(heard.subarray(endMs * 8, (answeredMs! - 20) * 8))).toBeLessThan(-70);
      expect(rmsLevel(heard.subarray((answeredMs! + 20) * 8, (answeredMs! + 200) * 8)))
        .toBeGreaterThan(-20);
    }
  });

  test("lets a caller speak over the bot, which stops; the rest was not heard", async () => {
    const script = caller().waitForAgent().says("A room.")
      .interrupts("Two nights, please.", { afterMs: 700 }).waitForAgent();
    const { bargeIns, interruptions, history, agentText } = await simulate(hotel(), script, {
      transcribe: "from script",
    });
    expect(bargeIns).toHaveLength(1);
    expect(bargeIns[0].stopAfterMs).toBeGreaterThan(0);
    expect(bargeIns[0].stopAfterMs).toBeLessThan(900);
    expect(interruptions).toHaveLength(1);
    const cut = history.find(({ interrupted }) => interrupted)!;
    expect(interruptions[0].heard).toBe(cut.text);
    expect(agentText).toContain(cut.text);
    expect(agentText).not.toContain("rooms left");
  });

  test("holds the conversation as the session is told to", async () => {
    const script = caller().waitForAgent().says("A room.")
      .interrupts("Two nights, please.", { afterMs: 700 }).waitForAgent();
    const run = (mode: "off" | "duck" | "immediate") =>
      simulate(hotel(), script, {
        transcribe: "from script",
        turns: { bargeIn: { mode } },
      });
    const [off, duck, immediate] = [await run("off"), await run("duck"), await run("immediate")];
    expect(immediate.bargeIns[0].stopAfterMs).toBeLessThan(300);
    expect(immediate.bargeIns[0].stopAfterMs).toBeLessThan(duck.bargeIns[0].stopAfterMs);
    expect(off.interruptions).toEqual([]);
    const kinds = duck.events.map(({ type }) => type);
    expect(kinds).toContain("duck");
    expect(kinds.indexOf("duck")).toBeLessThan(kinds.indexOf("interrupt"));
    const [{ startMs }] = duck.bargeIns;
    const ducked = duck.events.find(({ type }) => type === "duck")!.at - startMs;
    expect(ducked).toBeGreaterThan(0);
    expect(ducked).toBeLessThan(300);
  });

  test("reads a WAV file at any rate", async () => {
    const samples = tone([300, 700], 600, { sampleRate: 16_000 });
    const wav = writeWav({ sampleRate: 16_000, channels: [samples, samples] });
    const { sent, callerSounds } = await simulate(hotel(), caller().plays(wav, "Hello there"));
    expect(matchSound(tone([300, 700], 600), sent).correlation).toBeGreaterThan(0.98);
    expect(callerSounds[0].endMs - callerSounds[0].startMs).toBeCloseTo(600, -1);
  });

  test("presses keys that the bot hears, and hears those of the bot", async () => {
    const keys: string[] = [];
    const bot = hotel({ onDtmf: (digit) => void keys.push(digit) });
    const conversation = await simulate(bot, caller().waitForAgent().presses("12#").hangsUp());
    expect(keys).toEqual(["1", "2", "#"]);
    expect(conversation.transcript.at(-1)?.text).toBe("presses 12#");
  });

  test("counts a key that cuts the agent short as an interruption", async () => {
    const bot = hotel({ onDtmf: (digit) => `You pressed ${digit}.` });
    const script = caller().waitForAgent({ for: "start" }).afterMs(900).presses("4").waitForAgent();
    const { interruptions, agentText } = await simulate(bot, script);
    expect(interruptions).toHaveLength(1);
    expect(agentText).toMatch(/^Good day,.* You pressed 4\.$/);
  });

  test("is asked whether it is still there, and left by the agent if it is not", async () => {
    const noInput = { afterMs: 5000, prompts: ["Are you still there?"], leaveAfter: 1 };
    const script = caller().waitForAgent().vanishes(60_000).hangsUp();
    const options = { conversation: { noInput } };
    const { ended, agentText, events } = await simulate(hotel(), script, options);
    expect(ended.cause).toBe("agent");
    expect(agentText.endsWith("Are you still there? Goodbye.")).toBe(true);
    expect(events.filter(({ type }) => type === "leave")).toHaveLength(1);
  });

  test("guards the bot as a phone does: its caller is told when it fails, in its own voice", async () => {
    const script = caller().waitForAgent().says("A room.").waitForAgent().hangsUp();
    const stuck = ({ clock }: SimulatedTime) =>
      withFaults(hotel(), { clock, rules: [{ step: "generate", fault: hanging() }] });
    const options = { transcribe: "from script" } as const;
    const conversation = await simulate(stuck, script, options);
    expectConversation(conversation)
      .toHaveHeard("Sorry, something went wrong. Could you say that again?")
      .toHaveNoSilenceLongerThanMs(7000);
    expect(conversation.events.find(({ type }) => type === "failure")).toMatchObject({
      step: "generate",
    });
    const unguarded = await simulate(stuck, script, { ...options, resilience: false });
    expect(unguarded.events.find(({ type }) => type === "failure")).toMatchObject({
      step: "first-audio",
    });
  });

  test("lets the bot go on after a cough", async () => {
    const script = caller().waitForAgent().says("A room.").waitForAgent({ for: "start" })
      .afterMs(500).coughs().waitForAgent();
    const { interruptions, history, agentText } = await simulate(hotel(), script, {
      transcribe: "from script",
    });
    expect(interruptions).toEqual([]);
    expect(agentText.endsWith(history.at(-1)!.text)).toBe(true);
    expect(history.at(-1)!.text).toBe("For how many nights? We have a few rooms left.");
  });

  test("is put on hold and comes back", async () => {
    const script = caller().afterMs(1000).holds(2000).waitForAgent().hangsUp();
    const { heard, ended } = await simulate(hotel(), script);
    expect(rmsLevel(heard.subarray(1200 * 8, 2900 * 8))).toBe(-Infinity);
    expect(rmsLevel(heard.subarray(3100 * 8, 3600 * 8))).toBeGreaterThan(-40);
    expect(ended.cause).toBe("caller");
  });

  test("hears the agent out where the script does not say how it ends", async () => {
    const conversation = await simulate(hotel(), caller().waitForAgent().says("A room."), {
      transcribe: "from script",
    });
    expect(conversation.agentText).toContain("We have a few rooms left.");
    expect(conversation.ended.cause).toBe("caller");
  });

  test("gives up on an agent that is not heard", async () => {
    const bot = hotel({ onCallStart: () => undefined });
    const { ended } = await simulate(bot, caller().waitForAgent({ withinMs: 5000 }).says("Hello?"));
    expect(ended.cause).toBe("gave-up");
    expect(ended.atMs).toBeGreaterThanOrEqual(5000);
    expect(ended.atMs).toBeLessThan(5050);
  });

  test("ends with the agent's end, a stage's failure, or the limit", async () => {
    const closing = () =>
      new TransformStream({
        transform(frame, controller) {
          if (frame.timestamp >= 8000) controller.terminate();
        },
      });
    expect((await simulate(closing, caller().afterMs(9000))).ended.cause).toBe("agent");
    const failing = () =>
      new TransformStream({
        transform() {
          throw new Error("no more");
        },
      });
    const { cause, error } = (await simulate(failing, caller().afterMs(9000))).ended;
    expect([cause, String(error)]).toEqual(["failure", "Error: no more"]);
    const limited = await simulate(hotel(), caller().afterMs(9000), { limitMs: 3000 });
    expect(limited.ended).toEqual({ cause: "limit", atMs: 3000 });
  });

  test("talks with backends that are streams, or speech to speech", async () => {
    const said = syntheticSpeech("Is anybody there?");
    const script = caller().afterMs(500).plays(said, "Is anybody there?").afterMs(500).hangsUp();
    const { heard, sent } = await simulate(loopback(), script);
    expect(matchSound(said.samples, heard).correlation).toBeGreaterThan(0.98);
    // On its way a packet is filled, taken in, and waits for the next tick: both sides are in one time.
    const delayMs = (matchSound(said.samples, heard).lag - matchSound(said.samples, sent).lag) / 8;
    expect(delayMs).toBeGreaterThanOrEqual(20);
    expect(delayMs).toBeLessThan(60);
    const duplex = { converse: (audio: ReadableStream) => audio };
    const echoed = await simulate(duplex, script);
    expect(matchSound(said.samples, echoed.heard).correlation).toBeGreaterThan(0.98);
    expect(echoed.transcript.some(({ who, isSpeech }) => who === "agent" && !isSpeech)).toBe(true);
  });

  test("makes a backend that lives in the call's time", async () => {
    const script = caller().says("Hello?").waitForAgent();
    const { turns } = await simulate(
      ({ clock }) => mock({ clock, script: [{ hears: "Hello?", says: "Yes?", thinkMs: 2000 }] }),
      script,
    );
    expect(turns[0].latencyMs).toBeGreaterThan(2300);
    expect(turns[0].latencyMs).toBeLessThan(2700);
  });

  test("tells of failures that the call survives", async () => {
    const bot = hotel({
      generate: () => {
        throw new Error("no idea");
      },
    });
    const script = caller().waitForAgent().says("A room.").afterMs(2000).hangsUp();
    const { errors, ended } = await simulate(bot, script, { transcribe: "from script" });
    expect(errors.map(String).join()).toContain("no idea");
    expect(ended.cause).toBe("caller");
  });

  test("refuses what can answer no call", async () => {
    await expect(simulate({} as never, caller())).rejects.toThrow("Cannot answer calls as");
  });
});
