import { describe, expect, test } from "bun:test";
import { Listeners } from "../../src/esl/listeners.ts";

interface Events {
  readonly event: { readonly number: number };
  readonly error: { readonly error: unknown };
}

/** Listeners that tell those of errors what fails, as a client does. */
function scene() {
  const failures: [name: string, error: unknown][] = [];
  const listeners = new Listeners<Events>((error, name) => {
    failures.push([name, error]);
    if (name !== "error") listeners.emit("error", { error });
  });
  return { listeners, failures };
}

/** Lets what was rejected be told. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

describe("Listeners", () => {
  const failure = new Error("no such channel");

  test.each<[string, () => void | Promise<void>]>([
    ["throws", () => {
      throw failure;
    }],
    ["is async and rejects", () => Promise.reject(failure)],
  ])("tell the others when one %s, and who listens for errors what", async (_, fail) => {
    const { listeners, failures } = scene();
    const told: unknown[] = [];
    listeners.on("event", fail);
    listeners.on("event", ({ number }) => void told.push(number));
    listeners.on("error", ({ error }) => void told.push(error));
    listeners.emit("event", { number: 1 });
    await settle();
    expect(told).toContain(1);
    expect(told).toContain(failure);
    expect(failures).toEqual([["event", failure]]);
  });

  test("do not ask one again that fails on being told of an error", async () => {
    const { listeners, failures } = scene();
    listeners.on("event", () => Promise.reject(failure));
    listeners.on("error", () => Promise.reject(failure));
    listeners.emit("event", { number: 1 });
    await settle();
    expect(failures.map(([name]) => name)).toEqual(["event", "error"]);
  });

  test("are as many as were added, and each is removed by itself", () => {
    const { listeners } = scene();
    let told = 0;
    const listener = () => void told++;
    const [off] = [listeners.on("event", listener), listeners.on("event", listener)];
    listeners.emit("event", { number: 1 });
    off();
    off();
    listeners.emit("event", { number: 2 });
    expect(told).toBe(3);
  });
});
