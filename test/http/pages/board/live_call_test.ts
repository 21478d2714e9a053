import { describe, expect, test } from "bun:test";
import { pageModule } from "../../../support/page_module.ts";

interface Entry {
  readonly at: number;
  readonly turn: number;
  readonly who: "caller" | "agent";
  readonly text: string;
  readonly cut?: string;
  readonly isPartial?: boolean;
}

interface Call {
  readonly transcript: Entry[];
  readonly timings: { readonly turn: number }[];
  end?: { readonly at: number };
  note(entry: Entry): void;
  time(timing: { readonly turn: number }): void;
  fill(transcript: readonly Entry[], timings: readonly { readonly turn: number }[]): void;
  durationMs(now: number): number;
}

const { LiveCall } = await pageModule<{ LiveCall: new (view: object) => Call }>(
  "board/live_call.js",
);

const call = () => new LiveCall({ startedAt: 1000, answeredAt: 2000 });
const texts = ({ transcript }: Call) => transcript.map(({ text, cut }) => cut ? [text, cut] : text);

describe("LiveCall", () => {
  test("puts the final words in the place of the partial ones", () => {
    const it = call();
    it.note({ at: 1, turn: 1, who: "caller", text: "A", isPartial: true });
    it.note({ at: 1, turn: 1, who: "caller", text: "A room", isPartial: true });
    it.note({ at: 2, turn: 1, who: "caller", text: "A room?" });
    it.note({ at: 9, turn: 2, who: "caller", text: "Hello?" });
    expect(texts(it)).toEqual(["A room?", "Hello?"]);
  });

  test("takes what was cut from an answer that it knows whole", () => {
    const it = call();
    it.note({ at: 5, turn: 1, who: "agent", text: "Yes. With a view." });
    it.note({ at: 7, turn: 2, who: "caller", text: "Great." });
    it.note({ at: 5, turn: 1, who: "agent", text: "Yes.", cut: "With a view." });
    expect(texts(it)).toEqual([["Yes.", "With a view."], "Great."]);
  });

  test("puts an answer where it began, when it is told late", () => {
    const it = call();
    it.note({ at: 7, turn: 2, who: "caller", text: "Great." });
    it.note({ at: 5, turn: 1, who: "agent", text: "Yes." });
    expect(texts(it)).toEqual(["Yes.", "Great."]);
  });

  test("puts what it was told while it asked after what it is told of the past", () => {
    const it = call();
    it.note({ at: 9, turn: 2, who: "caller", text: "New." });
    it.time({ turn: 2 });
    it.fill([{ at: 5, turn: 1, who: "agent", text: "Old." }], [{ turn: 1 }]);
    expect(texts(it)).toEqual(["Old.", "New."]);
    expect(it.timings.map(({ turn }) => turn)).toEqual([1, 2]);
  });

  test("takes what it is told of the past for newer than what it knew of it", () => {
    const it = call();
    it.note({ at: 1, turn: 1, who: "caller", text: "A roo", isPartial: true });
    it.note({ at: 5, turn: 1, who: "agent", text: "Yes. With a view." });
    it.fill([
      { at: 1, turn: 1, who: "caller", text: "A room?" },
      { at: 5, turn: 1, who: "agent", text: "Yes.", cut: "With a view." },
    ], []);
    expect(texts(it)).toEqual(["A room?", ["Yes.", "With a view."]]);
  });

  test("does not take back what it was told since that was asked", () => {
    const it = call();
    it.note({ at: 2, turn: 1, who: "caller", text: "A room?" });
    it.note({ at: 5, turn: 1, who: "agent", text: "Yes.", cut: "With a view." });
    it.time({ turn: 2 });
    it.fill([
      { at: 1, turn: 1, who: "caller", text: "A roo", isPartial: true },
      { at: 5, turn: 1, who: "agent", text: "Yes. With a view." },
    ], [{ turn: 1 }, { turn: 2 }]);
    expect(texts(it)).toEqual(["A room?", ["Yes.", "With a view."]]);
    expect(it.timings.map(({ turn }) => turn)).toEqual([1, 2]);
  });

  test("keeps the latest of a call that does not end", () => {
    const it = call();
    for (let at = 0; at < 600; at++) it.note({ at, turn: at, who: "caller", text: String(at) });
    expect([it.transcript.length, it.transcript[0].text]).toEqual([500, "100"]);
  });

  test("lasts from its answer to its end", () => {
    const it = call();
    expect(it.durationMs(5000)).toBe(3000);
    it.end = { at: 4000 };
    expect(it.durationMs(9000)).toBe(2000);
  });
});
