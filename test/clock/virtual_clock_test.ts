import { describe, expect, test } from "bun:test";
import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";

describe("VirtualClock", () => {
  test("runs timers in the order of their due times, then of their setting", async () => {
    const clock = new VirtualClock(1000);
    const seen: string[] = [];
    const note = (name: string) => () => void seen.push(`${name}@${clock.now()}`);
    clock.setTimer(note("c"), 30);
    clock.setTimer(note("a"), 10);
    clock.setTimer(note("b"), 10);
    clock.setTimer(note("now"), -5);
    await clock.advance(10);
    expect(seen).toEqual(["now@1000", "a@1010", "b@1010"]);
    await clock.advance(20);
    expect(seen.at(-1)).toBe("c@1030");
    expect(clock.pending).toBe(0);
  });

  test("runs timers that timers set, in the same advance", async () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    const again = () => {
      times.push(clock.now());
      clock.setTimer(again, 20);
    };
    again();
    await clock.advance(100);
    expect(times).toEqual([0, 20, 40, 60, 80, 100]);
  });

  test("does not run what was cancelled, whatever else is due then", async () => {
    const random = new SeededRandom(7);
    const clock = new VirtualClock();
    const expected: number[] = [];
    const seen: number[] = [];
    for (let i = 0; i < 500; i++) {
      const dueAt = random.uint32() % 50;
      const timer = clock.setTimer(() => seen.push(i), dueAt);
      if (random.uint32() % 2) timer.cancel();
      else expected.push(dueAt * 1000 + i);
    }
    expect(clock.pending).toBe(expected.length);
    await clock.advance(50);
    expect(seen).toEqual(expected.sort((a, b) => a - b).map((key) => key % 1000));
  });

  test("lets a long chain of streams come to rest between two timers", async () => {
    const clock = new VirtualClock();
    const arrived: [value: number, at: number][] = [];
    let chain = new ReadableStream<number>({
      start(controller) {
        let next = 0;
        const tick = () => {
          controller.enqueue(next++);
          if (next < 50) clock.setTimer(tick, 20);
          else controller.close();
        };
        clock.setTimer(tick, 20);
      },
    });
    for (let stage = 0; stage < 14; stage++) {
      chain = chain.pipeThrough(
        new TransformStream({
          async transform(value, controller) {
            for (let hop = 0; hop < 10; hop++) await null;
            controller.enqueue(value);
          },
        }),
      );
    }
    const end = chain.pipeTo(
      new WritableStream({ write: (value) => void arrived.push([value, clock.now()]) }),
    );
    await clock.advance(10_000);
    await end;
    expect(arrived).toEqual(Array.from({ length: 50 }, (_, i) => [i, (i + 1) * 20]));
  });

  test("rejects with what a callback throws, and goes on from there", async () => {
    const clock = new VirtualClock();
    let later = false;
    clock.setTimer(() => {
      throw new TypeError("in a timer");
    }, 5);
    clock.setTimer(() => later = true, 6);
    await expect(clock.advance(10)).rejects.toThrow("in a timer");
    expect(clock.now()).toBe(5);
    expect(later).toBe(false);
    await clock.advance(1);
    expect(later).toBe(true);
  });

  test("runs late what fell due while it stalled", async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    for (const ms of [20, 10, 60]) clock.setTimer(() => seen.push(`${ms}@${clock.now()}`), ms);
    clock.stall(50);
    expect(seen).toEqual([]);
    await clock.advance(0);
    expect(seen).toEqual(["10@50", "20@50"]);
    await clock.advance(10);
    expect(seen[2]).toBe("60@60");
    expect(() => clock.stall(-1)).toThrow(RangeError);
  });

  test("refuses to go back, a delay that is no number, and two movers at once", async () => {
    const clock = new VirtualClock();
    await expect(clock.advance(-1)).rejects.toThrow(RangeError);
    expect(() => clock.setTimer(() => {}, NaN)).toThrow(RangeError);
    const first = clock.advance(1);
    await expect(clock.advance(1)).rejects.toThrow("moves already");
    await first;
  });
});

describe("VirtualClock.runUntil()", () => {
  test("stops at the moment the promise resolves and returns its value", async () => {
    const clock = new VirtualClock();
    const promise = new Promise<string>((resolve) => {
      clock.setTimer(() => resolve("done"), 300);
    });
    clock.setTimer(() => {}, 301);
    expect(await clock.runUntil(promise)).toBe("done");
    expect(clock.now()).toBe(300);
  });

  test("passes on a rejection", async () => {
    const clock = new VirtualClock();
    const promise = new Promise<never>((_, reject) => {
      clock.setTimer(() => reject(new SyntaxError("bad")), 3);
    });
    await expect(clock.runUntil(promise)).rejects.toThrow(SyntaxError);
  });

  test("stops when the condition holds", async () => {
    const clock = new VirtualClock();
    let count = 0;
    const tick = () => {
      count++;
      clock.setTimer(tick, 20);
    };
    clock.setTimer(tick, 20);
    await clock.runUntil(() => count === 7);
    expect(clock.now()).toBe(140);
  });

  test("says why it gives up", async () => {
    const clock = new VirtualClock();
    await expect(clock.runUntil(() => false)).rejects.toThrow("no timer is pending");
    clock.setTimer(() => {}, 1001);
    const waiting = clock.runUntil(new Promise(() => {}), { limitMs: 1000 });
    await expect(waiting).rejects.toThrow("1000 ms have passed");
    expect(clock.now()).toBe(0);
  });
});
