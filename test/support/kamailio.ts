/** A real Kamailio that runs the configuration in `deploy/kamailio/`, with ports and lists of its own. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSip, request } from "./caller/sip_text.ts";
import { bindUdp, closeUdp, freePort } from "./free_ports.ts";
import { Program } from "./program.ts";
import { ROOT } from "./source_files.ts";
import { wait } from "./wait.ts";

/** How it differs from what is shipped. */
export interface KamailioOptions {
  /** Names of kamailio.cfg, with values as they are written there. @default {} */
  readonly defines?: Readonly<Record<string, string>>;
  /** The lines of callers.list. @default 127.0.0.1 */
  readonly callers?: readonly string[];
  /** Where it listens. @default any free port */
  readonly port?: number;
  /** More phones, by their addresses. @default [] */
  readonly phones?: readonly string[];
}

/** A running Kamailio. */
export class Kamailio implements AsyncDisposable {
  /** Where callers call, UDP and TCP. */
  readonly port: number;
  readonly #folder: string;
  #program!: Program;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  /** Starts one in front of phones at these ports, and waits until it listens. */
  static async start(
    phones: readonly number[],
    options: KamailioOptions = {},
  ): Promise<Kamailio> {
    const folder = await mkdtemp(join(tmpdir(), "sofia-phone-kamailio-"));
    const kamailio = new Kamailio(options.port ?? await freePort(), folder);
    try {
      await kamailio.#start(phones, options);
      return kamailio;
    } catch (error) {
      await kamailio[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What it has logged. */
  get log(): string {
    return this.#program.stderr;
  }

  /** The status of its answer to OPTIONS: 200 if a call would get through; 0 if it says nothing. */
  async status(): Promise<number> {
    const socket = await bindUdp(0);
    const line = {
      ...{ callId: randomUUID(), localPort: socket.address().port, rtpPort: 9, localTag: "t" },
      ...{ to: "<sip:kamailio@127.0.0.1>", target: `sip:127.0.0.1:${this.port}` },
    };
    const text = request(line, "OPTIONS", 1, randomUUID());
    const answer = new Promise<number>((resolve) => {
      socket.on("message", (bytes) => resolve(readSip(bytes.toString("utf8")).status));
      socket.send(text, this.port, "127.0.0.1", () => {});
    });
    const status = await Promise.race([answer, wait(500).then(() => 0)]);
    await closeUdp(socket);
    return status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // By a signal that it can tell its children of.
    await this.#program?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #start(phones: readonly number[], options: KamailioOptions): Promise<void> {
    const { defines = {}, callers = ["1 127.0.0.1 32 0"] } = options;
    const list = (name: string) => join(this.#folder, name);
    const uris = [...phones.map((port) => `sip:127.0.0.1:${port}`), ...options.phones ?? []];
    await writeFile(list("phones.list"), uris.map((uri) => `1 ${uri}\n`).join(""));
    await writeFile(list("callers.list"), callers.map((line) => `${line}\n`).join(""));
    const values = {
      LISTEN_UDP: `udp:127.0.0.1:${this.port}`,
      LISTEN_TCP: `tcp:127.0.0.1:${this.port}`,
      WORKERS: "2",
      PHONES: `"${list("phones.list")}"`,
      CALLERS: `"${list("callers.list")}"`,
      CONTROL: `"unix:${list("control")}"`,
      ...defines,
    };
    const flags = Object.entries(values).flatMap(([name, value]) => [
      "-A",
      value === "" ? name : `${name}=${value}`,
    ]);
    const cfg = `${ROOT}deploy/kamailio/kamailio.cfg`;
    this.#program = new Program("/usr/sbin/kamailio", [
      ...["-f", cfg, "-DD", "-E", "-m", "64", "-M", "8", "-Y", this.#folder],
      ...flags,
    ]);
    // It listens to TCP last of all.
    await this.#program.listens(this.port);
  }
}
