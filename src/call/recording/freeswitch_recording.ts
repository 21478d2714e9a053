/** A recording that FreeSWITCH makes, of the caller's channel. */

import { type Clock, within } from "../../clock/mod.ts";
import { type EslClient, uuidGetvar, uuidRecord, uuidSetvar } from "../../esl/mod.ts";
import type { ClaimedCall } from "../freeswitch/freeswitch_channel.ts";
import type { FreeSwitchLink } from "../freeswitch/freeswitch_link.ts";
import type { LeavableRecording, RecordingEnd, RecordingState } from "./recording.ts";
import type { RecordingEvent } from "./recording_event.ts";
import { Silences } from "./silences.ts";

/** Where a channel says which file it is recorded into: a phone that comes back goes on with it. */
const VARIABLE = "sofia_phone_recording";
/** What it is recorded by: each side a channel of its own, and nothing is too short to be kept. */
const SETTINGS = { RECORD_STEREO: "true", RECORD_MIN_SEC: "0", RECORD_APPEND: "false" };
/** How long FreeSWITCH may take to finish a file, in ms. */
const FINISH_MS = 5000;

/** What a {@link FreeSwitchRecording} needs. */
export interface FreeSwitchRecordingOptions {
  readonly clock: Clock;
  readonly link: Pick<FreeSwitchLink, "channelOf"> & { readonly client: EslClient };
  /** Whose channel. */
  readonly call: ClaimedCall;
  /** The file, as FreeSWITCH's machine has it. */
  readonly path: string;
  /** Told what happens to it. */
  readonly onEvent: (event: RecordingEvent) => void;
}

/**
 * Has FreeSWITCH record the caller's channel from when it is made: what the caller says on the left,
 * what it hears on the right, by `uuid_record`.
 *
 * It does not depend on this process: the file grows while we are gone. What cannot be had, as there is
 * no connection or no such channel, makes it fail, and nothing else.
 */
export class FreeSwitchRecording implements LeavableRecording {
  readonly ended: Promise<RecordingEnd>;
  readonly #options: FreeSwitchRecordingOptions;
  readonly #off: () => void;
  readonly #silences = new Silences(() => this.#steer());
  #path: string;
  #uuid: string | undefined;
  #isLeaving = false;
  #state: Exclude<RecordingState, "paused"> = "recording";
  #isMasked = false;
  /** One command after another. */
  #doing: Promise<void>;
  #startedAt: number;
  #recordedMs: number | undefined;
  #tellStopped: () => void = () => {};
  readonly #stopped: Promise<void>;
  #resolveEnded: (end: RecordingEnd) => void = () => {};

  /** Begins. */
  constructor(options: FreeSwitchRecordingOptions) {
    const { clock, link, path } = options;
    this.#options = options;
    this.#path = path;
    this.#startedAt = clock.now();
    this.ended = new Promise((resolve) => this.#resolveEnded = resolve);
    this.#stopped = new Promise((resolve) => this.#tellStopped = resolve);
    this.#off = link.client.on("RECORD_STOP", (event) => {
      if (event.path !== this.#path) return;
      this.#recordedMs = event.recordedMs;
      this.#tellStopped();
      // FreeSWITCH ends it itself when the channel hangs up.
      void this.stop();
    });
    this.#doing = this.#start().catch((error) => this.#end({ error }));
  }

  get path(): string {
    return this.#path;
  }

  get state(): RecordingState {
    return this.#state === "recording" && this.#silences.isPaused ? "paused" : this.#state;
  }

  pause(): void {
    this.#silences.pause(true);
  }

  resume(): void {
    this.#silences.pause(false);
  }

  mask(): () => void {
    return this.#silences.mask();
  }

  leave(): void {
    this.#isLeaving = true;
  }

  stop(): Promise<RecordingEnd> {
    if (this.#state === "recording") {
      this.#state = "finishing";
      this.#doing = this.#doing.then(() => this.#stop());
    }
    return this.ended;
  }

  async #start(): Promise<void> {
    const { link, call, onEvent } = this.#options;
    const { client } = link;
    const channel = await link.channelOf(call);
    if (channel === undefined) {
      throw new TypeError("Cannot record as FreeSWITCH must have the call's channel: it has not");
    }
    const { uuid } = channel;
    await client.subscribe(["RECORD_STOP"]);
    const there = await uuidGetvar(client, uuid, VARIABLE);
    if (there === undefined) {
      for (const [name, value] of Object.entries(SETTINGS)) {
        await uuidSetvar(client, uuid, name, value);
      }
      await uuidRecord(client, uuid, "start", this.#path);
      await uuidSetvar(client, uuid, VARIABLE, this.#path);
    } else this.#path = there;
    this.#uuid = uuid;
    onEvent({ type: "started", path: this.#path, resumed: there !== undefined });
  }

  #steer(): void {
    // FreeSWITCH knows of no mask for a file that is finished.
    if (this.#state !== "recording") return;
    this.#doing = this.#doing.then(() => this.#mask()).catch((error) => this.#trouble(error));
  }

  async #mask(): Promise<void> {
    const wished = this.#silences.isSilent;
    if (wished === this.#isMasked || this.#uuid === undefined) return;
    const { client } = this.#options.link;
    await uuidRecord(client, this.#uuid, wished ? "mask" : "unmask", this.#path);
    this.#isMasked = wished;
  }

  async #stop(): Promise<void> {
    const { link: { client }, clock } = this.#options;
    if (this.#uuid === undefined) return;
    // The channel says what it is recorded into, and who comes back goes on with that.
    if (this.#isLeaving && this.#recordedMs === undefined) return this.#end({}, true);
    try {
      await uuidRecord(client, this.#uuid, "stop", this.#path);
      await uuidSetvar(client, this.#uuid, VARIABLE);
    } catch {
      // The channel is gone, and FreeSWITCH has ended it.
    }
    await within(clock, this.#stopped, FINISH_MS);
    if (this.#recordedMs !== undefined) return this.#end({});
    this.#end({ error: new Error("FreeSWITCH has not said that the file is finished") });
  }

  #trouble(error: unknown): void {
    this.#options.onEvent({ type: "trouble", path: this.#path, error });
  }

  #end(failure: { readonly error?: unknown }, isLeft = false): void {
    if (this.#state !== "recording" && this.#state !== "finishing") return;
    this.#off();
    const whole = isLeft ? "left" : "finished";
    const outcome: RecordingEnd["outcome"] = "error" in failure ? "failed" : whole;
    this.#state = outcome;
    const durationMs = this.#recordedMs ?? this.#options.clock.now() - this.#startedAt;
    const end: RecordingEnd = { outcome, path: this.#path, durationMs, lostMs: 0, ...failure };
    this.#resolveEnded(end);
    this.#options.onEvent({ type: "ended", ...end });
  }
}
