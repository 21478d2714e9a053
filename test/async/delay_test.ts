import { describe, expect, test } from "bun:test";
import { deadline, delay } from "@std/async";

const reason = new Error("hung up");

describe("delay()", () => {
  test("resolves in the order of the delays, odd ones as 0", async () => {
    const seen: string[] = [];
    await Promise.all([
      delay(15).then(() => seen.push("15")),
      delay(5, { persistent: false }).then(() => seen.push("5")),
      delay(-1).then(() => seen.push("-1")),
      delay(NaN).then(() => seen.push("NaN")),
    ]);
    expect(seen).toEqual(["-1", "NaN", "5", "15"]);
  });

  test("rejects with the signal's reason, before or after it began, even if it were forever", async () => {
    const controller = new AbortController();
    const pending = delay(Infinity, { signal: controller.signal });
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await expect(delay(0, { signal: controller.signal })).rejects.toBe(reason);
  });
});

describe("deadline()", () => {
  test("settles as the promise does when that is in time", async () => {
    expect(await deadline(Promise.resolve(1), 60_000)).toBe(1);
    await expect(deadline(Promise.reject(new TypeError("no")), 60_000)).rejects.toThrow(TypeError);
  });

  test("rejects with a TimeoutError when it is not", async () => {
    const error = await deadline(new Promise<Error>(() => {}), 2).catch((error: Error) => error);
    expect(error).toBeInstanceOf(DOMException);
    expect(error.name).toBe("TimeoutError");
  });

  test("rejects with the reason when the signal is aborted first", async () => {
    const controller = new AbortController();
    const pending = deadline(new Promise(() => {}), 60_000, { signal: controller.signal });
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });
});
