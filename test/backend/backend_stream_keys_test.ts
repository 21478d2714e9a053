import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { BackendStream, type BackendStreamOptions, mock } from "../../src/backend/mod.ts";
import type { HistoryEntry, VoiceBackend } from "../../src/backend/mod.ts";
import { ConversationRig, sleep } from "./conversation_rig.ts";

const call = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };
const frame: AudioFrame = { sampleRate: 16_000, samples: new Int16Array(320), timestamp: 0 };

/** A conversation with a backend that greets at length and answers keys by `onDtmf`. */
function open(
  onDtmf: VoiceBackend["onDtmf"],
  options: BackendStreamOptions = {},
  more: Partial<VoiceBackend> = {},
) {
  const spoken = mock({
    greeting: "Press one for rooms.",
    script: [{ hears: "Hi.", says: "Yes." }],
  });
  const stream = new BackendStream({ ...spoken, onDtmf, ...more }, call, options);
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  return {
    stream,
    reader,
    say: async (turn: number) => {
      await writer.write({ ...frame, turn });
      await writer.write({ ...frame, turn, endOfTurn: true });
    },
    /** Reads until a sentence begins, returns its words and turn. */
    hear: async () => {
      for (;;) {
        const { value } = await reader.read();
        if (value?.text !== undefined) return `${value.turn}: ${value.text}`;
      }
    },
  };
}

describe("BackendStream.press", () => {
  test("says what a key is answered with in the place of what is being said", async () => {
    const interrupts: number[] = [];
    const history: HistoryEntry[] = [];
    const { stream, hear } = open((digit) => `You pressed ${digit}.`, {
      history,
      onInterrupt: (turn) => interrupts.push(turn),
      played: () => [{ text: "Press one for rooms.", heardMs: 600 }],
    });
    expect(await hear()).toBe("0: Press one for rooms.");
    await stream.press("1");
    expect(await hear()).toBe("1: You pressed 1.");
    expect(interrupts).toEqual([1]);
    expect(history).toEqual([{ role: "agent", text: "Press one", interrupted: true }]);
  });

  test("counts as a turn of the caller, beside those it speaks", async () => {
    const { stream, say, hear } = open(() => "A key.");
    expect(await hear()).toBe("0: Press one for rooms.");
    await say(1);
    expect(await hear()).toBe("1: Yes.");
    await stream.press("1");
    expect(await hear()).toBe("2: A key.");
    await stream.press("2");
    expect(await hear()).toBe("3: A key.");
    await say(2);
    expect(await hear()).toBe("4: Yes.");
  });

  test("lets what is being said go on when the backend has no answer", async () => {
    const { stream, reader, hear } = open(() => {});
    expect(await hear()).toBe("0: Press one for rooms.");
    await stream.press("1");
    expect((await reader.read()).value?.turn).toBe(0);
  });

  test("only ends what is being said when the answer is empty", async () => {
    const interrupts: number[] = [];
    const { stream, say, hear } = open(() => "", { onInterrupt: (turn) => interrupts.push(turn) });
    expect(await hear()).toBe("0: Press one for rooms.");
    await stream.press("1");
    expect(interrupts).toEqual([1]);
    await say(1);
    expect(await hear()).toBe("2: Yes.");
  });

  test("takes the place of what the caller said and nobody has understood yet", async () => {
    const heard: number[] = [];
    let understand = (_words: string): void => {};
    const { stream, say, hear } = open(() => "A key.", {}, {
      transcribe(audio) {
        heard.push(audio.length);
        return new Promise((resolve) => understand = resolve);
      },
    });
    expect(await hear()).toBe("0: Press one for rooms.");
    await say(1);
    const answer = hear();
    await stream.press("1");
    expect(await answer).toBe("2: A key.");
    await say(2);
    const next = hear();
    // A second turn of two frames, and not the first before it.
    while (heard.length < 2) await Promise.resolve();
    expect(heard).toEqual([640, 640]);
    understand("Hi.");
    expect(await next).toBe("3: Yes.");
  });

  test("rejects with what the backend throws, and the conversation goes on", async () => {
    const { stream, say, hear } = open(() => {
      throw new Error("no keys");
    });
    expect(await hear()).toBe("0: Press one for rooms.");
    await expect(stream.press("1")).rejects.toThrow("no keys");
    await say(1);
    expect(await hear()).toBe("1: Yes.");
  });
});

describe("a key that is answered late", () => {
  test("is no answer any more when a later one was answered", async () => {
    const rig: ConversationRig = new ConversationRig({
      onDtmf: async (digit) => {
        await new Promise<void>((resolve) => rig.clock.setTimer(resolve, digit === "1" ? 500 : 40));
        return `Key ${digit}.`;
      },
    });
    void rig.stream.press("1");
    void rig.stream.press("2");
    await rig.clock.advance(2000);
    expect(rig.said).toEqual(["1 Key 2. @40"]);
    await rig.end();
  });

  test("says nothing, and changes nothing, when the call is over", async () => {
    let answer: (text: string) => void = () => {};
    const interrupts: number[] = [];
    const rig = new ConversationRig(
      { onDtmf: () => new Promise((resolve) => answer = resolve) },
      { onInterrupt: (turn) => interrupts.push(turn) },
    );
    const pressed = rig.stream.press("1");
    await rig.end();
    answer("Late.");
    await pressed;
    expect(interrupts).toEqual([]);
  });

  test("takes the place of what was being understood, which is no part of what is said next", async () => {
    const lengths: number[] = [];
    const rig: ConversationRig = new ConversationRig({
      transcribe: async (audio, _rate, options) => {
        lengths.push(audio.length);
        await sleep(() => rig, 400, options);
        return "Hi.";
      },
      onDtmf: () => "A key.",
    });
    await rig.speak();
    await rig.clock.advance(100);
    await rig.stream.press("1");
    await rig.clock.advance(500);
    await rig.speak();
    await rig.clock.advance(1000);
    expect(lengths).toEqual([3200, 3200]);
    expect(rig.said).toEqual(["2 A key. @300", "3 Yes. @1380"]);
    await rig.end();
  });

  test("with null is answered with nothing", async () => {
    const rig = new ConversationRig({ onCallStart: () => "Hello.", onDtmf: () => null as never });
    await rig.clock.advance(40);
    await rig.stream.press("1");
    await rig.clock.advance(1000);
    expect(rig.frames).toBe(7);
    await rig.end();
  });
});
