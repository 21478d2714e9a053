import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { PlayoutLedger, type TurnPlayout } from "../../src/pacing/mod.ts";

describe("PlayoutLedger", () => {
  test("tells how much of which text of a turn has left, and when", () => {
    const ledger = new PlayoutLedger();
    ledger.sent({ turn: 3 }, 20, { at: 100 });
    ledger.sent({ turn: 3, text: "One." }, 20, { at: 120 });
    ledger.sent({ turn: 3 }, 20, { at: 140 });
    ledger.sent({ turn: 3, text: "" }, 10, { at: 160 });
    expect(ledger.turn(3)).toEqual({
      turn: 3,
      segments: [
        { text: "", heardMs: 20, droppedMs: 0 },
        { text: "One.", heardMs: 40, droppedMs: 0 },
        { text: "", heardMs: 10, droppedMs: 0 },
      ],
      heardMs: 70,
      droppedMs: 0,
      firstAt: 100,
      lastAt: 170,
      state: "playing",
    });
  });

  test("keeps the place of a text of which nothing has left", () => {
    const ledger = new PlayoutLedger();
    ledger.sent({ turn: 1, text: "Heard." }, 20, { at: 0 });
    ledger.dropped({ turn: 1 }, 20);
    ledger.dropped({ turn: 1, text: "Unheard." }, 20);
    ledger.cut(2);
    expect(ledger.heard(1)).toEqual([
      { text: "Heard.", heardMs: 20, droppedMs: 20 },
      { text: "Unheard.", heardMs: 0, droppedMs: 20 },
    ]);
    expect(ledger.turn(1)).toMatchObject({ heardMs: 20, droppedMs: 40, lastAt: 20, state: "cut" });
  });

  test("knows nothing of a turn it has not heard of, nor of frames of no turn", () => {
    const ledger = new PlayoutLedger();
    ledger.sent({ text: "Nobody's." }, 20, { at: 0 });
    expect(ledger.turn(1)).toBe(undefined);
    expect(ledger.heard(1)).toEqual([]);
  });

  test("resolves drained() when the turn is finished or cut, and never changes its mind", async () => {
    const ledger = new PlayoutLedger();
    const states: string[] = [];
    const note = ({ turn, state }: TurnPlayout) => states.push(`${turn} ${state}`);
    const waiting = [1, 2, 3, 3].map((turn) => ledger.drained(turn).then(note));
    ledger.finish(1);
    ledger.cut(3);
    ledger.cut(2);
    ledger.finish(2);
    ledger.close();
    await Promise.all(waiting);
    expect(states).toEqual(["1 finished", "2 cut", "3 cut", "3 cut"]);
    expect((await ledger.drained(1)).state).toBe("finished");
    expect((await ledger.drained(4)).state).toBe("cut");
  });

  test("takes a turn that begins after its interruption for cut", async () => {
    const ledger = new PlayoutLedger();
    ledger.cut(5);
    expect((await ledger.drained(4)).state).toBe("cut");
    let settled = false;
    ledger.drained(5).then(() => settled = true);
    await Promise.resolve();
    expect(settled).toBe(false);
  });

  test("gives copies, which later frames do not change", () => {
    const ledger = new PlayoutLedger();
    ledger.sent({ turn: 1, text: "One." }, 20, { at: 0 });
    const [before, heard] = [ledger.turn(1)!, ledger.heard(1)];
    ledger.sent({ turn: 1 }, 20, { at: 20 });
    expect([before.heardMs, before.segments[0].heardMs, heard[0].heardMs]).toEqual([20, 20, 20]);
  });

  test("forgets the oldest of many turns, and leaves nobody waiting for them", async () => {
    const ledger = new PlayoutLedger();
    const first = ledger.drained(0);
    for (let turn = 0; turn < 1000; turn++) ledger.sent({ turn }, 20, { at: turn * 20 });
    expect((await first).state).toBe("cut");
    expect(ledger.turn(0)).toBe(undefined);
    expect(ledger.turn(999)?.heardMs).toBe(20);
    let known = 0;
    for (let turn = 0; turn < 1000; turn++) if (ledger.turn(turn)) known++;
    expect(known).toBe(64);
  });

  test("adds up: every frame is heard or dropped, in one text of its turn", () => {
    const random = new SeededRandom(17);
    const ledger = new PlayoutLedger();
    const totals = new Map<number, { heard: number; dropped: number; texts: string[] }>();
    for (let i = 0; i < 5000; i++) {
      const turn = random.uint32() % 20;
      const text = random.uint32() % 7 === 0 ? `text ${i}` : undefined;
      const ms = 10 + random.uint32() % 3 * 10;
      const total = totals.get(turn) ?? { heard: 0, dropped: 0, texts: [] };
      totals.set(turn, total);
      if (text !== undefined || total.heard + total.dropped === 0) total.texts.push(text ?? "");
      if (random.uint32() % 3) {
        ledger.sent({ turn, text }, ms, { at: i * 20 });
        total.heard += ms;
      } else {
        ledger.dropped({ turn, text }, ms);
        total.dropped += ms;
      }
    }
    for (const [turn, { heard, dropped, texts }] of totals) {
      const segments = ledger.heard(turn);
      expect(segments.map(({ text }) => text)).toEqual(texts);
      expect(segments.reduce((sum, { heardMs }) => sum + heardMs, 0)).toBe(heard);
      expect(segments.reduce((sum, { droppedMs }) => sum + droppedMs, 0)).toBe(dropped);
      expect(ledger.turn(turn)).toMatchObject({ heardMs: heard, droppedMs: dropped });
    }
  });
});
