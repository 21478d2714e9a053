/** One caller, from the invitation until nothing is left of the call. */

import type {
  Announcement,
  Backend,
  CallInfo,
  Floor,
  FloorOptions,
  HistoryEntry,
  Said,
  SayOptions,
  Speech,
} from "../backend/mod.ts";
import { within } from "../clock/mod.ts";
import type { MediaSession } from "../media/mod.ts";
import type { ExtraHeaders, SipCall, SipCallEnd, SipRejectOptions } from "../sip/mod.ts";
import { Arrival, type PlayEarlyOptions } from "./arrival.ts";
import type { CallEnd, CallListeners, CallState } from "./call_events.ts";
import { callInfo } from "./call_info.ts";
import type { CallLeg } from "./call_leg.ts";
import type { CallResources } from "./call_resources.ts";
import type { ParkedCall, ParkOptions } from "./control/call_control.ts";
import { CallControls } from "./control/call_controls.ts";
import type { TransferOptions, TransferResult, TransferTarget } from "./control/transfer.ts";
import { CallSound } from "./call_sound.ts";
import { CallKeys } from "./keys/mod.ts";
import type { Recording, RecordOptions } from "./recording/mod.ts";
import { dial } from "./outgoing/dial.ts";
import { type OnProgress, OutgoingLeg } from "./outgoing/outgoing_leg.ts";
import type { RejectReason } from "./refusals.ts";
import { SilenceWatch } from "./silence_watch.ts";

/** How long the other side may take to confirm that we hang up, before it is taken for gone, in ms. */
const CONFIRM_MS = 2000;

/** After so much silence the other side is asked whether it is still there, in ms. */
const SILENCE_MS = 30_000;

/**
 * The Reason (RFC 3326) of a call that we end though it is not over: Q.850 cause 41, a temporary
 * failure. Without it FreeSWITCH would take the end for a good-bye and hang up on the caller.
 */
export const FAILURE = 'Q.850;cause=41;text="Temporary failure"';

/** How a call is answered. */
export interface AnswerOptions {
  /** Who talks with this caller. @default the phone's */
  readonly voiceBackend?: Backend;
  /** Further fields of the answer: `{ "X-Queue": "sales" }`. @default {} */
  readonly headers?: ExtraHeaders;
}

/**
 * A caller and the conversation with it.
 *
 * A call is alone with itself: it owns its sockets, its chain and its signal, and what fails in it
 * ends at most this call.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { type Call, loopback, PhoneHandler } from "@sofia/phone";
 *
 * const phone = new PhoneHandler({ voiceBackend: loopback(), sipPort: 0 });
 * phone.on("dtmf", ({ call, digit }: { call: Call; digit: string }) => {
 *   if (digit === "#") void call.hangup();
 * });
 * await phone.start();
 * assert.deepEqual(phone.calls, []);
 * await phone.stop();
 * ```
 */
export class Call {
  /** Who calls. */
  readonly info: CallInfo;
  /** What was said and heard so far. */
  readonly history: HistoryEntry[] = [];
  /** The keys that were pressed, and where a further way tells of one: `keys.tell("esl", "5", 160)`. */
  readonly keys: CallKeys;
  /** Resolves, and never rejects, when the call is over and all it held is given back. */
  readonly ended: Promise<CallEnd>;
  readonly #sip: CallLeg;
  readonly #resources: CallResources;
  readonly #listeners: CallListeners;
  readonly #sound: CallSound;
  readonly #arrival: Arrival;
  readonly #controls: CallControls;
  readonly #over = new AbortController();
  #transferredTo: TransferTarget | undefined;
  #silence: SilenceWatch | undefined;
  #state: CallState;
  #backend: Backend;
  #answering: Promise<void> | undefined;
  #answeredAt: number | undefined;
  #error: unknown;
  #resolveEnded: (end: CallEnd) => void = () => {};

  /** Takes over an incoming call, which waits for {@link answer}, or one of ours before {@link dial}. */
  constructor(sip: SipCall | OutgoingLeg, resources: CallResources, listeners: CallListeners) {
    this.info = sip instanceof OutgoingLeg ? sip.callInfo : callInfo(sip);
    this.#state = sip.direction === "in" ? "arriving" : "calling";
    this.#backend = resources.backend;
    this.#sip = sip;
    this.#resources = resources;
    this.#listeners = listeners;
    this.keys = new CallKeys({
      clock: resources.clock,
      onKey: (press) => listeners.onDtmf(this, press),
      onDigit: (digit) => this.#tell(() => this.media?.press(digit)),
    });
    this.#sound = new CallSound(resources, {
      info: this.info,
      history: this.history,
      transfer: (target) => this.#giveAway(target),
      onDtmf: (key) => this.keys.hear(key),
      onEvent: (event) => listeners.onConversation(this, event),
      onError: (error) => listeners.onError(this, error),
      onOver: (error) => void (error === undefined ? this.#sip.hangup() : this.#fail(error)),
    });
    this.#arrival = new Arrival({
      leg: sip,
      sound: this.#sound,
      onFailure: (error) => void (this.#error ??= error),
    });
    this.ended = new Promise((resolve) => this.#resolveEnded = resolve);
    this.#controls = new CallControls({
      info: this.info,
      sipCallId: sip.id,
      clock: resources.clock,
      random: resources.random,
      signal: this.#over.signal,
      get remoteHost() {
        return sip instanceof OutgoingLeg ? sip.remoteHost : sip.remote.address;
      },
      hangup: (reason) => this.#hangup(reason),
      refer: (target, options) => sip.refer(target, options),
      wait: () => () => {},
      leaveTo: (target) => this.#transferredTo = target,
    }, resources.freeswitch);
    sip.handlers = {
      onConfirmed: () => this.#sound.confirm(),
      onAnswer: (sdp) => void this.#accept(sdp),
      onOffer: (sdp) => this.#sound.renegotiate(sdp),
      onDtmf: (digit, durationMs) => this.keys.tell("info", digit, durationMs),
      onRefer: () => false,
      onEnded: (end) => void this.#finish(end),
    };
  }

  /** Names the call for as long as it lives, and after. */
  get id(): string {
    return this.info.sessionId;
  }

  /** The Call-ID of its SIP dialog. */
  get sipCallId(): string {
    return this.#sip.id;
  }

  /** How far the call has come. */
  get state(): CallState {
    return this.#state;
  }

  /** Whether the call was ever live. */
  get wasAnswered(): boolean {
    return this.#answeredAt !== undefined;
  }

  /** The sound of the call: its chain and its figures; undefined until it is live. */
  get media(): MediaSession | undefined {
    return this.#sound.media;
  }

  /** The header fields of the answer to a call of ours, by lower-case name; empty before it. */
  get answerHeaders(): Readonly<Record<string, string>> {
    const fields: Record<string, string> = Object.create(null);
    for (const [name, value] of this.#sip.response?.headers ?? []) {
      fields[name.toLowerCase()] ??= value;
    }
    return fields;
  }

  /**
   * Answers the call and lets the backend talk. The first time counts, with its options.
   *
   * Never rejects: a caller that offers nothing we can do is refused with 488, and what fails on our
   * side ends the call with 500, or 503 where no port is free, and is told by {@link ended}.
   */
  answer(options: AnswerOptions = {}): Promise<void> {
    return this.#answering ??= this.#answer(options).catch((error) => this.#fail(error));
  }

  /** Says that it rings: 180. False for a call that is not arriving. */
  ring(): boolean {
    return this.#sip.ring();
  }

  /**
   * Lets the caller hear us before the call is answered: 183 with our description. Nobody pays for
   * the call yet, and the backend does not have it.
   *
   * @returns whether it is so: not for a call that is not arriving, or whose invitation has no offer
   */
  async startEarlyMedia(): Promise<boolean> {
    try {
      return await this.#arrival.startEarlyMedia();
    } catch (error) {
      await this.#fail(error);
      return false;
    }
  }

  /**
   * Plays a sound to a caller that is not answered yet, after {@link startEarlyMedia}.
   *
   * @returns whether all of it was sent: not if the call was answered or ended meanwhile
   * @throws {TypeError} without early media
   */
  async playEarly(sound: Speech, options: PlayEarlyOptions = {}): Promise<boolean> {
    return await this.#arrival.play(sound, options);
  }

  /**
   * Refuses an arriving call.
   *
   * @param why a status (300-699), a cause (ITU-T Q.850, 1-127), or a word
   * @returns false for a call that is answered, or over
   * @throws {RangeError} for anything else
   */
  reject(why: number | RejectReason = "declined", options: SipRejectOptions = {}): boolean {
    return this.#arrival.reject(why, options);
  }

  /**
   * Calls the other side, and lets the backend talk when it has answered. Once, and for a call of
   * ours only.
   *
   * @param onProgress told of each provisional answer
   * @throws {CallRefusedError} when nobody has answered; all is given back then
   */
  async dial(onProgress: OnProgress = () => {}): Promise<void> {
    const leg = this.#sip;
    if (!(leg instanceof OutgoingLeg)) {
      throw new TypeError(
        "Cannot dial as the call must be ours: current value is one that came in",
      );
    }
    const onError = (error: unknown) => this.#listeners.onError(this, error);
    try {
      await dial({ leg, sound: this.#sound, onProgress, onError });
      this.#live();
    } catch (error) {
      await leg.hangup();
      await this.ended;
      throw error;
    }
  }

  /**
   * Ends the call. Resolves when nothing is left of it and the other side knows, or is gone.
   *
   * @param reason a cause by FreeSWITCH's name, such as `USER_BUSY`, or the value of a Reason field
   * (RFC 3326); by default a normal end
   * @throws {RangeError} for a cause that is none
   */
  async hangup(reason?: string): Promise<void> {
    if (reason !== undefined && /^[A-Z_]+$/.test(reason)) await this.#controls.hangup(reason);
    else await this.#hangup(reason);
  }

  /**
   * Gives the caller to somebody else, and takes it back when that fails; says what became of it.
   *
   * Through FreeSWITCH the target is called while the caller stays with us; without it the other side is
   * asked to call (REFER), if it can.
   *
   * @throws {TypeError} for what is no target, when the call is not live, and while another transfer is
   * under way; `EslClosedError` when the call came through FreeSWITCH and there is no connection to it.
   * The caller stays then, too.
   */
  async transfer(target: TransferTarget, options?: TransferOptions): Promise<TransferResult> {
    return await this.#controls.transfer(target, options);
  }

  /** Lets the caller wait in FreeSWITCH, without us; the call is over, and can be brought back. */
  async park(options?: ParkOptions): Promise<ParkedCall> {
    return await this.#controls.park(options);
  }

  /** A variable of the caller's channel of FreeSWITCH; undefined when it has none of that name. */
  async variable(name: string): Promise<string | undefined> {
    return await this.#controls.variable(name);
  }

  /** Sets a variable of the caller's channel of FreeSWITCH; undefined takes it away. */
  async setVariable(name: string, value: string | undefined): Promise<void> {
    await this.#controls.setVariable(name, value);
  }

  async #hangup(reason?: string): Promise<void> {
    const { clock } = this.#resources;
    await within(clock, this.#sip.hangup(reason === undefined ? {} : { reason }), CONFIRM_MS);
    await this.ended;
  }

  /**
   * Presses keys for the other side to hear.
   *
   * @param digits of `0`-`9`, `*`, `#`, `A`-`D`
   * @throws {TypeError} when the other side has not agreed to hear keys, or the call is not live
   */
  sendDtmf(digits: string): void {
    this.#requireMedia("press keys").sendDtmf(digits);
  }

  /**
   * Lets somebody talk with the caller in the place of the bot: see {@link Floor}.
   *
   * @throws {TypeError} when the call is not live, or somebody has the floor already
   */
  takeFloor(options: FloorOptions = {}): Floor {
    return this.#requireMedia("take the floor").takeFloor(options);
  }

  /**
   * Says something in the conversation, behind what the agent is saying; resolves when the caller has
   * heard it, or it was cut.
   *
   * Rejects with a TypeError when the call is not live yet.
   */
  async say(what: Announcement, options: SayOptions = {}): Promise<Said> {
    return await this.#requireMedia("say something").say(what, options);
  }

  /**
   * Hides the digits that the caller presses, such as those of a card, until the function that is
   * returned is called: events, logs and the call's record show `x`, recordings have silence. The
   * floor and the backend are told them still.
   */
  maskKeys(): () => void {
    return this.keys.mask();
  }

  /** The latest recording of the call; undefined when there is none. */
  get recording(): Recording | undefined {
    return this.#resources.recordings?.of(this);
  }

  /**
   * Records the call from here on, or gives the recording that is under way.
   *
   * @throws {TypeError} when the phone has no folder for recordings, the call is not live, or its
   * policy is `never`
   */
  record(options: RecordOptions = {}): Recording {
    const { recordings } = this.#resources;
    if (recordings !== undefined) {
      const recording = recordings.record(this, options);
      this.keys.covers(recording);
      return recording;
    }
    throw new TypeError("Cannot record as the phone needs a folder: name it by `recording.folder`");
  }

  #requireMedia(what: string): MediaSession {
    if (this.media !== undefined) return this.media;
    throw new TypeError(`Cannot ${what} as the call is live: current value is ${this.#state}`);
  }

  async #answer({ voiceBackend, headers }: AnswerOptions): Promise<void> {
    if (voiceBackend !== undefined) this.#use(voiceBackend);
    if (await this.#arrival.answer(headers)) this.#live();
  }

  #use(voiceBackend: Backend): void {
    const { voiceOf = (backend: Backend) => ({ backend }) } = this.#resources;
    const voice = voiceOf(voiceBackend);
    this.#backend = voice.backend;
    this.#sound.use(voice);
  }

  /** The peer's answer to an offer of ours: the first one starts the sound. */
  async #accept(sdp: Uint8Array): Promise<void> {
    if (this.#state === "ended") return;
    try {
      await this.#sound.accept(sdp);
    } catch (error) {
      return await this.#fail(error);
    }
    if (this.#state === "arriving") this.#live();
  }

  /** The other side knows that the call is answered. */
  #live(): void {
    const { clock } = this.#resources;
    const { media } = this;
    // A caller that was killed says no BYE, and without a session timer nothing else would tell.
    this.#silence = new SilenceWatch(clock, {
      heard: () => media!.statistics.rtp.packets + media!.statistics.rtp.rtcp,
      onSilence: () => this.#sip.probe(),
      silenceMs: SILENCE_MS,
    });
    this.#state = "live";
    this.#answeredAt = clock.now();
    this.#sound.open();
    this.#resources.recordings?.answered(this);
    if (this.recording !== undefined) this.keys.covers(this.recording);
    this.#listeners.onAnswered(this);
  }

  /** For an agent that can do no more: whether somebody else has the caller now. */
  async #giveAway(target: string): Promise<boolean> {
    try {
      const { outcome, error } = await this.transfer(target, { hear: "silence" });
      if (outcome === "completed" || outcome === "ended") return true;
      throw new Error(`Cannot give the caller to ${target}: ${outcome}`, { cause: error });
    } catch (error) {
      this.#listeners.onError(this, error);
      return false;
    }
  }

  async #fail(error: unknown): Promise<void> {
    this.#error ??= error;
    if (!this.#sip.reject(500)) await this.#sip.hangup({ reason: FAILURE });
  }

  async #finish(end: SipCallEnd): Promise<void> {
    this.#state = "ended";
    this.#over.abort(new DOMException("The call is over", "AbortError"));
    this.#silence?.stop();
    const { clock } = this.#resources;
    const backend = this.#backend;
    const durationMs = this.#answeredAt === undefined ? 0 : clock.now() - this.#answeredAt;
    await this.#sound.close();
    if ("onCallEnd" in backend) this.#tell(() => backend.onCallEnd?.(this.info));
    const error = this.#error === undefined ? {} : { error: this.#error };
    const transferredTo = this.#transferredTo;
    const left = transferredTo === undefined ? {} : { transferredTo };
    this.#resolveEnded({ ...end, durationMs, ...error, ...left });
  }

  /** Calls one of the backend's listeners; its failure is reported and ends nothing. */
  #tell(listener: () => void | Promise<void>): void {
    Promise.resolve().then(listener).catch((error) => this.#listeners.onError(this, error));
  }
}
