import { describe, expect, test } from "bun:test";
import { pageModule } from "../../../support/page_module.ts";

interface Times {
  readonly stages: readonly {
    readonly name: string;
    readonly fromMs: number;
    readonly ms: number;
  }[];
  readonly totalMs: number | undefined;
  readonly tone: string;
  readonly verdict: string;
}

const { answerTimes, percentile } = await pageModule<{
  answerTimes(timing: object): Times;
  percentile(values: readonly number[], share: number): number | undefined;
}>("board/answer_times.js");

const QUICK = {
  turn: 1,
  beganAt: 0,
  endedAt: 1000,
  transcriptAt: 1100,
  firstTokenAt: 1400,
  firstAudioAt: 1560,
  firstPacketAt: 1570,
};

describe("answerTimes", () => {
  test("gives each stage from the end of speech on", () => {
    const { stages, totalMs, tone, verdict } = answerTimes(QUICK);
    expect(stages.map(({ name, fromMs, ms }) => [name, fromMs, ms])).toEqual([
      ["hear", 0, 100],
      ["think", 100, 300],
      ["speak", 400, 160],
      ["send", 560, 10],
    ]);
    expect([totalMs, tone, verdict]).toEqual([570, "good", ""]);
  });

  test("counts nothing for what was done before the caller had ended", () => {
    const { stages, totalMs } = answerTimes({ ...QUICK, transcriptAt: 900, firstTokenAt: 950 });
    expect(stages.map(({ ms }) => ms)).toEqual([0, 0, 560, 10]);
    expect(totalMs).toBe(570);
  });

  test("says of a slow answer what was to blame, and for how much", () => {
    const slow = { ...QUICK, firstTokenAt: 2600, firstAudioAt: 2760, firstPacketAt: 2770 };
    const { tone, verdict } = answerTimes(slow);
    expect([tone, verdict]).toEqual(["warn", "Slow: 85 % of it was the model's first word"]);
    expect(answerTimes({ ...slow, firstPacketAt: 3100 }).tone).toBe("bad");
  });

  test.each([
    [{ ...QUICK, failures: ["generate"] }, "bad", "Failed: generate"],
    [{ turn: 1, beganAt: 0 }, "warn", "The turn did not end"],
    [{ turn: 1, beganAt: 0, endedAt: 9, transcriptAt: 10 }, "warn", "No answer"],
    [
      { turn: 1, beganAt: 0, endedAt: 9, interruptedAt: 12 },
      "warn",
      "Interrupted before the answer",
    ],
  ])("judges %j", (timing, tone, verdict) => {
    const times = answerTimes(timing);
    expect([times.tone, times.verdict]).toEqual([tone, verdict]);
  });

  test("leaves out a stage that there was none of, as of a backend that makes sound of sound", () => {
    const { stages, totalMs } = answerTimes({
      ...QUICK,
      transcriptAt: undefined,
      firstTokenAt: undefined,
    });
    expect(stages.map(({ name, ms }) => [name, ms])).toEqual([["speak", 560], ["send", 10]]);
    expect(totalMs).toBe(570);
  });
});

test("percentile gives the value that a share does not exceed", () => {
  expect(percentile([], 0.5)).toBe(undefined);
  expect(percentile([3, 1, 2], 0.5)).toBe(2);
  expect(percentile([3, 1, 2], 0.95)).toBe(3);
});
