import { describe, expect, test } from "bun:test";
import type { EncodedFrame } from "../../src/audio/mod.ts";
import { type Clock, type Timer, VirtualClock } from "../../src/clock/mod.ts";
import { JitterBufferStream } from "../../src/jitter/mod.ts";
import type { ReceivedRtpPacket } from "../../src/rtp/mod.ts";
import { audio, audios, G711, spell } from "./line.ts";

/** A stage on virtual time, its packets put in when they arrive, its frames collected. */
function makeLine(packets: readonly ReceivedRtpPacket[] = [], clock = new VirtualClock()) {
  const stage = new JitterBufferStream(clock, G711);
  let source!: ReadableStreamDefaultController<ReceivedRtpPacket>;
  const incoming = new ReadableStream<ReceivedRtpPacket>({ start: (c) => void (source = c) });
  for (const packet of packets) {
    clock.setTimer(() => source.enqueue(packet), packet.receivedAt - clock.now());
  }
  const frames: EncodedFrame[] = [];
  const times: number[] = [];
  const abort = new AbortController();
  const sink = new WritableStream<EncodedFrame>({
    write(frame) {
      frames.push(frame);
      times.push(clock.now());
    },
  });
  const done = incoming.pipeThrough(stage).pipeTo(sink, { signal: abort.signal });
  return { clock, stage, source, frames, times, abort, done };
}

/** A clock that counts the timers that are set. */
class CountingClock implements Clock {
  readonly #clock: VirtualClock;
  set = 0;
  most = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    this.set++;
    const timer = this.#clock.setTimer(callback, delayMs);
    this.most = Math.max(this.most, this.#clock.pending);
    return timer;
  }
}

describe("JitterBufferStream", () => {
  test("passes a packet in order on as it comes, and a gap at its deadline", async () => {
    const line = makeLine([audio(0), audio(1), audio(3), audio(4)]);
    await line.clock.advance(110);
    expect(spell(line.frames)).toBe("0 1 - 3 4");
    expect(line.times.map(Math.ceil)).toEqual([20, 40, 100, 100, 100]);
    line.abort.abort();
    await line.done.catch(() => {});
  });

  test("fills a silent line in real time, so that turns still end", async () => {
    const line = makeLine(audios(0, 3));
    await line.clock.advance(1100);
    expect(spell(line.frames)).toBe("0 1 2 - - - _x47");
    const { silenceMs, concealedMs } = line.stage.statistics;
    expect(60 + concealedMs + silenceMs).toBe(1060);
    expect(line.times[3] - line.times[2]).toBeLessThanOrEqual(20 + 40 + 60);
    for (let i = 8; i < line.times.length; i++) {
      expect(line.times[i] - line.times[i - 1]).toBeCloseTo(20, 6);
    }
    line.abort.abort();
    await line.done.catch(() => {});
  });

  test("gives what waits when its packets end, and lets go of its timer", async () => {
    const line = makeLine([audio(0), audio(2)]);
    await line.clock.advance(60);
    line.source.close();
    await line.done;
    expect(spell(line.frames)).toBe("0 - 2");
    expect(line.clock.pending).toBe(0);
  });

  test.each([["abort"], ["error"], ["cancel"]])("lets go of its timer on %s", async (how) => {
    const line = makeLine(audios(0, 2));
    await line.clock.advance(100);
    expect(line.clock.pending).toBe(1);
    if (how === "abort") line.abort.abort();
    else if (how === "error") line.source.error(new Error("the socket broke"));
    else {
      const stage = new JitterBufferStream(line.clock, G711);
      expect(line.clock.pending).toBe(2);
      await stage.readable.cancel();
      expect(line.clock.pending).toBe(1);
      line.abort.abort();
    }
    await line.done.catch(() => {});
    expect(line.clock.pending).toBe(0);
  });

  test("has one timer pending, and sets one for five packets while they come in order", async () => {
    const virtual = new VirtualClock();
    const clock = new CountingClock(virtual);
    const stage = new JitterBufferStream(clock, G711);
    const writer = stage.writable.getWriter();
    const reader = stage.readable.getReader();
    for (const packet of audios(0, 500)) {
      await virtual.advance(packet.receivedAt - virtual.now());
      const read = reader.read();
      await writer.write(packet);
      expect((await read).value?.payload).toBe(packet.payload);
    }
    expect(clock.most).toBe(1);
    expect(clock.set).toBeLessThanOrEqual(105);
    await reader.cancel();
    expect(virtual.pending).toBe(0);
  });

  test("makes nothing up that nobody takes, and catches up in order when someone does", async () => {
    const clock = new VirtualClock();
    const stage = new JitterBufferStream(clock, G711);
    await clock.advance(5000);
    expect(stage.statistics.silenceMs).toBe(20);
    const reader = stage.readable.getReader();
    const frames: EncodedFrame[] = [];
    const reading = (async () => {
      for (let i = 0; i < 100; i++) frames.push((await reader.read()).value!);
    })();
    await clock.runUntil(reading, { limitMs: 100 });
    expect(frames.every(({ timestamp }, i) => timestamp === 160 * i)).toBe(true);
    await reader.cancel();
    expect(clock.pending).toBe(0);
  });

  test("counts the line's time from when it was made", async () => {
    const clock = new VirtualClock(123_456);
    const stage = new JitterBufferStream(clock, G711);
    const reader = stage.readable.getReader();
    await clock.runUntil(reader.read());
    expect(clock.now()).toBe(123_516);
    await reader.cancel();
  });
});
