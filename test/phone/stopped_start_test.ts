import { describe, expect, test } from "bun:test";
import { loopback } from "../../src/backend/mod.ts";
import { SystemClock } from "../../src/clock/mod.ts";
import { PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { CountingClock } from "../../src/testing/counting_clock.ts";
import { MemoryStore } from "../call/sessions/session_scene.ts";
import { bindUdp, closeUdp, freePort } from "../support/free_ports.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";

/** A phone that is told to stop while it starts, and what came of its start. */
async function stopped(options: Partial<PhoneHandlerOptions>, when: () => Promise<void>) {
  const clock = new CountingClock(new SystemClock());
  const phone = new PhoneHandler({
    voiceBackend: loopback(),
    detector: "energy",
    sipPort: 0,
    ...SOUND_PORTS,
    ...options,
    clock,
  });
  const starting = phone.start().catch((error: Error) => error.name);
  await when();
  await phone.stop();
  return { phone, outcome: await starting, pending: clock.pending };
}

describe("a phone that is stopped while it starts", () => {
  test("leaves nothing behind when the store has not answered yet", async () => {
    const store = new MemoryStore();
    store.mode = "hangs";
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => asked = resolve);
    const list = store.list.bind(store);
    store.list = () => {
      asked();
      return list();
    };
    const { outcome, pending, phone } = await stopped({ sessions: { store } }, () => isAsked);
    expect([outcome, pending, phone.isReady, phone.address]).toEqual([
      "AbortError",
      0,
      false,
      undefined,
    ]);
  });

  test("does not take the port that it waits for when that is free", async () => {
    const port = await freePort();
    const before = await bindUdp(port);
    const sessions = { store: new MemoryStore(), takeOverMs: 60_000 };
    const { outcome, pending } = await stopped(
      { sipPort: port, sessions },
      () => new Promise((resolve) => setTimeout(resolve, 100)),
    );
    expect([outcome, pending]).toEqual(["AbortError", 0]);
    await closeUdp(before);
    await closeUdp(await bindUdp(port));
  });

  test("refuses times that are none", async () => {
    const options = { voiceBackend: loopback(), sipPort: 0, ...SOUND_PORTS };
    for (const drainMs of [-1, NaN]) {
      expect(() => new PhoneHandler({ ...options, drainMs })).toThrow("Cannot drain as drainMs");
      const phone = new PhoneHandler(options);
      await expect(phone.drain(drainMs)).rejects.toThrow(`current value is ${drainMs}`);
      expect(phone.isDraining).toBe(false);
    }
  });
});
