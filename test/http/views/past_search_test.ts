import { describe, expect, test } from "bun:test";
import type { CallRecord } from "../../../src/call/mod.ts";
import type { PastCallNotes } from "../../../src/http/views/past_calls.ts";
import { PastSearch, type PastSearchOptions } from "../../../src/http/views/past_search.ts";

function notes(more: Readonly<Record<string, unknown>> = {}): PastCallNotes {
  const record = {
    id: "f3b1@10.0.0.7",
    from: { user: "+4930901820", name: "Ada Bergér" },
    to: { user: "reception" },
    answeredAt: "2026-11-27T09:30:00.000Z",
    end: { cause: "remote", reason: "NORMAL_CLEARING", transferredTo: "1001" },
    ...more,
  };
  return {
    record: record as unknown as CallRecord,
    transcript: [
      { at: 1, turn: 1, who: "caller", text: "Have you a room?" },
      { at: 2, turn: 1, who: "agent", text: "Yes, a double", cut: "with a view." },
    ],
    timings: [],
  };
}

const finds = (options: PastSearchOptions, more?: Readonly<Record<string, unknown>>) =>
  new PastSearch(options).finds(notes(more));

describe("PastSearch", () => {
  test.each([
    ["", true],
    ["  ", true],
    ["ada", true],
    ["BERGÉR", true],
    ["0901", true],
    ["reception", true],
    ["f3b1@", true],
    ["1001", true],
    ["normal_clearing", true],
    ["room", true],
    ["view", true],
    ["view   ADA room", true],
    ["ada nobody", false],
    // Words that only meet where two texts are joined.
    ["room?yes", false],
    [".*", false],
  ])("finds by %j: %j", (words, isFound) => {
    expect(finds({ words })).toBe(isFound);
  });

  test.each(
    [
      [{}, "answered"],
      [{ answeredAt: undefined, end: { cause: "local", status: 503 } }, "refused"],
      [{ answeredAt: undefined, end: { cause: "cancelled" } }, "unanswered"],
    ] as const,
  )("tells what became of %j", (more, kind) => {
    const kinds = ["answered", "refused", "unanswered"] as const;
    expect(kinds.filter((only) => finds({ only }, more))).toEqual([kind]);
  });

  test("knows what there is of a call", () => {
    expect(finds({ only: "recorded" })).toBe(false);
    expect(finds({ only: "recorded" }, { recording: { path: "x", outcome: "failed" } })).toBe(
      false,
    );
    expect(finds({ only: "recorded" }, { recording: { path: "x", outcome: "finished" } })).toBe(
      true,
    );
    expect([999, 1000].map((p95) => finds({ only: "slow" }, { latency: { p95 } })))
      .toEqual([false, true]);
    expect(finds({ only: "slow" })).toBe(false);
    expect(finds({ only: "answered", words: "nobody" })).toBe(false);
  });

  test("counts what it has read, and reads no words of a call that its names find", () => {
    const search = new PastSearch({ words: "ada" });
    search.finds(notes());
    const names = search.read;
    expect(names).toBeGreaterThan(20);
    const all = new PastSearch({ words: "nobody" });
    all.finds(notes());
    expect(all.read).toBe(names + "Have you a room?Yes, a doublewith a view.".length);
  });
});
