/** One caller, from the invitation until nothing is left of the call. */

import type {
  Announcement,
  CallInfo,
  Floor,
  FloorOptions,
  HistoryEntry,
  Said,
  SayOptions,
} from "../backend/mod.ts";
import { within } from "../clock/mod.ts";
import type { ConversationEvent, MediaSession } from "../media/mod.ts";
import type { SdpRefusal, SipCall, SipCallEnd } from "../sip/mod.ts";
import { callInfo } from "./call_info.ts";
import type { CallResources } from "./call_resources.ts";
import { CallSound } from "./call_sound.ts";
import { type KeyWay, KeyWays } from "./key_ways.ts";
import type { Recording, RecordOptions } from "./recording/mod.ts";
import { SilenceWatch } from "./silence_watch.ts";

/** How long the other side may take to confirm that we hang up, before it is taken for gone, in ms. */
const CONFIRM_MS = 2000;

/** What a caller for whom there is no port is told to wait before it tries again, in seconds. */
const RETRY_AFTER_S = 5;
/** After so much silence the other side is asked whether it is still there, in ms. */
const SILENCE_MS = 30_000;

/**
 * The Reason (RFC 3326) of a call that we end though it is not over: Q.850 cause 41, a temporary
 * failure. Without it FreeSWITCH would take the end for a good-bye and hang up on the caller.
 */
export const FAILURE = 'Q.850;cause=41;text="Temporary failure"';

/** How far a call has come. */
export type CallState = "arriving" | "live" | "ended";

/** How a call ended. */
export interface CallEnd extends SipCallEnd {
  /** What failed on our side, if that is why it ended. */
  readonly error?: unknown;
  /** From the answer to the end, in ms; 0 if it was never answered. */
  readonly durationMs: number;
}

/** Who is told what happens to a call. */
export interface CallListeners {
  /** The call is live. */
  readonly onAnswered: (call: Call) => void;
  /** A key was pressed. */
  readonly onDtmf: (call: Call, digit: string) => void;
  /** Something happened in the conversation. */
  readonly onConversation: (call: Call, event: ConversationEvent) => void;
  /** Something failed that the call survives. */
  readonly onError: (call: Call, error: unknown) => void;
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
  /** Resolves, and never rejects, when the call is over and all it held is given back. */
  readonly ended: Promise<CallEnd>;
  readonly #sip: SipCall;
  readonly #resources: CallResources;
  readonly #listeners: CallListeners;
  readonly #sound: CallSound;
  readonly #keys = new KeyWays();
  #silence: SilenceWatch | undefined;
  #state: CallState = "arriving";
  #answeredAt: number | undefined;
  #error: unknown;
  #resolveEnded: (end: CallEnd) => void = () => {};

  /** Takes over an incoming call, which waits for {@link answer}. */
  constructor(sip: SipCall, resources: CallResources, listeners: CallListeners) {
    this.info = callInfo(sip);
    this.#sip = sip;
    this.#resources = resources;
    this.#listeners = listeners;
    this.#sound = new CallSound(resources, {
      info: this.info,
      history: this.history,
      transfer: (target) => this.#giveAway(target),
      onDtmf: (digit) => this.#digit("rtp", digit),
      onEvent: (event) => listeners.onConversation(this, event),
      onError: (error) => listeners.onError(this, error),
      onOver: (error) => void (error === undefined ? this.#sip.hangup() : this.#fail(error)),
    });
    this.ended = new Promise((resolve) => this.#resolveEnded = resolve);
    sip.handlers = {
      onConfirmed: () => this.#sound.confirm(),
      onAnswer: (sdp) => this.#accept(sdp),
      onOffer: (sdp) => this.#sound.renegotiate(sdp),
      onDtmf: (digit) => this.#digit("info", digit),
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

  /**
   * Answers the call and lets the backend talk.
   *
   * Never rejects: a caller that offers nothing we can do is refused with 488, and what fails on our
   * side ends the call with 500, or 503 where no port is free, and is told by {@link ended}.
   */
  async answer(): Promise<void> {
    try {
      await this.#answer();
    } catch (error) {
      await this.#fail(error);
    }
  }

  /**
   * Ends the call. Resolves when nothing is left of it and the other side knows, or is gone.
   *
   * @param reason the value of a Reason field (RFC 3326); by default a normal end
   */
  async hangup(reason?: string): Promise<void> {
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
    if (recordings !== undefined) return recordings.record(this, options);
    throw new TypeError("Cannot record as the phone needs a folder: name it by `recording.folder`");
  }

  #requireMedia(what: string): MediaSession {
    if (this.media !== undefined) return this.media;
    throw new TypeError(`Cannot ${what} as the call is live: current value is ${this.#state}`);
  }

  async #answer(): Promise<void> {
    const offer = this.#sip.remoteSdp;
    const refusal = offer && this.#sound.foreseeRefusal(offer);
    if (refusal !== undefined) return this.#refuse(refusal);
    try {
      await this.#sound.acquire();
    } catch (error) {
      // Nothing is wrong with the call: elsewhere, or a little later, there is a port for it.
      return await this.#fail(error, 503);
    }
    if (this.#sip.state === "ended") return;
    if (offer === undefined) return void this.#sip.answer(this.#sound.offer());
    // The chain runs before the caller knows, so that its first word is not lost.
    const answer = this.#sound.answer(offer);
    if (!(answer instanceof Uint8Array)) return this.#refuse(answer);
    if (this.#sip.answer(answer)) this.#live();
  }

  #refuse(refusal: SdpRefusal): void {
    if (refusal === "no-common-codec") this.#sip.reject(488);
    else this.#sip.reject(400, { reason: `Bad SDP: ${refusal.text}` });
  }

  /** The peer's answer to an offer of ours: the first one starts the sound. */
  #accept(sdp: Uint8Array): void {
    if (this.#state === "ended") return;
    try {
      this.#sound.accept(sdp);
    } catch (error) {
      return void this.#fail(error);
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
    this.#resources.recordings?.answered(this);
    this.#listeners.onAnswered(this);
  }

  #digit(way: KeyWay, digit: string): void {
    if (!this.#keys.accepts(way, digit, this.#resources.clock.now())) return;
    this.#listeners.onDtmf(this, digit);
    this.#tell(() => this.media?.press(digit));
  }

  /** Asks the other side to call somebody else; whether that worked is told, and no more. */
  async #giveAway(target: string): Promise<boolean> {
    try {
      const status = await this.#sip.refer(target);
      if (status >= 200 && status < 300) return true;
      throw new Error(`Cannot give the caller to ${target} as that was refused: ${status}`);
    } catch (error) {
      this.#listeners.onError(this, error);
      return false;
    }
  }

  async #fail(error: unknown, status = 500): Promise<void> {
    this.#error ??= error;
    const options = status === 503 ? { headers: { "Retry-After": String(RETRY_AFTER_S) } } : {};
    if (!this.#sip.reject(status, options)) await this.#sip.hangup({ reason: FAILURE });
  }

  async #finish(end: SipCallEnd): Promise<void> {
    this.#state = "ended";
    this.#silence?.stop();
    const { backend, clock } = this.#resources;
    const durationMs = this.#answeredAt === undefined ? 0 : clock.now() - this.#answeredAt;
    await this.#sound.close();
    if ("onCallEnd" in backend) this.#tell(() => backend.onCallEnd?.(this.info));
    const error = this.#error === undefined ? {} : { error: this.#error };
    this.#resolveEnded({ ...end, durationMs, ...error });
  }

  /** Calls one of the backend's listeners; its failure is reported and ends nothing. */
  #tell(listener: () => void | Promise<void>): void {
    Promise.resolve().then(listener).catch((error) => this.#listeners.onError(this, error));
  }
}
