/** Other programs, started beside the tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { connect } from "node:net";
import process from "node:process";
import { wait } from "./wait.ts";

/** How a program is started. */
export interface ProgramOptions {
  /** Added to the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it starts. @default the folder the tests run in */
  readonly cwd?: string;
}

/** How a program ended. */
export interface Ending {
  /** Its exit code; `null` when a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it. */
  readonly signal: string | null;
}

/** What still runs dies with the tests, or a failed run would hold its ports until someone looks. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Whether a program of this name can be started. */
export function hasProgram(name: string): boolean {
  return `${process.env.PATH ?? ""}:/usr/sbin`.split(":").some((folder) => {
    try {
      accessSync(`${folder}/${name}`, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A running program with no standard input, what it says, and how it ends. */
export class Program implements AsyncDisposable {
  /** Settles when it has ended and all its output is read. */
  readonly ended: Promise<Ending>;
  #child: ChildProcess;
  #name: string;
  #out = "";
  #err = "";
  #readers = new Set<() => void>();
  #ending: Ending | undefined;

  /** Starts `command` with `args`. */
  constructor(command: string, args: readonly string[], options: ProgramOptions = {}) {
    const { env = {}, cwd } = options;
    this.#name = command;
    this.#child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
      cwd,
    });
    running.add(this.#child);
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#out += text;
      this.#tell();
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#err += text;
      this.#tell();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (code, signal) => {
        running.delete(this.#child);
        this.#ending = { code, signal };
        this.#tell();
        resolve(this.#ending);
      });
    });
    // Who does not wait for the end is not to fall over a program that cannot be started.
    this.ended.catch(() => {});
  }

  /** The number the system knows it by. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** What it has said so far on standard output. */
  get stdout(): string {
    return this.#out;
  }

  /** What it has said so far on standard error. */
  get stderr(): string {
    return this.#err;
  }

  /** Waits until what it said on either output matches. Rejects when it ends or time runs out first. */
  says(pattern: RegExp, timeoutMs = 10_000): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        this.#readers.delete(look);
        settle();
      };
      const fail = (why: string): void =>
        done(() =>
          reject(
            new Error(
              `${this.#name} ${why} before it said ${pattern}:\n${this.#out}\n${this.#err}`,
            ),
          )
        );
      const look = (): void => {
        const match = this.#out.match(pattern) ?? this.#err.match(pattern);
        if (match !== null) done(() => resolve(match));
        else if (this.#ending !== undefined) fail(`ended with ${JSON.stringify(this.#ending)}`);
      };
      const timer = setTimeout(() => fail(`took ${timeoutMs} ms`), timeoutMs);
      this.#readers.add(look);
      look();
    });
  }

  /** Waits until it takes connections to a TCP port of 127.0.0.1. Rejects when it ends first. */
  async listens(port: number): Promise<void> {
    let isOver = false;
    this.ended.then(() => isOver = true, () => isOver = true);
    while (!await accepts(port)) {
      if (isOver) throw new Error(`${this.#name} ended:\n${this.#err.slice(-3000)}`);
      await wait(20);
    }
  }

  /** Sends a signal. */
  kill(signal: "SIGTERM" | "SIGINT" | "SIGKILL"): void {
    // Not by the child's own method, after which Deno reports the signal as the end whatever came of it.
    if (this.#ending === undefined) process.kill(this.pid, signal);
  }

  /** Asks it to end, and after `patienceMs` makes it end. */
  async stop(patienceMs = 10_000): Promise<Ending> {
    if (this.#ending !== undefined) return this.#ending;
    this.kill("SIGTERM");
    const timer = setTimeout(() => this.kill("SIGKILL"), patienceMs);
    const ending = await this.ended;
    clearTimeout(timer);
    return ending;
  }

  /** Ends it at once if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ending !== undefined) return;
    this.kill("SIGKILL");
    await this.ended.catch(() => {});
  }

  #tell(): void {
    for (const reader of [...this.#readers]) reader();
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const done = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => done(true)).once("error", () => done(false));
  });
}
