/** What holds for every store of calls: the same tests over each. */
import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "bun:test";
import type { CallStore, StoredCall } from "../../../src/call/mod.ts";
import { RUNTIME } from "../../support/phone_process.ts";
import { Program } from "../../support/program.ts";
import { call } from "./some_call.ts";

/** All calls of a store. */
export async function all(store: CallStore): Promise<StoredCall[]> {
  const calls: StoredCall[] = [];
  for await (const one of store.list()) calls.push(one);
  return calls;
}

/** A place where calls are stored, empty at first. */
export interface StorePlace extends AsyncDisposable {
  /** How a process names it: the path of a folder, or an address. */
  readonly where: string;
  /** Who was told of what could not be read. */
  readonly aside: string[];
  /** Opens it once more, as another process would. */
  open(): CallStore;
  /** Puts a text where that of a call is. */
  spoil(id: string, text: string): Promise<void>;
}

/** Texts that are no call, by what is wrong with them. */
export const SPOILT: readonly (readonly [what: string, text: string])[] = [
  ["empty", ""],
  ["half of one", '{"version":1,"id":"7f3a","epo'],
  ["of another version", JSON.stringify({ ...call(), version: 2 })],
  ["another's", JSON.stringify({ ...call(), id: "other", version: 1 })],
  ["of another epoch", JSON.stringify({ ...call(), epoch: 7, version: 1 })],
  ["no object", "7"],
  ["without a history", JSON.stringify({ ...call(), version: 1, history: "x" })],
  ["null in the history", JSON.stringify({ ...call(), version: 1, history: [null] })],
  ["not text at all", "\u0000\ufffd\u0001"],
];

/** Tests a kind of store. */
export function describeStore(name: string, place: () => Promise<StorePlace>): void {
  describe(`${name} as a store of calls`, () => {
    test("gives back what was written last, also to another process", async () => {
      await using there = await place();
      const store = there.open();
      expect(await store.get("7f3a")).toBe(undefined);
      expect(await store.claim(call())).toBe(true);
      const saying = { heard: "One", unheard: "two." };
      expect(await store.put(call({ updatedAt: 3, saying }))).toBe(true);
      expect(await there.open().get("7f3a")).toEqual(call({ updatedAt: 3, saying }));
      expect(await all(store)).toEqual([call({ updatedAt: 3, saying })]);
      await store.delete("7f3a");
      expect(await all(store)).toEqual([]);
      expect(await store.put(call())).toBe(false);
      expect(await all(store)).toEqual([]);
      await store.delete("7f3a");
    });

    test("takes no call that nobody has claimed", async () => {
      await using there = await place();
      const store = there.open();
      expect(await store.put(call())).toBe(false);
      expect(await store.claim(call({ epoch: 3 }))).toBe(true);
      expect(await store.put(call({ epoch: 2 }))).toBe(false);
      expect(await store.put(call({ epoch: 4 }))).toBe(false);
      expect(await store.get("7f3a")).toEqual(call({ epoch: 3 }));
    });

    test("lets one of many take a call on, and the one before write it no more", async () => {
      await using there = await place();
      const store = there.open();
      await store.claim(call());
      const claims = Array.from(
        { length: 20 },
        (_, n) => there.open().claim(call({ epoch: 2, owner: `p${n}` })),
      );
      const won = (await Promise.all(claims)).flatMap((isWon, n) => isWon ? [`p${n}`] : []);
      expect(won.length).toBe(1);
      expect((await store.get("7f3a"))?.owner).toBe(won[0]);
      expect(await store.put(call({ isLive: false }))).toBe(false);
      expect(await store.claim(call())).toBe(false);
      expect((await store.get("7f3a"))?.isLive).toBe(true);
      // The one that has it may say so twice: its first word may have come late.
      expect(await store.claim(call({ epoch: 2, owner: won[0], updatedAt: 9 }))).toBe(true);
      expect((await store.get("7f3a"))?.updatedAt).toBe(9);
    });

    test("lets one of two processes take a call on, however they race for it", async () => {
      await using there = await place();
      const script = fileURLToPath(new URL("racing_process.ts", import.meta.url));
      const run = RUNTIME === "deno" ? ["run", "-A", "--no-check"] : ["run"];
      const racers = [["a", "b"], ["b", "a"]].map((names) =>
        new Program(process.execPath, [...run, script, there.where, ...names, "100"])
      );
      const endings = await Promise.all(racers.map((racer) => racer.ended));
      expect([endings.map(({ code }) => code), racers.map(({ stderr }) => stderr)]).toEqual([
        [0, 0],
        ["", ""],
      ]);
      const [one, other] = racers.map(({ stdout }) => JSON.parse(stdout) as number[]);
      // No epoch has two winners. Who has won may be told that it has not, where the other has taken the
      // call from it by then.
      const won = [...one, ...other];
      expect([one.length, other.length, new Set(won).size]).toEqual([100, 100, 200]);
      expect((await there.open().get("raced"))?.epoch).toBe(Math.max(...won));
    }, 30_000);

    test.each(SPOILT)("sets aside what is %s, and tells where", async (_, text) => {
      await using there = await place();
      const store = there.open();
      await store.claim(call());
      await there.spoil("7f3a", text);
      expect(await store.get("7f3a")).toBe(undefined);
      expect(there.aside.length).toBe(1);
      // Who calls now is not bothered by it.
      expect(await store.claim(call())).toBe(true);
      expect(await all(store)).toEqual([call()]);
    });

    test.each([
      ["a path", "../../etc/passwd"],
      ["10 KB", "x".repeat(10_000)],
      ["line ends", "a\r\n\u0000b"],
      ["a pattern", "*[a-z]?\\"],
      ["an emoji", "\u{1f600}"],
    ])("keeps a call whose session is %s", async (_, id) => {
      await using there = await place();
      const store = there.open();
      await store.claim(call({ id }));
      await store.claim(call({ id: "another" }));
      expect(await store.get(id)).toEqual(call({ id }));
      expect((await all(store)).map((one) => one.id).sort()).toEqual([id, "another"].sort());
      await store.delete(id);
      expect((await all(store)).map((one) => one.id)).toEqual(["another"]);
    });

    test("keeps a long conversation, and many of them", async () => {
      await using there = await place();
      const store = there.open();
      const history = Array.from({ length: 2000 }, (_, n) => ({
        role: n % 2 === 0 ? "agent" as const : "caller" as const,
        text: `Sentence ${n}: \u00e4\u20ac\u{1f600}`,
      }));
      await store.claim(call({ id: "long", history }));
      const ids = Array.from({ length: 500 }, (_, n) => `call ${n}`);
      await Promise.all(ids.map((id) => store.claim(call({ id }))));
      const calls = await all(store);
      expect(calls.length).toBe(501);
      expect(new Set(calls.map(({ id }) => id))).toEqual(new Set(["long", ...ids]));
      expect((await store.get("long"))?.history).toEqual(history);
    });
  });
}
