/** sipp as the one who is called. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free_ports.ts";
import { Program } from "./program.ts";

/** How it takes calls. */
export interface SippUasOptions {
  /** `uas`, or the XML of a scenario. @default "uas" */
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
    const { scenario = "uas", transport = "udp", calls } = options;
    const folder = mkdtempSync(join(tmpdir(), "sipp-uas-"));
    const isXml = scenario.includes("<");
    if (isXml) writeFileSync(join(folder, "scenario.xml"), scenario);
    const port = await freePort();
    const program = new Program("sipp", [
      ...(isXml ? ["-sf", "scenario.xml"] : ["-sn", scenario]),
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
