import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "bun:test";
import { FileStore } from "../../../src/call/mod.ts";
import { call } from "./some_call.ts";
import { describeStore } from "./store_conformance.ts";

async function scene() {
  const folder = join(await mkdtemp(join(tmpdir(), "sofia-phone-store-")), "calls");
  const aside: string[] = [];
  const store = new FileStore(folder, { onAside: (path) => void aside.push(path) });
  return { folder, aside, store };
}

/** The one file of the one call that there is. */
async function only(folder: string): Promise<string> {
  const [name] = await readdir(folder);
  const [file] = await readdir(join(folder, name));
  return join(folder, name, file);
}

describeStore("FileStore", async () => {
  const { folder, aside } = await scene();
  return {
    where: folder,
    aside,
    open: () => new FileStore(folder, { onAside: (path) => void aside.push(path) }),
    spoil: async (_, text) => await writeFile(await only(folder), text),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
});

describe("FileStore", () => {
  test("is read by nobody but its user", async () => {
    const { store, folder } = await scene();
    await store.claim(call());
    await store.put(call());
    const path = await only(folder);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, ".."))).mode & 0o777).toBe(0o700);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test("knows who has a call where a write that came late put an older file beside it", async () => {
    const { store, folder } = await scene();
    await store.claim(call());
    await store.claim(call({ epoch: 2, owner: "b" }));
    const path = await only(folder);
    await writeFile(
      path.replace(/2\.json$/, "1.json"),
      JSON.stringify({ ...call({ isLive: false }), version: 1 }),
    );
    expect(await store.put(call({ isLive: false }))).toBe(false);
    expect(await store.get("7f3a")).toEqual(call({ epoch: 2, owner: "b" }));
  });

  test("keeps what it sets aside as it was", async () => {
    const { store, folder, aside } = await scene();
    await store.claim(call());
    await writeFile(await only(folder), "half of o");
    expect(await store.get("7f3a")).toBe(undefined);
    expect(await readFile(aside[0], "utf8")).toBe("half of o");
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

  test("makes no file outside of its folder, whatever a session is called", async () => {
    const { store, folder } = await scene();
    await store.claim(call({ id: "../../etc/passwd" }));
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
