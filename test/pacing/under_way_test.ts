import { describe, expect, test } from "bun:test";
import { frame, rig } from "./rig.ts";

/** A pacer that is told what is played: `unplayed` of the packets that left last are not. */
function scene() {
  const far = { unplayed: 0, hasRoom: true };
  const one = rig({ unplayed: () => far.unplayed, hasRoom: () => far.hasRoom });
  const speak = (count: number, turn = 1) => {
    for (let n = 0; n < count; n++) {
      void one.pacer.push(frame(n + 1, { turn, ...(n === 0 && { text: "Good day." }) }));
    }
  };
  return { ...one, far, speak };
}

describe("Pacer, told what is played", () => {
  test("counts as heard what was played, and as dropped what was not when it is interrupted", async () => {
    const { clock, pacer, far, speak } = scene();
    speak(10);
    far.unplayed = 3;
    await clock.advance(140); // seven have left
    await clock.advance(1);
    expect(pacer.ledger.heard(1)).toEqual([{ text: "Good day.", heardMs: 60, droppedMs: 0 }]);
    pacer.interrupt(2);
    // Four of seven were played; three were under way, and three had not left.
    expect(pacer.ledger.heard(1)).toEqual([{ text: "Good day.", heardMs: 80, droppedMs: 120 }]);
    expect(pacer.idle).toBe(false);
    await clock.advance(20);
    expect(pacer.idle).toBe(true);
    pacer.stop();
  });

  test("tells at once that a text leaves, and when it was played that it is over", async () => {
    const { clock, pacer, far } = scene();
    const began = pacer.ledger.began(1, 0);
    const replied = pacer.ledger.replied(1, 1);
    void pacer.push(frame(1, { turn: 1, text: "Yes.", endOfTurn: true }));
    far.unplayed = 20;
    expect(await clock.runUntil(began)).toBe(20);
    await clock.advance(200);
    expect(pacer.ledger.turn(1)).toMatchObject({ state: "playing", firstAt: 20, heardMs: 0 });
    expect(pacer.idle).toBe(false);
    far.unplayed = 0;
    expect(await clock.runUntil(replied)).toBe(240);
    expect(pacer.ledger.turn(1)).toMatchObject({ state: "finished", firstAt: 20, heardMs: 20 });
    pacer.stop();
  });

  test("ends a turn behind its own last frame, though silence from before it is under way", async () => {
    const { clock, pacer, far, speak } = scene();
    far.unplayed = 10;
    await clock.advance(60);
    speak(1);
    await clock.advance(20);
    pacer.finish(1);
    far.unplayed = 4;
    await clock.advance(40);
    expect(pacer.ledger.turn(1)!.state).toBe("playing");
    far.unplayed = 0;
    await clock.advance(20);
    expect(pacer.ledger.turn(1)).toMatchObject({ state: "finished", heardMs: 20 });
    pacer.stop();
  });

  test("lets what waits leave later where there is no room, and loses none of it", async () => {
    const { clock, pacer, far, speak, taken, mediaTime } = scene();
    speak(4);
    await clock.advance(40);
    far.hasRoom = false;
    await clock.advance(100);
    expect(taken()).toBe("1 2");
    far.hasRoom = true;
    await clock.advance(60);
    expect(taken()).toBe("3 4 .");
    expect(mediaTime()).toBe(10 * 160);
    pacer.stop();
  });

  test("ends when the last of it was played", async () => {
    const { clock, pacer, far, speak } = scene();
    speak(2);
    far.unplayed = 9;
    let isOver = false;
    void pacer.end().then(() => isOver = true);
    await clock.advance(100);
    expect(isOver).toBe(false);
    far.unplayed = 0;
    await clock.advance(20);
    expect([isOver, pacer.ledger.turn(1)!.heardMs]).toEqual([true, 40]);
  });

  test("drops what is under way when it is stopped", async () => {
    const { clock, pacer, far, speak } = scene();
    speak(2);
    far.unplayed = 9;
    await clock.advance(40);
    pacer.stop();
    expect(pacer.ledger.turn(1)).toMatchObject({ state: "cut", heardMs: 0, droppedMs: 40 });
  });
});
