/** Callers of a real FreeSWITCH, whose phone comes and goes. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { HistoryEntry, ResumedCall } from "../../../src/backend/mod.ts";
import type { SessionEvent } from "../../../src/call/mod.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { fromMuLaw } from "../../support/caller/mu_law.ts";
import { claimPorts, freePort, type PortRange } from "../../support/free_ports.ts";
import { FreeSwitch, PASSWORD, type Vars } from "../../support/freeswitch.ts";
import { RUNTIME } from "../../support/phone_process.ts";
import { Program } from "../../support/program.ts";
import { speech } from "../../support/speech.ts";
import { eventually } from "../../support/wait.ts";

/** What `surviving_phone.ts` prints. */
export interface Told {
  readonly what: string;
  readonly call: string;
  readonly at: number;
  readonly count?: number;
  readonly cause?: string;
  readonly text?: string;
  readonly resumed?: ResumedCall;
  readonly history?: readonly HistoryEntry[];
  readonly event?: SessionEvent;
  readonly calls?: readonly string[];
  readonly [name: string]: unknown;
}

/** A phone as a process. */
export class Phone implements AsyncDisposable {
  readonly program: Program;

  constructor(program: Program) {
    this.program = program;
  }

  /** What it has told so far, of this kind. */
  told(what?: string): Told[] {
    const lines = this.program.stdout.split("\n").filter((line) => line !== "");
    const all = lines.map((line) => JSON.parse(line) as Told);
    return all.filter((one) => what === undefined || one.what === what);
  }

  /** Waits until it has told so much. */
  async tells(what: string, count = 1, timeoutMs = 20_000): Promise<Told[]> {
    await eventually(`${what} ${count} times`, () => this.told(what).length >= count, timeoutMs)
      .catch((error) => {
        const { stdout, stderr } = this.program;
        throw new Error(`${error.message}\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`);
      });
    return this.told(what);
  }

  /** Ends it at once if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
  }

  /** How it stands now. */
  async counters(): Promise<Told> {
    const before = this.told("counters").length;
    this.program.kill("SIGINT");
    return (await this.tells("counters", before + 1)).at(-1)!;
  }
}

/** FreeSWITCH and what its phones have in common. */
export class SurvivalScene implements AsyncDisposable {
  readonly freeswitch: FreeSwitch;
  /** Where calls are written. */
  readonly folder: string;
  /** All phones that were started. */
  readonly phones: Phone[] = [];
  readonly #rtp: PortRange;
  readonly #door: number;

  private constructor(freeswitch: FreeSwitch, folder: string, rtp: PortRange, door: number) {
    this.freeswitch = freeswitch;
    this.folder = folder;
    this.#rtp = rtp;
    this.#door = door;
  }

  /** Starts FreeSWITCH, which hands calls of 6 and three digits over by socket. */
  static async start(vars: Vars = {}): Promise<SurvivalScene> {
    const folder = await mkdtemp(join(tmpdir(), "sofia-phone-sessions-"));
    const door = await freePort();
    return new SurvivalScene(
      await FreeSwitch.start({
        ...{ sofia_phone_patience: 30, sofia_phone_patience_new: 30 },
        ...{ sofia_phone_socket_numbers: "^6\\d\\d\\d$", sofia_phone_socket_port: door },
        ...vars,
      }),
      folder,
      await claimPorts(400),
      door,
    );
  }

  /** Begins to start a phone; `events` is the port of the event socket, if it may use one. */
  launch(events: number | undefined = this.freeswitch.eventPort): Phone {
    const { phonePort } = this.freeswitch;
    const esl = [String(events), PASSWORD, String(this.#door)];
    const ports = [phonePort, this.#rtp.start, this.#rtp.end].map(String);
    const run = RUNTIME === "deno" ? ["run", "-A", "--no-check"] : ["run"];
    const script = fileURLToPath(new URL("surviving_phone.ts", import.meta.url));
    const program = new Program(process.execPath, [...run, script, ...ports, this.folder, ...esl]);
    const phone = new Phone(program);
    this.phones.push(phone);
    return phone;
  }

  /** Starts a phone, and waits until it takes calls. */
  async phone(events?: number): Promise<Phone> {
    const phone = this.launch(events);
    await phone.tells("ready");
    return phone;
  }

  /** So many callers, who are through to this number. */
  async callers(count: number, number = "7000"): Promise<IndependentCaller[]> {
    return await Promise.all(
      Array.from(
        { length: count },
        () => IndependentCaller.call(this.freeswitch.callersPort, number),
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.phones.map(({ program }) => program[Symbol.asyncDispose]()));
    await this.freeswitch[Symbol.asyncDispose]();
    await this.#rtp[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Each caller waits until the greeting is over, asks its question and is silent from then on. */
export async function askQuestions(
  callers: readonly IndependentCaller[],
  withinMs: number,
): Promise<void> {
  await eventually("the greeting", () =>
    callers.every((caller) => {
      // On a busy machine FreeSWITCH lets its first words go before it bridges.
      const last = soundsOf(caller).findLastIndex(({ is }) => is === "agent");
      return last > 20 && caller.heard.arrivals.length > last + 25;
    }), withinMs);
  await Promise.all(callers.map((caller) => caller.voice.say(speech(1, 1.2))));
  keepSilent(callers);
}

/** Callers who say nothing, as callers do most of the time, until they are told to stop. */
export function keepSilent(callers: readonly IndependentCaller[]): () => void {
  let isOver = false;
  const sendSilence = async (caller: IndependentCaller) => {
    while (!isOver) await caller.voice.say(new Int16Array(1600));
  };
  // Who has closed its socket has hung up.
  for (const caller of callers) void sendSilence(caller).catch(() => {});
  return () => void (isOver = true);
}

/** What a packet sounds like: the agent is one tone of 1000 Hz, the music of others. */
export type Sound = "agent" | "music" | "silence";

/** What each packet that came to a caller sounds like, and when it came. */
export function soundsOf(caller: IndependentCaller): { readonly at: number; readonly is: Sound }[] {
  return caller.heard.arrivals.filter(({ payloadType }) => payloadType === 0)
    .map(({ at, payload }) => ({ at, is: soundOf(Int16Array.from(payload, fromMuLaw)) }));
}

/** By the share of 1000 Hz in the power of 20 ms, which is a whole number of its periods. */
function soundOf(samples: Int16Array): Sound {
  let [re, im, power] = [0, 0, 0];
  samples.forEach((sample, n) => {
    re += sample * Math.cos(2 * Math.PI * n / 8);
    im += sample * Math.sin(2 * Math.PI * n / 8);
    power += sample * sample;
  });
  if (power / samples.length < 50 * 50) return "silence";
  return (re * re + im * im) * 2 / samples.length > power / 2 ? "agent" : "music";
}
