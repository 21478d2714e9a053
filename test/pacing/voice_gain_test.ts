import { describe, expect, test } from "bun:test";
import type { EncodedFrame } from "../../src/audio/mod.ts";
import { frame, rig } from "./rig.ts";

/** A payload whose bytes are its samples, and frames of it. */
const encode = (samples: Int16Array) => Uint8Array.from(samples);
const voice = (value: number, marks: Partial<EncodedFrame> = {}) =>
  frame(value, { samples: new Int16Array(160).fill(value), turn: 1, ...marks });

describe("Pacer", () => {
  test("lowers the voice from one packet to the next without a step, and gives it back", async () => {
    const { clock, pacer, sent } = rig({ encode });
    pacer.push(voice(100));
    await clock.advance(20);
    pacer.duck(-20);
    pacer.push(voice(100));
    pacer.push(voice(100));
    await clock.advance(40);
    pacer.restore();
    pacer.push(voice(100));
    pacer.push(voice(100));
    await clock.advance(40);
    const ends = sent.map(({ payload }) => [payload[0], payload[159]]);
    expect(ends).toEqual([[100, 100], [99, 10], [10, 10], [11, 100], [100, 100]]);
    // No sample is far from the one before it.
    const line = sent.flatMap(({ payload }) => [...payload]);
    expect(Math.max(...line.slice(1).map((value, i) => Math.abs(value - line[i])))).toBe(1);
  });

  test("fades a voice that is interrupted out in one packet, and drops the rest", async () => {
    const { clock, pacer, sent, taken } = rig({ encode });
    pacer.push(voice(100, { text: "Good day." }));
    await clock.advance(20);
    pacer.push(voice(100));
    pacer.push(voice(100));
    pacer.interrupt(2);
    expect(pacer.counters.interrupted).toBe(1);
    await clock.advance(40);
    expect(taken()).toBe("100 99 .");
    expect([sent[1].payload[80], sent[1].payload[159]]).toEqual([49, 0]);
    // What faded out has left, too.
    expect(pacer.ledger.heard(1)).toEqual([{ text: "Good day.", heardMs: 40, droppedMs: 20 }]);
    pacer.push(voice(100, { turn: 2 }));
    await clock.advance(20);
    expect([...new Set(sent.at(-1)!.payload)]).toEqual([100]);
  });

  test("begins the next voice at full loudness after one that was lowered and cut off", async () => {
    const { clock, pacer, taken } = rig({ encode });
    pacer.duck(-20);
    pacer.interrupt(2);
    pacer.push(voice(100, { turn: 2 }));
    await clock.advance(20);
    expect(taken()).toBe("100");
  });

  test("holds a voice back that cannot be lowered, and loses none of it", async () => {
    const { clock, pacer, taken } = rig();
    pacer.push(voice(1));
    await clock.advance(20);
    pacer.duck(-20);
    pacer.push(voice(2));
    pacer.push(voice(3));
    await clock.advance(60);
    expect(taken()).toBe("1 . . .");
    expect(pacer.idle).toBe(false);
    pacer.restore();
    await clock.advance(40);
    expect(taken()).toBe("2 3");
  });

  test("cuts a voice off that cannot be faded", async () => {
    const { clock, pacer, taken } = rig();
    pacer.push(voice(1));
    await clock.advance(20);
    pacer.push(voice(2));
    pacer.interrupt(2);
    await clock.advance(20);
    expect(taken()).toBe("1 .");
  });

  test("tells what the caller hears: sound as loud as it left, silence, and keys", async () => {
    const heard: (number | undefined)[] = [];
    const { clock, pacer } = rig({ encode, onSound: (samples) => heard.push(samples?.[159]) });
    pacer.push(voice(100));
    await clock.advance(40);
    pacer.duck(-20);
    pacer.push(voice(100));
    await clock.advance(20);
    pacer.source(() => ({ payload: new Uint8Array(4), marker: true }));
    await clock.advance(20);
    expect(heard).toEqual([100, undefined, 10, undefined]);
  });

  test("tells of each slot that was passed over, as the caller hears silence there", async () => {
    const heard: (number | undefined)[] = [];
    const { clock, pacer } = rig({ encode, onSound: (samples) => heard.push(samples?.[159]) });
    for (const value of [10, 20, 30]) pacer.push(voice(value));
    await clock.advance(40);
    clock.stall(75);
    await clock.advance(5);
    // 60 and 80 were passed over.
    expect(heard).toEqual([10, 20, undefined, undefined, 30, undefined]);
    pacer.pause();
    await clock.advance(40);
    expect(heard.slice(6)).toEqual([undefined, undefined]);
    clock.stall(3_600_000);
    await clock.advance(5);
    expect(heard.length).toBeLessThanOrEqual(60);
  });

  test("lets no rest of a voice be heard after the keys that took its place", async () => {
    const { clock, pacer, taken } = rig({ encode });
    pacer.push(voice(100));
    await clock.advance(20);
    pacer.push(voice(100));
    let keys = 2;
    pacer.source(() => keys-- > 0 ? { payload: new Uint8Array(4), marker: true } : undefined);
    pacer.duck(-20);
    pacer.interrupt(2);
    await clock.advance(60);
    expect(taken()).toBe("100 ! ! .");
    expect(pacer.counters.interrupted).toBe(1);
    pacer.push(voice(100, { turn: 2 }));
    await clock.advance(20);
    expect(taken()).toBe("100");
  });

  test("lets no rest of a voice be heard when a call is taken off hold", async () => {
    const { clock, pacer, taken } = rig({ encode });
    pacer.push(voice(100));
    await clock.advance(20);
    pacer.push(voice(100));
    pacer.interrupt(2);
    pacer.pause();
    await clock.advance(1000);
    pacer.resume();
    await clock.advance(20);
    expect(taken()).toBe("100 .");
  });

  test("drops a voice that fades when it is stopped", async () => {
    const { clock, pacer, sent } = rig({ encode });
    pacer.push(voice(100));
    await clock.advance(20);
    pacer.push(voice(100));
    pacer.interrupt(2);
    pacer.stop();
    await clock.advance(40);
    expect(sent.length).toBe(1);
    expect(pacer.counters.interrupted).toBe(1);
  });
});
