/** A real FreeSWITCH that runs the configuration in `freeswitch/`, with ports and directories of its own. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { EventSocket } from "./event_socket.ts";
import { claimPorts, freePort, type PortRange } from "./free_ports.ts";
import { Program } from "./program.ts";

/** The program under test's neighbour; empty when this machine has none. */
export const FREESWITCH_BIN: string = process.env.FREESWITCH_BIN ?? "";

/** Whether the tests with a real FreeSWITCH can run; says once on the console why not. */
export const hasFreeSwitch: boolean = FREESWITCH_BIN !== "";
if (!hasFreeSwitch) {
  // deno-lint-ignore no-console -- whoever reads a green run must see what it did not show
  console.warn("Skipping what needs FreeSWITCH: set FREESWITCH_BIN to its program to run it");
}

const SHIPPED = fileURLToPath(new URL("../../freeswitch/", import.meta.url));
/** The password of its event socket. */
export const PASSWORD = "for-the-tests-only";

/** Values for names of freeswitch/sofia_phone_vars.xml. */
export type Vars = Readonly<Record<string, string | number>>;

/** How it differs from what is shipped. */
export interface FreeSwitchOptions {
  /** Changes its copy of the configuration, whose folder it is told, before the start. */
  readonly arrange?: (folder: string) => Promise<void>;
}

/** A running FreeSWITCH; ends with the tests whatever happens. */
export class FreeSwitch implements AsyncDisposable {
  /** Where callers call. */
  readonly callersPort: number;
  /** Where the dialplan expects the phone. Nothing listens there until a test starts something. */
  readonly phonePort: number;
  /** The event socket. */
  readonly eventPort: number;
  /** Where the phone calls, for calls that it makes. */
  readonly localPort: number;
  /** Logged in. */
  events!: EventSocket;

  #folder: string;
  #vars: Vars;
  #program!: Program;
  #rtp: PortRange;

  private constructor(folder: string, ports: readonly number[], rtp: PortRange, vars: Vars) {
    [this.callersPort, this.phonePort, this.eventPort, this.localPort] = ports;
    this.#folder = folder;
    this.#rtp = rtp;
    this.#vars = {
      callers_port: this.callersPort,
      sofia_phone_port: this.phonePort,
      event_socket_port: this.eventPort,
      sofia_phone_local_port: this.localPort,
      rtp_start_port: rtp.start,
      rtp_end_port: rtp.end - 1,
      // Tests that wait for the fallback are not to wait long.
      sofia_phone_patience: 2,
      sofia_phone_patience_new: 2,
      ...vars,
    };
  }

  /** Starts one, with `vars` over what the tests need, and waits until it takes calls. */
  static async start(vars: Vars = {}, options: FreeSwitchOptions = {}): Promise<FreeSwitch> {
    const folder = await mkdtemp(join(tmpdir(), "sofia-phone-freeswitch-"));
    const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const freeswitch = new FreeSwitch(folder, ports, await claimPorts(400), vars);
    try {
      await freeswitch.#start(options);
      return freeswitch;
    } catch (error) {
      await freeswitch[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What an API command answers. */
  api(command: string): Promise<string> {
    return this.events.api(command);
  }

  /** The folder of its files: conf, log, db and more. */
  get folder(): string {
    return this.#folder;
  }

  /** Changes values of the dialplan; those of profiles and modules need a new start. */
  async configure(vars: Vars): Promise<void> {
    await this.#write({ ...this.#vars, ...vars });
    const answer = await this.api("reloadxml");
    if (!answer.includes("+OK")) throw new Error(`Cannot reload the configuration: ${answer}`);
  }

  /** How many channels are up: by its own count, as `show channels` is told a little later. */
  async channels(): Promise<number> {
    return Number(/^(\d+) session\(s\) - peak/m.exec(await this.api("status"))?.[1]);
  }

  /** Waits until there are that many channels: the ends of a call do not end in the same instant. */
  async hasChannels(count: number, timeoutMs = 5000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (await this.channels() !== count) {
      if (performance.now() > deadline) {
        throw new Error(`FreeSWITCH should have ${count} channels: ${await this.api("status")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** One variable of a channel. */
  variable(channel: string, name: string): Promise<string> {
    return this.api(`uuid_getvar ${channel} ${name}`);
  }

  /** The SIP messages it exchanges with the phone while `body` runs, as it sees them. */
  async trace(body: () => Promise<void>): Promise<string> {
    const before = await this.log();
    await this.api("sofia profile sofia_phone siptrace on");
    await body();
    await this.api("sofia profile sofia_phone siptrace off");
    return (await this.log()).slice(before.length);
  }

  /** What it has logged so far. */
  log(): Promise<string> {
    return readFile(join(this.#folder, "log/freeswitch.log"), "utf8");
  }

  /** How calls were lost to sofia-phone so far, as the dialplan warns of each: `bridge X, set-up Y`. */
  async losses(): Promise<string[]> {
    const lines = (await this.log()).matchAll(/\[WARNING\].* is lost to [^:]+: ([^;]+);/g);
    return [...lines].map(([, causes]) => causes);
  }

  /** Lets it stand still, as on a machine that has no time for it, until the returned function is called. */
  freeze(): () => void {
    const { pid } = this.#program;
    process.kill(pid, "SIGSTOP");
    return () => void process.kill(pid, "SIGCONT");
  }

  /** Logs in anew, after its event socket was loaded anew. */
  async reconnect(): Promise<void> {
    await this.events[Symbol.asyncDispose]();
    this.events = await EventSocket.open(this.eventPort, PASSWORD);
  }

  /** Kills it, with all its calls, and starts it again as it was. */
  async restart(): Promise<void> {
    await this.events[Symbol.asyncDispose]();
    await this.#program[Symbol.asyncDispose]();
    this.events = undefined as unknown as EventSocket;
    await this.#run();
  }

  /** Ends it at once: nothing it would put in order outlives its directories. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.events?.[Symbol.asyncDispose]();
    await this.#program?.[Symbol.asyncDispose]();
    await this.#rtp[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #start({ arrange }: FreeSwitchOptions): Promise<void> {
    await cp(SHIPPED, join(this.#folder, "conf"), { recursive: true });
    await this.#write(this.#vars);
    await arrange?.(join(this.#folder, "conf"));
    await this.#run();
  }

  async #run(): Promise<void> {
    // Not -certs: into an empty folder it would write an RSA key, which takes seconds each time.
    const folders = ["conf", "log", "db", "run", "cache", "storage", "recordings", "temp"];
    const args = folders.flatMap((name) => [`-${name}`, join(this.#folder, name)]);
    this.#program = new Program(FREESWITCH_BIN, ["-nf", "-nonat", "-np", ...args], {
      env: { SOFIA_PHONE_ESL_PASSWORD: PASSWORD },
    });
    let over = false;
    const ended = this.#program.ended.then(() => {
      over = true;
      throw new Error(`FreeSWITCH ended:\n${this.#program.stdout}\n${this.#program.stderr}`);
    });
    ended.catch(() => {});
    await Promise.race([ended, this.#waitUntilReady(() => over)]);
  }

  /** The event socket is up first, then the profiles one by one. */
  async #waitUntilReady(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      this.events ??= (await EventSocket.open(this.eventPort, PASSWORD).catch(() => undefined))!;
      const status = await this.events?.api("sofia status");
      const profiles = this.#vars.outside === undefined ? 2 : 3;
      if ((status?.match(/RUNNING/g)?.length ?? 0) >= profiles) return;
    }
  }

  #write(vars: Vars): Promise<void> {
    const lines = Object.entries(vars).map(([name, value]) =>
      `<X-PRE-PROCESS cmd="set" data="${name}=${value}"/>\n`
    );
    return writeFile(join(this.#folder, "conf/local_vars.xml"), lines.join(""));
  }
}
