import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../../src/clock/mod.ts";
import { EventFeed } from "../../../src/http/events/event_feed.ts";
import type { Viewer } from "../../../src/http/events/viewer.ts";

const TURNS_MS = 50;

function make(kept?: number) {
  const clock = new VirtualClock();
  const feed = new EventFeed({ clock, instance: "x", kept });
  const watch = (from?: string, calls?: readonly string[]) =>
    feed.watch({ calls: calls && new Set(calls), from: feed.placeOf(from) });
  return { clock, feed, watch };
}

/** Takes what a viewer is sent, as fast as it comes. */
function reader({ readable }: Viewer) {
  const events: { id: number; name: string; data: unknown }[] = [];
  let comments = 0;
  const done = readable.pipeTo(
    new WritableStream({
      write(bytes) {
        const text = new TextDecoder().decode(bytes);
        comments += text.split("\n").filter((line) => line === ":").length;
        for (const [, id, name, data] of text.matchAll(/id: x-(\d+)\nevent: (.+)\ndata: (.+)\n/g)) {
          events.push({ id: Number(id), name, data: JSON.parse(data) });
        }
      },
    }),
  ).then(() => "closed", () => "dropped");
  return {
    done,
    get names() {
      return events.map(({ name, data }) => name === "a" || name === "s" ? `${name}${data}` : name);
    },
    get last() {
      return `x-${events.at(-1)!.id}`;
    },
    get ids() {
      return events.map(({ id }) => id);
    },
    get comments() {
      return comments;
    },
  };
}

describe("EventFeed", () => {
  test("gives a viewer what happens from when it comes, in its order, and how things are", async () => {
    const { clock, feed, watch } = make();
    feed.tell("a", 1);
    feed.show("s", "s", 1);
    feed.show("s", "s", 2);
    const seen = reader(watch());
    await clock.advance(TURNS_MS);
    feed.show("s", "s", 3);
    feed.tell("a", 2);
    await clock.advance(TURNS_MS);
    expect(seen.names).toEqual(["hello", "s2", "s3", "a2"]);
  });

  test("gives one that comes back what it missed, once", async () => {
    const { clock, feed, watch } = make();
    const viewer = watch();
    const first = reader(viewer);
    feed.tell("a", 1);
    await clock.advance(TURNS_MS);
    viewer.end();
    expect(await first.done).toBe("closed");
    feed.tell("a", 2);
    feed.show("s", "s", 1);
    const second = reader(watch(first.last));
    await clock.advance(TURNS_MS);
    expect(second.names).toEqual(["hello", "a2", "s1"]);
  });

  test.each([["y-1"], ["x-99999"], ["nonsense"], [""], ["x-"]])(
    "does not believe that a viewer had %j",
    (lastId) => {
      const { feed } = make();
      feed.tell("a", 1);
      expect(feed.placeOf(lastId)).toBe(undefined);
    },
  );

  test("keeps so much, and tells one that was away for longer that it has to begin anew", async () => {
    const { clock, feed, watch } = make(10);
    const { id } = { id: "x-1" };
    for (let i = 0; i < 100; i++) feed.tell("a", i);
    expect(feed.placeOf(id)).toBe(undefined);
    expect(feed.placeOf("x-95")).toBe(95);
    const seen = reader(watch(id));
    await clock.advance(TURNS_MS);
    expect(seen.names).toEqual(["hello"]);
  });

  test("gives a viewer what is of its calls, and of the phone", async () => {
    const { clock, feed, watch } = make();
    const seen = reader(watch(undefined, ["1"]));
    feed.tell("a", 1, "1");
    feed.tell("a", 2, "2");
    feed.show("call 2", "s", 3, "2");
    feed.tell("a", 4);
    await clock.advance(TURNS_MS);
    expect(seen.names).toEqual(["hello", "a1", "a4"]);
  });

  test("gives numbers that only grow", async () => {
    const { clock, feed, watch } = make();
    const seen = reader(watch());
    for (let i = 0; i < 30; i++) {
      feed.tell("a", i);
      feed.show(`s${i % 3}`, "s", i);
      await clock.advance(7);
    }
    await clock.advance(TURNS_MS);
    expect(seen.ids).toEqual(seen.ids.toSorted((one, other) => one - other));
    expect(new Set(seen.ids).size).toBe(seen.ids.length);
    expect(seen.names.filter((name) => name.startsWith("a")).length).toBe(30);
  });

  test("drops a viewer that does not read, keeps nobody waiting, and holds no more for it", async () => {
    const { clock, feed, watch } = make();
    const stuck = watch();
    const seen = reader(watch());
    for (let i = 0; i < 12; i++) {
      feed.tell("a", i);
      await clock.advance(1000);
    }
    expect(seen.names.length).toBe(13);
    expect(feed.viewers.size).toBe(1);
    const error = await stuck.readable.getReader().read().then(() => undefined, (error) => error);
    expect(String(error)).toContain("does not read");
  });

  test("drops a viewer whose next event is no longer kept", async () => {
    const { clock, feed, watch } = make(10);
    watch();
    for (let i = 0; i < 40; i++) feed.tell("a", i);
    await clock.advance(TURNS_MS);
    expect(feed.viewers.size).toBe(0);
  });

  test("says that it is there when nothing happens", async () => {
    const { clock, watch } = make();
    const seen = reader(watch());
    await clock.advance(60_000);
    expect([seen.names, seen.comments]).toEqual([["hello"], 4]);
  });

  test("serves viewers in turns, so that many at once hold up nothing", async () => {
    const { clock, feed, watch } = make();
    const seen = Array.from({ length: 10 }, () => reader(watch()));
    feed.tell("a", 1);
    const served = [];
    for (let turn = 0; turn < 5; turn++) {
      await clock.advance(TURNS_MS / 5);
      served.push(seen.filter(({ names }) => names.includes("a1")).length);
    }
    expect(served).toEqual([2, 4, 6, 8, 10]);
  });

  test("gives viewers what is new before it ends their streams, each once", async () => {
    let changes = 0;
    const clock = new VirtualClock();
    const feed = new EventFeed({ clock, instance: "x", onViewers: () => changes++ });
    const viewer = feed.watch({ calls: undefined, from: undefined });
    const seen = reader(viewer);
    feed.tell("a", 1);
    feed.close();
    viewer.end();
    expect(await seen.done).toBe("closed");
    expect([seen.names, changes]).toEqual([["hello", "a1"], 2]);
  });

  test("leaves no timer behind when the last viewer is gone", async () => {
    const { clock, feed, watch } = make();
    const viewers = [watch(), watch()];
    expect(clock.pending).toBe(1);
    await viewers[0].readable.cancel();
    feed.close();
    expect([clock.pending, feed.viewers.size]).toEqual([0, 0]);
  });
});
