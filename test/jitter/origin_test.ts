import { describe, expect, test } from "bun:test";
import { JitterBuffer } from "../../src/jitter/mod.ts";

const T0 = 0xffff_ff00;

function buffer(): JitterBuffer {
  return new JitterBuffer({ clockRate: 8000, durationOf: (payload) => payload.length, startAt: 0 });
}

function packet(n: number, receivedAt: number, more: { ssrc?: number; timestamp?: number } = {}) {
  return {
    kind: "audio" as const,
    payloadType: 0,
    marker: false,
    ssrc: 1,
    sequenceNumber: 100 + n,
    timestamp: (T0 + 160 * n) >>> 0,
    payload: new Uint8Array(160),
    receivedAt,
    ...more,
  };
}

describe("the origin of a frame", () => {
  test("is its place by the sender's clock, unwrapped, and when it came", () => {
    const jitter = buffer();
    const frames = [0, 1, 2, 3].flatMap((n) => jitter.push(packet(n, 20 * n)));
    expect(frames.map(({ origin }) => origin)).toEqual(
      [0, 1, 2, 3].map((n) => ({ epoch: 1, position: T0 + 160 * n, receivedAt: 20 * n })),
    );
  });

  test("is that of the gap for what is made up in it, and the same for what comes late for it", () => {
    const jitter = buffer();
    for (const n of [0, 1]) jitter.push(packet(n, 20 * n));
    const made: { kind: string; origin?: { position: number; receivedAt?: number } }[] = [];
    for (let now = 40; now < 200; now += 5) made.push(...jitter.poll(now));
    expect(made[0]).toMatchObject({ kind: "lost", origin: { epoch: 1, position: T0 + 320 } });
    expect(made[0].origin?.receivedAt).toBe(undefined);
    const places = made.map(({ origin }) => origin?.position);
    expect(places).toEqual(made.map((_, n) => T0 + 320 + 160 * n));
    const [late] = jitter.push(packet(2, 200));
    expect(late.origin).toEqual({ epoch: 1, position: T0 + 320, receivedAt: 200 });
  });

  test("is in another epoch after another source, or after timestamps that jumped", () => {
    const jitter = buffer();
    jitter.push(packet(0, 0));
    const [other] = jitter.push(packet(1, 20, { ssrc: 2, timestamp: 77 }));
    expect(other.origin).toEqual({ epoch: 2, position: 77, receivedAt: 20 });
    const [jumped] = jitter.push(packet(2, 40, { ssrc: 2, timestamp: 5_000_000 }));
    expect(jumped.origin?.epoch).toBe(3);
  });

  test("goes on over a pause in which the sender's clock went on", () => {
    const jitter = buffer();
    jitter.push(packet(0, 0));
    for (let now = 20; now < 1000; now += 5) jitter.poll(now);
    const timestamp = (T0 + 160 * 50) >>> 0;
    const frames = jitter.push(packet(1, 1000, { timestamp }));
    expect(frames.at(-1)?.origin).toEqual({ epoch: 1, position: T0 + 8000, receivedAt: 1000 });
  });
});
