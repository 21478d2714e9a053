/** A phone on virtual time, for calls that come by its doors. */

import type { Backend } from "../../src/backend/mod.ts";
import type { Call, CallRecord } from "../../src/call/mod.ts";
import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import { PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";

/** A phone, and what it told. */
export interface DoorScene {
  readonly clock: VirtualClock;
  readonly phone: PhoneHandler;
  readonly calls: Call[];
  readonly records: CallRecord[];
  readonly refused: unknown[];
  readonly errors: unknown[];
  readonly keys: string[];
  /** Ends all of it. */
  stop(): Promise<void>;
}

/** Starts a phone; no packet of its sockets is part of what is tested. */
export async function doorScene(
  voiceBackend: Backend,
  options: Partial<PhoneHandlerOptions> = {},
): Promise<DoorScene> {
  const clock = new VirtualClock(3);
  const phone = new PhoneHandler({
    voiceBackend,
    // Other tests on this machine are no reason to refuse a call of these.
    admission: false,
    sipPort: 0,
    ...SOUND_PORTS,
    detector: () => ({ detect: () => 0, close: () => {} }),
    clock,
    random: new SeededRandom(7),
    ...options,
  });
  const scene = {
    clock,
    phone,
    calls: [] as Call[],
    records: [] as CallRecord[],
    refused: [] as unknown[],
    errors: [] as unknown[],
    keys: [] as string[],
    stop: () => clock.runUntil(phone.stop(), { limitMs: 60_000 }),
  };
  phone.on("answered", ({ call }) => void scene.calls.push(call));
  phone.on("record", ({ record }) => void scene.records.push(record));
  phone.on("refused", (refusal) => void scene.refused.push(refusal));
  phone.on("error", ({ error }) => void scene.errors.push(error));
  phone.on("dtmf", ({ digit, way }) => void scene.keys.push(digit + way));
  await phone.start();
  return scene;
}
