/** The phone behind a real FreeSWITCH, both with ports of their own. */
import { readdirSync, readlinkSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { KeyWay } from "../../../src/call/mod.ts";
import type { ConversationEvent } from "../../../src/media/mod.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { claimPorts, type PortRange } from "../../support/free_ports.ts";
import { FreeSwitch, type Vars } from "../../support/freeswitch.ts";
import { RUNTIME } from "../../support/phone_process.ts";
import { Program } from "../../support/program.ts";
import { wait } from "../../support/wait.ts";

/** What `telling_phone.ts` prints. */
export interface Told {
  readonly what: "answered" | "ended" | "error" | "dtmf" | "ready" | ConversationEvent["type"];
  /** The session of the call: FreeSWITCH's channel of the caller. */
  readonly call: string;
  readonly from?: { readonly user: string; readonly name?: string };
  readonly to?: string;
  readonly digit?: string;
  readonly way?: KeyWay;
  readonly cause?: string;
  readonly error?: string;
  /** Of `talking_phone.ts`: what happened in the conversation. */
  readonly event?: ConversationEvent;
}

/** One of FreeSWITCH's channels. */
export interface Leg {
  readonly uuid: string;
  /** `inbound` is a caller's, `outbound` the one to the phone. */
  readonly direction: "inbound" | "outbound";
  readonly name: string;
  readonly callstate: string;
}

/** A program that is the phone, by the name of its file. */
export type PhoneScript = "telling_phone.ts" | "talking_phone.ts" | "recording_phone.ts";

/** A phone as a process, and a FreeSWITCH that bridges to it. */
export class PhoneBehind implements AsyncDisposable {
  /** FreeSWITCH. */
  readonly freeswitch: FreeSwitch;
  readonly #script: PhoneScript;
  #program!: Program;
  #rtp: PortRange;

  private constructor(freeswitch: FreeSwitch, rtp: PortRange, script: PhoneScript) {
    this.freeswitch = freeswitch;
    this.#script = script;
    this.#rtp = rtp;
  }

  /** Starts both; `vars` are for FreeSWITCH, `codecs` for the phone, with more arguments after spaces. */
  static async start(
    vars: Vars = {},
    codecs = "PCMU,PCMA,opus,L16",
    script: PhoneScript = "telling_phone.ts",
  ): Promise<PhoneBehind> {
    const both = new PhoneBehind(await FreeSwitch.start(vars), await claimPorts(200), script);
    try {
      await both.startPhone(codecs);
      return both;
    } catch (error) {
      await both[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The phone's process. */
  get phone(): Program {
    return this.#program;
  }

  /** Sockets the phone holds; Linux only, as FreeSWITCH is here. */
  sockets(): number {
    const folder = `/proc/${this.#program.pid}/fd`;
    const isSocket = (name: string): boolean => {
      try {
        return readlinkSync(`${folder}/${name}`).startsWith("socket:");
      } catch {
        // It was closed between the two looks.
        return false;
      }
    };
    return readdirSync(folder).filter(isSocket).length;
  }

  /** What the phone has told so far, of one call or of all. */
  told(call?: string): Told[] {
    const lines = this.#program.stdout.split("\n").filter((line) => line !== "");
    const all = lines.map((line) => JSON.parse(line) as Told);
    return all.filter((one) => call === undefined || one.call === call);
  }

  /** Starts a phone where FreeSWITCH looks for one. */
  async startPhone(codecs = "PCMU,PCMA,opus,L16"): Promise<void> {
    const ports = [this.freeswitch.phonePort, this.#rtp.start, this.#rtp.end].map(String);
    const run = RUNTIME === "deno" ? ["run", "-A", "--no-check"] : ["run"];
    const script = fileURLToPath(new URL(this.#script, import.meta.url));
    this.#program = new Program(process.execPath, [...run, script, ...ports, ...codecs.split(" ")]);
    await this.#program.says(/"ready"/, 20_000);
  }

  /** A caller of FreeSWITCH who is through to the phone, with both legs of the call. */
  async call(number = "7000"): Promise<{ caller: IndependentCaller; here: Leg; there: Leg }> {
    const before = new Set((await this.legs()).map(({ uuid }) => uuid));
    const caller = await IndependentCaller.call(this.freeswitch.callersPort, number);
    // FreeSWITCH writes its list of channels down a moment after they are there.
    for (let looks = 0; looks < 100; looks++) {
      const legs = (await this.legs()).filter(({ uuid }) => !before.has(uuid));
      const here = legs.find(({ direction }) => direction === "inbound");
      const there = legs.find(({ direction }) => direction === "outbound");
      if (here !== undefined && there !== undefined) return { caller, here, there };
      await wait(20);
    }
    await caller[Symbol.asyncDispose]();
    const { stdout, stderr } = this.#program;
    throw new Error(`The call has not both legs; the phone says:\n${stdout}\n${stderr}`);
  }

  /** Waits until the dialplan has given up on the phone for a caller. */
  async isInFallback(uuid: string, timeoutMs = 15_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (await this.freeswitch.variable(uuid, "sofia_phone_state") !== "fallback") {
      if (performance.now() > deadline) throw new Error("The caller should be in the fallback");
      await wait(20);
    }
  }

  /** FreeSWITCH's channels. */
  async legs(): Promise<Leg[]> {
    const json = await this.freeswitch.api("show channels as json");
    return (JSON.parse(json) as { rows?: Leg[] }).rows ?? [];
  }

  /** Ends both. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]();
    await this.freeswitch[Symbol.asyncDispose]();
    await this.#rtp[Symbol.asyncDispose]();
  }
}
