import { describe, expect, test } from "bun:test";
import { abortable } from "@std/async";

const reason = new Error("hung up");

describe("abortable() of a promise", () => {
  test("settles as the promise does", async () => {
    const { signal } = new AbortController();
    expect(await abortable(Promise.resolve(1), signal)).toBe(1);
    await expect(abortable(Promise.reject(new TypeError("no")), signal)).rejects.toThrow(TypeError);
  });

  test("rejects with the signal's reason, before or after", async () => {
    const controller = new AbortController();
    const pending = abortable(new Promise(() => {}), controller.signal);
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await expect(abortable(Promise.resolve(1), controller.signal)).rejects.toBe(reason);
    const late = abortable(Promise.reject(new TypeError("nobody's")), controller.signal);
    await expect(late).rejects.toBe(reason);
  });
});

describe("abortable() of an async iterable", () => {
  test("gives everything when nobody aborts", async () => {
    const { signal } = new AbortController();
    const seen: number[] = [];
    async function* values(): AsyncGenerator<number> {
      yield* [1, 2, 3];
    }
    for await (const value of abortable(values(), signal)) seen.push(value);
    expect(seen).toEqual([1, 2, 3]);
  });

  test("throws the reason while it waits for a value that never comes", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    async function* values(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => {});
    }
    const reading = (async () => {
      for await (const value of abortable(values(), controller.signal)) {
        seen.push(value);
        controller.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    expect(seen).toEqual([1]);
  });

  test("lets go of the source when it is aborted or left early", async () => {
    for (const leave of ["abort", "break"]) {
      const controller = new AbortController();
      let cancelled = 0;
      const source = new ReadableStream<number>({
        pull: (stream) => stream.enqueue(1),
        cancel: () => void cancelled++,
      });
      const reading = (async () => {
        for await (const _ of abortable(source, controller.signal)) {
          if (leave === "break") break;
          controller.abort(reason);
        }
      })();
      if (leave === "abort") await expect(reading).rejects.toBe(reason);
      else await reading;
      expect(cancelled).toBe(1);
    }
  });
});
