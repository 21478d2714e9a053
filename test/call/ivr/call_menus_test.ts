import { describe, expect, test } from "bun:test";
import { BackendStream, type FloorOptions, mock } from "../../../src/backend/mod.ts";
import { CallMenus, SessionMemory } from "../../../src/call/mod.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";

const info = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };

describe("CallMenus", () => {
  test("say which languages they know, and leave the floor alone", async () => {
    const menus = new CallMenus({
      ...{ info, clock: new VirtualClock(), memory: new SessionMemory() },
      ...{ ended: new Promise<void>(() => {}), isOver: false },
      takeFloor: () => {
        throw new Error("Nobody is to take the floor");
      },
      transfer: () => Promise.resolve({ outcome: "busy" }),
      hangup: () => {},
      maskKeys: () => () => {},
      onError: () => {},
    });
    const language = "tlh" as never;
    const rule = /^Cannot ask as language is one of .*en.*: current value is tlh$/;
    await expect(menus.collectDigits({ language })).rejects.toThrow(rule);
    await expect(menus.confirm({ prompt: "Yes?", language })).rejects.toThrow(rule);
  });

  test("are over with a call that ends while its transfer fails", async () => {
    const stream = new BackendStream(mock(), info);
    const read = stream.readable.pipeTo(new WritableStream());
    const over = Promise.withResolvers<void>();
    const errors: unknown[] = [];
    let isOver = false;
    const menus = new CallMenus({
      ...{ info, clock: new VirtualClock(), memory: new SessionMemory(), ended: over.promise },
      isOver: false,
      takeFloor: (options?: FloorOptions) => {
        if (isOver) throw new TypeError("The call is over");
        return stream.takeFloor(options);
      },
      transfer: async () => {
        isOver = true;
        over.resolve();
        await over.promise;
        return { outcome: "busy" };
      },
      hangup: () => {},
      maskKeys: () => () => {},
      onError: (error) => void errors.push(error),
    });
    const next = { do: "transfer", to: "1001" } as const;
    const ended = menus.run({ prompt: "Press one.", options: [{ key: "1", next }] });
    await stream.press("1");
    expect(await ended).toMatchObject({ outcome: "ended" });
    expect(errors).toEqual([]);
    await stream.writable.close();
    await read;
  });
});
