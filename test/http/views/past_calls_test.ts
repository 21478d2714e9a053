import { describe, expect, test } from "bun:test";
import type { CallRecord } from "../../../src/call/mod.ts";
import { PastCalls } from "../../../src/http/views/past_calls.ts";

function past(most: number, ids: readonly string[]): PastCalls {
  const calls = new PastCalls(most);
  for (const id of ids) {
    const recording = { path: "/secret/place.wav", outcome: "finished" };
    const record = { id, recording } as unknown as CallRecord;
    calls.push({ record, transcript: [], timings: [] });
  }
  return calls;
}

/** Adds a call of which something is known. */
function push(
  calls: PastCalls,
  id: string,
  { to = "1000", said = [] }: { readonly to?: string; readonly said?: readonly string[] },
): void {
  const record = { id, from: { user: "1001" }, to: { user: to }, end: { cause: "remote" } };
  const transcript = said.map((text, at) => ({ at, turn: at, who: "caller" as const, text }));
  calls.push({ record: record as unknown as CallRecord, transcript, timings: [] });
}

const idsOf = ({ calls }: { readonly calls: readonly { readonly id: string }[] }) =>
  calls.map(({ id }) => id);

const ids = (page: Parameters<typeof idsOf>[0]) => idsOf(page).join("");

describe("PastCalls", () => {
  test("gives pages, the latest first, until there are no more", () => {
    const calls = past(10, ["a", "b", "c", "d", "e"]);
    const first = calls.page({ limit: 2 });
    const second = calls.page({ limit: 2, before: first.next });
    const third = calls.page({ limit: 2, before: second.next });
    expect([first, second, third].map(ids)).toEqual(["ed", "cb", "a"]);
    expect(third.next).toBe(undefined);
  });

  test("gives a page none of which is given again when calls end meanwhile", () => {
    const calls = past(3, ["a", "b", "c"]);
    const { next } = calls.page({ limit: 1 });
    for (const id of ["d", "e"]) {
      calls.push({ record: { id } as CallRecord, transcript: [], timings: [] });
    }
    expect(ids(calls.page({ limit: 5, before: next }))).toBe("");
    expect(ids(calls.page({ limit: 5 }))).toBe("edc");
  });

  test("finds the latest of those that have one id, as of a caller who was cut off", () => {
    const calls = past(10, ["a", "b", "a"]);
    calls.find("a");
    expect(calls.find("a")).not.toBe(undefined);
    expect(calls.find("z")).toBe(undefined);
    expect(past(1, ["a", "b"]).find("a")).toBe(undefined);
  });

  test("says that there is a recording, and not where", () => {
    const [call] = past(10, ["a"]).page({ limit: 1 }).calls;
    expect([call.hasRecording, JSON.stringify(call).includes("secret")]).toEqual([true, false]);
  });

  test("finds what is looked for on pages, each of which begins where the one before it ended", () => {
    const calls = past(20, []);
    for (let i = 0; i < 20; i++) push(calls, String(i), { to: i % 4 === 0 ? "sales" : "support" });
    const first = calls.page({ limit: 3, words: "SALES" });
    const second = calls.page({ limit: 3, words: "SALES", before: first.next });
    expect([first, second].map(idsOf)).toEqual([["16", "12", "8"], ["4", "0"]]);
    expect(second.next).toBe(undefined);
    expect(calls.page({ limit: 3, words: "nobody" })).toEqual({ calls: [] });
  });

  test("reads so much of what was said for one page, and goes on from there on the next", () => {
    const calls = past(20, []);
    const text = "a".repeat(2000);
    for (let i = 0; i < 10; i++) {
      const said = Array.from(
        { length: 40 },
        (_, n) => i === 1 && n === 39 ? `${text} needle` : text,
      );
      push(calls, String(i), { said });
    }
    const pages: ReturnType<typeof calls.page>[] = [];
    do pages.push(calls.page({ limit: 50, words: "needle", before: pages.at(-1)?.next })); while (
      pages.at(-1)!.next !== undefined
    );
    expect(pages.flatMap(idsOf)).toEqual(["1"]);
    // Each call has 80,000 characters, and 200,000 are read for a page, up to the end of a call.
    expect(pages.map(({ next }) => next)).toEqual([8, 5, 2, undefined]);
  });
});
