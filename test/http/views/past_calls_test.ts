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

const ids = ({ calls }: { readonly calls: readonly { readonly id: string }[] }) =>
  calls.map(({ id }) => id).join("");

describe("PastCalls", () => {
  test("gives pages, the latest first, until there are no more", () => {
    const calls = past(10, ["a", "b", "c", "d", "e"]);
    const first = calls.page(2);
    const second = calls.page(2, first.next);
    const third = calls.page(2, second.next);
    expect([first, second, third].map(ids)).toEqual(["ed", "cb", "a"]);
    expect(third.next).toBe(undefined);
  });

  test("gives a page none of which is given again when calls end meanwhile", () => {
    const calls = past(3, ["a", "b", "c"]);
    const { next } = calls.page(1);
    for (const id of ["d", "e"]) {
      calls.push({ record: { id } as CallRecord, transcript: [], timings: [] });
    }
    expect(ids(calls.page(5, next))).toBe("");
    expect(ids(calls.page(5))).toBe("edc");
  });

  test("finds the latest of those that have one id, as of a caller who was cut off", () => {
    const calls = past(10, ["a", "b", "a"]);
    calls.find("a");
    expect(calls.find("a")).not.toBe(undefined);
    expect(calls.find("z")).toBe(undefined);
    expect(past(1, ["a", "b"]).find("a")).toBe(undefined);
  });

  test("says that there is a recording, and not where", () => {
    const [call] = past(10, ["a"]).page(1).calls;
    expect([call.hasRecording, JSON.stringify(call).includes("secret")]).toEqual([true, false]);
  });
});
