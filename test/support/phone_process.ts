/** The phone as its users run it: a process of its own, on loopback, with ports of its own. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import process from "node:process";
import type { DetectorName } from "../../src/vad/mod.ts";
import { claimPorts, freePort } from "./free_ports.ts";
import { type Ending, Program } from "./program.ts";
import { ROOT } from "./source_files.ts";

/** What runs a phone. */
export type Runtime = "bun" | "deno";

/** The runtime these tests run on, and with it the phones they start. */
export const RUNTIME: Runtime = process.versions.bun === undefined ? "deno" : "bun";

/** How a phone is started. */
export interface PhoneOptions {
  /** `echo`, `loopback`, `mock` or the path of a module. @default "loopback" */
  readonly backend?: string;
  /** @default the runtime of the tests */
  readonly runtime?: Runtime;
  /**
   * What finds voices. Not the best that happens to be installed, as what is tested is something else.
   * @default "fvad"
   */
  readonly detector?: DetectorName;
  /** Calls at a time. @default 400 */
  readonly maxCalls?: number;
  /** Ports for its sound, of which a call takes two and which rest after it. @default enough for maxCalls */
  readonly rtpPorts?: number;
  /** More flags, after the others. @default [] */
  readonly args?: readonly string[];
  /** More of the environment. @default {} */
  readonly env?: Readonly<Record<string, string>>;
}

/** The arguments of a runtime that start the phone with these flags. */
export function phoneCommand(runtime: Runtime, flags: readonly string[]): [string, string[]] {
  // The very program that runs the tests, which need not be the one on the PATH.
  const program = runtime === RUNTIME ? process.execPath : runtime;
  const run = runtime === "deno" ? ["run", "-A", "--no-check"] : ["run"];
  return [program, [...run, `${ROOT}mod.ts`, ...flags]];
}

/** A phone that is ready to be called. */
export class PhoneProcess implements AsyncDisposable {
  /** Its SIP port, UDP and TCP. */
  readonly port: number;
  /** The process. */
  readonly program: Program;
  #release: () => PromiseLike<void>;

  private constructor(port: number, program: Program, release: () => PromiseLike<void>) {
    this.port = port;
    this.program = program;
    this.#release = release;
  }

  /** Starts a phone and waits for the line that says it is ready. */
  static async start(options: PhoneOptions = {}): Promise<PhoneProcess> {
    const { backend = "loopback", runtime = RUNTIME, maxCalls = 400, args = [], env } = options;
    const { rtpPorts = 2 * maxCalls + 20, detector = "fvad" } = options;
    const port = await freePort();
    const rtp = await claimPorts(rtpPorts);
    const flags = [
      ["--backend", backend],
      ["--sip-host", "127.0.0.1"],
      ["--sip-port", String(port)],
      ["--rtp-start-port", String(rtp.start)],
      ["--rtp-end-port", String(rtp.end)],
      ["--max-calls", String(maxCalls)],
      ["--detector", detector],
      // Else the second phone of a test would find the port of the first.
      ["--http-port", "off"],
      // A machine that runs all tests at once is late, and they are not about that.
      ["--max-lateness-ms", "off"],
    ].flat();
    const program = new Program(...phoneCommand(runtime, [...flags, ...args]), { env });
    const phone = new PhoneProcess(port, program, () => rtp[Symbol.asyncDispose]());
    try {
      await program.says(/^ready: dial \S+$/m, 20_000);
      return phone;
    } catch (cause) {
      await phone[Symbol.asyncDispose]();
      throw cause;
    }
  }

  /** Sends SIGTERM and tells how it ended. */
  async stop(patienceMs = 15_000): Promise<Ending> {
    const ending = await this.program.stop(patienceMs);
    await this.#release();
    return ending;
  }

  /** Ends it at once if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
    await this.#release();
  }

  /** Resident memory in bytes. Linux only. */
  memory(): number {
    const status = readFileSync(`/proc/${this.program.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  /** Sockets the process holds. Linux only. */
  sockets(): number {
    const folder = `/proc/${this.program.pid}/fd`;
    return readdirSync(folder).filter((name) => {
      try {
        return readlinkSync(`${folder}/${name}`).startsWith("socket:");
      } catch {
        // It was closed between the two looks.
        return false;
      }
    }).length;
  }
}
