import { describe, expect, test } from "bun:test";
import { type CallInfo, mock, type VoiceBackend } from "../../src/backend/mod.ts";
import type { Call } from "../../src/call/mod.ts";
import { sleep, type VirtualClock } from "../../src/clock/mod.ts";
import { doorScene } from "../telemetry/door_scene.ts";

/** A backend that takes a while to write down that a call is over. */
function slow(takesMs: number) {
  const began: string[] = [];
  const done: string[] = [];
  let clock: VirtualClock | undefined;
  const voiceBackend: VoiceBackend = {
    ...mock(),
    async onCallEnd({ sessionId }: CallInfo) {
      began.push(sessionId);
      if (takesMs === Infinity) await new Promise(() => {});
      await sleep(clock!, takesMs);
      done.push(sessionId);
    },
  };
  const run = (on: VirtualClock) => void (clock = on);
  return { voiceBackend, began, done, run };
}

describe("a backend whose call is over", () => {
  test("is waited for when the phone stops, as the process may end then", async () => {
    const backend = slow(1500);
    const { phone, clock, call } = await doorScene(backend);
    backend.run(clock);
    call();
    await clock.advance(100);
    await clock.runUntil(phone.stop());
    expect(backend.done).toEqual(["door 1"]);
  });

  test("is not waited for by the line that its call had", async () => {
    const backend = slow(60_000);
    const { phone, clock, call } = await doorScene(backend);
    backend.run(clock);
    const one = call();
    await clock.advance(100);
    one.leg.gone("remote");
    await clock.advance(100);
    expect([backend.began, phone.calls]).toEqual([["door 1"], []]);
    const before = clock.now();
    await clock.runUntil(phone.stop());
    // What else the phone waits for takes real time, in which that of the clock flies.
    expect(clock.now() - before).toBeLessThan(30_000);
    expect(backend.done).toEqual([]);
  });

  test("is not told of a call that it never had", async () => {
    const backend = slow(0);
    const ends: ((call: Call) => unknown)[] = [
      (call) => call.reject("busy"),
      (call) => call.hangup(),
      async (call) => {
        await call.startEarlyMedia();
        call.reject("declined");
      },
    ];
    const { phone, clock, call } = await doorScene({
      ...backend,
      onCall: async (call) => void await ends.shift()!(call),
    });
    backend.run(clock);
    const calls = ends.map(() => call().call!);
    await clock.advance(100);
    expect(calls.map(({ state }) => state)).toEqual(["ended", "ended", "ended"]);
    await clock.runUntil(phone.stop());
    expect(backend.began).toEqual([]);
  });
});
