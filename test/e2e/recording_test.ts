import { afterAll, describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { SeededRandom } from "../../src/clock/mod.ts";
import { attempts } from "../support/attempts.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { fromMuLaw, toMuLaw } from "../support/caller/mu_law.ts";
import { claimPorts, freePort, type PortRange } from "../support/free_ports.ts";
import { lacks } from "../support/needs.ts";
import { RUNTIME } from "../support/phone_process.ts";
import { Program } from "../support/program.ts";
import { speech } from "../support/speech.ts";
import { wait } from "../support/wait.ts";

const SCRIPT = fileURLToPath(new URL("freeswitch/recording_phone.ts", import.meta.url));

/** The phone that records, which may die and come back. */
class RecordingPhone implements AsyncDisposable {
  #program!: Program;

  private constructor(
    readonly port: number,
    readonly folder: string,
    readonly rtp: PortRange,
  ) {}

  static async start(): Promise<RecordingPhone> {
    const folder = await mkdtemp(join(tmpdir(), "sofia-phone-recordings-"));
    const phone = new RecordingPhone(await freePort(), folder, await claimPorts(40));
    await phone.run();
    return phone;
  }

  get program(): Program {
    return this.#program;
  }

  async run(): Promise<void> {
    const run = RUNTIME === "deno" ? ["run", "-A", "--no-check"] : ["run"];
    const ports = [this.port, this.rtp.start, this.rtp.end].map(String);
    this.#program = new Program(process.execPath, [
      ...[...run, SCRIPT, ...ports],
      ...["PCMU", this.folder, "500"],
    ]);
    await this.#program.says(/"ready"/, 20_000);
  }

  /** The file of the call to `user`, when it is finished. */
  async finished(user: string): Promise<string> {
    const [, path] = await this.#program.says(
      new RegExp(`"outcome":"finished","path":"([^"]*${user}[^"]*)"`),
    );
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    await this.rtp[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** One channel of a file as raw samples, by a program that shares nothing with us. */
function channel(path: string, number: 1 | 2): Int16Array {
  const args = [path, "-t", "raw", "-e", "signed", "-b", "16", "-L", "-", "remix", String(number)];
  const bytes = execFileSync("sox", args, { maxBuffer: 1 << 28 });
  return new Int16Array(new Uint8Array(bytes).buffer);
}

/** What 16-bit sound is after the line. */
function asHeard(sound: Int16Array): Int16Array {
  return sound.map((sample) => fromMuLaw(toMuLaw(sample)));
}

/** Where a piece of sound is in a longer one, to the sample, if all of it is there. */
function placeOf(piece: Int16Array, sound: Int16Array): number {
  return Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength)
    .indexOf(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)) / 2;
}

function clicks(sound: Int16Array): number[] {
  return [...sound.keys()].filter((n) => sound[n] > 15_000);
}

describe.skipIf(lacks("sox"))("the recording of a call", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let phone: RecordingPhone;

  afterAll(async () => {
    await phone?.[Symbol.asyncDispose]();
  });

  test(
    "has the caller's very samples on the left and the agent's on the right",
    () =>
      attempts(async () => {
        const words = speech(3, 1);
        phone ??= await RecordingPhone.start();
        const user = crypto.randomUUID();
        await using caller = await IndependentCaller.call(phone.port, user);
        // The line begins with the first tick after the answer.
        await wait(200);
        await caller.voice.say(words);
        await wait(100);
        await caller.bye();
        const path = await phone.finished(user);
        expect(execFileSync("soxi", ["-c", path], { encoding: "utf8" }).trim()).toBe("2");
        expect(execFileSync("soxi", ["-r", path], { encoding: "utf8" }).trim()).toBe("8000");
        const [left, right] = [channel(path, 1), channel(path, 2)];
        expect(placeOf(asHeard(words), left)).toBeGreaterThanOrEqual(0);
        const sent = clicks(caller.heard.sound());
        expect(sent.length).toBeGreaterThanOrEqual(2);
        const places = clicks(right);
        const offset = places[0] - sent[0];
        expect(sent.map((place) => place + offset)).toEqual(places.slice(0, sent.length));
        await rm(path);
      }),
    60_000,
  );

  test("keeps every sample in its place through loss and a hold", () =>
    attempts(async () => {
      const random = new SeededRandom(7);
      const fate = () => random.uint32() % 20 === 0 ? "lost" : "arrives";
      const words = speech(3, 1);
      phone ??= await RecordingPhone.start();
      const user = crypto.randomUUID();
      await using caller = await IndependentCaller.call(phone.port, user);
      // The line begins with the first tick after the answer.
      await wait(200);
      await caller.voice.say(words);
      const talked = performance.now();
      await caller.voice.say(speech(0, 1), fate);
      expect((await caller.invite("inactive")).status).toBe(200);
      await wait(500);
      expect((await caller.invite("sendrecv")).status).toBe(200);
      const again = performance.now();
      await caller.voice.say(words);
      await wait(100);
      await caller.bye();
      const path = await phone.finished(user);
      const left = channel(path, 1);
      const first = placeOf(asHeard(words), left);
      const second = placeOf(asHeard(words), left.subarray(first + words.length)) +
        first + words.length;
      expect(first).toBeGreaterThanOrEqual(0);
      // Each piece is set off by a timer of its own, which may be a little late.
      const passedMs = again - talked;
      expect(Math.abs((second - first - words.length) / 8 - passedMs)).toBeLessThan(5);
      await rm(path);
    }), 60_000);

  test("is silent on both sides while it is paused", () =>
    attempts(async () => {
      const words = speech(3, 1);
      phone ??= await RecordingPhone.start();
      const user = crypto.randomUUID();
      await using caller = await IndependentCaller.call(phone.port, user);
      // The line begins with the first tick after the answer.
      await wait(200);
      await caller.voice.say(words);
      await caller.voice.press("1");
      await wait(100);
      await caller.voice.say(speech(6, 1));
      await caller.voice.press("2");
      await wait(100);
      await caller.voice.say(words);
      await wait(100);
      await caller.bye();
      const path = await phone.finished(user);
      const [left, right] = [channel(path, 1), channel(path, 2)];
      const first = placeOf(asHeard(words), left);
      const rest = left.subarray(first + words.length);
      const second = placeOf(asHeard(words), rest);
      // A second of talk, two keys and what was waited for.
      expect(second).toBeGreaterThan(8 * 1300);
      const isSilent = (sound: Int16Array) => sound.every((sample) => Math.abs(sample) < 9);
      const [from, to] = [first + words.length + 1600, first + words.length + second - 1600];
      expect(isSilent(left.subarray(from, to))).toBe(true);
      expect(isSilent(right.subarray(from, to))).toBe(true);
      expect(clicks(right).length).toBeGreaterThan(1);
      await rm(path);
    }), 60_000);

  test(
    "loses less than a second when the process is killed, and is whole after the next start",
    () =>
      attempts(async () => {
        const user = crypto.randomUUID();
        const words = speech(3, 0.7);
        await using phone = await RecordingPhone.start();
        const caller = await IndependentCaller.call(phone.port, user);
        await wait(200);
        const answered = performance.now();
        for (let times = 0; times < 3; times++) await caller.voice.say(words);
        phone.program.kill("SIGKILL");
        const livedMs = performance.now() - answered + 200;
        await phone.program.ended;
        const files = (await readdir(phone.folder)).sort();
        const part = files.find((name) => name.startsWith(user) && name.endsWith(".part"))!;
        const { size } = await stat(join(phone.folder, part));
        expect(livedMs - (size - 80) / 32).toBeLessThan(1000);
        // What is there can be listened to as it is.
        expect(placeOf(asHeard(words), channel(`|cat ${join(phone.folder, part)}`, 1)))
          .toBeGreaterThanOrEqual(0);
        await caller.close();
        await phone.run();
        await phone.program.says(/"recording repaired"/, 20_000);
        const whole = join(phone.folder, part.replace(/\.part$/, ""));
        expect(channel(whole, 1)).toHaveLength((size - 80) / 4);
        expect((await readFile(whole)).subarray(0, 4).toString()).toBe("RIFF");
        expect((await readdir(phone.folder)).filter((name) => name.startsWith(user))).toHaveLength(
          1,
        );
      }),
    60_000,
  );
});
