/** A process of a soak: it is told lines of JSON, and tells some. */
import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { ROOT } from "../source_files.ts";
import { RUNTIME, type Runtime } from "../phone_process.ts";

/** Those that run die with us. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A program of this folder, on either runtime. */
export class SoakProcess implements AsyncDisposable {
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** The last of what it wrote to standard error. */
  errors = "";
  readonly #child: ChildProcess;
  readonly #told: object[] = [];
  readonly #waiting: ((line: object | undefined) => void)[] = [];
  #isOver = false;

  /** Starts `file` with what `options` says as JSON. */
  constructor(file: string, runtime: Runtime, options: object = {}) {
    const program = runtime === RUNTIME ? process.execPath : runtime;
    const run = runtime === "deno"
      ? ["run", "-A", "--no-check", "--v8-flags=--expose-gc"]
      : ["run"];
    const path = `${ROOT}test/support/soak/${file}`;
    this.#child = spawn(program, [...run, path, JSON.stringify(options)], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    running.add(this.#child);
    this.#child.stdin!.on("error", () => {});
    this.#child.stderr!.on("data", (bytes) => this.errors = (this.errors + bytes).slice(-4000));
    createInterface({ input: this.#child.stdout! }).on("line", (line) => this.#hear(line));
    this.ended = new Promise((resolve) => {
      this.#child.on("close", (code, signal) => {
        running.delete(this.#child);
        this.#isOver = true;
        for (const tell of this.#waiting.splice(0)) tell(undefined);
        resolve(code ?? signal ?? "unknown");
      });
    });
  }

  /** The number the system knows it by. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Tells it something and resolves with what it says next. Rejects when it is over before that. */
  async ask<Answer extends object>(what: object): Promise<Answer> {
    this.#child.stdin!.write(`${JSON.stringify(what)}\n`);
    return await this.says<Answer>();
  }

  /** What it says next. Rejects when it is over before that. */
  async says<Answer extends object>(): Promise<Answer> {
    const line = this.#told.shift() ?? await new Promise<object | undefined>((resolve) => {
      if (this.#isOver) resolve(undefined);
      else this.#waiting.push(resolve);
    });
    if (line !== undefined) return line as Answer;
    throw new Error(`A process ended before it answered: ${this.errors}`);
  }

  /** How it ends by itself; `still running` if it does not within `ms` ms, and then it is ended. */
  async ends(ms: number): Promise<number | string> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve("still running"), ms);
    });
    const end = await Promise.race([this.ended, late]);
    clearTimeout(timer);
    if (end === "still running") this.#child.kill("SIGKILL");
    return end;
  }

  /** Closes its standard input, which ends it if it has nothing else to do. */
  close(): void {
    this.#child.stdin!.end();
  }

  /** Ends it at once if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) this.#child.kill("SIGKILL");
    await this.ended;
  }

  #hear(line: string): void {
    if (!line.startsWith("{")) return;
    const told = JSON.parse(line) as object;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#told.push(told);
    else waiting(told);
  }
}
