import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { VirtualClock } from "../../src/clock/mod.ts";
import { backendStage, type CallInfo, type DuplexBackend } from "../../src/backend/mod.ts";
import { turnOfEvents } from "../support/wait.ts";

const call: CallInfo = {
  sessionId: "1",
  from: { user: "alice" },
  to: { user: "bot" },
  headers: {},
};
const frame: AudioFrame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0 };

function open(converse: DuplexBackend["converse"]) {
  const abort = new AbortController();
  const stage = backendStage({ converse }, call, { signal: abort.signal });
  return { abort, writer: stage.writable.getWriter(), reader: stage.readable.getReader() };
}

describe("backendStage of a DuplexBackend", () => {
  test("takes the caller's frames to the backend and the backend's to the caller", async () => {
    const { writer, reader } = open((audio) => audio);
    const written = writer.write(frame);
    expect((await reader.read()).value).toEqual({ ...frame, turn: 0 });
    await written;
    void writer.close();
    expect((await reader.read()).done).toBe(true);
  });

  test("holds back a caller that the backend does not listen to yet", async () => {
    let listen = () => {};
    const { writer, reader } = open(async (audio) => {
      await new Promise<void>((resolve) => listen = resolve);
      return audio;
    });
    let taken = 0;
    for (let i = 0; i < 5; i++) void writer.write(frame).then(() => taken++);
    await turnOfEvents();
    expect(taken).toBe(0);
    listen();
    for (let i = 0; i < 5; i++) expect((await reader.read()).value).toEqual({ ...frame, turn: 0 });
  });

  test("lets a backend speak on that listens no more", async () => {
    const { writer, reader } = open(async (audio) => {
      await audio.cancel();
      return new ReadableStream({ pull: (controller) => controller.enqueue(frame) });
    });
    for (let i = 0; i < 5; i++) await writer.write(frame);
    expect((await reader.read()).value).toEqual({ ...frame, turn: 0 });
  });

  test("fails both ways when the stage before it does", async () => {
    let heard: Promise<unknown> | undefined;
    const { writer, reader } = open((audio) => {
      heard = audio.getReader().read().catch((error) => error);
      return new ReadableStream();
    });
    await turnOfEvents();
    await writer.abort("torn");
    await expect(reader.read()).rejects.toBe("torn");
    expect(await heard).toBe("torn");
  });

  test("fails when converse gives no stream in time", async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const backend = { converse: () => new Promise<never>(() => {}) };
    const stage = backendStage(backend, call, { signal: abort.signal, clock });
    const read = stage.readable.getReader().read();
    read.catch(() => {});
    await clock.advance(15_000);
    await expect(read).rejects.toThrow("within 15000 ms");
    expect(clock.pending).toBe(0);
  });

  test("says what converse has to return", async () => {
    for (const wrong of [undefined, 1, {}, [frame]]) {
      const { reader } = open(() => wrong as unknown as ReadableStream<AudioFrame>);
      await expect(reader.read()).rejects.toThrow("converse returns a ReadableStream of frames");
    }
  });

  test("fails with what converse throws, now or later", async () => {
    const now = open(() => {
      throw new Error("no");
    });
    await expect(now.reader.read()).rejects.toThrow("no");
    const later = open(() => Promise.reject(new Error("later no")));
    await expect(later.reader.read()).rejects.toThrow("later no");
  });
});
