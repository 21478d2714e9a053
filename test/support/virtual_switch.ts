/** The channels of a FreeSWITCH in memory: a caller with its leg to us, and telephones that can be called. */
import { apiResponse, commandReply } from "./scripted_esl.ts";
import { bridged, type Fields, serveChannels } from "./virtual_channels.ts";
import { VirtualFreeSwitch } from "./virtual_freeswitch.ts";

/** A telephone that FreeSWITCH calls. */
export interface VirtualTarget {
  /** Its channel. */
  readonly uuid: string;
  /** All that stood behind `originate`. */
  readonly command: string;
  /** The job that waits for it. */
  readonly job: string;
}

/** Behaves as a real FreeSWITCH 1.10.12 did in the tests of `test/e2e/freeswitch/transfer_test.ts`. */
export class VirtualSwitch extends VirtualFreeSwitch {
  /** What each channel has. */
  readonly legs: Map<string, Fields>;
  /** The telephones that were called, in order. */
  readonly targets: VirtualTarget[] = [];
  /** Called when our leg is hung up by FreeSWITCH, with the cause. */
  onLegEnded: (cause: string) => void = () => {};

  /** The caller `a-1` is bridged to us by `b-1`, whose Call-ID is `dialog-1`. */
  constructor() {
    super();
    this.legs = bridged("a-1", "b-1", "dialog-1");
    serveChannels(this, this.legs);
    this.answers.set("bgapi originate ", (command) => this.#originate(command));
    this.answers.set("api uuid_bridge ", (command) => this.#bridge(command.split(" ").slice(2)));
    this.answers.set("api uuid_kill ", (command) => this.#kill(command.split(" ").slice(2)));
    this.answers.set("api uuid_exists ", (command) => {
      return apiResponse(String(this.legs.has(command.split(" ")[2])));
    });
  }

  /** The telephone is answered. */
  answer({ uuid, job }: VirtualTarget): void {
    this.legs.set(uuid, { ...this.legs.get(uuid), "Answer-State": "answered" });
    this.#done(job, `+OK ${uuid}`);
  }

  /** The telephone is not answered. */
  refuse({ uuid, job }: VirtualTarget, cause: string): void {
    this.legs.delete(uuid);
    this.#done(job, `-ERR ${cause}`);
  }

  /** The caller hangs up: both its channel and our leg are gone. */
  hangUpCaller(): void {
    this.legs.delete("a-1");
    this.legs.delete("b-1");
    this.onLegEnded("NORMAL_CLEARING");
  }

  #originate(command: string): string {
    const uuid = /origination_uuid=([\w-]+)/.exec(command)?.[1] ?? "";
    const job = /Job-UUID: (.*)/.exec(command)?.[1] ?? "";
    this.legs.set(uuid, { "Unique-ID": uuid, "Answer-State": "ringing" });
    this.targets.push({ uuid, command: command.split("\n")[0], job });
    return commandReply(`+OK Job-UUID: ${job}`);
  }

  #bridge([one, other]: readonly string[]): string {
    if (!this.legs.has(one) || !this.legs.has(other)) return apiResponse("-ERR Invalid uuid\n");
    queueMicrotask(() => {
      this.event({
        "Event-Name": "CHANNEL_BRIDGE",
        "Bridge-A-Unique-ID": one,
        "Bridge-B-Unique-ID": other,
      });
      this.legs.delete("b-1");
      this.onLegEnded("NORMAL_CLEARING");
    });
    return apiResponse(`+OK ${other}\n`);
  }

  #kill([uuid, cause]: readonly string[]): string {
    if (!this.legs.delete(uuid)) return apiResponse("-ERR No such channel!\n");
    const target = this.targets.find((one) => one.uuid === uuid);
    if (target !== undefined) queueMicrotask(() => this.#done(target.job, `-ERR ${cause}`));
    if (uuid === "a-1") queueMicrotask(() => this.hangUpCaller());
    return apiResponse("+OK\n");
  }

  #done(job: string, result: string): void {
    this.event({ "Event-Name": "BACKGROUND_JOB", "Job-UUID": job, _body: `${result}\n` });
  }
}
