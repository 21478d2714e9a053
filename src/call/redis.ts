/**
 * Calls in Redis or Valkey, for several processes and machines that share them.
 *
 * It loads the package `redis`, which nothing else of this package does.
 *
 * @module
 */

import { type Clock, SystemClock } from "../clock/mod.ts";
import { RedisLink } from "./redis/redis_link.ts";
import { ASIDE, CLAIM, PUT } from "./redis/scripts.ts";
import type { CallStore } from "./sessions/call_store.ts";
import { digest } from "./sessions/digest.ts";
import { type StoredCall, storedCall, storedText } from "./sessions/stored_call.ts";

/** Keys that are looked through at a time. */
const BATCH = 200;

/** How a {@link RedisStore} keeps calls. */
export interface RedisStoreOptions {
  /** What its keys begin with, so that several phones can share a database. @default "sofia-phone:" */
  readonly prefix?: string;
  /**
   * How long a call is kept after it was last written, in ms, if no process is left to forget it. It must
   * be above the options `resumeWithinMs` and `keepEndedMs` of the sessions.
   * @default 7200000
   */
  readonly keepMs?: number;
  /**
   * How long an answer may take, in ms: a caller who may be one that was cut off waits for it.
   * @default 1000
   */
  readonly timeoutMs?: number;
  /** The password, where the address has none: so that the address can be said where all can read it. */
  readonly password?: string;
  /** Told of a key whose value could not be read as a call, with where it is now. @default nobody is told */
  readonly onAside?: (key: string, error: unknown) => void;
  /** Time. @default the machine's */
  readonly clock?: Clock;
}

/**
 * A {@link CallStore} in Redis 6 or Valkey, for several processes that share it.
 *
 * It connects when it is first asked, and again after it was cut off. Whatever Redis does, each answer
 * or failure comes within `timeoutMs`, and after a failure others come at once for a while: calls go on
 * without. Each write is one script, so that of two processes one has a call, and the other knows it.
 * What one Redis had not yet given to its replica when it died is lost, as is usual there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { RedisStore } from "@sofia/phone/call/redis";
 *
 * // redis://, rediss:// for TLS, or unix:///run/redis/redis.sock
 * await using store = new RedisStore("redis://phone:secret@127.0.0.1:1/0", { prefix: "bot:" });
 * // Nobody is there: the phone would go on without.
 * await assert.rejects(store.get("7f3a"), /^Error: Cannot reach the store of calls in Redis: /);
 * ```
 */
export class RedisStore implements CallStore, AsyncDisposable {
  readonly #link: RedisLink;
  readonly #prefix: string;
  readonly #keepMs: number;
  readonly #onAside: RedisStoreOptions["onAside"];

  /**
   * Connects to nothing yet.
   *
   * @param url `redis://USER:PASSWORD@HOST:PORT/DATABASE`, `rediss://` for TLS, or `unix:///PATH`. A
   * character of the password that has a meaning there is written as in any address, `%40` for `@`.
   * @throws {TypeError | RangeError} for options that cannot work; it says what to change, and nothing of
   * the address, which may hold a password
   */
  constructor(url: string, options: RedisStoreOptions = {}) {
    const { prefix = "sofia-phone:", keepMs = 7_200_000, timeoutMs = 1000, onAside } = options;
    requirePositive("keepMs", keepMs);
    requirePositive("timeoutMs", timeoutMs);
    this.#prefix = prefix;
    this.#keepMs = keepMs;
    this.#onAside = onAside;
    const { password, clock = new SystemClock() } = options;
    this.#link = linkTo(withPassword(String(url), password), { timeoutMs, clock });
  }

  async get(id: string): Promise<StoredCall | undefined> {
    const call = await this.#read(digest(id));
    return call?.id === id ? call : undefined;
  }

  claim(call: StoredCall): Promise<boolean> {
    return this.#write(CLAIM, call);
  }

  put(call: StoredCall): Promise<boolean> {
    return this.#write(PUT, call);
  }

  async delete(id: string): Promise<void> {
    await this.#link.ask((redis) => redis.del(this.#key(digest(id))));
  }

  async *list(): AsyncGenerator<StoredCall, void, void> {
    const options = { MATCH: `${escapeGlob(this.#key(""))}*`, COUNT: BATCH };
    // The same key may come twice: https://redis.io/docs/latest/commands/scan/
    const seen = new Set<string>();
    let cursor = "0";
    do {
      const at = cursor;
      const page = await this.#link.ask((redis) => redis.scan(at, options));
      const names = page.keys.map((key) => key.slice(this.#key("").length));
      const fresh = names.filter((name) => !seen.has(name) && seen.add(name));
      const calls = await Promise.all(fresh.map((name) => this.#read(name)));
      yield* calls.filter((call) => call !== undefined);
      cursor = page.cursor;
    } while (cursor !== "0");
  }

  /** Lets go of the connection. What is still asked fails; whoever made the store closes it. */
  close(): Promise<void> {
    this.#link.close();
    return Promise.resolve();
  }

  /** As {@link RedisStore.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #key(name: string): string {
    return `${this.#prefix}call:${name}`;
  }

  async #write(script: string, call: StoredCall): Promise<boolean> {
    const values = [String(call.epoch), call.owner, storedText(call), String(this.#keepMs)];
    const keys = [this.#key(digest(call.id))];
    return await this.#link.ask((redis) => redis.eval(script, { keys, arguments: values })) === 1;
  }

  async #read(name: string): Promise<StoredCall | undefined> {
    const key = this.#key(name);
    const [text, epoch] = await this.#link.ask((redis) => redis.hmGet(key, ["call", "epoch"]));
    if (typeof text !== "string") return undefined;
    try {
      const call = storedCall(text);
      // Another's value under this name would be another's history.
      if (digest(call.id) !== name || String(call.epoch) !== epoch) {
        throw new SyntaxError("Misplaced");
      }
      return call;
    } catch (error) {
      const aside = `${this.#prefix}aside:${name}`;
      const moving = { keys: [key, aside], arguments: [text, String(this.#keepMs)] };
      const isMoved = await this.#link.ask((redis) => redis.eval(ASIDE, moving));
      if (isMoved === 1) this.#onAside?.(aside, error);
      return undefined;
    }
  }
}

function linkTo(url: string, options: { timeoutMs: number; clock: Clock }): RedisLink {
  try {
    return new RedisLink({ url, ...options });
  } catch {
    // Without the error, which quotes the address.
    const scheme = /^[a-z+]{1,20}:/.exec(url)?.[0] ?? "something else";
    throw new TypeError(
      "Cannot store calls in Redis as its address is redis://HOST:PORT, rediss:// or unix:///PATH: " +
        `current value begins with ${scheme}`,
    );
  }
}

/** The address with a password in it, unless it has one. */
function withPassword(url: string, password: string | undefined): string {
  if (password === undefined) return url;
  return url.replace(
    /^([a-z]+:\/\/)(?:([^@/:]*)@)?(?![^/]*@)/,
    (_, scheme, user = "") => `${scheme}${user}:${encodeURIComponent(password)}@`,
  );
}

function requirePositive(name: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new RangeError(
    `Cannot store calls in Redis as ${name} is a whole number of ms above 0: current value is ${value}`,
  );
}

/** A text as a pattern that matches nothing else. */
function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\^-]/g, "\\$&");
}
