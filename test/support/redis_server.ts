/** A real Redis, with a socket or a port of its own, that can be killed, stopped in its tracks, and restarted. */
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { freePort } from "./free_ports.ts";
import { Program } from "./program.ts";
import { eventually } from "./wait.ts";

/** A running server; what it keeps is in memory only, and gone when it is killed. */
export class RedisServer implements AsyncDisposable {
  /** Where it is, without a password. */
  readonly url: string;
  /** Its port of 127.0.0.1. */
  readonly port: number;
  readonly #folder: string;
  readonly #flags: readonly string[];
  #program!: Program;

  private constructor(port: number, folder: string, flags: readonly string[]) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#flags = flags;
  }

  /** Starts one and waits until it answers; `flags` are more of its settings. */
  static async start(flags: readonly string[] = []): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), "sofia-phone-redis-"));
    const server = new RedisServer(await freePort(), folder, flags);
    try {
      await server.restart();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The path of its socket. */
  get socket(): string {
    return join(this.#folder, "redis.sock");
  }

  /** Kills it with -9. */
  async kill(): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  /** Stops it in its tracks: it takes connections and answers nothing; or lets it go on. */
  hang(isHanging = true): void {
    process.kill(this.#program.pid, isHanging ? "SIGSTOP" : "SIGCONT");
  }

  /** Starts it again at the same place, with nothing in it. */
  async restart(): Promise<void> {
    const settings = [
      ...["--port", String(this.port), "--bind", "127.0.0.1"],
      ...["--unixsocket", this.socket, "--dir", this.#folder],
      ...["--save", "", "--appendonly", "no", ...this.#flags],
    ];
    this.#program = new Program("redis-server", settings);
    await this.#program.says(/Ready to accept connections/, 20_000);
  }

  /** Sends commands as bytes, one a line, and tells what comes back, beside the library under test. */
  async send(...commands: string[][]): Promise<string> {
    const socket = connect(this.port, "127.0.0.1");
    let said = "";
    socket.setEncoding("utf8").on("data", (text: string) => void (said += text));
    const bulk = (part: string) => `$${new TextEncoder().encode(part).length}\r\n${part}\r\n`;
    const encode = (parts: string[]) => `*${parts.length}\r\n${parts.map(bulk).join("")}`;
    socket.write([...commands, ["PING", "that is all"]].map(encode).join(""));
    await eventually("Redis to answer", () => said.endsWith("that is all\r\n"));
    socket.destroy();
    return said.slice(0, said.lastIndexOf("$11\r\n"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
