/** baresip, a SIP telephone in common use, without a sound card: it speaks a WAV and records another. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claimPorts, freePort, type PortRange } from "./free_ports.ts";
import { Program } from "./program.ts";
import { readWav, type WavSound, writeWav } from "./wav_file.ts";

/** What baresip says of itself, as JSON. */
export interface BaresipEvent {
  /** `CALL_ESTABLISHED`, `CALL_CLOSED`… */
  readonly type?: string;
  readonly param?: string;
  /** Of an answer to a command. */
  readonly response?: boolean;
  readonly ok?: boolean;
}

/** A running baresip with its sound, its ports and its remote control. */
export class Baresip implements AsyncDisposable {
  /** The process. */
  readonly program: Program;
  /** Where it is called: `sip:baresip@127.0.0.1:<port>`. */
  readonly sipPort: number;
  #folder: string;
  #rtp: PortRange;
  #control: Socket;
  #events: BaresipEvent[] = [];
  #waiting = new Set<() => void>();

  private constructor(
    folder: string,
    rtp: PortRange,
    program: Program,
    control: Socket,
    sipPort: number,
  ) {
    this.sipPort = sipPort;
    this.#folder = folder;
    this.#rtp = rtp;
    this.program = program;
    this.#control = control;
    let text = "";
    control.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (let match; (match = /^(\d+):/.exec(text)) !== null;) {
        const [head, digits] = match;
        const end = head.length + Number(digits);
        // The JSON of baresip is ASCII, so bytes and characters are the same here.
        if (text.length <= end) break;
        this.#events.push(JSON.parse(text.slice(head.length, end)));
        text = text.slice(end + 1);
      }
      for (const look of [...this.#waiting]) look();
    });
    control.on("error", () => {});
  }

  /** Starts a telephone that will say `spoken`, over and over, in each of its calls. */
  static async start(spoken: WavSound): Promise<Baresip> {
    const folder = mkdtempSync(join(tmpdir(), "baresip-"));
    const rtp = await claimPorts(20);
    const [sip, control] = [await freePort(), await freePort()];
    writeWav(join(folder, "spoken.wav"), spoken);
    writeFileSync(join(folder, "config"), configuration({ folder, rtp, sip, control, spoken }));
    writeFileSync(
      join(folder, "accounts"),
      "<sip:baresip@127.0.0.1>;regint=0;audio_codecs=PCMU\n",
    );
    writeFileSync(join(folder, "contacts"), "");
    const program = new Program("baresip", ["-4", "-f", folder]);
    try {
      await program.says(/baresip is ready/);
      return new Baresip(folder, rtp, program, await connected(control), sip);
    } catch (cause) {
      await program[Symbol.asyncDispose]();
      await rtp[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
      throw cause;
    }
  }

  /** Gives a command, such as `dial` with `sip:agent@127.0.0.1:5070`, and waits until it is taken. */
  async command(command: string, params?: string): Promise<void> {
    const seen = this.#events.length;
    const json = JSON.stringify({ command, params });
    this.#control.write(`${json.length}:${json},`);
    const answer = await this.#next((event) => event.response === true, seen, 5000);
    if (answer.ok !== true) {
      throw new Error(`baresip refuses ${command}: ${JSON.stringify(answer)}`);
    }
  }

  /** Waits for an event of this type, which may have been before. */
  event(type: string, timeoutMs = 10_000): Promise<BaresipEvent> {
    return this.#next((event) => event.type === type, 0, timeoutMs);
  }

  /** How many events of this type there were so far. */
  seen(type: string): number {
    return this.#events.filter((event) => event.type === type).length;
  }

  /** Ends the program, and gives what it said and heard in its last call. */
  async stop(): Promise<{ said: WavSound; heard: WavSound }> {
    await this.program.stop();
    const dump = (end: string): WavSound => {
      const names = readdirSync(this.#folder).filter((name) => name.endsWith(end)).sort();
      return readWav(join(this.#folder, names.at(-1) ?? `no recording ends in ${end}`));
    };
    return { said: dump("-enc.wav"), heard: dump("-dec.wav") };
  }

  /** Ends it and removes its folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#control.destroy();
    await this.program[Symbol.asyncDispose]();
    await this.#rtp[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #next(
    wanted: (event: BaresipEvent) => boolean,
    from: number,
    timeoutMs: number,
  ): Promise<BaresipEvent> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`baresip did not say it in ${timeoutMs} ms:\n${this.program.stderr}`));
      }, timeoutMs);
      const look = (): void => {
        const found = this.#events.slice(from).find(wanted);
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

interface Places {
  readonly folder: string;
  readonly rtp: PortRange;
  readonly sip: number;
  readonly control: number;
  readonly spoken: WavSound;
}

function configuration({ folder, rtp, sip, control, spoken }: Places): string {
  const modules = ["g711", "aufile", "aubridge", "sndfile"];
  const applications = ["account", "menu", "ctrl_tcp"];
  return [
    "poll_method epoll",
    `sip_listen 127.0.0.1:${sip}`,
    `rtp_ports ${rtp.start}-${rtp.end}`,
    `ctrl_tcp_listen 127.0.0.1:${control}`,
    `audio_source aufile,${folder}/spoken.wav`,
    // A player that plays into nothing; the recording is made in front of it.
    "audio_player aubridge,nowhere",
    "audio_alert aubridge,nowhere",
    `ausrc_srate ${spoken.sampleRate}`,
    `auplay_srate ${spoken.sampleRate}`,
    "ausrc_channels 1",
    "auplay_channels 1",
    `snd_path ${folder}`,
    `module_path ${MODULES.find(isFolder) ?? MODULES[0]}`,
    ...modules.map((name) => `module ${name}.so`),
    ...applications.map((name) => `module_app ${name}.so`),
    "",
  ].join("\n");
}

/** Where distributions put baresip's modules. */
const MODULES = ["/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules"];

function isFolder(path: string): boolean {
  try {
    return readdirSync(path).length > 0;
  } catch {
    return false;
  }
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", reject);
  });
}
