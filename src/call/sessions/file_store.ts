/** Calls as files, one folder each. */

import { link, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CallStore } from "./call_store.ts";
import { digest } from "./digest.ts";
import { type StoredCall, storedCall, storedText } from "./stored_call.ts";

/** Where files go that are no calls. */
const ASIDE = "aside";
/** The files of a call: its epoch and this. */
const FILE = /^([1-9]\d{0,15})\.json$/;

/** How a {@link FileStore} keeps its files. */
export interface FileStoreOptions {
  /**
   * Whether each write waits until the disk itself has it. What a process has written outlives the
   * process without that; only when the machine loses its power the last seconds are lost, and with them
   * most often the calls. It costs some milliseconds for each.
   * @default false
   */
  readonly sync?: boolean;
  /** Told of a file that could not be read as a call, with where it is now. @default nobody is told */
  readonly onAside?: (path: string, error: unknown) => void;
}

/**
 * A {@link CallStore} in a folder of this machine, which only its user can read.
 *
 * Each call has a folder, named by a digest as a session can have any name, and in it a file for its
 * epoch. A file comes into its place as a whole. One that is none, after the power was lost or by another
 * program's hand, is set aside, and what was there before counts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp } from "node:fs/promises";
 * import { FileStore } from "@sofia/phone/call";
 *
 * const store = new FileStore(await mkdtemp("/tmp/calls-"));
 * const call = {
 *   ...{ id: "7f3a", epoch: 1, owner: "a", isLive: true, remoteAddress: "127.0.0.1" },
 *   ...{ from: { user: "alice" }, to: { user: "7000" }, startedAt: 0, updatedAt: 0 },
 *   ...{ history: [], memory: {} },
 * };
 * assert.equal(await store.claim(call), true);
 * assert.equal(await store.claim({ ...call, epoch: 2, owner: "b" }), true);
 * assert.equal(await store.put({ ...call, isLive: false }), false);
 * assert.equal((await store.get("7f3a"))?.owner, "b");
 * ```
 */
export class FileStore implements CallStore {
  readonly #folder: string;
  readonly #options: FileStoreOptions;

  /** Keeps its files in `folder`, which is made when the first one is written. */
  constructor(folder: string, options: FileStoreOptions = {}) {
    if (typeof folder !== "string" || folder === "") {
      throw new TypeError(
        `Cannot store calls as files need a folder, by its path: current value is ${folder}`,
      );
    }
    this.#folder = folder;
    this.#options = options;
  }

  async get(id: string): Promise<StoredCall | undefined> {
    const call = await this.#read(digest(id));
    return call?.id === id ? call : undefined;
  }

  async claim(call: StoredCall): Promise<boolean> {
    const folder = this.#path(call);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${call.epoch}.json`);
    const there = await epochsIn(folder);
    if (there.some((epoch) => epoch > call.epoch)) return false;
    if (there.includes(call.epoch)) {
      const known = await this.#read(digest(call.id));
      // Our own claim, which came late or failed in its last step.
      if (known?.epoch === call.epoch) return known.owner === call.owner && await this.put(call);
    }
    const part = join(folder, `${call.epoch}.${call.owner}.part`);
    try {
      await this.#write(part, call);
      // As a whole, and only where none is: whoever reads sees all of it, and only one can do it.
      await link(part, path);
    } catch (error) {
      if (hasCode(error, "EEXIST")) return false;
      throw error;
    } finally {
      await rm(part, { force: true }).catch(() => {});
    }
    // There may have been room for it only as others have claimed it and the next one since, and tidied up.
    if ((await epochsIn(folder)).some((epoch) => epoch > call.epoch)) {
      await rm(path, { force: true });
      return false;
    }
    const before = there.filter((epoch) => epoch !== call.epoch);
    await Promise.all(before.map((epoch) => rm(join(folder, `${epoch}.json`), { force: true })));
    return true;
  }

  async put(call: StoredCall): Promise<boolean> {
    const folder = this.#path(call);
    const path = join(folder, `${call.epoch}.json`);
    const part = join(folder, `${call.epoch}.part`);
    try {
      const there = await epochsIn(folder);
      // Also where both are: a write of ours may have been under way while another claimed it.
      if (!there.includes(call.epoch) || there.some((epoch) => epoch > call.epoch)) return false;
      await this.#write(part, call);
      await rename(part, path);
      return true;
    } catch (error) {
      // Its folder or file is gone: somebody else has it now, or has forgotten it.
      if (hasCode(error, "ENOENT")) return false;
      throw error;
    }
  }

  async delete(id: string): Promise<void> {
    await rm(join(this.#folder, digest(id)), { recursive: true, force: true });
  }

  async *list(): AsyncGenerator<StoredCall, void, void> {
    for (const name of await namesIn(this.#folder)) {
      const call = name === ASIDE ? undefined : await this.#read(name);
      if (call !== undefined) yield call;
    }
  }

  #path({ id }: StoredCall): string {
    return join(this.#folder, digest(id));
  }

  async #write(path: string, call: StoredCall): Promise<void> {
    const file = await open(path, "w", 0o600);
    try {
      await file.writeFile(storedText(call));
      if (this.#options.sync === true) await file.datasync();
    } finally {
      await file.close();
    }
  }

  /** The call in one of the folders: what is of the highest epoch and can be read. */
  async #read(name: string): Promise<StoredCall | undefined> {
    const folder = join(this.#folder, name);
    for (const epoch of (await epochsIn(folder)).sort((one, other) => other - one)) {
      const path = join(folder, `${epoch}.json`);
      try {
        const call = storedCall(await readFile(path, "utf8"));
        // Another's file under this name would be another's history.
        if (digest(call.id) !== name || call.epoch !== epoch) throw new SyntaxError("Misplaced");
        return call;
      } catch (error) {
        if (hasCode(error, "ENOENT")) continue;
        if (!(error instanceof SyntaxError)) throw error;
        await this.#setAside(path, `${name}.${epoch}.json`, error);
      }
    }
    return undefined;
  }

  async #setAside(path: string, name: string, error: unknown): Promise<void> {
    const aside = join(this.#folder, ASIDE);
    await mkdir(aside, { recursive: true, mode: 0o700 });
    await rename(path, join(aside, name));
    this.#options.onAside?.(join(aside, name), error);
  }
}

async function epochsIn(folder: string): Promise<number[]> {
  const names = await namesIn(folder);
  return names.flatMap((name) => FILE.exec(name)?.[1] ?? []).map(Number);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return [];
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return (error as { code?: unknown } | undefined)?.code === code;
}
