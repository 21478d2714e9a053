import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWav, tone } from "../../src/audio/mod.ts";
import { loopback } from "../../src/backend/mod.ts";
import type { Call, CallRecord } from "../../src/call/mod.ts";
import { PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { dtmfTones, GoertzelBank } from "../../src/tone/mod.ts";
import { attempts } from "../support/attempts.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { speech } from "../support/speech.ts";
import { eventually } from "../support/wait.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A phone that writes records, and those that it told. */
async function start(options: Partial<PhoneHandlerOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "phone-"));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "calls", "records.jsonl");
  const phone = new PhoneHandler({
    voiceBackend: loopback(),
    sipPort: 0,
    ...SOUND_PORTS,
    callRecords: { path },
    ...options,
  });
  const told: CallRecord[] = [];
  phone.on("record", ({ record }) => void told.push(record));
  const { port } = await phone.start();
  cleanUps.push(() => phone.stop());
  const written = (): CallRecord[] =>
    readFileSync(path, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  return { phone, port, told, written };
}

describe("records of calls", () => {
  test("say who, when, why, how long and how well, in the file as in the event", async () => {
    const { phone, port, told, written } = await start();
    const began = Date.now();
    const caller = await IndependentCaller.call(port);
    await caller.voice.say(speech(3, 0.4));
    await caller.voice.press("5");
    await caller[Symbol.asyncDispose]();
    await eventually("the record", () => told.length === 1);
    await phone.stop();
    expect(written()).toEqual(JSON.parse(JSON.stringify(told)));
    const [record] = told;
    expect(record.version).toBe(1);
    expect(record.direction).toBe("in");
    expect(record.end).toEqual({ cause: "remote" });
    expect(record.codec).toBe("PCMU");
    expect(record.chain).toContain("decode PCMU");
    const times = [record.startedAt, record.answeredAt!, record.endedAt].map((at) =>
      Date.parse(at)
    );
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(began - 1);
    expect(Math.abs(times[2] - times[1] - record.durationMs)).toBeLessThanOrEqual(1);
    expect(record.durationMs).toBeGreaterThanOrEqual(400);
    expect(record.keys.map(({ digit, way }) => digit + way)).toEqual(["5rtp"]);
    expect(record.keys[0].durationMs).toBeGreaterThanOrEqual(60);
    const { heard } = record.quality!;
    expect([heard.lossShare, heard.mos]).toEqual([0, 4.41]);
    expect(heard.packets).toBeGreaterThanOrEqual(20);
  });

  test("rate a line that loses packets", () =>
    attempts(async () => {
      // What a busy machine brings too late is lost as well.
      const { port, phone, told } = await start();
      const caller = await IndependentCaller.call(port);
      await caller.voice.say(speech(3, 1), (index) => index % 10 === 5 ? "lost" : "arrives");
      await caller[Symbol.asyncDispose]();
      await phone.stop();
      const { heard } = told[0].quality!;
      expect([heard.packets, heard.lossShare]).toEqual([45, 0.1]);
      // R = 93.2 - 95 * 10 / (10 + 25.1)
      expect(heard.mos).toBe(3.41);
      expect(heard.concealedMs).toBe(100);
    }), 60_000);

  test("are there for calls that nobody answered, too", async () => {
    const { port, phone, told } = await start({ onCall: (call) => void call.reject(486) });
    await IndependentCaller.call(port).then(() => {}, () => {});
    await eventually("the record", () => told.length === 1);
    await phone.stop();
    const [record] = told;
    expect([record.answeredAt, record.durationMs, record.quality]).toEqual([
      undefined,
      0,
      undefined,
    ]);
    expect(record.end).toEqual({ cause: "local", status: 486 });
  });

  test("hide the digits of a card, as events do, and the backend is told them", async () => {
    const digits: string[] = [];
    const seen: string[] = [];
    const { port, phone, told, written } = await start({
      inbandDtmf: true,
      voiceBackend: { converse: (audio) => audio, onDtmf: (digit) => void digits.push(digit) },
    });
    phone.on("answered", ({ call }) => void call.maskKeys());
    phone.on("dtmf", ({ digit, way }) => void seen.push(`${digit} ${way}`));
    const caller = await IndependentCaller.call(port);
    await caller.voice.say(speech(3, 0.2));
    await caller.voice.say(tone(dtmfTones("7"), 100, { levelDb: -16 }));
    await caller.voice.say(new Int16Array(1600));
    await caller.voice.press("4");
    await eventually("two keys", () => digits.length === 2);
    await caller.info("application/dtmf-relay", "Signal=1\r\nDuration=160\r\n");
    await eventually("three keys", () => digits.length === 3);
    await caller[Symbol.asyncDispose]();
    await phone.stop();
    expect(digits).toEqual(["7", "4", "1"]);
    expect(seen).toEqual(["x inband", "x rtp", "x info"]);
    expect(told[0].keys.map(({ digit }) => digit)).toEqual(["x", "x", "x"]);
    expect(written()[0].keys).toEqual([...told[0].keys]);
  });

  test(
    "name the recording, which has silence where digits were hidden",
    () =>
      attempts(async () => {
        // A caller that a busy machine keeps from its time is heard with gaps.
        const folder = mkdtempSync(join(tmpdir(), "recordings-"));
        cleanUps.push(() => rmSync(folder, { recursive: true }));
        const { port, phone, told } = await start({
          inbandDtmf: true,
          recording: { folder, policy: "always" },
        });
        let live: Call | undefined;
        phone.on("answered", ({ call }) => void (live = call));
        const caller = await IndependentCaller.call(port);
        const beep = tone([1000], 400, { levelDb: -12 });
        await caller.voice.say(beep);
        const unmask = live!.maskKeys();
        await caller.voice.say(new Int16Array(800));
        // As a menu does that has what it wanted.
        phone.on("dtmf", unmask);
        await caller.voice.say(tone(dtmfTones("4"), 400, { levelDb: -12 }));
        await caller.voice.say(new Int16Array(4800));
        await caller.voice.say(beep);
        await caller[Symbol.asyncDispose]();
        await phone.stop();
        const { recording, keys } = told[0];
        expect([recording?.outcome, keys.map(({ digit }) => digit)]).toEqual(["finished", ["x"]]);
        const { sampleRate, channels } = readWav(readFileSync(recording!.path));
        const bank = new GoertzelBank([1000, ...dtmfTones("4")], sampleRate);
        const heard = [0, 0, 0];
        // The caller, and the agent that is its echo.
        for (const sound of channels.map((channel) => Float32Array.from(channel))) {
          for (let at = 0; at + sampleRate / 50 <= sound.length; at += sampleRate / 50) {
            bank.powers(sound.subarray(at, at + sampleRate / 50)).forEach((power, i) => {
              if (power > 3e6) heard[i]++;
            });
          }
        }
        // 400 ms twice, on both sides, are 80 pieces of 20 ms; of the key there is nothing.
        expect(heard[0]).toBeGreaterThan(60);
        expect(heard.slice(1)).toEqual([0, 0]);
      }),
    30_000,
  );
});
