import { describe, expect, test } from "bun:test";
import { TurnDetector, type TurnOptions, TurnStream } from "../../src/turn/mod.ts";
import { streamOf } from "../support/stream_of.ts";
import { framesOf, play } from "./scene.ts";

/** One letter a frame: its turn, `!` when it ends one, `-` outside of turns. */
function marks(pattern: string, options?: TurnOptions): string {
  const turns = new TurnDetector(options);
  return framesOf(pattern).map((frame) => {
    const { turn, endOfTurn } = turns.push(frame);
    return endOfTurn ? "!" : turn ?? "-";
  }).join("");
}

describe("TurnDetector", () => {
  const options = { startMs: 60, startWindowMs: 100, endMs: 80 };

  test("begins a turn on the frame that completes the voice asked for", () => {
    expect(marks("..####", options)).toBe("----11");
  });

  test("lets voice with gaps begin a turn when it falls within the window", () => {
    expect(marks("#.#.#.", options)).toBe("----11");
  });

  test("takes clicks apart from each other for no turn", () => {
    expect(marks("#...#...#...#...", options)).toBe("-".repeat(16));
  });

  test("ends a turn after the silence asked for and not before", () => {
    expect(marks("###...#....##", options)).toBe("--11111111!--");
  });

  test("numbers turns from 1 and asks for a whole start each time", () => {
    expect(marks("###....###....", options)).toBe("--1111!--2222!");
  });

  test("cuts a turn that never ends, and leaves time for an answer before the next", () => {
    expect(marks("#".repeat(20), { ...options, longestMs: 80 })).toBe("--1111!------2222!--");
  });

  test("listens again at once when the noise that cut a turn is over", () => {
    const pattern = `${"#".repeat(14)}....####`;
    expect(marks(pattern, { ...options, longestMs: 200 })).toBe("--1111111111!-------22");
  });

  test("measures time by the frames' own length", () => {
    const turns = new TurnDetector(options);
    const long = { sampleRate: 16_000, samples: new Int16Array(960), timestamp: 0, speech: true };
    expect(turns.push(long).turn).toBe(1);
  });

  test("tells on the first frame alone how long ago the voice began", () => {
    expect(play("..#..#####").onsets).toEqual([160]);
    expect(play("########.........########").onsets).toEqual([120]);
    expect(play(`${"#".repeat(8)}${".".repeat(30)}.#####.#`).onsets).toEqual([120, 140]);
  });

  test("begins no turn in 100 ms of lost sound, and ends none", () => {
    expect(play("#####xxxxx").marks).toBe("----------");
    expect(play("#####xxxxx#").marks).toBe("----------1");
    const ended = play(`${"#".repeat(6)}${".".repeat(23)}xxxxx#....`, { mayEndMs: 400 });
    expect(ended.marks).toBe(`-----1${"1".repeat(19)}?${"1".repeat(13)}`);
  });

  test("counts lost sound before a silence as silence", () => {
    const { marks } = play(`######xxxxx${".".repeat(22)}`, { mayEndMs: 450 });
    expect(marks.indexOf("!")).toBe(6 + 25 - 1);
  });

  test("ends turns on a line that has died, and begins none there", () => {
    const { marks } = play(`######${"-".repeat(60)}`);
    expect(marks.indexOf("!")).toBe(6 + 25 - 1);
    expect(play("x".repeat(50)).marks).toBe("-".repeat(50));
  });

  test("marks a frame of each pause from which the turn may end", () => {
    const pause = ".".repeat(12);
    const { marks } = play(`######${pause}#${pause}`);
    expect(marks).toBe(`-----1${"1".repeat(9)}?11${"1".repeat(10)}?11`);
  });

  test("ends sooner where the words are complete, and later where they trail off", () => {
    const pattern = `${"#".repeat(10)}${".".repeat(70)}`;
    const silenceOf = (text: string) => {
      const { marks } = play(pattern, { hears: { 8: text } });
      return 20 * (marks.indexOf("!") + 1 - 10);
    };
    expect(silenceOf("Yes, please.")).toBe(260);
    expect(silenceOf("I would like a")).toBe(1200);
    expect(silenceOf("it is 030 55")).toBe(1060);
    expect(silenceOf("Something else")).toBe(500);
    expect(silenceOf("")).toBe(500);
  });

  test("forgets the words of a turn with its end", () => {
    const pattern = `${"#".repeat(10)}${".".repeat(60)}`.repeat(2);
    const { marks } = play(pattern, { hears: { 8: "and", 72: "yes" } });
    expect(marks.indexOf("!", 71) + 1 - 80).toBe(25);
  });

  test("asks the predictor it is given, and tells of its failures", () => {
    const predictor = {
      predict: () => {
        throw new Error("no model");
      },
    };
    const { events } = play("#######.........", { predictor });
    expect(String((events[0] as { error: unknown }).error)).toBe("Error: no model");
  });

  test("passes what it does not mark through untouched", () => {
    const [frame] = framesOf(".");
    expect(new TurnDetector().push(frame)).toBe(frame);
  });

  test.each([
    [{ startMs: 0 }, "startMs is above 0 ms: current value is 0"],
    [{ endMs: -1 }, "endMs is above 0 ms: current value is -1"],
    [{ longestMs: NaN }, "longestMs is above 0 ms: current value is NaN"],
    [{ startWindowMs: 50 }, "startWindowMs is at least startMs (120): current value is 50"],
    [{ fastEndMs: 600 }, "endMs is at least fastEndMs (600): current value is 500"],
    [{ slowEndMs: 400 }, "slowEndMs is at least endMs (500): current value is 400"],
    [{ mayEndMs: 0 }, "mayEndMs is above 0 ms: current value is 0"],
  ])("refuses %j", (bad, message) => {
    expect(() => new TurnDetector(bad)).toThrow(message);
  });
});

test("TurnStream runs a detector that is ready", async () => {
  const detector = new TurnDetector({ startMs: 20 });
  const marked = streamOf(framesOf("#")).pipeThrough(new TurnStream(detector));
  expect((await Array.fromAsync(marked)).map(({ turn }) => turn)).toEqual([1]);
});

test("TurnStream marks the frames of a stream", async () => {
  const marked = streamOf(framesOf("######.")).pipeThrough(new TurnStream());
  const turns = (await Array.fromAsync(marked)).map(({ turn }) => turn);
  expect(turns).toEqual([undefined, undefined, undefined, undefined, undefined, 1, 1]);
});
