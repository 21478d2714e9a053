import { describe, expect, test } from "bun:test";
import { pageModule } from "../../../support/page_module.ts";

interface Call {
  readonly id: string;
  readonly note?: string;
  readonly record: { readonly startedAt: string };
}

interface Page {
  readonly calls: readonly Call[];
  readonly next?: number;
}

interface Calls {
  readonly latest: readonly Call[];
  readonly hasMore: boolean;
  readonly isAsking: boolean;
  add(call: Call): boolean;
  ask(what: string, wanted: { q: string; only: string }, onPage: () => void): Promise<boolean>;
}

const { PastCalls } = await pageModule<{
  PastCalls: new (api: { json(path: string): Promise<Page> }) => Calls;
}>("board/past_calls.js");

const ALL = { q: "", only: "" };

/** A call, of which later ones have higher numbers. */
const call = (number: number, note?: string): Call => ({
  id: String(number),
  record: { startedAt: new Date(1000 * number).toISOString() },
  ...(note !== undefined && { note }),
});
const calls = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, i) => call(from - i));

/** Calls that are answered with these pages, one after another, and what was asked for. */
function answered(...pages: readonly (Page | Error | Promise<Page>)[]) {
  const asked: string[] = [];
  const json = async (path: string) => {
    const page = await pages[asked.push(path) - 1];
    if (page instanceof Error) throw page;
    return page;
  };
  const past = new PastCalls({ json });
  const ask = (what: string, wanted = ALL) => past.ask(what, wanted, () => {});
  return { past, ask, asked };
}

const ids = (past: Calls) => past.latest.map(({ id }) => id).join(" ");

describe("PastCalls of the board", () => {
  test("goes on from page to page", async () => {
    const { past, ask, asked } = answered({ calls: calls(9, 8), next: 8 }, { calls: calls(7, 6) });
    await ask("anew");
    expect([ids(past), past.hasMore]).toEqual(["9 8 7 6", false]);
    expect(asked).toEqual(["history?limit=100", "history?limit=100&before=8"]);
  });

  test("asks for no more pages than fill a list", async () => {
    const { past, ask, asked } = answered(
      { calls: calls(300, 201), next: 201 },
      { calls: calls(200, 101), next: 101 },
    );
    await ask("anew", { q: "a b&c", only: "slow" });
    expect([past.latest.length, past.hasMore, asked.length]).toEqual([100, true, 1]);
    await ask("earlier", { q: "a b&c", only: "slow" });
    expect([past.latest.length, past.hasMore]).toEqual([200, true]);
    expect(asked[1]).toBe("history?limit=100&q=a+b%26c&only=slow&before=201");
  });

  test("stops where nothing is found for long, and goes on when it is asked to", async () => {
    const pages = Array.from({ length: 40 }, (_, i) => ({ calls: [], next: 100 - i }));
    const { past, ask, asked } = answered(...pages, { calls: calls(7, 7) });
    await ask("anew", { q: "x", only: "" });
    expect([asked.length, past.hasMore]).toEqual([40, true]);
    await ask("earlier", { q: "x", only: "" });
    expect([asked[40], ids(past), past.hasMore]).toEqual([
      "history?limit=100&q=x&before=61",
      "7",
      false,
    ]);
  });

  test("puts new calls before those that it knows", async () => {
    const { past, ask } = answered({ calls: calls(9, 8) }, { calls: calls(11, 9) });
    await ask("anew");
    expect(past.add(call(10))).toBe(true);
    await ask("latest");
    expect(ids(past)).toBe("11 10 9 8");
  });

  test("has the later of two calls of one name", async () => {
    const { past, ask } = answered(
      { calls: [call(9), call(8, "back"), call(8, "cut off")], next: 8 },
      { calls: [call(9, "older"), call(7)] },
    );
    await ask("anew");
    expect(past.latest.map(({ id, note }) => note ?? id)).toEqual(["9", "back", "7"]);
    past.add(call(9, "back again"));
    expect(past.latest[0].note).toBe("back again");
  });

  test("begins anew where there is a gap between what is new and what it knows", async () => {
    const { past, ask } = answered(
      { calls: calls(9, 8), next: 8 },
      { calls: calls(7, 6) },
      { calls: calls(500, 401), next: 401 },
    );
    await ask("anew");
    await ask("latest");
    expect([past.latest.length, past.hasMore]).toEqual([100, true]);
  });

  test("forgets what it asked when something else is asked", async () => {
    const { promise, resolve } = Promise.withResolvers<Page>();
    const { past, ask } = answered(promise, { calls: calls(2, 1) });
    const first = ask("anew", { q: "o", only: "" });
    const second = ask("anew", { q: "other", only: "" });
    expect(past.add(call(3))).toBe(false);
    expect(await second).toBe(true);
    resolve({ calls: calls(9, 8) });
    expect(await first).toBe(false);
    expect([ids(past), past.isAsking]).toEqual(["2 1", false]);
  });

  test("passes on why it cannot know, and may be asked again", async () => {
    const { past, ask } = answered(new TypeError("It is gone"), { calls: calls(1, 1) });
    await expect(ask("anew")).rejects.toThrow("It is gone");
    expect(past.isAsking).toBe(false);
    await ask("anew");
    expect(ids(past)).toBe("1");
  });
});
