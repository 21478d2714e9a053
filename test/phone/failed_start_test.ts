import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loopback } from "../../src/backend/mod.ts";
import { SystemClock } from "../../src/clock/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import { CountingClock } from "../../src/testing/counting_clock.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";

/** What a process leaves that is killed in the middle of a recording. */
function leaveBehind(folder: string): void {
  const who = { user: "alice" };
  const note = { sessionId: "1", from: who, to: who, startedAt: 0, sampleRate: 8000 };
  writeFileSync(join(folder, "a.wav.part"), new Uint8Array(1000));
  writeFileSync(join(folder, "a.wav.note"), JSON.stringify(note));
}

describe("a phone whose port is taken", () => {
  test("leaves no timer behind, though a recording was found that may go on", async () => {
    const folder = mkdtempSync(join(tmpdir(), "start-"));
    leaveBehind(folder);
    const first = new PhoneHandler({ voiceBackend: loopback(), sipPort: 0, ...SOUND_PORTS });
    const { port: sipPort } = await first.start();
    const clock = new CountingClock(new SystemClock());
    const recording = { folder };
    const options = { voiceBackend: loopback(), sipPort, recording, clock, ...SOUND_PORTS };
    const second = new PhoneHandler({ ...options, detector: "energy" });
    for (let tries = 0; tries < 3; tries++) await expect(second.start()).rejects.toThrow();
    expect(clock.pending).toBe(0);
    await first.stop();
    await second.start();
    // It waits for who may come back, and only once: the others are the beat and the sweep.
    expect(clock.pending).toBeLessThanOrEqual(4);
    await second.stop();
    expect(clock.pending).toBe(0);
    rmSync(folder, { recursive: true });
  });
});
