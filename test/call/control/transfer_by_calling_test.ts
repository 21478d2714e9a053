import { describe, expect, test } from "bun:test";
import type { Floor, FloorInput, Said } from "../../../src/backend/mod.ts";
import type { PlacedLeg } from "../../../src/call/control/consultation.ts";
import { speakThroughUs } from "../../../src/call/control/transfer_by_calling.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";
import { SipStatusError } from "../../../src/sip/mod.ts";
import { controlScene } from "./control_scene.ts";

/** A human who is told about a caller, takes it, and may hang up. */
function human() {
  const said: Said = { outcome: "played", heard: "", heardMs: 0 };
  const over = Promise.withResolvers<void>();
  const log: string[] = [];
  let isLive = true;
  const end = (how: string) => {
    if (!isLive) return;
    isLive = false;
    log.push(how);
    over.resolve();
  };
  const floor = {
    say: () => Promise.resolve(said),
    next: ({ signal }: { signal: AbortSignal }) =>
      new Promise<FloorInput | undefined>((resolve) => {
        signal.addEventListener("abort", () => resolve(undefined), { once: true });
      }),
    [Symbol.dispose]: () => {},
  } as unknown as Floor;
  const leg: PlacedLeg = {
    ended: over.promise,
    replacedBy: "sip:human@192.0.2.7?Replaces=1",
    get isLive() {
      return isLive;
    },
    answer: () => Promise.resolve(),
    dial: () => Promise.resolve(),
    takeFloor: () => floor,
    keys: { passTo: () => () => {} },
    sendDtmf: () => {},
    // Like a call's: until its guest leaves or it is over.
    connect: (_, { signal } = {}) =>
      new Promise((resolve) => {
        signal?.addEventListener("abort", () => resolve(), { once: true });
        void over.promise.then(resolve);
      }),
    hangup: () => {
      end("hung up");
      return over.promise;
    },
  };
  return { leg, log, hangUp: () => end("hangs up") };
}

/** A transfer to a human, whose caller does with the REFER what `refer` does. */
async function handed(refer: (human: { hangUp(): void }) => Promise<number>) {
  const one = human();
  const scene = await controlScene({
    claim: undefined,
    place: () => one.leg,
    refer: () => refer(one),
  });
  const options = { brief: "A caller for you." };
  const result = await scene.outcome(scene.controls.transfer("sip:human@192.0.2.7", options));
  return { result, human: one.log, log: scene.log };
}

describe("a transfer to a human who was told first", () => {
  test("that hangs up before the caller is there has not taken it, and the caller stays", async () => {
    const { result, human, log } = await handed((human) => {
      human.hangUp();
      return Promise.resolve(481);
    });
    expect(result).toEqual({ outcome: "declined" });
    expect(human).toEqual(["hangs up"]);
    expect(log.slice(-2)).toEqual(["leaves to undefined", "hears us"]);
    expect(log.join()).not.toContain("hung up");
  });

  test("whose telephone lets go of us while the caller's is silent has taken it", async () => {
    const { result, log } = await handed((human) => {
      human.hangUp();
      return Promise.reject(new SipStatusError("no NOTIFY", { status: 408 }));
    });
    expect(result).toEqual({ outcome: "completed" });
    expect(log).toContain("hung up");
  });

  test("is an error where somebody else has the floor, and the caller stays", async () => {
    // Whoever has the floor of the scene's call keeps it.
    const { result, human, log } = await handed(() => Promise.resolve(501));
    expect(String(result)).toContain("Nobody is to be connected");
    expect(human).toEqual(["hung up"]);
    expect(log.slice(-1)).toEqual(["hears us"]);
    expect(log).toContain("leaves to undefined");
    expect(log.join()).not.toContain("hung up");
  });
});

describe("speakThroughUs()", () => {
  test("lets a caller stay whose human is gone already", async () => {
    const { leg, hangUp } = human();
    hangUp();
    const call = { clock: new VirtualClock() } as never;
    expect(await speakThroughUs(call, leg)).toBe(false);
  });
});
