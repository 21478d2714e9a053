import { describe, expect, test } from "bun:test";
import { AnswerDetector, type AnswerTimes, GreetingEnd } from "../../../src/call/mod.ts";
import { lineFrames } from "../../support/line_frames.ts";

function judged(line: string, options: AnswerTimes = {}, sampleRate = 8000) {
  const detector = new AnswerDetector(options);
  for (const frame of lineFrames(line, sampleRate)) detector.push(frame);
  return detector.found;
}

describe("AnswerDetector", () => {
  test.each([
    ["a hello", ".400 v500 .2000", "human", "short-greeting", 1700],
    ["a hello with a name", ".300 v400 .200 v900 .2000", "human", "short-greeting", 2600],
    ["a hello after a click", "v40 .700 v500 .2000", "human", "short-greeting", 2040],
    ["a machine", ".500 v4000 .500", "machine", "long-greeting", 2320],
    [
      "a machine that takes breath",
      ".500 v700 .400 v700 .400 v700 .400",
      "machine",
      "long-greeting",
      3120,
    ],
    ["a machine that only beeps", ".1000 b500@1000 .500", "machine", "tone", 1560],
    ["a beep of a soft machine", ".100 b200@440 .500", "machine", "tone", 360],
    ["a fax", ".1000 b3000@2100 .500", "fax", "tone", 2000],
    ["a fax that calls", ".1000 b500@1100 .500", "fax", "tone", 1500],
    ["nobody", ".6000", "unknown", "silence", 2500],
    ["clicks", "v60 .700 v80 .900 v40 .2000", "unknown", "silence", 2500],
    [
      "somebody who stammers",
      ".200 v200 .700 v200 .700 v200 .700 v200 .700 v200 .700 v200 .900",
      "unknown",
      "undecided",
      5000,
    ],
  ])("knows %s: %s", (_, line, by, reason, afterMs) => {
    for (const sampleRate of [8000, 16_000, 48_000]) {
      const found = judged(line, {}, sampleRate);
      expect(`${found?.by} ${found?.reason}`).toBe(`${by} ${reason}`);
      // Tones are looked for in windows of their own.
      expect(Math.abs(found!.afterMs - afterMs)).toBeLessThanOrEqual(reason === "tone" ? 60 : 0);
    }
  });

  test("tells how much was spoken, without the pauses", () => {
    expect(judged(".300 v400 .200 v300 .2000")?.spokenMs).toBe(700);
  });

  test("stays with what it has found", () => {
    const detector = new AnswerDetector();
    const [first, ...rest] = lineFrames(".400 v500 .800 v5000").slice(84);
    for (const frame of lineFrames(".400 v500 .800").slice(0, -1)) {
      expect(detector.push(frame)).toBe(undefined);
    }
    const found = detector.push(first);
    expect(found?.by).toBe("human");
    for (const frame of rest) expect(detector.push(frame)).toBe(found);
  });

  test("goes by the times it is given", () => {
    expect(judged(".300 v700 .500", { afterGreetingSilenceMs: 400 })?.by).toBe("human");
    expect(judged(".300 v700 .500", { greetingMs: 500 })?.by).toBe("machine");
    expect(judged(".1000", { initialSilenceMs: 1000 })?.reason).toBe("silence");
    expect(judged(".300 v700", { totalMs: 900 })?.reason).toBe("undecided");
    expect(judged(".300 v60 .2000", { minimumWordMs: 60 })?.by).toBe("human");
  });

  test.each([
    [{ greetingMs: 0 }],
    [{ totalMs: -1 }],
    [{ initialSilenceMs: NaN }],
    [{ minimumWordMs: Infinity }],
  ])("refuses %j", (options) => {
    expect(() => new AnswerDetector(options)).toThrow(RangeError);
  });
});

describe("GreetingEnd", () => {
  function ends(line: string, options = {}) {
    const end = new GreetingEnd(options);
    const all = lineFrames(line);
    for (const [index, frame] of all.entries()) {
      const found = end.push(frame);
      if (found !== undefined) return [found, index * 20 + 20];
    }
    return undefined;
  }

  test.each([
    ["a beep", ".500 v4000 .600 b500@1000 .1000", "beep", 5860],
    ["a high and short beep", ".500 v4000 .100 b200@2200 .1000", "beep", 5060],
    [
      "a beep inside of the greeting",
      ".100 v1000 b300@800 v2000 .300 b400@800 .1000",
      "beep",
      4360,
    ],
    ["two beeps", ".100 v1000 .200 b300@800 .100 b300@800 .1000", "beep", 2260],
    ["a machine that is silent at last", ".500 v4000 .4000", "silence", 7000],
    ["one that never ends", "v70000", "no-end", 60_000],
  ])("hears the end of %s", (_, line, how, atMs) => {
    const [found, ms] = ends(line)!;
    expect(String(found)).toBe(how);
    expect(Math.abs(Number(ms) - atMs)).toBeLessThanOrEqual(how === "beep" ? 80 : 0);
  });

  test("waits through pauses, and goes by the times it is given", () => {
    expect(ends(".500 v1000 .2400 v1000 .1000")).toBe(undefined);
    expect(ends(".100 v1000 .600", { endSilenceMs: 500 })).toEqual(["silence", 1600]);
    expect(ends("v3000", { longestMs: 2000 })).toEqual(["no-end", 2000]);
    expect(() => new GreetingEnd({ beepMs: 0 })).toThrow(RangeError);
  });
});
