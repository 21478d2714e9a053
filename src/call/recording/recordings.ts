/** The recordings of a phone: which calls, what became of the files, and what was left of them. */

import { type Timer, within } from "../../clock/mod.ts";
import { DiskGate } from "./disk_gate.ts";
import { FileRecording } from "./file_recording.ts";
import { FreeSwitchRecording } from "./freeswitch_recording.ts";
import { DEFAULT_NAME, recordingName } from "./file_name.ts";
import { LeftBehind } from "./left_behind.ts";
import { nodeDisk } from "./node_disk.ts";
import type { RecordedCall, RecordedMedia } from "./recorded_call.ts";
import type { LeavableRecording, Recording, RecordingEnd } from "./recording.ts";
import type { RecordingDisk } from "./recording_disk.ts";
import type { RecordingEvent } from "./recording_event.ts";
import {
  type FinishedRecording,
  NOTE,
  noteText,
  type RecordingNote,
  WAV,
} from "./recording_note.ts";
import type { RecordingPolicy, RecordOptions } from "./recording_options.ts";
import { checkRecording, type RecordingsOptions, requirePolicy } from "./recordings_options.ts";
import { UploadQueue } from "./upload_queue.ts";

/** Files that are written and synced at once: Bun and Node have four threads for all files. */
const WRITE_WIDTH = 2;
const SYNC_WIDTH = 1;
/** How long files may take to be finished at the end, in ms. */
const FINISH_MS = 10_000;

/**
 * Records calls, each as the policy says, and sees to their files.
 *
 * @example
 * ```ts
 * import { Recordings } from "@sofia/phone/call";
 * import { SystemClock, SystemRandom, wallClock } from "@sofia/phone/clock";
 * import assert from "node:assert/strict";
 *
 * const recordings = new Recordings({
 *   folder: "/tmp/recordings-of-an-example",
 *   policy: "never",
 *   clock: new SystemClock(),
 *   random: new SystemRandom(),
 *   wallClock,
 *   onEvent: () => {},
 * });
 * const info = { sessionId: "1", from: { user: "a" }, to: { user: "b" }, headers: {} };
 * const call = { info, media: undefined, ended: Promise.resolve() };
 * recordings.answered(call);
 * assert.throws(() => recordings.record(call), /never/);
 * await recordings.stop();
 * ```
 */
export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #disk: RecordingDisk;
  readonly #writes = new DiskGate(WRITE_WIDTH);
  readonly #syncs = new DiskGate(SYNC_WIDTH);
  readonly #uploads: UploadQueue | undefined;
  readonly #policies = new WeakMap<RecordedCall, RecordingPolicy>();
  readonly #recordings = new WeakMap<RecordedCall, LeavableRecording>();
  readonly #live = new Set<LeavableRecording>();
  /** Calls that are over: somebody may decide on one, or ask for its recording, too late. */
  readonly #over = new WeakSet<RecordedCall>();
  readonly #paths = new Set<string>();
  readonly #settling = new Set<Promise<void>>();
  /** What an earlier process left. */
  readonly #left: LeftBehind;
  #repairing: Timer | undefined;
  #isLeaving = false;

  /**
   * Records nothing yet.
   *
   * @throws {TypeError} for options that cannot work; it says what to change
   */
  constructor(options: RecordingsOptions) {
    const { clock, random, disk = nodeDisk, folder, upload, removeUploaded = false, onEvent } =
      options;
    checkRecording(options);
    this.#options = options;
    this.#disk = disk;
    this.#left = new LeftBehind({ clock, disk, folder });
    const tell = (event: RecordingEvent) => onEvent(undefined, event);
    this.#uploads = upload &&
      new UploadQueue({ clock, random, disk, upload, removeUploaded, onEvent: tell });
  }

  /**
   * Finds what an earlier process left: files that were not taken away are, and a call that comes back
   * goes on in its file. What does not come back is made a whole file after a while.
   */
  async start(): Promise<void> {
    const { clock, resumeWithinMs = 60_000 } = this.#options;
    this.rest();
    for (const recording of await this.#left.find()) await this.#settle(recording);
    if (this.#left.isEmpty) return;
    this.#repairing = clock.setTimer(() => this.#track(this.#repairLeft()), resumeWithinMs);
  }

  /** Waits for nobody who may come back, until {@link start}. */
  rest(): void {
    this.#repairing?.cancel();
  }

  /** A call is live: records it if the policy says so. */
  answered(call: RecordedCall): void {
    const { policy = "always" } = this.#options;
    void call.ended.then(() => this.#over.add(call));
    if (typeof policy !== "function") return this.#decided(call, policy);
    try {
      const decision = policy(call.info);
      if (typeof decision !== "object") return this.#decided(call, decision);
      decision.then(
        (decided) => this.#decided(call, decided),
        (error) => this.#undecided(call, error),
      );
    } catch (error) {
      this.#undecided(call, error);
    }
  }

  /**
   * Records a live call, or gives the recording that is under way.
   *
   * @throws {TypeError} when the call is not live, or is never to be recorded
   */
  record(call: RecordedCall, options: RecordOptions = {}): Recording {
    const there = this.#recordings.get(call);
    if (there !== undefined && this.#live.has(there)) return there;
    const policy = this.#policies.get(call);
    if (policy === "never" || this.#options.policy === "never") {
      throw new TypeError("Cannot record as this call's policy has to allow it: it is never");
    }
    const { media } = call;
    if (media === undefined || this.#over.has(call)) {
      const state = media === undefined ? "it has no sound yet" : "it is over";
      throw new TypeError(`Cannot record as the call has to be live: ${state}`);
    }
    return this.#begin(call, media, options);
  }

  /** The latest recording of a call. */
  of(call: RecordedCall): Recording | undefined {
    return this.#recordings.get(call);
  }

  /**
   * Has the recordings of calls that end from now on left as they are: this process hands its calls over
   * to another, which goes on with their files.
   */
  leave(): void {
    this.#isLeaving = true;
    for (const recording of this.#live) recording.leave();
  }

  /** Ends all recordings. Resolves when their files are finished, or after `limitMs` ms. */
  async stop(limitMs: number = FINISH_MS): Promise<void> {
    this.rest();
    for (const recording of this.#live) void recording.stop();
    const ended = async () => {
      await Promise.all([...this.#live].map(({ ended }) => ended));
      await this.#uploads?.stop();
      while (this.#settling.size > 0) await Promise.all(this.#settling);
    };
    await within(this.#options.clock, ended(), limitMs);
  }

  #decided(call: RecordedCall, policy: RecordingPolicy): void {
    try {
      requirePolicy(policy);
      this.#policies.set(call, policy);
      if (policy !== "always" || this.#over.has(call)) return;
      this.record(call);
    } catch (error) {
      this.#undecided(call, error);
    }
  }

  /** A call that cannot be recorded as it should goes on without. */
  #undecided(call: RecordedCall, error: unknown): void {
    this.#options.onEvent(call, { type: "trouble", path: "", error });
  }

  #begin(call: RecordedCall, media: RecordedMedia, options: RecordOptions): LeavableRecording {
    const { wallClock, fileName = DEFAULT_NAME, by = "phone" } = this.#options;
    const now = wallClock();
    const { sessionId, from, to } = call.info;
    const name = recordingName(options.fileName ?? fileName, call.info, new Date(now));
    const note = { sessionId, from, to, startedAt: now, sampleRate: media.line.sampleRate };
    const recording = (options.by ?? by) === "freeswitch"
      ? this.#byFreeSwitch(call, name, note)
      : this.#byPhone(call, media, name, note);
    this.#recordings.set(call, recording);
    this.#live.add(recording);
    if (this.#isLeaving) recording.leave();
    call.keys?.covers(recording);
    void call.ended.then(() => recording.stop());
    return recording;
  }

  #byPhone(
    call: RecordedCall,
    media: RecordedMedia,
    name: string,
    note: RecordingNote,
  ): LeavableRecording {
    const { clock, waitingMs = 10_000, syncMs = 1000, onEvent } = this.#options;
    const left = this.#left.take(note);
    let count = 0;
    const recording: FileRecording = new FileRecording({
      clock,
      disk: this.#disk,
      writes: this.#writes,
      syncs: this.#syncs,
      media,
      note,
      findLeft: async () =>
        left === undefined && call.info.resumed !== undefined
          ? await this.#left.lookFor(note, (path) => this.#isWritten(path, recording))
          : left,
      nextPath: () => this.#freePath(name, ++count),
      waitingMs,
      syncMs,
      onEvent: (event) => onEvent(call, event),
    });
    this.#track(this.#follow(recording, () => recording.note));
    return recording;
  }

  #byFreeSwitch(call: RecordedCall, name: string, note: RecordingNote): LeavableRecording {
    const { clock, freeswitch: link, onEvent } = this.#options;
    const { info, sipCallId } = call;
    if (link === undefined || sipCallId === undefined) {
      throw new TypeError(
        "Cannot have FreeSWITCH record as the phone is to be connected to it: name it by `freeswitch`",
      );
    }
    const recording = new FreeSwitchRecording({
      clock,
      link,
      call: { info, sipCallId },
      path: this.#freePath(name, 1),
      onEvent: (event) => onEvent(call, event),
    });
    this.#track(this.#follow(recording, () => note, async ({ path }) => {
      // On a machine of its own only that machine can keep it.
      const isHere = this.#uploads && await this.#disk.find(path) !== undefined;
      if (isHere) await this.#disk.save(path + NOTE, noteText(note));
    }));
    return recording;
  }

  /** A path below the folder that no other recording of ours has, from the `count`th try on. */
  #freePath(name: string, count: number): string {
    const path = `${this.#options.folder}/${name}${count === 1 ? "" : `-${count}`}${WAV}`;
    if (this.#paths.has(path)) return this.#freePath(name, count + 1);
    this.#paths.add(path);
    return path;
  }

  /** Whether a recording of ours other than `but` is at a path. */
  #isWritten(path: string, but: Recording): boolean {
    return [...this.#live].some((recording) => recording !== but && recording.path === path);
  }

  async #follow(
    recording: LeavableRecording,
    note: () => RecordingNote,
    keepNote: (end: RecordingEnd) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const end = await recording.ended;
    const { outcome, path, durationMs } = end;
    this.#live.delete(recording);
    this.#paths.delete(path);
    if (outcome === "left") return;
    await keepNote(end);
    if (outcome === "finished") await this.#settle({ ...note(), path, durationMs });
  }

  /** Has a finished file taken away, or forgets about it. */
  async #settle(recording: FinishedRecording): Promise<void> {
    if (this.#uploads !== undefined) this.#uploads.add(recording);
    else await this.#disk.remove(recording.path + NOTE);
  }

  async #repairLeft(): Promise<void> {
    for await (const recording of this.#left.repair()) {
      this.#options.onEvent(undefined, { type: "repaired", recording });
      await this.#settle(recording);
    }
  }

  #track(work: Promise<void>): void {
    const settled = work
      // A note that cannot be removed is found again by the next process, which does no harm.
      .catch((error) => this.#options.onEvent(undefined, { type: "trouble", path: "", error }))
      .finally(() => this.#settling.delete(settled));
    this.#settling.add(settled);
  }
}
