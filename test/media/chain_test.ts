import { describe, expect, test } from "bun:test";
import { Chain, type Stage } from "../../src/media/mod.ts";
import { streamOf } from "../support/stream_of.ts";
import { turnOfEvents } from "../support/wait.ts";

/** A stage that writes its name behind what goes through it. */
function stage(name: string, label?: string): Stage {
  return {
    name,
    label,
    make: () =>
      new TransformStream<string, string>({
        transform: (text, controller) => controller.enqueue(`${text}${name}`),
      }),
  };
}

const never = new AbortController().signal;
const make = () => new TransformStream();

/** What comes out of a chain that "-" goes into. */
async function through(chain: Chain): Promise<string[]> {
  const out: string[] = [];
  const sink = new WritableStream<string>({ write: (text) => void out.push(text) });
  await chain.run(streamOf(["-"]), sink, { signal: never });
  return out;
}

describe("Chain", () => {
  const chain = new Chain([stage("a"), stage("b", "b 8 kHz"), stage("c")]);

  test("runs its stages in order", async () => {
    expect(await through(chain)).toEqual(["-abc"]);
  });

  test("prints its labels, and the names where there are none", () => {
    expect(String(chain)).toBe("a ▶ b 8 kHz ▶ c");
  });

  test("places stages before and after others, which it leaves as they were", () => {
    const longer = chain.before("a", make, "x").after("c", make, "y").after("b", make);
    expect(longer.names).toEqual(["x", "a", "b", "custom", "c", "y"]);
    expect(chain.names).toEqual(["a", "b", "c"]);
  });

  test("replaces and leaves out stages", async () => {
    const shorter = chain.without("a").replace("b", make);
    expect(shorter.names).toEqual(["b", "c"]);
    expect(await through(shorter)).toEqual(["-c"]);
  });

  test("joins neighbours that are no streams of their own, around those that are", async () => {
    const joined = (name: string): Stage => ({
      name,
      transformer: () => ({
        transform: (text: string, controller) => controller.enqueue(`${text}${name}`),
      }),
    });
    const mixed = new Chain([joined("a"), joined("b"), stage("c"), joined("d"), joined("e")]);
    expect(await through(mixed)).toEqual(["-abcde"]);
    expect(await through(mixed.before("b", () => new TransformStream()))).toEqual(["-abcde"]);
    expect(await through(mixed.without("c").replace("e", make))).toEqual(["-abd"]);
  });

  test("makes its stages anew for each run", async () => {
    let made = 0;
    const counted = chain.after("a", () => (made++, new TransformStream()));
    await through(counted);
    await through(counted);
    expect(made).toBe(2);
  });

  test("says which stages there are when there is none of a name", () => {
    expect(() => chain.before("vda", make)).toThrow("has a, b, c: current value is vda");
  });

  test("ends with the failure of any stage", async () => {
    for (const place of ["a", "b", "c"]) {
      const broken = chain.replace(place, () =>
        new TransformStream({
          transform: () => {
            throw new Error(`broken ${place}`);
          },
        }));
      await expect(through(broken)).rejects.toThrow(`broken ${place}`);
    }
  });

  test("says which stage is no pair of streams", () => {
    const wrong = [undefined, {}, Promise.resolve(new TransformStream()), new ReadableStream()];
    for (const made of wrong) {
      const broken = chain.replace("b", () => made as TransformStream);
      expect(() => broken.run(streamOf(["-"]), new WritableStream(), { signal: never }))
        .toThrow("Cannot run the stage b as it is made as { readable, writable }");
    }
  });

  test("tells of a stage that fails without the rest of the chain noticing", async () => {
    const deaf = {
      readable: new ReadableStream(),
      writable: new WritableStream({ write: () => Promise.reject(new Error("deaf")) }),
    };
    const failure = await new Promise((onFailure) => {
      void chain.replace("b", () => deaf)
        .run(streamOf(["-"]), new WritableStream(), { signal: never, onFailure });
    });
    expect(failure).toEqual(new Error("deaf"));
  });

  test("ends every stage when its signal fires, even behind a stage that lets nothing through", async () => {
    const ended: string[] = [];
    const watched = (name: string): Stage => ({
      name,
      make: () => new TransformStream({ cancel: () => void ended.push(name) }),
    });
    const wall: Stage = {
      name: "wall",
      make: () => ({ readable: new ReadableStream(), writable: new WritableStream() }),
    };
    let sourceCancelled = false;
    const source = new ReadableStream({ cancel: () => void (sourceCancelled = true) });
    const abort = new AbortController();
    const run = new Chain([watched("a"), wall, watched("b")])
      .run(source, new WritableStream(), { signal: abort.signal });
    abort.abort(new Error("over"));
    await expect(run).rejects.toThrow("over");
    await turnOfEvents();
    expect(ended.sort()).toEqual(["a", "b"]);
    expect(sourceCancelled).toBe(false);
    expect(source.locked).toBe(false);
  });
});
