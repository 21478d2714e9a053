import { describe, expect, test } from "bun:test";
import { TurnDetector } from "../../src/turn/mod.ts";
import { BargeIn } from "../../src/turn/barge_in.ts";
import { VoiceRun } from "../../src/turn/voice_run.ts";
import { framesOf, play } from "./scene.ts";

const speaking = "s".repeat(100);

describe("BargeIn, off", () => {
  const bargeIn = { mode: "off" } as const;

  test("never interrupts", () => {
    const { marks, agent, events } = play("#".repeat(50), { bargeIn, agent: speaking });
    expect(marks).toBe("-".repeat(50));
    expect(agent).toBe(".".repeat(50));
    expect(events).toEqual([]);
  });

  test("begins a turn with its true onset when the agent falls silent and the voice is still there", () => {
    const { marks, onsets } = play("..########", { bargeIn, agent: "sssssssss." });
    expect(marks).toBe("---------1");
    expect(onsets).toEqual([160]);
  });

  test("begins none when the voice is gone by then", () => {
    expect(play("######........", { bargeIn, agent: "ssssssss......" }).marks).toBe("-".repeat(14));
  });
});

describe("BargeIn, immediate", () => {
  const bargeIn = { mode: "immediate" } as const;

  test("interrupts with the second frame of a voice", () => {
    const { marks, onsets } = play("...####", { bargeIn, agent: speaking });
    expect(marks).toBe("----111");
    expect(onsets).toEqual([40]);
  });

  test("does not interrupt for a click", () => {
    expect(play("..#............#......", { bargeIn, agent: speaking }).marks).not.toMatch(/1/);
  });

  test("needs a whole start while the agent is silent", () => {
    expect(play("########", { bargeIn }).marks).toBe("-----111");
  });

  test("leaves a protected agent alone until it is protected no more", () => {
    const { marks, onsets } = play("########", { bargeIn, agent: "ppppss" });
    expect(marks).toBe("----1111");
    expect(onsets).toEqual([100]);
  });

  test("asks twice as much of a voice where the agent echoes", () => {
    const agent = { state: "speaking", duck() {}, restore() {} } as const;
    const judge = new BargeIn(bargeIn, { agent, startMs: 120, onEvent() {} });
    const run = new VoiceRun({ windowMs: 200, gapMs: 250 });
    const decided = Array.from({ length: 6 }, () => {
      run.push(20, { voiceMs: 20, silenceMs: 0 });
      return judge.isTurn(run, { echoes: true });
    });
    expect(decided).toEqual([false, false, false, true, true, true]);
  });
});

describe("BargeIn, duck", () => {
  const bargeIn = { confirmMs: 400 };

  test("takes the turn after 600 ms of voice if nothing else is said", () => {
    expect(play("#".repeat(40), { agent: speaking }).marks.indexOf("1")).toBe(29);
  });

  test("lowers the agent with the second frame and takes the turn after 400 ms of voice", () => {
    const { marks, agent, onsets, events } = play("..".concat("#".repeat(22)), {
      bargeIn,
      agent: speaking,
    });
    expect(agent).toBe(`...d${".".repeat(20)}`);
    expect(marks).toBe(`${"-".repeat(21)}111`);
    expect(onsets).toEqual([400]);
    expect(events).toEqual([{ type: "duck" }]);
  });

  test("restores the agent after a cough and tells that it was short", () => {
    const { marks, agent, events } = play(`##########${".".repeat(14)}`, { agent: speaking });
    expect(marks).toBe("-".repeat(24));
    expect(agent).toBe(".d....................r.");
    expect(events).toEqual([
      { type: "duck" },
      { type: "false-alarm", reason: "short", voiceMs: 200 },
      { type: "restore" },
    ]);
  });

  test("marks a voice that is being decided on, and nothing else", () => {
    const agent = { state: "speaking", duck() {}, restore() {} } as const;
    const turns = new TurnDetector({}, agent);
    const marks = (pattern: string) =>
      framesOf(pattern).map((frame) => turns.push(frame).mayBegin ? "m" : "-").join("");
    // Until it is dropped, after 250 ms, and half a second more in which it may have been a first word.
    expect(marks(`..####${".".repeat(50)}`)).toBe(`---mmm${"m".repeat(12 + 26)}${"-".repeat(12)}`);
    expect(marks("#".repeat(32))).toBe(`-${"m".repeat(28)}---`);
  });

  test("lets a turn begin with a word that was dropped just before", () => {
    const onsets = (pause: number) =>
      play(`##########${".".repeat(pause)}${"#".repeat(30)}`, { agent: speaking }).onsets;
    expect(onsets(20)).toEqual([1200]);
    expect(onsets(37)).toEqual([1540]);
    expect(onsets(40)).toEqual([600]);
  });

  test("adds up voice over short silences", () => {
    const { marks, onsets } = play("##########........##########.", {
      bargeIn,
      agent: speaking,
    });
    expect(marks).toBe(`${"-".repeat(27)}11`);
    expect(onsets).toEqual([560]);
  });

  test("takes two coughs with a pause between them for two coughs", () => {
    const { events } = play(`${`############${".".repeat(20)}`.repeat(2)}`, { agent: speaking });
    expect(events.map(({ type }) => type).join(" "))
      .toBe("duck false-alarm restore duck false-alarm restore");
  });

  test("takes the turn at once when words say more than that the caller listens", () => {
    const { marks, onsets } = play("########", { agent: speaking, hears: { 5: "wait a" } });
    expect(marks).toBe("-----111");
    expect(onsets).toEqual([120]);
  });

  test("waits longer, and then restores, where all words are backchannel", () => {
    const options = { agent: speaking, hears: { 10: "mm-hm", 18: "mm-hm, okay" } };
    const { marks, events } = play(`${"#".repeat(30)}${".".repeat(14)}`, options);
    expect(marks).toBe("-".repeat(44));
    expect(events[1]).toEqual({ type: "false-alarm", reason: "words", voiceMs: 600 });
  });

  test("takes the turn of a backchannel that becomes a sentence", () => {
    const options = { agent: speaking, hears: { 10: "okay", 25: "okay but I" } };
    expect(play("#".repeat(30), options).marks).toBe(`${"-".repeat(25)}11111`);
  });

  test("takes the turn of words that are all backchannel when there is no end of them", () => {
    const options = { agent: speaking, hears: { 3: "yeah" } };
    expect(play("#".repeat(52), options).marks.indexOf("1")).toBe(49);
  });

  test("knows the words it is given", () => {
    const bargeIn = { backchannels: ["capisce"] };
    const hears = { 3: "Capisce?" };
    expect(play("########", { agent: speaking, hears, bargeIn }).marks).toBe("--------");
  });

  test("forgets words that were heard when nothing was being decided", () => {
    const hears = { 0: "I would like a table" };
    expect(play("########", { agent: speaking, hears }).marks).toBe("--------");
  });

  test("begins the turn when the agent finishes while it is decided", () => {
    const { marks, agent, onsets } = play("..##########", { agent: "sssssssss..." });
    expect(agent).toBe("...d.....r..");
    expect(marks).toBe("---------111");
    expect(onsets).toEqual([160]);
  });

  test("restores an agent that becomes protected", () => {
    const { marks, agent } = play("#".repeat(30), { agent: `sssss${"p".repeat(25)}` });
    expect(agent.slice(0, 7)).toBe(".d...r.");
    expect(marks).toBe("-".repeat(30));
  });

  test("lets a voice go on that was there before the agent's", () => {
    const { marks, agent, onsets } = play("..##########", { agent: "....ssssssss" });
    expect(agent).toBe(".".repeat(12));
    expect(marks).toBe("-------11111");
    expect(onsets).toEqual([120]);
    const cough = play(`###${".".repeat(13)}${"#".repeat(8)}`, { agent: `..${"s".repeat(30)}` });
    expect(cough.marks).toBe("-".repeat(24));
    expect(cough.agent).toBe(`${".".repeat(17)}d......`);
  });

  test("does not touch an agent that is silent", () => {
    expect(play("#".repeat(30)).agent).toBe(".".repeat(30));
  });

  test("counts no voice in lost sound", () => {
    const { marks, agent } = play("xxxxx.....xxxxx......", { agent: speaking });
    expect(marks).toBe("-".repeat(21));
    expect(agent).toBe(".".repeat(21));
  });
});

test.each([
  [{ reactMs: 0 }, "reactMs is above 0 ms: current value is 0"],
  [{ confirmMs: NaN }, "confirmMs is above 0 ms: current value is NaN"],
  [{ releaseMs: -5 }, "releaseMs is above 0 ms: current value is -5"],
  [{ mode: "ducking" as "duck" }, "mode is off, duck or immediate: current value is ducking"],
])("BargeIn refuses %j", (options, message) => {
  expect(() => play("", { bargeIn: options })).toThrow(message);
});
