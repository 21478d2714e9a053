import { describe, expect, test } from "bun:test";
import { JoinedStream } from "../../src/media/mod.ts";
import { streamOf } from "../support/stream_of.ts";
import { turnOfEvents } from "../support/wait.ts";

type Stage = Transformer<string, string>;

/** Writes its name behind what goes through it, and says so when it is flushed or cancelled. */
function stage(name: string, told: string[] = [], other: Stage = {}): Stage {
  return {
    transform: (text, controller) => controller.enqueue(`${text}${name}`),
    flush: (controller) => {
      told.push(`flush ${name}`);
      controller.enqueue(`rest of ${name}`);
    },
    cancel: (reason) => void told.push(`cancel ${name}: ${reason}`),
    ...other,
  };
}

/** What comes out of the stages when `texts` go in. */
async function through(stages: readonly Stage[], texts: readonly string[]): Promise<string[]> {
  const out: string[] = [];
  const write = (text: string) => void out.push(text);
  const joined = new JoinedStream<string, string>(stages);
  await streamOf([...texts]).pipeThrough(joined).pipeTo(new WritableStream({ write }));
  return out;
}

describe("JoinedStream", () => {
  test("does what its stages do one after another, to the rest that each of them holds", async () => {
    const told: string[] = [];
    expect(await through([stage("a", told), stage("b", told), stage("c", told)], ["1", "2"]))
      .toEqual(["1abc", "2abc", "rest of abc", "rest of bc", "rest of c"]);
    expect(told).toEqual(["flush a", "flush b", "flush c"]);
  });

  test("keeps the order while one of its stages thinks about a chunk", async () => {
    let thinking = 0;
    const slow = stage("s", [], {
      async transform(text, controller) {
        expect(++thinking).toBe(1);
        for (let turns = text.length % 3; turns >= 0; turns--) await Promise.resolve();
        thinking--;
        controller.enqueue(text.toUpperCase());
      },
    });
    const twice = stage("t", [], {
      transform(text, controller) {
        controller.enqueue(text);
        controller.enqueue(`${text}${text}`);
      },
    });
    const last = stage("!", [], { flush: undefined });
    expect(await through([twice, slow, last], ["a", "bb"])).toEqual([
      ...["A!", "AA!", "BB!", "BBBB!"],
      ...["REST OF T!", "rest of s!"],
    ]);
  });

  test("takes the next chunk when all stages are done with the last, and its reader wants more", async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => release = resolve);
    const seen: string[] = [];
    const first = stage("", [], {
      transform(text, controller) {
        seen.push(text);
        controller.enqueue(text);
      },
    });
    const joined = new JoinedStream<string, string>([
      first,
      stage("b", [], {
        transform: (text, controller) => gate.then(() => controller.enqueue(text)),
      }),
    ]);
    const reader = streamOf(["1", "2", "3"]).pipeThrough(joined).getReader();
    const one = reader.read();
    await turnOfEvents();
    expect(seen).toEqual(["1"]);
    release();
    expect((await one).value).toBe("1");
    await turnOfEvents();
    expect(seen).toEqual(["1"]);
    expect((await reader.read()).value).toBe("2");
    await reader.cancel();
  });

  test("ends all stages and both sides with the failure of one, whichever, however it fails", async () => {
    const fail = () => {
      throw new Error("broken");
    };
    const ways: Stage[] = [
      { transform: fail },
      { transform: () => Promise.reject(new Error("broken")) },
      { start: () => Promise.reject(new Error("broken")) },
      { transform: (_, controller) => controller.error(new Error("broken")) },
      { flush: fail },
    ];
    for (const way of ways) {
      for (const place of [0, 1, 2]) {
        const told: string[] = [];
        const stages = ["a", "b", "c"].map((name, i) => stage(name, told, i === place ? way : {}));
        await expect(through(stages, ["1"])).rejects.toThrow("broken");
        expect(told.filter((what) => what.startsWith("cancel"))).toEqual([
          "cancel a: Error: broken",
          "cancel b: Error: broken",
          "cancel c: Error: broken",
        ]);
      }
    }
  });

  test("tells all stages when its reader goes or its writer gives up, and takes nothing after", async () => {
    for (const side of ["readable", "writable"] as const) {
      const told: string[] = [];
      let late = () => {};
      const source = stage("a", told, { start: (c) => void (late = () => c.enqueue("late")) });
      const joined = new JoinedStream<string, string>([source, stage("b", told)]);
      if (side === "readable") await joined.readable.cancel("gone");
      else await joined.writable.abort("gone");
      late();
      expect(told).toEqual(["cancel a: gone", "cancel b: gone"]);
    }
  });

  test("passes on what a stage gives of its own, between chunks, and survives its failing on that", async () => {
    let give = (_: string) => {};
    const source = stage("a", [], { start: (c) => void (give = (text) => c.enqueue(text)) });
    const picky = stage("b", [], {
      transform(text, controller) {
        if (text === "bad") throw new Error("picky");
        controller.enqueue(`${text}b ${controller.desiredSize}`);
      },
    });
    const { readable } = new JoinedStream<string, string>([source, picky]);
    const reader = readable.getReader();
    const read = reader.read();
    for (const text of ["1", "2", "3"]) give(text);
    expect((await read).value).toBe("1b 0");
    expect((await reader.read()).value).toBe("2b 0");
    expect((await reader.read()).value).toBe("3b -1");
    give("bad");
    give("after");
    await expect(reader.read()).rejects.toThrow("picky");
  });
});
