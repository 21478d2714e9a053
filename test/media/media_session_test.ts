import { beforeAll, describe, expect, test } from "bun:test";
import { type AudioFrame, compress, MU_LAW } from "../../src/audio/mod.ts";
import { VirtualClock } from "../../src/clock/mod.ts";
import { loopback, mock } from "../../src/backend/mod.ts";
import type { Chain } from "../../src/media/mod.ts";
import { loadResampler } from "../../src/resample/mod.ts";
import { serializeTelephoneEvent } from "../../src/rtp/mod.ts";
import { streamOf } from "../support/stream_of.ts";
import { numbered, parameters, VirtualCall } from "./virtual_call.ts";

// As the phone does before its first call: while the module loads, virtual time would fly.
beforeAll(loadResampler);

describe("MediaSession", () => {
  test("gives every packet of a loopback back unchanged, within three ms", async () => {
    const call = new VirtualCall({ backend: loopback() });
    const sentAt: number[] = [];
    for (let i = 0; i < 100; i++) {
      sentAt.push(call.clock.now());
      await call.send(numbered(i));
    }
    await call.end();
    const first = call.heard.findIndex(({ payload }) => payload[5] === numbered(10)[5]);
    for (let i = 10; i < 99; i++) {
      const { payload, at } = call.heard[first + i - 10];
      expect(payload).toEqual(numbered(i));
      expect(at - sentAt[i]).toBeGreaterThanOrEqual(0);
      expect(at - sentAt[i]).toBeLessThanOrEqual(3);
    }
  });

  test("sends without a break in sequence or time, also while the caller sends nothing", async () => {
    const call = new VirtualCall({ backend: loopback() });
    for (let i = 0; i < 200; i++) await call.send(i % 50 < 25 ? numbered(i) : undefined);
    await call.end();
    expect(call.heard.length).toBeGreaterThanOrEqual(198);
    const gaps: number[] = [];
    for (let i = 1; i < call.heard.length; i++) {
      const [before, packet] = [call.heard[i - 1], call.heard[i]];
      expect((packet.sequenceNumber - before.sequenceNumber) & 0xffff).toBe(1);
      expect((packet.timestamp - before.timestamp) >>> 0).toBe(160);
      expect(packet.ssrc).toBe(before.ssrc);
      gaps.push(packet.at - before.at);
    }
    // The one jump is to where the caller's packets come, with the first of them.
    const uneven = gaps.map((gap, i) => Math.abs(gap - 20) > 3 ? i : -1).filter((i) => i >= 0);
    expect(uneven.length).toBeLessThanOrEqual(1);
    for (const i of uneven) {
      expect(i).toBeLessThanOrEqual(2);
      expect(gaps[i]).toBeGreaterThanOrEqual(10);
      expect(gaps[i]).toBeLessThanOrEqual(30);
    }
  });

  test("prints its chain with its rates", async () => {
    const call = new VirtualCall({ backend: loopback() });
    expect(String(call.session.chain)).toBe(
      "rtp ▶ jitter ▶ decode PCMU 8 kHz ▶ resample ▶ vad ▶ turn ▶ backend 8 kHz ▶ " +
        "resample → 8 kHz ▶ encode PCMU",
    );
    await call.end();
  });

  test("runs a user's stage where it was placed", async () => {
    const seen: number[] = [];
    const call = new VirtualCall({
      backend: loopback(),
      pipeline: (chain) =>
        chain.before("vad", () =>
          new TransformStream<AudioFrame, AudioFrame>({
            transform(frame, controller) {
              seen.push(frame.timestamp);
              controller.enqueue({ ...frame, samples: frame.samples.map((sample) => -sample) });
            },
          })),
    });
    expect(call.session.chain.names).toEqual([
      ..."rtp jitter decode resample custom vad turn backend speech-resample encode".split(" "),
    ]);
    for (let i = 0; i < 20; i++) await call.send(numbered(1));
    await call.end();
    expect(seen.slice(0, 5)).toEqual([0, 160, 320, 480, 640]);
    // The sign of a mu-law code is its highest bit.
    expect(call.heard.at(-3)!.payload).toEqual(numbered(1).map((code) => code ^ 0x80));
  });

  test("leaves nothing behind when its signal fires", async () => {
    const call = new VirtualCall({ backend: loopback() });
    for (let i = 0; i < 20; i++) await call.send(numbered(i));
    await call.end();
    await call.clock.advance(100);
    expect(call.clock.pending).toBe(0);
    expect(call.detectorsClosed).toBe(1);
    const heard = call.heard.length;
    await call.clock.advance(1000);
    expect(call.heard.length).toBe(heard);
    expect(call.network.size).toBe(1); // The telephone's own.
  });

  test("ends with the failure of a stage, and leaves nothing behind", async () => {
    const call = new VirtualCall({
      backend: () =>
        new TransformStream({
          transform(frame, controller) {
            if (frame.timestamp >= 1600) throw new Error("no more");
            controller.enqueue(frame);
          },
        }),
    });
    for (let i = 0; i < 20; i++) await call.send(numbered(i));
    await expect(call.ended).rejects.toThrow("no more");
    await call.clock.advance(100);
    expect(call.clock.pending).toBe(0);
    expect(call.detectorsClosed).toBe(1);
  });

  test("sends nothing to an address that has not taken part, and all of the greeting once it has", async () => {
    const greeting = Array.from({ length: 5 }, (_, i) => ({
      sampleRate: 8000,
      samples: new Int16Array(160).fill(1000 * (i + 1)),
      timestamp: i * 160,
    }));
    const backend = () => ({
      readable: streamOf(greeting),
      writable: new WritableStream<AudioFrame>(),
    });
    const call = new VirtualCall({ backend, confirmed: false });
    await call.clock.advance(1000);
    expect(call.heard).toEqual([]);
    call.session.confirm();
    await call.clock.advance(200);
    expect(call.heard.slice(0, 5).map(({ payload }) => payload[0])).toEqual(
      greeting.map(({ samples }) => compress(samples.subarray(0, 1), MU_LAW)[0]),
    );
  });

  test("takes a packet of the telephone's for its word", async () => {
    const call = new VirtualCall({ backend: loopback(), confirmed: false });
    await call.clock.advance(1000);
    for (let i = 0; i < 5; i++) await call.send(numbered(i));
    expect(call.heard.length).toBeGreaterThan(3);
    await call.end();
  });

  test("ends when its backend closes its stream, after the last of its sound", async () => {
    const call = new VirtualCall({
      backend: () =>
        new TransformStream({
          transform(frame, controller) {
            controller.enqueue(frame);
            if (frame.timestamp === 1600) controller.terminate();
          },
        }),
    });
    for (let i = 0; i < 20; i++) await call.send(numbered(i));
    await call.ended;
    expect(call.heard.at(-1)!.payload).toEqual(numbered(10));
    expect(call.clock.pending).toBe(0);
  });

  test("ends with the failure of a stage whose other side knows nothing of it", async () => {
    const call = new VirtualCall({
      backend: () => ({
        readable: new ReadableStream(),
        writable: new WritableStream({ write: () => Promise.reject(new Error("deaf")) }),
      }),
    });
    for (let i = 0; i < 40; i++) await call.send(numbered(i));
    await expect(call.ended).rejects.toThrow("deaf");
    await call.clock.advance(100);
    expect(call.clock.pending).toBe(0);
  });

  test("ends with the failure of a stage before the conversation", async () => {
    const call = new VirtualCall({
      backend: mock(),
      pipeline: (chain) =>
        chain.before("vad", () =>
          new TransformStream({
            transform: () => {
              throw new Error("no gate");
            },
          })),
    });
    for (let i = 0; i < 5; i++) await call.send(numbered(i));
    await expect(call.ended).rejects.toThrow("no gate");
  });

  test("goes on with another detector when its own fails", async () => {
    const call = new VirtualCall({
      backend: mock(),
      detector: {
        detect: () => {
          throw new Error("unknown rate");
        },
        close: () => {},
      },
    });
    for (let i = 0; i < 20; i++) await call.send(numbered(i));
    expect(call.events[0]).toMatchObject({ type: "restart", stage: "vad" });
    await call.end();
    expect(call.detectorsClosed).toBe(call.detectorsMade);
  });

  test("leaves nothing behind when its pipeline cannot be made, nor when it has no detector", async () => {
    const clock = new VirtualClock();
    const pipeline = (chain: Chain) => chain.before("vda", () => new TransformStream());
    expect(() => new VirtualCall({ backend: loopback(), clock, pipeline })).toThrow("vda");
    expect(clock.pending).toBe(0);
    const call = new VirtualCall({
      backend: loopback(),
      pipeline: (chain) => chain.without("vad"),
    });
    await call.send(numbered(1));
    await call.end();
    expect(call.detectorsMade).toBe(0);
  });

  test("ends also while it is on hold and its backend has more to say", async () => {
    const samples = new Int16Array(160);
    const call = new VirtualCall({
      backend: {
        converse: () =>
          new ReadableStream({
            pull: (controller) => controller.enqueue({ sampleRate: 8000, samples, timestamp: 0 }),
          }),
      },
    });
    for (let i = 0; i < 5; i++) await call.send(numbered(i));
    call.agree({ ...parameters, direction: "recvonly" });
    for (let i = 0; i < 5; i++) await call.send(numbered(i));
    await call.end();
    await call.clock.advance(100);
    expect(call.clock.pending).toBe(0);
  });

  test("sends nothing while it is on hold, and goes on where time has gone on", async () => {
    const call = new VirtualCall({ backend: loopback() });
    for (let i = 0; i < 20; i++) await call.send(numbered(i));
    call.agree({ ...parameters, direction: "recvonly" });
    const before = call.heard.at(-1)!;
    const count = call.heard.length;
    for (let i = 0; i < 50; i++) await call.send(undefined);
    expect(call.heard.length).toBe(count);
    call.agree(parameters);
    for (let i = 0; i < 20; i++) await call.send(numbered(i));
    await call.end();
    const after = call.heard[count];
    expect((after.sequenceNumber - before.sequenceNumber) & 0xffff).toBe(1);
    const ticks = (after.timestamp - before.timestamp) >>> 0;
    expect(Math.abs(ticks - 51 * 160)).toBeLessThanOrEqual(160);
    expect(after.marker).toBe(true);
  });

  test("follows the other side to the address it names anew", async () => {
    const call = new VirtualCall({ backend: loopback() });
    for (let i = 0; i < 10; i++) await call.send(numbered(i));
    const elsewhere = call.network.open({ address: "192.0.2.9", port: 4100 });
    call.agree({ ...parameters, remoteRtp: elsewhere.local });
    const count = call.heard.length;
    await call.clock.advance(200);
    await call.end();
    expect(call.heard.length).toBe(count);
    expect(elsewhere.counters.received + 1).toBeGreaterThan(0);
    const reader = elsewhere.readable.getReader();
    expect((await reader.read()).value?.source.port).toBe(5000);
  });

  test("hears each key once and presses keys in the place of sound", async () => {
    const call = new VirtualCall({ backend: loopback() });
    for (let i = 0; i < 5; i++) await call.send(numbered(i));
    for (const end of [false, false, true, true, true]) {
      const payload = serializeTelephoneEvent({ event: 5, end, volume: -10, duration: 320 });
      await call.send(payload, { payloadType: 101, timestamp: 9999 });
    }
    expect(call.keys).toEqual([
      { type: "start", way: "rtp", digit: "5", durationMs: 40 },
      { type: "end", way: "rtp", digit: "5", durationMs: 40 },
    ]);
    call.session.sendDtmf("1#");
    for (let i = 0; i < 40; i++) await call.send(numbered(i));
    await call.end();
    const events = call.heard.filter(({ payloadType }) => payloadType === 101);
    expect([...new Set(events.map(({ payload }) => payload[0]))]).toEqual([1, 11]);
    expect(new Set(events.map(({ timestamp }) => timestamp)).size).toBe(2);
  });

  test("presses a key once also when the process stands still meanwhile", async () => {
    const call = new VirtualCall({ backend: loopback() });
    for (let i = 0; i < 5; i++) await call.send(numbered(i));
    call.session.sendDtmf("5");
    for (let i = 0; i < 3; i++) await call.send(numbered(i));
    call.clock.stall(70);
    for (let i = 0; i < 20; i++) await call.send(numbered(i));
    await call.end();
    const events = call.heard.filter(({ payloadType }) => payloadType === 101);
    expect(events.length).toBeGreaterThan(5);
    expect(new Set(events.map(({ timestamp }) => timestamp)).size).toBe(1);
    expect(events.filter(({ marker }) => marker)).toHaveLength(1);
  });

  test("refuses to press keys that the other side would not hear", async () => {
    const call = new VirtualCall({ backend: loopback() });
    call.agree({ ...parameters, telephoneEvent: undefined });
    expect(() => call.session.sendDtmf("1")).toThrow("its SDP names none");
    await call.end();
  });

  test("hears only the other side: a stranger's packets change nothing", async () => {
    const call = new VirtualCall({ backend: loopback() });
    const stranger = call.network.open({ address: "192.0.2.66", port: 666 });
    for (let i = 0; i < 50; i++) {
      for (let n = 0; n < 3; n++) {
        const bytes = Uint8Array.from([0x80, 0, 0, i, 0, 0, i, 0, 0, 0, 0, 77, ...numbered(99)]);
        stranger.send(bytes, { address: "192.0.2.2", port: 5000 });
      }
      await call.send(numbered(i));
    }
    await call.end();
    const stolen = call.heard.filter(({ payload }) => payload[5] === numbered(99)[5]);
    expect(stolen.length).toBe(0);
    expect(call.session.statistics.rtp.wrongSource).toBe(150);
    expect(call.session.statistics.rtp.packets).toBe(50);
  });
});
