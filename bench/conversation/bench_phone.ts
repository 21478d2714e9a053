/** Starts the phone under test and reads what it tells. */
import type { PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { claimPorts, freePort } from "../../test/support/free_ports.ts";
import { RUNTIME, type Runtime } from "../../test/support/phone_process.ts";
import { Program } from "../../test/support/program.ts";
import process from "node:process";

/** How the phone is made: by what can be written as JSON. */
export interface BenchPhoneOptions extends
  Pick<
    PhoneHandlerOptions,
    "turns" | "conversation" | "maxCalls" | "sipPort" | "rtpStartPort" | "rtpEndPort"
  > {
  readonly detector: "fvad" | "silero" | "energy";
  /** The events of conversations that are told. */
  readonly eventTypes: readonly string[];
  /** The length of the answers of `answer-*`, in s. */
  readonly answerSeconds: number;
}

/** A line of what the phone tells. */
export interface Told {
  /** The number that was dialled. */
  readonly number: string;
  readonly type: string;
  /** In ms of the clock of the phone's process. */
  readonly at?: number;
  readonly text?: string;
  /** What the agent said, as history has it. */
  readonly agent?: string;
  /** Of an utterance: signed 16-bit, little-endian, base64. */
  readonly audio?: string;
  readonly sampleRate?: number;
}

/** What a benchmark chooses. */
export type BenchPhoneChoice =
  & Pick<BenchPhoneOptions, "detector">
  & Partial<BenchPhoneOptions>
  & { readonly runtime: Runtime };

/** A phone that is ready to be called. */
export class BenchPhone implements AsyncDisposable {
  readonly port: number;
  readonly program: Program;
  /** What its clock says is so much less than ours, in ms. */
  readonly #behindMs: number;
  readonly #release: () => PromiseLike<void>;

  private constructor(
    port: number,
    program: Program,
    { behindMs, release }: { behindMs: number; release: () => PromiseLike<void> },
  ) {
    this.port = port;
    this.program = program;
    this.#behindMs = behindMs;
    this.#release = release;
  }

  /** Starts it on a runtime. */
  static async start({ runtime, ...choice }: BenchPhoneChoice): Promise<BenchPhone> {
    const { maxCalls = 300 } = choice;
    const [sipPort, rtp] = [await freePort(), await claimPorts(2 * maxCalls + 100)];
    const options: BenchPhoneOptions = {
      eventTypes: [],
      answerSeconds: 1,
      ...choice,
      maxCalls,
      sipPort,
      rtpStartPort: rtp.start,
      rtpEndPort: rtp.end,
    };
    const program = runtime === RUNTIME ? process.execPath : runtime;
    const run = runtime === "deno" ? ["run", "-A", "--no-check"] : ["run"];
    const script = new URL("phone.ts", import.meta.url).pathname;
    const phone = new Program(program, [...run, script, JSON.stringify(options)]);
    const release = () => rtp[Symbol.asyncDispose]();
    try {
      const [, origin] = await phone.says(/^ready: (\S+)$/m, 30_000);
      const behindMs = Number(origin) - performance.timeOrigin;
      return new BenchPhone(sipPort, phone, { behindMs, release });
    } catch (cause) {
      await phone[Symbol.asyncDispose]();
      await release();
      throw cause;
    }
  }

  /** What it told, call by call; times are of our clock. */
  told(): Map<string, Told[]> {
    const calls = new Map<string, Told[]>();
    for (const line of this.program.stdout.split("\n")) {
      if (!line.startsWith("{")) continue;
      const told = JSON.parse(line) as Told;
      const at = told.at === undefined ? undefined : told.at + this.#behindMs;
      calls.set(told.number, [...calls.get(told.number) ?? [], { ...told, at }]);
    }
    return calls;
  }

  /** Ends it at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
    await this.#release();
  }
}
