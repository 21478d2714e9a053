import { describe, expect, test } from "bun:test";
import { ConversationRig, quick, sleep } from "./conversation_rig.ts";

describe("a conversation", () => {
  test("asks for the sound of a sentence while the one before it is played, one at a time", async () => {
    const log: string[] = [];
    let speaking = 0;
    const rig: ConversationRig = new ConversationRig({
      generate: async function* (_text, _id, _history, options) {
        for (const token of ["First one. ", "Second one. ", "Third one."]) {
          yield token;
          await sleep(() => rig, 30, options);
        }
      },
      async *speak(text, options) {
        log.push(`${text} asked @${rig.clock.now()}`);
        expect(++speaking).toBe(1);
        await sleep(() => rig, 100, options);
        yield { samples: new Int16Array(16_000 * 0.5), sampleRate: 16_000 };
        speaking--;
      },
    });
    await rig.speak();
    await rig.clock.advance(2000);
    // 200 ms of the caller, 30 for the second token to prove the first sentence, 100 for its sound.
    expect(log).toEqual([
      "First one. asked @210",
      "Second one. asked @310",
      "Third one. asked @820",
    ]);
    expect(rig.said).toEqual(["1 First one. @310", "1 Second one. @810", "1 Third one. @1310"]);
  });

  test("hears while the caller speaks, from before its voice was certain", async () => {
    const pieces: number[] = [];
    const partials: string[] = [];
    let heard = 0;
    const rig = new ConversationRig({
      async *transcribeStream(audio, sampleRate) {
        expect(sampleRate).toBe(16_000);
        for await (const samples of audio) {
          pieces.push(samples.length / 16);
          heard += samples.length / 16;
          if (pieces.length % 4 === 0) yield `${heard} ms`;
        }
        yield `${heard} ms in all`;
      },
      transcribe: () => {
        throw new Error("was asked for the whole");
      },
      generate: (text) => text,
    }, { onPartial: (text) => void partials.push(text) });
    await rig.caller("....................");
    await rig.speak();
    await rig.clock.advance(500);
    expect(pieces[0]).toBe(320); // 300 ms before, and the frame itself.
    expect(partials).toEqual(["380 ms", "460 ms", "500 ms in all"]);
    expect(rig.history[0]).toEqual({ role: "caller", text: "500 ms in all" });
    expect(rig.errors).toEqual([]);
  });

  test("listens to what may become a turn, and gives it up when it was none", async () => {
    const heard: string[] = [];
    const rig: ConversationRig = new ConversationRig({
      async *transcribeStream(audio, _rate, { signal }) {
        const name = `from ${rig.clock.now()}`;
        let ms = 0;
        signal.addEventListener("abort", () => heard.push(`${name} cancelled`));
        for await (const samples of audio) ms += samples.length / 16;
        heard.push(`${name} ${ms} ms`);
        yield "Stop.";
      },
    });
    await rig.caller("..............................!!!!...........", { newTurn: false });
    expect(heard).toEqual(["from 600 cancelled", "from 600 560 ms"]);
    heard.length = 0;
    await rig.caller("!!!!", { newTurn: false });
    await rig.caller("####.|", { newTurn: true });
    await rig.clock.advance(100);
    expect(heard[0]).toBe("from 900 680 ms");
    expect(rig.history[0]).toEqual({ role: "caller", text: "Stop." });
  });

  test("hears the whole again where the stream of words breaks, hangs or is deaf", async () => {
    const streams = {
      // deno-lint-ignore require-yield -- it fails before
      breaks: async function* () {
        throw new Error("socket closed");
      },
      hangs: async function* () {
        yield "Hel";
        await new Promise(() => {});
      },
      deaf: async function* (audio: ReadableStream<Int16Array>) {
        for await (const _ of audio);
        yield "";
      },
    };
    for (const [name, transcribeStream] of Object.entries(streams)) {
      const rig = new ConversationRig({ transcribeStream, transcribe: () => "the whole" });
      await rig.caller("#".repeat(120) + ".|", { newTurn: true });
      await rig.clock.advance(3100);
      expect([name, rig.history[0]]).toEqual([name, { role: "caller", text: "the whole" }]);
      expect([name, rig.kinds.includes("restart")]).toEqual([name, true]);
      await rig.end();
      expect([name, rig.clock.pending]).toEqual([name, 0]);
    }
  });

  test("takes a short turn without a word for a noise, and asks nobody again", async () => {
    const rig = new ConversationRig({
      transcribeStream: async function* (audio) {
        for await (const _ of audio);
        yield "";
      },
      transcribe: () => "again",
    });
    await rig.speak();
    await rig.clock.advance(200);
    expect(rig.history).toEqual([]);
    expect(rig.said).toEqual([]);
  });

  test("does not lose its answer to a cough while it thinks", async () => {
    const words = ["What is the time?", ""];
    const asked: string[] = [];
    const rig: ConversationRig = new ConversationRig({
      transcribe: () => words.shift()!,
      generate: async (text, _id, history, options) => {
        asked.push(`${text} after ${history.length}`);
        await sleep(() => rig, 500, options);
        return "Noon.";
      },
    });
    await rig.speak();
    await rig.clock.advance(200);
    await rig.speak();
    await rig.clock.advance(1000);
    expect(asked).toEqual(["What is the time? after 0", "What is the time? after 0"]);
    expect(rig.said).toEqual(["2 Noon. @1080"]);
    expect(rig.history.map(({ text }) => text)).toEqual(["What is the time?"]);
  });

  test("goes on where it was when it was interrupted for nothing", async () => {
    const words = ["Tell me.", "", "And then?"];
    const rig = new ConversationRig({
      transcribe: () => words.shift()!,
      generate: (text) => text === "Tell me." ? "One two three four. Five six." : "The end.",
    });
    await rig.speak();
    await rig.clock.advance(100);
    await rig.speak();
    await rig.clock.advance(2000);
    expect(rig.said.map((line) => line.split(" @")[0])).toEqual([
      "1 One two three four.",
      "2 three four.",
      "2 Five six.",
    ]);
    expect(rig.kinds).toContain("resume");
    await rig.speak();
    await rig.clock.advance(1000);
    expect(rig.history.map(({ text }) => text)).toEqual([
      "Tell me.",
      "One two",
      "three four. Five six.",
      "And then?",
    ]);
  });

  test("says when the caller may not interrupt, from the first frame until something else is said", async () => {
    const protections: string[] = [];
    const rig: ConversationRig = new ConversationRig({
      onCallStart: () => ({ say: "This call is recorded.", interruptible: false }),
    }, { onProtect: (is) => void protections.push(`${is} @${rig.clock.now()}`) });
    await rig.clock.advance(1000);
    expect(rig.said).toEqual(["0 This call is recorded. @0"]);
    // It is made, and the end of it still to be heard.
    expect(protections).toEqual(["true @0"]);
    await rig.speak();
    expect(protections).toEqual(["true @0", "false @1000"]);
  });

  test("tells of a turn what happened when", async () => {
    const rig: ConversationRig = new ConversationRig({
      transcribe: async (_audio, _rate, options) => {
        await sleep(() => rig, 40, options);
        return "Hi.";
      },
      generate: async function* (_text, _id, _history, options) {
        await sleep(() => rig, 60, options);
        yield "Yes.";
      },
    });
    await rig.speak();
    await rig.clock.advance(500);
    expect(rig.events.map(({ at, type }) => `${type} ${at}`)).toEqual([
      "turn-begin 0",
      "turn-end 180",
      "transcript 220",
      "first-token 280",
      "first-audio 280",
      "reply-end 340",
    ]);
    expect(rig.events[4]).toEqual({ at: 280, type: "first-audio", latencyMs: 100 });
  });
});

describe("an answer that is prepared", () => {
  const slow = (rig: () => ConversationRig, log: string[]) => ({
    transcribe: async (audio: Int16Array, _rate: number, options: never) => {
      await sleep(rig, 50, options);
      return `${audio.length / 16} ms`;
    },
    generate: async (text: string, _id: string, _history: unknown, options: never) => {
      log.push(`think of ${text} @${rig().clock.now()}`);
      await sleep(rig, 150, options);
      return "Yes.";
    },
  });

  test("is there when the turn is over", async () => {
    const log: string[] = [];
    const rig: ConversationRig = new ConversationRig(slow(() => rig, log), {
      conversation: { speculate: true },
    });
    await rig.caller("########..?.............|", { newTurn: true });
    await rig.clock.advance(500);
    expect(log).toEqual(["think of 220 ms @250"]);
    expect(rig.said).toEqual(["1 Yes. @480"]);
    expect(rig.history).toEqual([{ role: "caller", text: "220 ms" }]);
    expect(rig.events.at(-2)).toMatchObject({ type: "first-audio", latencyMs: 0 });
    expect(rig.kinds.filter((kind) => kind === "transcript").length).toBe(1);
  });

  test("is thrown away when the caller goes on", async () => {
    const log: string[] = [];
    const rig: ConversationRig = new ConversationRig(slow(() => rig, log), {
      conversation: { speculate: true },
    });
    await rig.caller("########..?.....####...|", { newTurn: true });
    await rig.clock.advance(500);
    expect(log).toEqual(["think of 220 ms @250", "think of 480 ms @510"]);
    expect(rig.history).toEqual([{ role: "caller", text: "480 ms" }]);
    expect(rig.said).toEqual(["1 Yes. @660"]);
    expect(rig.kinds).toContain("speculation-lost");
    await rig.end();
    expect(rig.clock.pending).toBe(0);
  });

  test("answers what the stream of words ends with, and nothing else", async () => {
    for (const last of ["to the station", "to the station tomorrow"]) {
      const log: string[] = [];
      const rig: ConversationRig = new ConversationRig({
        ...slow(() => rig, log),
        async *transcribeStream(audio: ReadableStream<Int16Array>) {
          let count = 0;
          for await (const _ of audio) if (++count === 9) yield "to the station";
          yield last;
        },
      }, { conversation: { speculate: true } });
      await rig.caller("########..?.............|", { newTurn: true });
      await rig.clock.advance(500);
      expect(rig.history).toEqual([{ role: "caller", text: last }]);
      expect(log[0]).toBe("think of to the station @200");
      expect(log.length).toBe(last === "to the station" ? 1 : 2);
      expect(rig.said).toEqual([last === "to the station" ? "1 Yes. @480" : "1 Yes. @630"]);
    }
  });

  test("is not asked for unless somebody wants it", async () => {
    const log: string[] = [];
    const rig: ConversationRig = new ConversationRig(slow(() => rig, log));
    await rig.caller("########..?.............|", { newTurn: true });
    await rig.clock.advance(500);
    expect(log.length).toBe(1);
    expect(rig.kinds).not.toContain("speculate");
  });

  test("harms nothing when the guess fails", async () => {
    let calls = 0;
    const rig = new ConversationRig({
      ...quick(),
      transcribe: () => {
        if (++calls === 1) throw new Error("busy");
        return "Hi.";
      },
    }, { conversation: { speculate: true } });
    await rig.caller("########..?....|", { newTurn: true });
    await rig.clock.advance(500);
    expect(rig.said).toEqual(["1 Yes. @300"]);
    expect(rig.errors).toEqual([]);
  });
});
