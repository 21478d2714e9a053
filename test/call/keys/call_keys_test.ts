import { describe, expect, test } from "bun:test";
import { CallKeys, type KeyPress } from "../../../src/call/mod.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";
import type { MediaKey } from "../../../src/media/mod.ts";

/** The keys of a call, and who is told of them. */
class Scene {
  readonly clock = new VirtualClock();
  readonly seen: KeyPress[] = [];
  readonly digits: string[] = [];
  readonly keys = new CallKeys({
    clock: this.clock,
    onKey: (press) => void this.seen.push(press),
    onDigit: (digit) => void this.digits.push(digit),
  });

  /** A key that is held for `ms` and heard in `way`. */
  async hold(digit: string, ms: number, way: MediaKey["way"] = "rtp"): Promise<void> {
    this.keys.hear({ type: "start", way, digit, durationMs: 20 });
    await this.clock.advance(ms);
    this.keys.hear({ type: "end", way, digit, durationMs: ms });
  }
}

describe("CallKeys", () => {
  test("tells each key once, with the way that told it first", async () => {
    const { keys, seen, digits, clock } = new Scene();
    keys.hear({ type: "start", way: "rtp", digit: "1", durationMs: 20 });
    keys.hear({ type: "start", way: "inband", digit: "1", durationMs: 33 });
    await clock.advance(160);
    keys.hear({ type: "end", way: "rtp", digit: "1", durationMs: 160 });
    keys.hear({ type: "end", way: "inband", digit: "1", durationMs: 158 });
    keys.tell("esl", "1", 160);
    keys.tell("info", "#", 250);
    expect(seen).toEqual([
      { digit: "1", way: "rtp", durationMs: 20 },
      { digit: "#", way: "info", durationMs: 250 },
    ]);
    expect(digits).toEqual(["1", "#"]);
  });

  test("passes on what the sound does not hold, hidden or not, for as long as that is wanted", async () => {
    const scene = new Scene();
    const passed: string[] = [];
    const stop = scene.keys.passTo((digit) => void passed.push(digit));
    await scene.hold("1", 60, "inband");
    const unmask = scene.keys.mask();
    await scene.hold("2", 100);
    unmask();
    scene.keys.tell("info", "2", 100);
    scene.keys.tell("info", "3", 100);
    stop();
    await scene.hold("4", 100);
    expect(passed).toEqual(["2", "3"]);
  });

  test("does not listen to the sound any more once keys have come in packets", async () => {
    const scene = new Scene();
    await scene.hold("1", 60, "inband");
    await scene.hold("1", 100);
    for (const digit of "234") await scene.hold(digit, 40, "inband");
    // FreeSWITCH sends what was pressed fast in its own time.
    await scene.clock.advance(2000);
    for (const digit of "234") await scene.hold(digit, 250);
    expect(scene.digits.join("")).toBe("1234");
    expect(scene.seen.map(({ way }) => way)).toEqual(["inband", "rtp", "rtp", "rtp"]);
  });

  test("knows in the end how long each key was down", async () => {
    const scene = new Scene();
    await scene.hold("1", 100);
    await scene.hold("1", 2500);
    expect(scene.keys.entries).toEqual([
      { at: 0, digit: "1", way: "rtp", durationMs: 100 },
      { at: 100, digit: "1", way: "rtp", durationMs: 2500 },
    ]);
  });

  test("keeps 500 entries and counts on", () => {
    const { keys } = new Scene();
    for (let i = 0; i < 600; i++) keys.tell("info", "1", 100);
    expect([keys.count, keys.entries.length]).toEqual([600, 500]);
  });

  test("hides digits while there is a mask, and the times of the keys not", async () => {
    const scene = new Scene();
    const { keys, seen, digits } = scene;
    const [first, second] = [keys.mask(), keys.mask()];
    await scene.hold("4", 100);
    first();
    first();
    await scene.hold("2", 120);
    second();
    await scene.hold("1", 100);
    expect(seen.map(({ digit }) => digit)).toEqual(["x", "x", "1"]);
    expect(digits).toEqual(["4", "2", "1"]);
    expect(keys.entries.map(({ digit, durationMs }) => `${digit} ${durationMs}`)).toEqual([
      ...["x 100", "x 120", "1 100"],
    ]);
    expect(JSON.stringify(keys.entries)).not.toMatch(/"digit":"[42]"/);
  });

  /** A recording that notes what it is told. */
  function keeper(name: string, log: string[]) {
    return {
      mask: () => {
        log.push(`${name} masked`);
        return () => void log.push(`${name} open`);
      },
    };
  }

  test("has recordings keep nothing meanwhile, those too that begin behind the mask", async () => {
    const { keys, clock } = new Scene();
    const log: string[] = [];
    const one = keeper("one", log);
    keys.covers(one);
    keys.covers(one);
    const unmask = keys.mask();
    keys.mask()();
    keys.covers(keeper("two", log));
    await clock.advance(1000);
    expect(log).toEqual(["one masked", "two masked"]);
    unmask();
    await clock.advance(300);
    expect(log).toEqual(["one masked", "two masked", "one open", "two open"]);
    expect(clock.pending).toBe(0);
  });

  test("has recordings wait for the end of the key by which the digits were complete", async () => {
    const { keys, clock } = new Scene();
    const log: string[] = [];
    keys.covers(keeper("one", log));
    const unmask = keys.mask();
    keys.hear({ type: "start", way: "inband", digit: "5", durationMs: 33 });
    unmask();
    await clock.advance(800);
    expect(log).toEqual(["one masked"]);
    keys.hear({ type: "end", way: "inband", digit: "5", durationMs: 833 });
    // Masked again before it is open: it stays closed.
    const again = keys.mask();
    await clock.advance(1000);
    expect(log).toEqual(["one masked"]);
    again();
    await clock.advance(299);
    expect(log).toEqual(["one masked"]);
    await clock.advance(1);
    expect(log).toEqual(["one masked", "one open"]);
  });
});
