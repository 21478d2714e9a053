/** The memory of one call. */

import type { CallMemory, JsonValue, MemoryOptions } from "../../backend/mod.ts";
import { copyJson } from "./copy_json.ts";

/** Characters, of names and values as text, that one call may keep: all of it is written each time. */
const MOST = 65_536;

/**
 * A {@link CallMemory} that tells when it has changed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SessionMemory } from "@sofia/phone/call";
 *
 * const memory = new SessionMemory();
 * memory.set("order", { pizza: 2 });
 * memory.set("pin", "1234", { persist: false });
 * assert.deepEqual(memory.get("order"), { pizza: 2 });
 * assert.deepEqual(memory.persistent, { order: { pizza: 2 } });
 * ```
 */
export class SessionMemory implements CallMemory {
  /** Counts the changes that are to be written. */
  version = 0;
  /** Called with each of them. */
  onChange: () => void = () => {};
  readonly #entries = new Map<string, { value: JsonValue; length: number; persist: boolean }>();
  #length = 0;

  get<T = JsonValue>(name: string): T | undefined {
    return this.#entries.get(name)?.value as T | undefined;
  }

  set(name: string, value: JsonValue, { persist = true }: MemoryOptions = {}): void {
    const copy = copyJson(value);
    const before = this.#entries.get(name);
    const length = copy.length + name.length;
    const all = this.#length - (before?.length ?? 0) + length;
    if (all > MOST) {
      throw new RangeError(
        `Cannot keep ${name} as a call keeps up to ${MOST} characters: current value is ${all}`,
      );
    }
    this.#length = all;
    this.#entries.set(name, { value: copy.value, length, persist });
    if (persist || before?.persist) this.#changed();
  }

  delete(name: string): boolean {
    const before = this.#entries.get(name);
    if (before === undefined) return false;
    this.#length -= before.length;
    this.#entries.delete(name);
    if (before.persist) this.#changed();
    return true;
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Takes over what an earlier process kept. */
  restore(kept: Readonly<Record<string, JsonValue>>): void {
    for (const [name, value] of Object.entries(kept)) this.set(name, value);
  }

  /** What of it is written. */
  get persistent(): Readonly<Record<string, JsonValue>> {
    const kept = [...this.#entries].filter(([, { persist }]) => persist);
    return Object.fromEntries(kept.map(([name, { value }]) => [name, value]));
  }

  #changed(): void {
    this.version++;
    this.onChange();
  }
}
