import { mkdtemp, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { FileStore, type StoredCall } from "../../../src/call/mod.ts";

function call(more: Partial<StoredCall> = {}): StoredCall {
  return {
    ...{ id: "7f3a", epoch: 1, owner: "a", isLive: true, remoteAddress: "127.0.0.1" },
    ...{ from: { user: "alice" }, to: { user: "7000" }, startedAt: 1, updatedAt: 2 },
    ...{ history: [{ role: "caller" as const, text: "Zo\u00eb, 100 %" }], memory: { n: [1] } },
    ...more,
  };
}

async function scene() {
  const folder = join(await mkdtemp(join(tmpdir(), "sofia-phone-store-")), "calls");
  const aside: string[] = [];
  const store = new FileStore(folder, { onAside: (path) => void aside.push(path) });
  return { folder, aside, store };
}

async function all(store: FileStore): Promise<StoredCall[]> {
  const calls: StoredCall[] = [];
  for await (const one of store.list()) calls.push(one);
  return calls;
}

/** The one file of the one call that there is. */
async function only(folder: string): Promise<string> {
  const [name] = await readdir(folder);
  const [file] = await readdir(join(folder, name));
  return join(folder, name, file);
}

describe("FileStore", () => {
  test("gives back what was written last, also to another process", async () => {
    const { store, folder } = await scene();
    expect(await store.get("7f3a")).toBe(undefined);
    expect(await store.claim(call())).toBe(true);
    const saying = { heard: "One", unheard: "two." };
    expect(await store.put(call({ updatedAt: 3, saying }))).toBe(true);
    expect(await new FileStore(folder).get("7f3a")).toEqual(call({ updatedAt: 3, saying }));
    expect(await all(store)).toEqual([call({ updatedAt: 3, saying })]);
    await store.delete("7f3a");
    expect(await all(store)).toEqual([]);
    expect(await store.put(call())).toBe(false);
    expect(await all(store)).toEqual([]);
  });

  test("is read by nobody but its user", async () => {
    const { store, folder } = await scene();
    await store.claim(call());
    await store.put(call());
    const path = await only(folder);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, ".."))).mode & 0o777).toBe(0o700);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test("lets one of many processes take a call on, and the one before write it no more", async () => {
    const { store, folder } = await scene();
    await store.claim(call());
    const claims = Array.from(
      { length: 20 },
      (_, n) => new FileStore(folder).claim(call({ epoch: 2, owner: `p${n}` })),
    );
    const won = (await Promise.all(claims)).flatMap((isWon, n) => isWon ? [`p${n}`] : []);
    expect(won.length).toBe(1);
    expect((await store.get("7f3a"))?.owner).toBe(won[0]);
    expect(await store.put(call({ isLive: false }))).toBe(false);
    expect(await store.claim(call())).toBe(false);
    // A write that was under way during the claim puts the old file back beside the new one.
    const text = JSON.stringify({ ...call(), version: 1 });
    const path = await only(folder);
    await writeFile(path.replace(/2\.json$/, "1.json"), text);
    expect(await store.put(call({ isLive: false }))).toBe(false);
    expect((await store.get("7f3a"))?.isLive).toBe(true);
    // The one that has it may say so twice: its first word may have come late.
    expect(await store.claim(call({ epoch: 2, owner: won[0], updatedAt: 9 }))).toBe(true);
    expect((await store.get("7f3a"))?.updatedAt).toBe(9);
  });

  test.each([
    ["empty", ""],
    ["half of one", '{"version":1,"id":"7f3a","epo'],
    ["of another version", JSON.stringify({ ...call(), version: 2 })],
    ["another's", JSON.stringify({ ...call(), id: "other", version: 1 })],
    ["no object", "7"],
    ["without a history", JSON.stringify({ ...call(), version: 1, history: "x" })],
    ["null in the history", JSON.stringify({ ...call(), version: 1, history: [null] })],
    ["not text at all", "\u0000\ufffd\u0001"],
  ])("sets a file aside that is %s, and tells where", async (_, text) => {
    const { store, folder, aside } = await scene();
    await store.claim(call());
    const path = await only(folder);
    await writeFile(path, text);
    expect(await store.get("7f3a")).toBe(undefined);
    expect(aside.length).toBe(1);
    expect(await readFile(aside[0], "utf8")).toBe(text);
    // Who calls now is not bothered by it.
    expect(await store.claim(call())).toBe(true);
    expect(await all(store)).toEqual([call()]);
  });

  test("takes what the one before had written when a claim was cut short by a power cut", async () => {
    const { store, folder, aside } = await scene();
    await store.claim(call());
    const path = await only(folder);
    await writeFile(path.replace("1.json", "2.json"), "");
    expect(await store.get("7f3a")).toEqual(call());
    expect(aside.length).toBe(1);
  });

  test("ignores a part that a crash left, whatever is in it", async () => {
    const { store, folder, aside } = await scene();
    await store.claim(call());
    await writeFile((await only(folder)).replace(".json", ".part"), '{"version":1,');
    expect(await store.get("7f3a")).toEqual(call());
    expect(await store.put(call({ updatedAt: 8 }))).toBe(true);
    expect((await store.get("7f3a"))?.updatedAt).toBe(8);
    expect(aside).toEqual([]);
  });

  test.each([
    ["a path", "../../etc/passwd"],
    ["10 KB", "x".repeat(10_000)],
    ["line ends", "a\r\n\u0000b"],
    ["an emoji", "\u{1f600}"],
  ])("keeps a call whose session is %s in its folder", async (_, id) => {
    const { store, folder } = await scene();
    await store.claim(call({ id }));
    expect(await store.get(id)).toEqual(call({ id }));
    expect((await readdir(folder)).every((name) => /^[0-9a-f]{32}$/.test(name))).toBe(true);
    expect(await readdir(join(folder, ".."))).toEqual(["calls"]);
  });

  test("knows of no call whose file is cut short, at whatever byte", async () => {
    const { store, folder } = await scene();
    await store.claim(call());
    const path = await only(folder);
    const whole = (await stat(path)).size;
    for (let size = 0; size < whole - 1; size += 7) {
      await store.delete("7f3a");
      await store.claim(call());
      await truncate(path, size);
      expect(await store.get("7f3a")).toBe(undefined);
    }
  });
});
