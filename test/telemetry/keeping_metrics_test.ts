import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { loopback } from "../../src/backend/mod.ts";
import { FileStore } from "../../src/call/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import { PhoneMetrics } from "../../src/telemetry/mod.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { speech } from "../support/speech.ts";
import { VirtualFreeSwitch } from "../support/virtual_freeswitch.ts";
import { eventually } from "../support/wait.ts";
import { doorScene } from "./door_scene.ts";
import { readExposition } from "./exposition.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const CHANNEL = "5f1c1f0e-7c51-4a6a-9c55-0d4f8a1b2c3d";

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "metrics-"));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe("the figures of what is kept", () => {
  test("have recordings with the bytes of their files, writes to the store, and records", async () => {
    const folder = temporary();
    const phone = new PhoneHandler({
      voiceBackend: loopback(),
      sipPort: 0,
      ...SOUND_PORTS,
      admission: false,
      recording: { folder, policy: "always" },
      callRecords: { path: join(folder, "records.jsonl") },
      sessions: { folder: join(folder, "sessions") },
    });
    const metrics = new PhoneMetrics(phone);
    const look = async () => readExposition(await metrics.text());
    const paths: string[] = [];
    phone.on("recording", ({ event }) => void (event.type === "ended" && paths.push(event.path)));
    const { port } = await phone.start();
    cleanUps.push(() => phone.stop());
    // Only a call that FreeSWITCH can bring back is written to the store.
    const caller = await IndependentCaller.open(port, "agent", { "X-Sofia-Channel": CHANNEL });
    await caller.invite();
    await caller.voice.say(speech(3, 0.6));
    expect((await look()).get("sofia_phone_recordings")).toBe(1);
    await caller[Symbol.asyncDispose]();
    await eventually("the recording", () => paths.length === 1);
    await phone.stop();
    const { get } = await look();
    // What the chunk of the file says that has the sound of both sides.
    const file = readFileSync(paths[0]);
    const bytes = file.readUInt32LE(file.indexOf("data") + 4);
    expect(bytes).toBeGreaterThanOrEqual(0.5 * 32_000);
    expect(get("sofia_phone_recording_bytes_total")).toBe(bytes);
    expect(get("sofia_phone_recorded_seconds_total")).toBeCloseTo(bytes / 32_000, 3);
    expect(get("sofia_phone_recordings_total", { outcome: "finished" })).toBe(1);
    expect(get("sofia_phone_recordings_total", { outcome: "failed" })).toBe(0);
    expect(get("sofia_phone_recordings")).toBe(0);
    const { writes } = phone.sessions;
    expect(get("sofia_phone_store_writes_total", { outcome: "written" })).toBe(writes!.written);
    expect(writes!.written).toBeGreaterThan(0);
    expect(get("sofia_phone_call_records_waiting")).toBe(0);
    expect(get("sofia_phone_call_records_lost_total")).toBe(0);
  });

  test("have what the store does not take", async () => {
    const store = new FileStore(temporary());
    store.claim = () => Promise.reject(new Error("no space"));
    const phone = new PhoneHandler({
      voiceBackend: loopback(),
      sipPort: 0,
      ...SOUND_PORTS,
      admission: false,
      sessions: { store },
    });
    const metrics = new PhoneMetrics(phone);
    const { port } = await phone.start();
    cleanUps.push(() => phone.stop());
    const caller = await IndependentCaller.open(port, "agent", { "X-Sofia-Channel": CHANNEL });
    await caller.invite();
    await eventually("a write fails", () => phone.sessions.writes!.failed > 0);
    const { get } = readExposition(await metrics.text());
    const failed = get("sofia_phone_store_writes_total", { outcome: "failed" })!;
    expect(failed).toBeGreaterThan(0);
    expect(phone.sessions.writes!.failed).toBeGreaterThanOrEqual(failed);
    await caller[Symbol.asyncDispose]();
  });
});

describe("the figures of FreeSWITCH's event socket", () => {
  test("have whether it is there, and how long it takes to answer", async () => {
    const freeswitch = new VirtualFreeSwitch();
    const { phone, clock } = await doorScene({
      freeswitch: { password: "p", openSocket: freeswitch.openSocket },
    });
    const metrics = new PhoneMetrics(phone);
    const look = async () => readExposition(await metrics.text());
    await clock.advance(1000);
    const { client } = phone.freeswitch!;
    expect(client.state).toBe("connected");
    const before = await look();
    expect(before.get("sofia_phone_esl_connected")).toBe(1);
    const asked = before.get("sofia_phone_esl_round_trip_seconds_count")!;
    expect(before.get("sofia_phone_esl_commands_total")).toBe(client.counters.commands);
    // It takes 30 ms for this one.
    freeswitch.answers.set("api status", () => undefined);
    const said = client.api("status");
    await clock.advance(30);
    freeswitch.sockets.at(-1)!.say("Content-Type: api/response\nContent-Length: 3\n\nUP\n");
    await clock.runUntil(said);
    const { get, samples } = await look();
    expect(get("sofia_phone_esl_round_trip_seconds_count")! - asked).toBe(1);
    expect(
      get("sofia_phone_esl_round_trip_seconds_sum")! -
        before.get("sofia_phone_esl_round_trip_seconds_sum")!,
    ).toBeCloseTo(0.03, 6);
    const within = (le: number) =>
      samples.find(({ name, labels }) =>
        name === "sofia_phone_esl_round_trip_seconds_bucket" && labels.le === String(le)
      )!.value;
    expect(within(0.05) - within(0.02)).toBe(1);
    freeswitch.isUp = false;
    freeswitch.sockets.at(-1)!.drop(new Error("gone"));
    expect((await look()).get("sofia_phone_esl_connected")).toBe(0);
    metrics.stop();
    await clock.runUntil(phone.stop());
  });
});

describe("the figures of the process", () => {
  test.skipIf(process.platform !== "linux")("are what the kernel says", async () => {
    const { phone, clock } = await doorScene({});
    const metrics = new PhoneMetrics(phone, { version: "1.2.3" });
    const kernel = (name: string, path = "status") => {
      const text = readFileSync(`/proc/self/${path}`, "utf8");
      return Number(new RegExp(`^${name}:?\\s+(\\d+)`, "m").exec(text)?.[1]);
    };
    /** Ticks of the processor's clock, a hundred a second: fields 14 and 15 of proc(5). */
    const cpu = () => {
      const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1].split(" ");
      return (Number(fields[11]) + Number(fields[12])) / 100;
    };
    const until = performance.now() + 150;
    let sum = 0;
    while (performance.now() < until) sum += Math.sqrt(sum + 1);
    expect(sum).toBeGreaterThan(0);
    const { get, samples } = readExposition(await metrics.text());
    expect(Math.abs(get("process_cpu_seconds_total")! - cpu())).toBeLessThan(0.1);
    const rss = get("process_resident_memory_bytes")! / (kernel("VmRSS") * 1024);
    expect([rss > 0.9, rss < 1.1]).toEqual([true, true]);
    expect(get("process_open_fds")).toBeGreaterThan(3);
    const startedAt = get("process_start_time_seconds")!;
    expect(startedAt).toBeLessThan(Date.now() / 1000);
    expect(Math.abs(startedAt - (Date.now() / 1000 - process.uptime()))).toBeLessThan(2);
    const build = samples.find(({ name }) => name === "sofia_phone_build_info")!;
    const runtime = "Bun" in globalThis ? "bun" : "deno";
    expect([build.labels.version, build.labels.runtime]).toEqual(["1.2.3", runtime]);
    metrics.stop();
    await clock.runUntil(phone.stop());
  });
});
