/** sipp as the one who is called. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free_ports.ts";
import { Program } from "./program.ts";

/** How it takes calls. */
export interface SippUasOptions {
  /** The XML of a scenario. @default its own `uas`, without the time it waits for a BYE that comes twice */
  readonly scenario?: string;
  /** @default "udp" */
  readonly transport?: "udp" | "tcp";
  /** It ends by itself after so many calls. */
  readonly calls: number;
}

/** A running sipp that takes calls. */
export class SippUas implements AsyncDisposable {
  /** Where it is called. */
  readonly port: number;
  readonly #program: Program;
  readonly #folder: string;

  private constructor(port: number, program: Program, folder: string) {
    this.port = port;
    this.#program = program;
    this.#folder = folder;
  }

  /** Starts one. */
  static async start(options: SippUasOptions): Promise<SippUas> {
    const { transport = "udp", calls } = options;
    const { scenario = quick() } = options;
    const folder = mkdtempSync(join(tmpdir(), "sipp-uas-"));
    writeFileSync(join(folder, "scenario.xml"), scenario);
    const port = await freePort();
    const program = new Program("sipp", [
      ...["-sf", "scenario.xml"],
      ...["-i", "127.0.0.1", "-mi", "127.0.0.1", "-t", transport === "tcp" ? "t1" : "u1"],
      ...["-p", String(port), "-mp", String(await freePort()), "-m", String(calls)],
      ...["-timeout", "30s", "-timeout_error", "-nostdin"],
      ...["-trace_err", "-error_file", "errors.log"],
    ], { cwd: folder });
    return new SippUas(port, program, folder);
  }

  /** Waits for its end: 0 when all calls went by the scenario, and the errors it tells else. */
  async ended(): Promise<{ readonly code: number | null; readonly errors: string }> {
    const { code } = await this.#program.ended;
    return { code, errors: this.#errors() };
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #errors(): string {
    try {
      return readFileSync(join(this.#folder, "errors.log"), "utf8").slice(0, 2000);
    } catch {
      return "";
    }
  }
}

/** What sipp has in itself under that name. */
function quick(): string {
  // It prints that and ends with an error.
  const { stdout } = spawnSync("sipp", ["-sd", "uas"], { encoding: "utf8" });
  return stdout.replace(/<timewait milliseconds="\d+"\/>/, "");
}
