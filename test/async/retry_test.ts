import { describe, expect, test } from "bun:test";
import { retry, RetryError, type RetryOptions } from "@std/async";

function failing(times: number): { calls: number; run(): string } {
  return {
    calls: 0,
    run() {
      if (++this.calls <= times) throw new Error(`failure ${this.calls}`);
      return "ok";
    },
  };
}

describe("retry()", () => {
  test("returns the first value that comes without an error", async () => {
    const work = failing(3);
    expect(await retry(() => work.run(), { minTimeout: 0 })).toBe("ok");
    expect(work.calls).toBe(4);
  });

  test("gives up after maxAttempts with the last error as its cause", async () => {
    const work = failing(9);
    const options = { maxAttempts: 3, minTimeout: 1, maxTimeout: 1, jitter: 0 };
    const error = await retry(() => Promise.resolve().then(() => work.run()), options)
      .catch((error) => error);
    expect(error).toBeInstanceOf(RetryError);
    expect(error.cause.message).toBe("failure 3");
    expect(work.calls).toBe(3);
  });

  test("throws at once what is not worth another attempt", async () => {
    const work = failing(9);
    const isRetriable = (error: unknown) => (error as Error).message !== "failure 2";
    await expect(retry(() => work.run(), { isRetriable, minTimeout: 0 })).rejects.toThrow(
      "failure 2",
    );
    expect(work.calls).toBe(2);
  });

  test("waits longer each time when nothing is left to chance", async () => {
    const times: number[] = [];
    const attempt = () => {
      times.push(performance.now());
      throw new Error("always");
    };
    const options = { minTimeout: 4, multiplier: 4, maxTimeout: 16, maxAttempts: 4, jitter: 0 };
    await expect(retry(attempt, options)).rejects.toThrow(RetryError);
    // Timers may fire up to 1 ms early, never more.
    const waits = times.slice(1).map((time, i) => time - times[i]);
    expect(waits.map((wait, i) => wait >= [3, 15, 15][i])).toEqual([true, true, true]);
  });

  const rows: [RetryOptions][] = [
    [{ maxAttempts: 0 }],
    [{ maxAttempts: 1.5 }],
    [{ multiplier: 0.5 }],
    [{ multiplier: Infinity }],
    [{ maxTimeout: 0 }],
    [{ minTimeout: -1 }],
    [{ minTimeout: 2, maxTimeout: 1 }],
    [{ jitter: 1.1 }],
    [{ jitter: NaN }],
  ];
  test.each(rows)("refuses %j", async (options) => {
    const work = failing(0);
    await expect(retry(() => work.run(), options)).rejects.toThrow(RangeError);
    expect(work.calls).toBe(0);
  });
});
