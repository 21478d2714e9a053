import { describe, expect, test } from "bun:test";
import type { Step, VoiceBackend } from "../../../src/backend/mod.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";
import {
  afterCancel,
  bursty,
  type Fault,
  hanging,
  huge,
  silent,
  slow,
  throwing,
  withFaults,
  wrongType,
} from "../../../src/testing/faults/mod.ts";
import { streamOf } from "../../support/stream_of.ts";
import { askFor, stepOptions, STEPS, voice } from "../../support/voices.ts";

interface Watched {
  /** Each part with the ms at which it came; a whole in brackets; at last how it ended. */
  readonly log: string[];
  readonly abort: AbortController;
  readonly clock: VirtualClock;
}

/** Asks a backend with a fault and writes down what comes when, for `ms` of time. */
async function watch(
  fault: Fault,
  { step = "generate", inner = voice("true"), ms = 20_000, most = 10 }: {
    readonly step?: Step;
    readonly inner?: VoiceBackend;
    readonly ms?: number;
    readonly most?: number;
  } = {},
): Promise<Watched> {
  const clock = new VirtualClock();
  const abort = new AbortController();
  const backend = withFaults(inner, { clock, rules: [{ fault }] });
  const log: string[] = [];
  const note = (what: string) => void log.push(`${clock.now()} ${what}`);
  const shown = (part: unknown) =>
    typeof part === "object" && part !== null && "samples" in part
      ? `${(part.samples as Int16Array).length / 16} ms`
      : String(part).slice(0, 20);
  const run = async () => {
    const answer = await askFor(backend, step, stepOptions({ signal: abort.signal }));
    if (!(typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer)) {
      return note(`[${shown(answer)}]`);
    }
    let count = 0;
    for await (const part of answer) {
      note(shown(part));
      if (++count === most) return note("enough");
    }
    note("end");
  };
  run().catch((error) => note(`threw ${error instanceof Error ? error.message : error}`));
  await clock.advance(ms);
  return { log, abort, clock };
}

const FAILURE = "generate fails as a test wants it to";

describe("slow", () => {
  test("gives the true answer, late", async () => {
    expect((await watch(slow(3000))).log).toEqual(["3000 [true says it]"]);
  });

  test("gives its parts one by one, late each", async () => {
    const expected = ["1000 true ", "1500 says ", "2000 it", "2000 end"];
    for (const form of ["whole", "parts"] as const) {
      const { log } = await watch(slow(1000, { betweenMs: 500 }), { inner: voice("true", form) });
      expect(log).toEqual(expected);
    }
  });

  test("stops when it is told to, and leaves no timer", async () => {
    const { log, abort, clock } = await watch(slow(30_000));
    abort.abort("enough");
    expect(clock.pending).toBe(0);
    await clock.advance(0);
    expect(log).toEqual(["20000 threw enough"]);
  });
});

describe("silent", () => {
  test.each<readonly [Step, string]>([["generate", "0 []"], ["speak", "0 [0 ms]"]])(
    "gives nothing as a whole: %s",
    async (step, expected) => {
      expect((await watch(silent(), { step })).log).toEqual([expected]);
    },
  );

  test("gives a stream with nothing in it", async () => {
    expect((await watch(silent({ isStream: true }))).log).toEqual(["0 end"]);
  });
});

describe("throwing", () => {
  test("fails at once", async () => {
    expect((await watch(throwing())).log).toEqual([`0 threw ${FAILURE}`]);
    expect((await watch(throwing({ error: 7 }))).log).toEqual(["0 threw 7"]);
  });

  test("fails after some parts of the true answer", async () => {
    expect((await watch(throwing({ afterParts: 0 }))).log).toEqual([`0 threw ${FAILURE}`]);
    const two = ["0 true ", "0 says ", `0 threw ${FAILURE}`];
    expect((await watch(throwing({ afterParts: 2 }))).log).toEqual(two);
  });

  test("throws out of the call, in every step", () => {
    const rules = [{ fault: throwing({ isSync: true }) }];
    const backend = withFaults(voice("true"), { clock: new VirtualClock(), rules });
    for (const step of STEPS) {
      expect(() => askFor(backend, step, stepOptions())).toThrow(`${step} fails`);
    }
  });
});

describe("hanging", () => {
  test("never answers", async () => {
    expect((await watch(hanging())).log).toEqual([]);
  });

  test("never goes on after some parts, or never closes", async () => {
    expect((await watch(hanging({ afterParts: 1 }))).log).toEqual(["0 true "]);
    const all = ["0 100 ms", "0 100 ms", "0 100 ms"];
    expect((await watch(hanging({ afterParts: 9 }), { step: "speak" })).log).toEqual(all);
  });
});

describe("bursty", () => {
  test("gives all at once, and then nothing for long", async () => {
    const expected = ["0 true ", "0 says ", "0 it", "5000 end"];
    expect((await watch(bursty(5000))).log).toEqual(expected);
  });

  test("gives two at a time", async () => {
    const expected = ["0 true ", "0 says ", "5000 it", "10000 end"];
    expect((await watch(bursty(5000, { burst: 2 }))).log).toEqual(expected);
  });
});

describe("afterCancel", () => {
  test.each<readonly [string, Parameters<typeof afterCancel>[0], string]>([
    ["answers", {}, "20000 [true says it]"],
    ["answers later", { delayMs: 500 }, "20500 [true says it]"],
    ["fails", { throws: true }, "20000 threw generate fails too late, as a test wants it to"],
    ["streams", { isStream: true }, "20000 And so on, and on. A"],
  ])("does nothing until it is told to stop, then %s", async (_what, options, expected) => {
    const { log, abort, clock } = await watch(afterCancel(options), { most: 1 });
    expect(log).toEqual([]);
    abort.abort();
    await clock.advance(1000);
    expect(log[0]).toBe(expected);
  });
});

describe("wrongType", () => {
  test("gives what it is told", async () => {
    expect((await watch(wrongType())).log).toEqual(["0 [42]"]);
    expect((await watch(wrongType({ value: null, isStream: true }))).log).toEqual([
      "0 null",
      "0 end",
    ]);
  });
});

describe("huge", () => {
  test("goes on for as long as somebody reads", async () => {
    const { log } = await watch(huge(), { step: "speak", most: 500 });
    expect([log.length, log[499], log[500]]).toEqual([501, "0 1000 ms", "0 enough"]);
  });

  test("ends where it is told to", async () => {
    const { log } = await watch(huge({ parts: 2 }));
    expect(log).toEqual(["0 And so on, and on. A", "0 And so on, and on. A", "0 end"]);
  });
});

describe("a fault in the step that hears while the caller speaks", () => {
  test("is a stream, whatever it would be elsewhere", () => {
    const clock = new VirtualClock();
    for (const fault of [slow(10), silent(), throwing(), wrongType(), hanging(), afterCancel()]) {
      const backend = withFaults(voice("true"), { clock, rules: [{ fault }] });
      const audio = streamOf([new Int16Array(320)]);
      const answer = backend.transcribeStream!(audio, 16_000, stepOptions());
      expect(typeof answer[Symbol.asyncIterator]).toBe("function");
    }
  });

  test("makes what was understood longer and longer when it is huge", async () => {
    const backend = withFaults(voice("true"), {
      clock: new VirtualClock(),
      rules: [{ fault: huge({ parts: 3 }) }],
    });
    const lengths: number[] = [];
    const audio = streamOf([new Int16Array(320)]);
    for await (const text of backend.transcribeStream!(audio, 16_000, stepOptions())) {
      lengths.push(text.length);
    }
    expect(lengths).toEqual([1000, 2000, 3000]);
  });
});
