import { describe, expect, test } from "bun:test";
import type {
  BriefOptions,
  Floor,
  FloorInput,
  NextInputOptions,
  Said,
} from "../../../src/backend/mod.ts";

import { consult, type ConsultedLeg } from "../../../src/call/control/consultation.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";

/** How long the brief lasts, in ms. */
const SAID_MS = 1000;

/** A leg whose human presses keys at moments, and what became of the consultation. */
async function consulted(
  brief: Partial<BriefOptions>,
  { keys = [], failure, giveUpMs, goneMs, isLive = true }: {
    readonly keys?: readonly (readonly [atMs: number, digit: string])[];
    readonly failure?: Error;
    readonly giveUpMs?: number;
    readonly goneMs?: number;
    readonly isLive?: boolean;
  } = {},
) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const inputs: FloorInput[] = [];
  const errors: unknown[] = [];
  let wake = () => {};
  const put = (input: FloorInput) => {
    inputs.push(input);
    wake();
  };
  let isReleased = false;
  const release = () => void (isReleased = true);
  const said: Said = failure === undefined
    ? { outcome: "played", heard: "", heardMs: SAID_MS }
    : { outcome: "failed", heard: "", heardMs: 0, error: failure };
  const floor = {
    say: () => new Promise<Said>((resolve) => void clock.setTimer(() => resolve(said), SAID_MS)),
    async next({ signal }: NextInputOptions) {
      if (inputs.length === 0 && !signal!.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal!.addEventListener("abort", () => resolve(), { once: true });
        });
      }
      return inputs.shift();
    },
    release,
    [Symbol.dispose]: release,
  } as unknown as Floor;
  for (const [atMs, digit] of keys) clock.setTimer(() => put({ type: "key", digit }), atMs);
  if (giveUpMs !== undefined) clock.setTimer(() => controller.abort(), giveUpMs);
  if (goneMs !== undefined) clock.setTimer(() => put({ type: "ended" }), goneMs);
  const leg: ConsultedLeg = {
    answer: () => Promise.resolve(),
    takeFloor: () => floor,
    isLive,
    hangup: () => Promise.resolve(),
  };
  const onError = (error: unknown) => void errors.push(error);
  const { signal } = controller;
  const decision = await clock.runUntil(
    consult(leg, { say: "A caller for you", ...brief, clock, signal, onError }),
  );
  const atMs = clock.now();
  await clock.advance(SAID_MS);
  return { decision, atMs, errors, isReleased, pending: clock.pending };
}

const KEYS = { acceptKey: "1", declineKey: "2", decideMs: 5000 };

describe("consult", () => {
  test("gives the caller to a human without keys when all was said", async () => {
    const { decision, atMs, isReleased } = await consulted({});
    expect([decision, atMs, isReleased]).toEqual(["accepted", SAID_MS, true]);
  });

  test("takes a key at once, from the first word on", async () => {
    const early = await consulted(KEYS, { keys: [[100, "9"], [200, "1"]] });
    expect([early.decision, early.atMs]).toEqual(["accepted", 200]);
    // Nor does a timer of it outlive what was being said.
    expect(early.pending).toBe(0);
    const late = await consulted(KEYS, { keys: [[SAID_MS + 4999, "1"]] });
    expect(late.decision).toBe("accepted");
    const no = await consulted(KEYS, { keys: [[300, "2"]] });
    expect([no.decision, no.atMs]).toEqual(["declined", 300]);
  });

  test("takes silence for no where a key says yes, and for yes where one says no only", async () => {
    const silent = await consulted(KEYS);
    expect([silent.decision, silent.atMs]).toEqual(["declined", SAID_MS + 5000]);
    const agreed = await consulted({ declineKey: "2" });
    expect([agreed.decision, agreed.atMs]).toEqual(["accepted", SAID_MS]);
  });

  test("takes a human who hangs up, or never was there, for one that declines", async () => {
    const gone = await consulted({}, { goneMs: 500 });
    expect([gone.decision, gone.atMs]).toEqual(["declined", 500]);
    expect((await consulted({}, { isLive: false })).decision).toBe("declined");
  });

  test("goes on without words that cannot be spoken, and tells why", async () => {
    const failure = new Error("no voice");
    const { decision, errors } = await consulted({}, { failure });
    expect([decision, errors]).toEqual(["accepted", [failure]]);
  });

  test("stops when it is told to", async () => {
    const { decision, atMs } = await consulted(KEYS, { giveUpMs: 700 });
    expect([decision, atMs]).toEqual(["declined", 700]);
  });
});
