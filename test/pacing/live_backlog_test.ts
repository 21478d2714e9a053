import { describe, expect, test } from "bun:test";
import { LiveBacklog } from "../../src/pacing/mod.ts";

/** What is stale at each of `ticks` ticks with `waiting` frames left. */
function ticks(backlog: LiveBacklog, count: number, waiting: number): number[] {
  return Array.from({ length: count }, () => backlog.tick(waiting));
}

describe("LiveBacklog", () => {
  test("takes for a delay what waits at each tick of a window, which grows from 5 to 50", () => {
    const backlog = new LiveBacklog();
    backlog.came(1);
    const stale = ticks(backlog, 5 + 10 + 20 + 40 + 50 + 50, 2).flatMap((n, at) =>
      n ? [at + 1] : []
    );
    expect(stale).toEqual([5, 15, 35, 75, 125, 175]);
  });

  test("lets alone what was gone at one tick of the window", () => {
    const backlog = new LiveBacklog();
    backlog.came(1);
    const stale = [...ticks(backlog, 2, 3), backlog.tick(0), ...ticks(backlog, 2, 3)];
    expect(stale).toEqual([0, 0, 0, 0, 0]);
  });

  test("looks anew after a stall, so that what piled up is gone in five ticks", () => {
    const backlog = new LiveBacklog();
    backlog.came(1);
    ticks(backlog, 75, 0);
    backlog.lookAnew();
    expect(ticks(backlog, 5, 4)).toEqual([0, 0, 0, 0, 4]);
  });

  test("lets no more than ten frames wait, and has room for a hundred between two ticks", () => {
    const backlog = new LiveBacklog();
    const tooMany = Array.from({ length: 12 }, (_, at) => backlog.came(at + 1));
    expect(tooMany.slice(-3)).toEqual([0, 1, 2]);
    for (let i = 12; i < 99; i++) backlog.came(1);
    expect(backlog.hasRoom).toBe(true);
    backlog.came(1);
    expect(backlog.hasRoom).toBe(false);
    backlog.tick(0);
    expect(backlog.hasRoom).toBe(true);
  });
});
