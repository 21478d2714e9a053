import { describe, expect, test } from "bun:test";
import { frame, rig, speech } from "./rig.ts";

const words = Array.from({ length: 12 }, (_, i) => frame(i, { turn: 1 }));

function pass<T>(): TransformStream<T, T> {
  return new TransformStream<T, T>();
}

describe("PacerSink", () => {
  test("pulls speech at the pace of the caller's ear, however fast it comes", async () => {
    const { clock, pacer, taken } = rig();
    const endless = Array.from({ length: 5000 }, (_, i) => frame(i % 250));
    const { readable, pulled } = speech(endless);
    const chain = readable.pipeThrough(pass()).pipeThrough(pass()).pipeTo(pacer.writable);
    chain.catch(() => {});
    await clock.advance(0);
    const ahead = pulled();
    expect(ahead <= 10).toBe(true);
    await clock.advance(2000);
    expect(pulled()).toBe(ahead + 100);
    expect(taken()).toBe(endless.slice(0, 100).map(({ payload }) => payload[0]).join(" "));
  });

  test("takes all there is of interrupted speech at once, so that the chain is free", async () => {
    const { clock, pacer, taken } = rig();
    const later = [frame(100, { turn: 2 }), frame(101, { turn: 2 })];
    const { readable } = speech([...words, ...later]);
    const chain = readable.pipeThrough(pass()).pipeTo(pacer.writable);
    await clock.advance(40);
    pacer.interrupt(2);
    await clock.advance(60);
    await chain;
    expect(taken()).toBe("0 1 100 101");
    expect(pacer.counters.interrupted).toBe(10);
  });

  test("lets the last frame leave when the chain is closed, then stops", async () => {
    const { clock, ticker, pacer, taken } = rig();
    const chain = speech(words).readable.pipeTo(pacer.writable);
    await clock.runUntil(chain);
    expect(clock.now()).toBe(240);
    expect(taken()).toBe("0 1 2 3 4 5 6 7 8 9 10 11");
    expect([ticker.size, clock.pending]).toEqual([0, 0]);
  });

  test("stops when the chain ends without a frame", async () => {
    const { ticker, pacer } = rig();
    await speech([]).readable.pipeTo(pacer.writable);
    expect(ticker.size).toBe(0);
  });

  for (
    const state of [
      "waiting for frames",
      "holding back frames",
      "paused",
      "closing",
      "closing while paused",
    ]
  ) {
    test(`ends at once when it is aborted while ${state}, and leaves nothing`, async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const { clock, ticker, pacer } = rig({ signal });
      if (state.includes("paused")) pacer.pause();
      const closing = state.startsWith("closing");
      const source = state === "waiting for frames"
        ? new ReadableStream()
        : speech(closing ? words.slice(0, 2) : words).readable;
      const chain = source.pipeTo(pacer.writable, { signal });
      chain.catch(() => {});
      await clock.advance(0);
      controller.abort(new Error("hung up"));
      let settled = false;
      chain.then(() => settled = true, () => settled = true);
      await clock.advance(0);
      expect(settled).toBe(true);
      expect([ticker.size, clock.pending]).toEqual([0, 0]);
    });
  }

  test("stops when its writer aborts, whatever it waits for", async () => {
    const { clock, ticker, pacer } = rig();
    pacer.pause();
    const writer = pacer.writable.getWriter();
    for (const word of words) writer.write(word).catch(() => {});
    await clock.advance(100);
    await writer.abort();
    expect([ticker.size, clock.pending]).toEqual([0, 0]);
  });

  test("fails the chain's end and stops when the chain fails", async () => {
    const { clock, ticker, pacer } = rig();
    const broken = new ReadableStream({
      start: (controller) => controller.error(new TypeError("no sound")),
    });
    await expect(broken.pipeTo(pacer.writable)).rejects.toThrow("no sound");
    await clock.advance(100);
    expect(ticker.size).toBe(0);
  });
});
