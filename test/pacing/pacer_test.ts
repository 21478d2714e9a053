import { describe, expect, test } from "bun:test";
import type { EncodedFrame } from "../../src/audio/mod.ts";
import { SeededRandom, Ticker, VirtualClock } from "../../src/clock/mod.ts";
import { Pacer } from "../../src/pacing/mod.ts";
import { frame, rig, SILENCE } from "./rig.ts";

describe("Pacer", () => {
  test("sends one packet every 20 ms: frames, or silence where there is none", async () => {
    const { clock, pacer, sent, taken } = rig();
    await clock.advance(40);
    pacer.push(frame(1));
    pacer.push(frame(2));
    await clock.advance(60);
    expect(taken()).toBe(". . 1 2 .");
    expect(sent.map(({ at }) => at)).toEqual([20, 40, 60, 80, 100]);
    expect(sent.map(({ mediaTime }) => mediaTime)).toEqual([0, 160, 320, 480, 640]);
    expect(sent[0].payload).toBe(SILENCE);
    expect(pacer.counters).toMatchObject({ audio: 2, silence: 3, events: 0, missed: 0 });
  });

  test("marks the first sound after silence, and no other packet", async () => {
    const { clock, pacer, sent } = rig();
    for (const talks of [0, 1, 1, 0, 0, 1, 0, 1, 1, 1]) {
      if (talks) pacer.push(frame(1));
      await clock.advance(20);
    }
    expect(sent.map(({ marker }) => marker ? 1 : 0)).toEqual([0, 1, 0, 0, 0, 1, 0, 1, 0, 0]);
  });

  test("never bunches after a stall: speech is late but whole, and the timestamp shows the gap", async () => {
    const { clock, pacer, sent, taken } = rig();
    for (const value of [1, 2, 3, 4]) pacer.push(frame(value));
    await clock.advance(40);
    clock.stall(75);
    await clock.advance(5);
    // 60 and 80 are missed; the packet of 100 leaves at 115, late as it is.
    expect(taken()).toBe("1 2 3 4");
    expect(sent.map(({ at }) => at)).toEqual([20, 40, 115, 120]);
    expect(sent.map(({ mediaTime }) => mediaTime)).toEqual([0, 160, 640, 800]);
    expect(sent.map(({ marker }) => marker)).toEqual([true, false, true, false]);
    expect(pacer.counters.missed).toBe(2);
  });

  test("takes frames of other lengths in their own time", async () => {
    const { clock, pacer, sent, mediaTime } = rig();
    const durations = [320, 320, 160, 80, 80, 240, 240, 160];
    for (const [i, duration] of durations.entries()) pacer.push(frame(i, { duration }));
    await clock.advance(220);
    expect(sent.slice(0, 8).map(({ at }) => at)).toEqual([20, 60, 100, 120, 120, 140, 160, 200]);
    expect(mediaTime()).toBe(11 * 160);
  });

  test("lets a frame without sound take its time as silence", async () => {
    const { clock, pacer, taken } = rig();
    const empty = { payload: new Uint8Array(0) };
    pacer.push(frame(1, { turn: 1 }));
    pacer.push(frame(2, { kind: "silence", turn: 1, ...empty }));
    pacer.push(frame(3, { turn: 1 }));
    await clock.advance(60);
    expect(taken()).toBe("1 . 3");
    expect(pacer.ledger.turn(1)?.heardMs).toBe(60);
  });

  test("lets a source put its packets in the place of sound, which waits", async () => {
    const { clock, pacer, sent, taken } = rig();
    for (const value of [1, 2, 3]) pacer.push(frame(value));
    await clock.advance(20);
    const key = { payload: Uint8Array.of(5, 10, 0, 160), payloadType: 101, marker: true, age: 160 };
    const packets = [key, undefined, key];
    pacer.source(() => packets.shift());
    await clock.advance(80);
    expect(taken()).toBe("1 ! 2 ! 3");
    expect(sent[1]).toMatchObject({ ...key, kind: "event", duration: 160, mediaTime: 160 });
    pacer.source(undefined);
    expect(pacer.counters.events).toBe(2);
  });

  test("sends nothing while paused, and the timestamp goes on", async () => {
    const { clock, pacer, sent, taken } = rig();
    for (const value of [1, 2]) pacer.push(frame(value));
    await clock.advance(20);
    pacer.pause();
    await clock.advance(100);
    pacer.resume();
    await clock.advance(20);
    expect(taken()).toBe("1 2");
    expect(sent[1]).toMatchObject({ at: 140, mediaTime: 6 * 160, marker: true });
  });

  test("is idle when nothing waits and silence was last", async () => {
    const { clock, pacer } = rig();
    expect(pacer.idle).toBe(true);
    pacer.push(frame(1));
    expect(pacer.idle).toBe(false);
    await clock.advance(20);
    expect(pacer.idle).toBe(false);
    await clock.advance(20);
    expect(pacer.idle).toBe(true);
  });

  test("sends nothing more once stopped, leaves no timer, and lets the chain run dry", async () => {
    const { clock, ticker, pacer, taken } = rig();
    pacer.push(frame(1, { turn: 1 }));
    const blocked = pacer.push(frame(2, { turn: 1 }));
    pacer.stop();
    pacer.stop();
    await blocked;
    expect(pacer.push(frame(3))).toBe(undefined);
    await clock.advance(100);
    expect(taken()).toBe("");
    expect([ticker.size, clock.pending]).toEqual([0, 0]);
    expect(await pacer.drained(1)).toMatchObject({ state: "cut", heardMs: 0, droppedMs: 40 });
  });

  test("refuses a clock rate that is none", () => {
    for (const clockRate of [0, -8000, NaN]) {
      expect(() => rig({ clockRate })).toThrow(RangeError);
    }
  });
});

describe("Pacer.interrupt()", () => {
  test("drops what waits and what is still to come of earlier turns, at once", async () => {
    const { clock, pacer, taken } = rig();
    pacer.push(frame(1, { turn: 1, text: "Heard." }));
    await clock.advance(20);
    pacer.push(frame(2, { turn: 1, text: "Unheard." }));
    const blocked = pacer.push(frame(3, { turn: 1 }));
    pacer.interrupt(2);
    await blocked;
    expect(pacer.push(frame(4, { turn: 1 }))).toBe(undefined);
    pacer.push(frame(5, { turn: 2 }));
    await clock.advance(40);
    expect(taken()).toBe("1 5 .");
    expect(pacer.counters.interrupted).toBe(3);
    expect(pacer.ledger.heard(1)).toEqual([
      { text: "Heard.", heardMs: 20, droppedMs: 0 },
      { text: "Unheard.", heardMs: 0, droppedMs: 60 },
    ]);
  });

  test("never goes back to an earlier turn, and leaves frames of no turn alone", async () => {
    const { clock, pacer, taken } = rig();
    pacer.push(frame(1));
    pacer.interrupt(5);
    pacer.interrupt(3);
    pacer.push(frame(2, { turn: 4 }));
    pacer.push(frame(3, { turn: 5 }));
    await clock.advance(60);
    expect(taken()).toBe("1 3 .");
  });
});

describe("Pacer.drained()", () => {
  test("resolves when the frame that ends the turn has left", async () => {
    const { clock, pacer } = rig();
    pacer.push(frame(1, { turn: 1, text: "Hello." }));
    pacer.push(frame(2, { turn: 1, endOfTurn: true }));
    const playout = await clock.runUntil(pacer.drained(1));
    expect(clock.now()).toBe(40);
    expect(playout).toMatchObject({ state: "finished", heardMs: 40, firstAt: 20, lastAt: 60 });
  });

  test("resolves after finish() when silence or another turn follows the last frame", async () => {
    const { clock, pacer } = rig();
    pacer.push(frame(1, { turn: 1 }));
    pacer.finish(1);
    const playout = await clock.runUntil(pacer.drained(1));
    expect([clock.now(), playout.state, playout.heardMs]).toEqual([40, "finished", 20]);
    pacer.push(frame(2, { turn: 2 }));
    pacer.push(frame(3, { turn: 3 }));
    pacer.finish(2);
    expect((await clock.runUntil(pacer.drained(2))).state).toBe("finished");
    expect(clock.now()).toBe(80);
  });

  test("resolves for a turn that had nothing to say", async () => {
    const { clock, pacer } = rig();
    pacer.finish(1);
    const playout = await clock.runUntil(pacer.drained(1));
    expect(playout).toMatchObject({ state: "finished", heardMs: 0, firstAt: undefined });
  });

  test("resolves at once when the turn is cut", async () => {
    const { pacer } = rig();
    const drained = pacer.drained(1);
    pacer.interrupt(2);
    expect((await drained).state).toBe("cut");
  });
});

describe("Pacer of a live chain", () => {
  test("holds nobody back, and drops what would be late for ever", async () => {
    const { clock, pacer, taken } = rig({ live: true });
    let value = 0;
    for (let i = 0; i < 3; i++) expect(pacer.push(frame(value++))).toBe(undefined);
    for (let i = 0; i < 120; i++) {
      await clock.advance(20);
      pacer.push(frame(value++));
    }
    taken();
    // Three frames too many waited all the time; now each leaves at the next tick.
    expect(pacer.counters.stale).toBe(2);
    await clock.advance(20);
    expect(taken()).toBe(`${value - 1}`);
  });

  test("is rid of the delay of a stall within 100 ms", async () => {
    const { clock, pacer, taken } = rig({ live: true });
    for (let i = 0; i < 200; i++) {
      pacer.push(frame(1));
      await clock.advance(20);
    }
    clock.stall(120);
    for (let i = 0; i < 6; i++) pacer.push(frame(2));
    for (let i = 10; i < 16; i++) {
      await clock.advance(20);
      pacer.push(frame(i));
    }
    taken();
    await clock.advance(20);
    expect(taken()).toBe("15");
    expect(pacer.counters.stale).toBe(4);
  });

  test("is rid of a delay that its first frames have within 100 ms", async () => {
    for (let silent = 0; silent < 20; silent++) {
      const { clock, pacer, taken } = rig({ live: true });
      await clock.advance(20 * silent);
      for (let i = 0; i < 3; i++) pacer.push(frame(1));
      for (let i = 10; i < 16; i++) {
        await clock.advance(20);
        pacer.push(frame(i));
      }
      taken();
      await clock.advance(20);
      expect(taken()).toBe("15");
      expect(pacer.counters.stale).toBe(2);
    }
  });

  test("keeps at most 200 ms of a burst", async () => {
    const { clock, pacer, taken } = rig({ live: true });
    for (let i = 0; i < 30; i++) pacer.push(frame(i));
    expect(pacer.counters.stale).toBe(20);
    await clock.advance(20);
    expect(taken()).toBe("20");
  });

  test("makes a source that never waits give the process back at each tick", async () => {
    const { clock, pacer, sent } = rig({ live: true });
    const endless = new ReadableStream<EncodedFrame>({
      pull: (controller) => controller.enqueue(frame(1)),
    });
    const abort = new AbortController();
    const piped = endless.pipeTo(pacer.writable, { signal: abort.signal }).catch(() => {});
    await clock.advance(100);
    expect(sent.length).toBe(5);
    expect(pacer.counters.stale).toBeLessThan(1000);
    abort.abort();
    await clock.runUntil(piped);
  });

  test("leaves alone what waits only now and then, for that is the jitter of the line", async () => {
    const { clock, pacer, sent } = rig({ live: true });
    for (let i = 0; i < 200; i++) {
      if (i % 10 !== 9) pacer.push(frame(1));
      if (i % 10 === 0 && i > 0) pacer.push(frame(1));
      await clock.advance(20);
    }
    expect(pacer.counters.stale).toBe(0);
    expect(sent.filter(({ kind }) => kind === "audio").length).toBe(pacer.counters.audio);
  });
});

describe("Pacer after arrivals", () => {
  test("sends what is answered at once 1 to 2.5 ms after it came, whatever the caller's phase", async () => {
    for (let phase = 0; phase < 20; phase += 1.7) {
      const { clock, pacer, sent } = rig({ live: true });
      await clock.advance(200 + phase);
      const waits: number[] = [];
      for (let i = 0; i < 100; i++) {
        const at = clock.now();
        const before = sent.length;
        pacer.arrived(at);
        pacer.push(frame(i));
        await clock.advance(20);
        if (i < 15) continue;
        const answer = sent.slice(before).find(({ payload }) => payload[0] === i)!;
        waits.push(answer.at - at);
      }
      expect(Math.min(...waits) >= 0.75 && Math.max(...waits) <= 2.5).toBe(true);
    }
  });

  test("has no two packets closer than 19 ms once it has found the phase", async () => {
    const random = new SeededRandom(4);
    const { clock, pacer, sent } = rig();
    for (let i = 0; i < 2000; i++) {
      await clock.advance(15 + (random.uint32() % 1000) / 100);
      pacer.arrived(clock.now());
      pacer.push(frame(1));
    }
    const gaps = sent.slice(1).map(({ at }, i) => at - sent[i].at).slice(20);
    expect(Math.min(...gaps) >= 19).toBe(true);
    expect(Math.max(...gaps) <= 21).toBe(true);
  });
});

describe("Pacer, whatever happens", () => {
  for (let seed = 1; seed <= 25; seed++) {
    test(`keeps order, spacing, time and the books (seed ${seed})`, async () => {
      const random = new SeededRandom(seed);
      const dice = (sides: number) => random.uint32() % sides;
      const clock = new VirtualClock();
      const ticker = new Ticker(clock);
      const left: { at: number; id: number | undefined; turn: number; mediaTime: number }[] = [];
      const pushed: EncodedFrame[] = [];
      let mediaTime = 0;
      let turn = 0;
      let audible = false;
      const pacer = new Pacer({
        clock,
        ticker,
        clockRate: 16_000,
        silence: new Uint8Array(1),
        emit: (payload, { duration, marker, kind }) => {
          const sound = pushed.find((frame) => frame.payload === payload);
          expect(kind).toBe(sound ? "audio" : payload.length === 1 ? "silence" : "event");
          if (kind !== "event") {
            expect(marker).toBe(kind === "audio" && !audible);
            audible = kind === "audio";
          }
          if (sound) expect(sound.turn! >= turn).toBe(true);
          left.push({ at: clock.now(), id: sound?.timestamp, turn: sound?.turn ?? -1, mediaTime });
          mediaTime += duration;
        },
        skip: (duration) => {
          mediaTime += duration;
          audible = false;
        },
      });
      const start = 20 + pacer.phaseMs;
      for (let step = 0; step < 400; step++) {
        const what = dice(20);
        if (what < 10) {
          const payload = new Uint8Array(2);
          const marks = { turn: turn + dice(2), text: dice(5) ? undefined : `text ${step}` };
          const next: EncodedFrame = {
            kind: "audio",
            payload,
            timestamp: pushed.length,
            duration: 320,
            ...marks,
          };
          pushed.push(next);
          pacer.push(next);
        } else if (what === 10) pacer.interrupt(++turn);
        else if (what === 11) clock.stall(dice(100));
        else if (what === 12) pacer.pause();
        else if (what < 15) pacer.resume();
        else if (what === 15) {
          let packets = dice(4);
          const payload = new Uint8Array(4);
          pacer.source(() => packets-- > 0 ? { payload, marker: false } : undefined);
        }
        await clock.advance(dice(30));
      }
      // The RTP clock goes with the real one: a tick is due, or has just been.
      const ticks = Math.floor((clock.now() - start) / 20) + 1;
      expect(mediaTime).toBe(ticks * 320);
      // One packet a tick.
      const tickOf = ({ at }: { at: number }) => Math.floor((at - start) / 20);
      expect(new Set(left.map(tickOf)).size).toBe(left.length);
      // In order within what was let go, each once.
      const ids = left.flatMap(({ id }) => id ?? []);
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
      pacer.stop();
      expect(ids.length + pacer.counters.interrupted).toBe(pushed.length);
      for (let turn = 0; turn <= pushed.at(-1)!.turn!; turn++) {
        const all = pushed.filter((frame) => frame.turn === turn);
        const heard = all.filter(({ timestamp }) => ids.includes(timestamp));
        const playout = pacer.ledger.turn(turn);
        expect(playout?.heardMs ?? 0).toBe(heard.length * 20);
        expect(playout?.droppedMs ?? 0).toBe((all.length - heard.length) * 20);
        const texts = all.flatMap(({ text }) => text ?? []);
        expect((playout?.segments ?? []).map(({ text }) => text).filter((text) => text !== ""))
          .toEqual(texts);
      }
      expect(clock.pending).toBe(0);
    });
  }
});
