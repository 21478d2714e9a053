import { afterAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { tone } from "../../../src/audio/mod.ts";
import { mock, type VoiceBackend } from "../../../src/backend/mod.ts";
import type { AnsweredBy, Call, LeftMessage, MachineOptions } from "../../../src/call/mod.ts";
import { PhoneHandler } from "../../../src/phone/mod.ts";
import { fitTones } from "../../../src/tone/mod.ts";
import { attempts } from "../../support/attempts.ts";
import { claimPorts, type PortRange } from "../../support/free_ports.ts";
import { type FreeSwitch, hasFreeSwitch } from "../../support/freeswitch.ts";
import { eventually } from "../../support/wait.ts";
import { readWav } from "../../support/wav_file.ts";
import { ACCOUNT, PROMPTS, startProvider } from "./provider.ts";

const skip = !hasFreeSwitch || !existsSync(`${PROMPTS}vm-intro.wav`);

/** Two seconds of 700 Hz, whatever the words. */
const hummer: VoiceBackend = {
  ...mock(),
  onCallStart: () => "Good day.",
  speak: () => ({ samples: tone([700], 2000, { sampleRate: 16_000 }), sampleRate: 16_000 }),
};

describe.skipIf(skip)("who answers through a real FreeSWITCH", () => {
  let provider: FreeSwitch;
  let folder: string;
  let phone: PhoneHandler;
  let ports: PortRange;

  async function start(): Promise<void> {
    if (phone !== undefined) return;
    ({ freeswitch: provider, folder } = await startProvider());
    ports = await claimPorts(100);
    phone = new PhoneHandler({
      admission: false,
      voiceBackend: hummer,
      sipPort: 0,
      rtpStartPort: ports.start,
      rtpEndPort: ports.end,
      trunks: [{
        name: "provider",
        server: `127.0.0.1:${provider.callersPort}`,
        domain: ACCOUNT.realm,
        username: ACCOUNT.username,
        password: ACCOUNT.password,
        register: false,
      }],
    });
    await phone.start();
  }

  afterAll(async () => {
    await phone?.stop();
    await provider?.[Symbol.asyncDispose]();
    await ports?.[Symbol.asyncDispose]();
  });

  async function call(to: string, detectMachine: MachineOptions): Promise<[Call, AnsweredBy]> {
    const call = await phone.call(to, { detectMachine });
    return [call, (await call.answeredBy)!];
  }

  test("is somebody who says hello: the bot greets then, and not before", async () => {
    await start();
    const [one, answeredBy] = await call("9", {});
    expect(answeredBy).toMatchObject({ by: "human", reason: "short-greeting" });
    expect(answeredBy.spokenMs).toBeLessThan(1000);
    expect(one.media?.statistics.pacing.audio).toBe(0);
    // Two seconds of it are a hundred frames, and one that ends them.
    await eventually("the bot greets", () => one.media!.statistics.pacing.audio > 100);
    await one.hangup();
    expect(one.history).toEqual([{ role: "agent", text: "Good day." }]);
    await provider.hasChannels(0);
  }, 60_000);

  test("is a machine, which is hung up on", async () => {
    await start();
    const [one, answeredBy] = await call("6", {});
    expect(answeredBy).toMatchObject({ by: "machine", reason: "long-greeting" });
    expect((await one.ended).cause).toBe("local");
    await provider.hasChannels(0);
  }, 60_000);

  test("is a machine that records the message, all of it, from its beep on", async () => {
    await start();
    // What a stalled machine sends too late, FreeSWITCH leaves out.
    await attempts(async () => {
      const told = new Promise<LeftMessage>((resolve) =>
        phone.on("message", ({ outcome, after }) => resolve({ outcome, after }))
      );
      const [one] = await call("6", { onMachine: { leave: "Please call back." } });
      expect(await told).toEqual({ outcome: "left", after: "beep" });
      await one.ended;
      await provider.hasChannels(0);
      const { samples, sampleRate } = readWav(join(folder, "message.wav"));
      const size = sampleRate / 50;
      let frames = 0;
      for (let at = 0; at + size <= samples.length; at += size) {
        const { tones, residual } = fitTones(
          Float32Array.from(samples.subarray(at, at + size)),
          [700],
          sampleRate,
        );
        if (residual < 0.05 && tones[0].power > 1e5) frames++;
      }
      expect(frames).toBeGreaterThanOrEqual(96);
      expect(one.history).toEqual([{ role: "agent", text: "Please call back." }]);
    });
  }, 120_000);

  test("is a machine that only beeps", async () => {
    await start();
    const [one, answeredBy] = await call("1", {});
    expect(answeredBy).toMatchObject({ by: "machine", reason: "tone" });
    await one.ended;
    await provider.hasChannels(0);
  }, 60_000);
});
