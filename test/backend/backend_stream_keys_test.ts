import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { BackendStream, type BackendStreamOptions, mock } from "../../src/backend/mod.ts";
import type { HistoryEntry, VoiceBackend } from "../../src/backend/mod.ts";

const call = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };
const frame: AudioFrame = { sampleRate: 16_000, samples: new Int16Array(320), timestamp: 0 };

/** A conversation with a backend that greets at length and answers keys by `onDtmf`. */
function open(onDtmf: VoiceBackend["onDtmf"], options: BackendStreamOptions = {}) {
  const spoken = mock({
    greeting: "Press one for rooms.",
    script: [{ hears: "Hi.", says: "Yes." }],
  });
  const stream = new BackendStream({ ...spoken, onDtmf }, call, options);
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
