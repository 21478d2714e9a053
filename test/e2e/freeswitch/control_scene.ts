/** A phone in this process, in command of a real FreeSWITCH, with people to be called beside it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Call, type FreeSwitchOptions, loopback, PhoneHandler } from "../../../mod.ts";
import type { Backend, ConversationOptions } from "../../../src/backend/mod.ts";
import type { CallEnd, FreeSwitchState } from "../../../src/call/mod.ts";
import { type CalleeLeg, IndependentCallee } from "../../support/caller/independent_callee.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { claimPorts, type PortRange } from "../../support/free_ports.ts";
import { FreeSwitch, PASSWORD, type Vars } from "../../support/freeswitch.ts";
import { RUNTIME } from "../../support/phone_process.ts";
import { Program } from "../../support/program.ts";
import { eventually } from "../../support/wait.ts";

/** The phone here is silent while a test compares sounds, and is not to be taken for dead. */
export const PATIENCE_MS = 4000;

/** How a scene differs. */
export interface ControlSceneOptions {
  /** What each person who is called does. @default answers */
  readonly onCall?: (leg: CalleeLeg) => void;
  /** For FreeSWITCH. */
  readonly vars?: Vars;
  /** @default loopback */
  readonly backend?: Backend;
  /** How conversations are held. */
  readonly conversation?: ConversationOptions;
  /** The way to the event socket. @default straight */
  readonly freeswitch?: Partial<FreeSwitchOptions> | false;
}

/** All of them. */
export class ControlScene implements AsyncDisposable {
  readonly freeswitch: FreeSwitch;
  readonly human: IndependentCallee;
  /** What the human does with each call; may be changed. */
  onCall: (leg: CalleeLeg) => void;
  phone!: PhoneHandler;
  /** The ends of calls, by their ids. */
  readonly ends: { readonly id: string; readonly end: CallEnd }[] = [];
  readonly errors: unknown[] = [];
  readonly states: FreeSwitchState[] = [];
  readonly #rtp: PortRange;

  private constructor(freeswitch: FreeSwitch, human: IndependentCallee, rtp: PortRange) {
    this.freeswitch = freeswitch;
    this.human = human;
    this.#rtp = rtp;
    this.onCall = (leg) => leg.answer();
  }

  /** Starts FreeSWITCH, in whose dialplan 8 and a name is that person, and a phone that has found it. */
  static async start(options: ControlSceneOptions = {}): Promise<ControlScene> {
    // deno-lint-ignore prefer-const -- the person is there before the scene is
    let scene: ControlScene | undefined;
    const human = await IndependentCallee.open((leg) => scene?.onCall(leg));
    const freeswitch = await FreeSwitch.start({
      sofia_phone_media_timeout: PATIENCE_MS,
      ...options.vars,
    }, {
      arrange: async (folder) => {
        const path = join(folder, "standalone/echo.xml");
        const text = await readFile(path, "utf8");
        const extension = `
          <extension name="people"><condition field="destination_number" expression="^8(.+)$">
          <action application="bridge" data="sofia/callers/sip:$1@127.0.0.1:${human.port}"/>
          </condition></extension>\n`;
        await writeFile(path, text.replace("</include>", () => `${extension}</include>`));
      },
    });
    scene = new ControlScene(freeswitch, human, await claimPorts(100));
    if (options.onCall !== undefined) scene.onCall = options.onCall;
    try {
      await scene.startPhone(options);
      return scene;
    } catch (error) {
      await scene[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Starts a phone where FreeSWITCH looks for one. */
  async startPhone(options: ControlSceneOptions = {}): Promise<void> {
    const { backend = loopback(), conversation, freeswitch } = options;
    const { eventPort: port, phonePort: sipPort } = this.freeswitch;
    this.phone = new PhoneHandler({
      admission: false,
      voiceBackend: backend,
      conversation,
      sipPort,
      rtpStartPort: this.#rtp.start,
      rtpEndPort: this.#rtp.end,
      codecs: ["PCMU"],
      detector: "fvad",
      ...(freeswitch !== false && {
        freeswitch: { port, password: PASSWORD, minBackoffMs: 50, ...freeswitch },
      }),
    });
    this.phone.on("ended", ({ call, end }) => void this.ends.push({ id: call.id, end }));
    this.phone.on("error", ({ error }) => void this.errors.push(error));
    this.phone.on("freeswitch", (state) => void this.states.push(state));
    await this.phone.start();
    if (freeswitch === false) return;
    await eventually("the event socket", () => this.phone.freeswitch!.isConnected);
  }

  /** Stops the phone here, and starts a process in its place that transfers all calls to `target`. */
  async startTransferring(target: string): Promise<Program> {
    await this.phone.stop();
    const { phonePort, eventPort } = this.freeswitch;
    const ports = [phonePort, this.#rtp.start, this.#rtp.end, eventPort].map(String);
    const run = RUNTIME === "deno" ? ["run", "-A", "--no-check"] : ["run"];
    const script = fileURLToPath(new URL("transferring_phone.ts", import.meta.url));
    const program = new Program(process.execPath, [...run, script, ...ports, PASSWORD, target]);
    await program.says(/linked true/, 20_000);
    return program;
  }

  /** A SIP address of the human, under any name. */
  address(name = "human"): string {
    return `sip:${name}@127.0.0.1:${this.human.port}`;
  }

  /** A caller of FreeSWITCH who is through to the phone, and its call there. */
  async call(
    number = "7000",
    from?: string,
  ): Promise<{ caller: IndependentCaller; call: Call }> {
    const before = new Set(this.phone.calls);
    const caller = await IndependentCaller.call(this.freeswitch.callersPort, number, from);
    let call: Call | undefined;
    await eventually("the call", () => {
      call = this.phone.calls.find((one) => !before.has(one) && one.state === "live");
      return call !== undefined;
    });
    return { caller, call: call! };
  }

  /** Ends all. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.phone?.stop();
    await this.freeswitch[Symbol.asyncDispose]();
    await this.human[Symbol.asyncDispose]();
    await this.#rtp[Symbol.asyncDispose]();
  }
}
