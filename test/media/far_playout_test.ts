import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../src/clock/mod.ts";
import { FarPlayout } from "../../src/media/mod.ts";

/** One that has told once, and was sent so many packets of 20 ms. */
function scene(packets: number) {
  const clock = new VirtualClock(7);
  const playout = new FarPlayout(clock);
  playout.played(0);
  const send = (count: number, ms = 20) => {
    for (let n = 0; n < count; n++) playout.sent(ms);
  };
  send(packets);
  return { clock, playout, send };
}

describe("FarPlayout", () => {
  test("takes what was sent for played by who has never told", () => {
    const playout = new FarPlayout(new VirtualClock());
    for (let n = 0; n < 500; n++) playout.sent(20);
    expect([playout.unplayed, playout.hasRoom]).toEqual([0, true]);
    playout.played(9900);
    expect(playout.unplayed).toBe(5);
  });

  test("counts a packet as played when all of it was, give or take what rounding makes", () => {
    const { playout } = scene(3);
    const unplayed = [0, 18, 19, 39.9, 58.9, 60.4].map((ms) => {
      playout.played(ms);
      return playout.unplayed;
    });
    expect(unplayed).toEqual([3, 3, 2, 1, 1, 0]);
  });

  test.each([[NaN], [Infinity], [-1], [62]])("passes over %d of 60 ms", (ms) => {
    const { playout } = scene(3);
    playout.played(ms);
    expect(playout.unplayed).toBe(3);
  });

  test("knows nothing less than before", () => {
    const { playout } = scene(3);
    playout.played(40);
    playout.played(20);
    expect(playout.unplayed).toBe(1);
  });

  test("has no less room for what was told before than for what is told again", () => {
    const { playout } = scene(100);
    playout.played(1000);
    playout.played(200);
    expect(playout.hasRoom).toBe(true);
  });

  test("has room again once the other side was told to drop what it has", () => {
    const { playout } = scene(100);
    expect(playout.hasRoom).toBe(false);
    playout.cleared();
    expect([playout.hasRoom, playout.unplayed]).toEqual([true, 0]);
  });

  test("remembers two seconds for who has told nothing so far", () => {
    const playout = new FarPlayout(new VirtualClock());
    for (let n = 0; n < 500; n++) playout.sent(20);
    playout.played(0);
    expect(playout.unplayed).toBe(100);
  });

  test("takes a silence that need not be sent for played with the sound before it", () => {
    const { playout, send } = scene(0);
    send(2, 0);
    expect(playout.unplayed).toBe(0);
    send(1);
    send(3, 0);
    expect(playout.unplayed).toBe(4);
    playout.played(20);
    expect(playout.unplayed).toBe(0);
  });

  test("has no room for more than 1.5 s ahead, until half of it was played", () => {
    const { playout, send } = scene(75);
    expect(playout.hasRoom).toBe(true);
    send(1);
    expect(playout.hasRoom).toBe(false);
    playout.played(760);
    expect(playout.hasRoom).toBe(false);
    playout.played(780);
    expect(playout.hasRoom).toBe(true);
  });

  test("forgets what it has told to drop, whenever it is told of that again", () => {
    const { playout, send } = scene(50);
    playout.cleared();
    expect([playout.unplayed, playout.hasRoom]).toEqual([0, true]);
    send(2);
    playout.played(400);
    expect(playout.unplayed).toBe(2);
    playout.played(1020);
    expect(playout.unplayed).toBe(1);
  });

  test("does not trust who has told nothing for ten seconds, though something waits", async () => {
    const { clock, playout, send } = scene(80);
    await clock.advance(10_000);
    expect([playout.unplayed, playout.hasRoom]).toEqual([80, false]);
    await clock.advance(1);
    expect([playout.unplayed, playout.hasRoom]).toEqual([0, true]);
    playout.played(1600);
    send(1);
    expect(playout.unplayed).toBe(1);
    // Where nothing waits there is nothing to tell.
    playout.played(1620);
    await clock.advance(60_000);
    send(1);
    expect(playout.unplayed).toBe(1);
  });
});
