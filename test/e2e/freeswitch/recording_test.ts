import { afterAll, describe, expect, test } from "bun:test";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { PhoneHandler } from "../../../mod.ts";
import { type AudioFrame, readWav } from "../../../src/audio/mod.ts";
import type { RecordingEvent, RecordingMaker } from "../../../src/call/mod.ts";
import { attempts } from "../../support/attempts.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { claimPorts, type PortRange } from "../../support/free_ports.ts";
import { FreeSwitch, hasFreeSwitch, PASSWORD } from "../../support/freeswitch.ts";
import { eventually, wait } from "../../support/wait.ts";
import { PhoneBehind } from "./phone_behind.ts";

/** Samples between two clicks of the agent, and of callers. */
const AGENT_EVERY = 5657;
const CALLER_EVERY = 3001;

/** A phone in this process that records what comes by a real FreeSWITCH; its agent clicks. */
class Scene implements AsyncDisposable {
  readonly events: RecordingEvent[] = [];
  phone!: PhoneHandler;

  private constructor(
    readonly freeswitch: FreeSwitch,
    readonly folder: string,
    readonly rtp: PortRange,
  ) {}

  static async start(): Promise<Scene> {
    const folder = await mkdtemp(join(tmpdir(), "sofia-phone-recordings-"));
    // FreeSWITCH may be somebody else.
    await chmod(folder, 0o777);
    return new Scene(await FreeSwitch.start(), folder, await claimPorts(100));
  }

  async startPhone(by: RecordingMaker): Promise<void> {
    await this.phone?.stop();
    this.events.length = 0;
    this.phone = new PhoneHandler({
      admission: false,
      voiceBackend: () => ({ readable: clicking(), writable: new WritableStream<AudioFrame>() }),
      sipPort: this.freeswitch.phonePort,
      rtpStartPort: this.rtp.start,
      rtpEndPort: this.rtp.end,
      codecs: ["PCMU"],
      detector: "fvad",
      freeswitch: { port: this.freeswitch.eventPort, password: PASSWORD, minBackoffMs: 50 },
      recording: { folder: this.folder, by, fileName: "{id}" },
    });
    this.phone.on("recording", ({ event }) => void this.events.push(event));
    let isConnected = false;
    this.phone.on("freeswitch", (state) => isConnected = state.isConnected);
    await this.phone.start();
    await eventually("the event socket", () => isConnected);
  }

  /** The channels of the last recording, when it is finished. */
  async finished(): Promise<{ left: Int16Array; right: Int16Array; path: string }> {
    await eventually("the file", () => this.events.some(({ type }) => type === "ended"), 10_000);
    const end = this.events.find((event) => event.type === "ended")!;
    expect(end).toMatchObject({ outcome: "finished", lostMs: 0 });
    const path = (end as { path: string }).path;
    const { sampleRate, channels } = readWav(await readFile(path));
    expect([sampleRate, channels.length]).toEqual([8000, 2]);
    return { left: channels[0], right: channels[1], path };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.phone?.stop();
    await this.freeswitch[Symbol.asyncDispose]();
    await this.rtp[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function clicking(): ReadableStream<AudioFrame> {
  let sample = 0;
  return new ReadableStream({
    pull(controller) {
      const samples = clicks(160, AGENT_EVERY, sample);
      controller.enqueue({ sampleRate: 8000, samples, timestamp: sample });
      sample += 160;
    },
  });
}

/** Sound of single loud samples. */
function clicks(length: number, every: number, from = 0): Int16Array {
  return Int16Array.from({ length }, (_, n) => (from + n) % every === 1000 ? 20_000 : 0);
}

function places(sound: Int16Array): number[] {
  return [...sound.keys()].filter((n) => sound[n] > 15_000);
}

/** The distances between neighbours. */
function gaps(values: readonly number[]): number[] {
  return values.slice(1).map((value, n) => value - values[n]);
}

describe.skipIf(!hasFreeSwitch)("a recording behind FreeSWITCH", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let scene: Scene;

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  test(
    "by the phone goes on through a hold and a transfer, each side in its place",
    () =>
      attempts(async () => {
        scene ??= await Scene.start();
        await scene.startPhone("phone");
        const { freeswitch } = scene;
        await using first = await IndependentCaller.call(freeswitch.callersPort, "7000");
        await eventually("the call", () => scene.phone.calls[0]?.state === "live");
        const [call] = scene.phone.calls;
        await wait(300);
        await first.voice.say(clicks(16_000, CALLER_EVERY));
        expect(await freeswitch.api(`uuid_hold ${call.id}`)).toContain("+OK");
        await wait(1000);
        expect(await freeswitch.api(`uuid_hold off ${call.id}`)).toContain("+OK");
        await first.voice.say(clicks(16_000, CALLER_EVERY));
        // Another caller takes the place of the first one; our leg and its recording stay.
        const leg = await freeswitch.variable(call.id, "signal_bond");
        await using second = await IndependentCaller.call(freeswitch.callersPort, "9196");
        const other = await channelBeside(freeswitch, [call.id, leg]);
        expect(await freeswitch.api(`uuid_bridge ${leg} ${other}`)).toContain("+OK");
        await wait(300);
        await second.voice.say(clicks(16_000, CALLER_EVERY));
        await second.bye();
        const { left, right } = await scene.finished();
        const between = gaps(places(left));
        // FreeSWITCH passes samples on one for one, but for a packet that its own timer has missed.
        const even = (gap: number) => gap % CALLER_EVERY === 0;
        expect(between.filter(even).length).toBeGreaterThanOrEqual(10);
        // What is between the three pieces is as long as it took.
        const pauses = between.filter((gap) => !even(gap));
        expect(pauses).toHaveLength(2);
        const holdMs = (pauses[0] - (16_000 - 4 * CALLER_EVERY)) / 8;
        expect(holdMs).toBeGreaterThan(990);
        expect(holdMs).toBeLessThan(1200);
        // What the agent was to say is late by whole packets where the process was.
        const said = gaps(places(right));
        expect(said.length).toBeGreaterThan(8);
        expect(said.filter((gap) => (gap - AGENT_EVERY) % 160 !== 0)).toEqual([]);
      }),
    120_000,
  );

  test(
    "goes on in the same file when the phone is killed and back, with silence in between",
    () =>
      attempts(async () => {
        const folder = await mkdtemp(join(tmpdir(), "sofia-phone-recordings-"));
        const args = `PCMU ${folder}`;
        await using both = await PhoneBehind.start({}, args, "recording_phone.ts");
        const { caller, here } = await both.call();
        await using _ = caller;
        await wait(300);
        // The caller talks on and on, as callers do.
        const talking = caller.voice.say(clicks(8 * 12_000, CALLER_EVERY));
        await wait(2500);
        both.phone.kill("SIGKILL");
        await both.phone.ended;
        await both.startPhone(args);
        await both.phone.says(/"recording started"/, 15_000);
        await talking;
        await caller.bye();
        const [, path] = await both.phone.says(/"outcome":"finished","path":"([^"]*)"/);
        const { channels: [left, right] } = readWav(await readFile(path));
        expect(both.told(here.uuid)[0].what).toBe("answered");
        expect(await readdir(folder)).toEqual([basename(path)]);
        await rm(folder, { recursive: true });
        const between = gaps(places(left));
        const [gap] = between.filter((gap) => gap !== CALLER_EVERY);
        // What the dead process had not written yet, the time without one, and the start of the next.
        expect(gap).toBeGreaterThan(8 * 1000);
        // The caller's own beat goes through it; FreeSWITCH may drop a packet or two where it begins.
        const off = gap % CALLER_EVERY;
        expect(Math.min(off, CALLER_EVERY - off) / 8).toBeLessThan(50);
        expect(between.filter((gap) => gap === CALLER_EVERY).length).toBeGreaterThan(12);
        expect(gaps(places(right)).some((gap) => gap > 8 * 1000)).toBe(true);
      }),
    120_000,
  );

  test(
    "by FreeSWITCH has the caller on the left, the agent on the right, and pauses",
    () =>
      attempts(async () => {
        scene ??= await Scene.start();
        await scene.startPhone("freeswitch");
        const { freeswitch } = scene;
        await using caller = await IndependentCaller.call(freeswitch.callersPort, "7000");
        await eventually("the recording", () => scene.events.length > 0);
        const [call] = scene.phone.calls;
        await caller.voice.say(clicks(16_000, CALLER_EVERY));
        call.recording?.pause();
        await wait(100);
        await caller.voice.say(clicks(16_000, CALLER_EVERY));
        call.recording?.resume();
        await wait(100);
        await caller.voice.say(clicks(16_000, CALLER_EVERY));
        await caller.bye();
        const { left, right } = await scene.finished();
        // All clicks but those of the pause, which is silence as long as it was.
        const said = places(left);
        expect(said.length).toBeGreaterThanOrEqual(9);
        expect(said.length).toBeLessThanOrEqual(10);
        const pausedMs = Math.max(...gaps(said)) / 8;
        expect(pausedMs).toBeGreaterThan(2500);
        expect(pausedMs).toBeLessThan(3000);
        const answered = gaps(places(right));
        expect(answered.length).toBeGreaterThan(3);
        expect(answered.every((gap) => gap >= AGENT_EVERY)).toBe(true);
        expect(answered.some((gap) => gap >= 3 * AGENT_EVERY)).toBe(true);
      }),
    120_000,
  );
});

/** The one channel that is none of these; FreeSWITCH lists it a moment after it is there. */
async function channelBeside(freeswitch: FreeSwitch, known: readonly string[]): Promise<string> {
  for (let looks = 0; looks < 100; looks++) {
    const json = await freeswitch.api("show channels as json");
    const { rows = [] } = JSON.parse(json) as { rows?: { uuid: string }[] };
    const found = rows.find(({ uuid }) => !known.includes(uuid));
    if (found !== undefined) return found.uuid;
    await wait(50);
  }
  throw new Error("FreeSWITCH has no other channel");
}
