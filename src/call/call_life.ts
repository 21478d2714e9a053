/** What a call goes through: from the invitation until nothing is left of it. */

import {
  type Backend,
  type CallActions,
  type CallInfo,
  type HistoryEntry,
  type TransferTarget,
  voiceOnly,
} from "../backend/mod.ts";
import { within } from "../clock/mod.ts";
import type { MediaSession } from "../media/mod.ts";
import type { SipCall, SipCallEnd } from "../sip/mod.ts";
import type { MachineOptions } from "./amd/machine_options.ts";
import { Answering } from "./amd/answering.ts";
import type { AnswerOptions } from "./answer_options.ts";
import { Arrival } from "./arrival.ts";
import type { CallEnd, CallState } from "./call_events.ts";
import { callInfo } from "./call_info.ts";
import { CallHold } from "./call_hold.ts";
import { claimedChannel } from "./claimed_channel.ts";
import type { CallLeg } from "./call_leg.ts";
import type { CallResources } from "./call_resources.ts";
import { CallControls } from "./control/call_controls.ts";
import { consultedLeg } from "./control/consulted_leg.ts";
import type { PlacedLeg } from "./control/consultation.ts";
import { playWhileWaiting } from "./control/waiting_sound.ts";
import { CallSound } from "./call_sound.ts";
import type { DoorLeg } from "./door_leg.ts";
import { type AnyMenu, CallMenus } from "./ivr/mod.ts";
import { CallKeys } from "./keys/mod.ts";
import { type LifeListeners, NOBODY } from "./life_listeners.ts";
import { dial, type DialOptions } from "./outgoing/dial.ts";
import { hungUp } from "./outgoing/hung_up.ts";
import { OutgoingLeg } from "./outgoing/outgoing_leg.ts";
import { SessionMemory } from "./sessions/mod.ts";
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

/** Of a call that has no backend to act. */
const NO_ACTIONS = {} as CallActions;

/** The parts of one call, and how what happens to one of them moves the others. */
export class CallLife {
  readonly info: CallInfo;
  readonly history: HistoryEntry[] = [];
  readonly memory = new SessionMemory();
  readonly keys: CallKeys;
  readonly ended: Promise<CallEnd>;
  readonly arrival: Arrival;
  readonly menus: CallMenus;
  readonly holding: CallHold;
  readonly controls: CallControls;
  readonly leg: CallLeg;
  readonly #resources: CallResources;
  readonly #listeners: LifeListeners;
  readonly #sound: CallSound;
  readonly #over = new AbortController();
  readonly #confirmed = Promise.withResolvers<void>();
  #transferredTo: TransferTarget | undefined;
  #machine: Answering | undefined;
  #silence: SilenceWatch | undefined;
  #state: CallState;
  #backend: Backend;
  #menu: AnyMenu | undefined;
  #answering: Promise<void> | undefined;
  #isDialled = false;
  #answeredAt: number | undefined;
  #error: unknown;
  #resolveEnded: (end: CallEnd) => void = () => {};

  /**
   * Takes over a call that came in, or one of ours before it is dialled; `actions` is what its backend
   * can do to it.
   */
  constructor(
    sip: SipCall | OutgoingLeg | DoorLeg,
    resources: CallResources,
    listeners: LifeListeners,
    actions: CallActions,
  ) {
    const info = "callInfo" in sip ? sip.callInfo : callInfo(sip);
    this.info = { ...info, memory: this.memory };
    this.#state = sip.direction === "in" ? "arriving" : "calling";
    this.#backend = resources.backend;
    this.leg = sip;
    this.#resources = resources;
    this.#listeners = listeners;
    this.keys = new CallKeys({
      clock: resources.clock,
      onKey: (press) => listeners.onDtmf(press),
      onDigit: (digit) => {
        if (!this.menus.takes(digit)) void this.#tell(() => this.media?.press(digit));
      },
    });
    this.#sound = new CallSound(resources, {
      info: this.info,
      history: this.history,
      actions,
      transfer: (target) => this.#giveAway(target),
      onDtmf: (key) => this.keys.hear(key),
      onEvent: (event) => listeners.onConversation(event),
      onError: (error) => listeners.onError(error),
      onOver: (error) => void (error === undefined ? this.leg.hangup() : this.#fail(error)),
    });
    this.arrival = new Arrival({
      leg: sip,
      sound: this.#sound,
      onFailure: (error) => void (this.#error ??= error),
    });
    this.ended = new Promise((resolve) => this.#resolveEnded = resolve);
    const isLive = () => this.#state === "live";
    const isOver = () => this.#isOver;
    this.controls = new CallControls({
      get isLive() {
        return isLive();
      },
      info: this.info,
      sipCallId: sip.id,
      clock: resources.clock,
      random: resources.random,
      signal: this.#over.signal,
      get remoteHost() {
        return "remoteHost" in sip ? sip.remoteHost : sip.remote.address;
      },
      hangup: (reason) => this.hangup(reason),
      refer: async (target, options) => {
        // Not between our answer and its ACK, in which there is no dialog yet.
        if (sip.state === "answered") await this.#confirmed.promise;
        return await sip.refer(target, options);
      },
      wait: (hear) => playWhileWaiting(() => this.media!.takeFloor(), hear, listeners.onError),
      consult: (leg) => this.#consult(leg),
      place: (to, how) => resources.place && this.#consult(resources.place(to, how)),
      connect: (guest, how) => this.media!.connect(guest, how),
      keys: this.keys,
      sendDtmf: (digits) => this.media?.sendDtmf(digits),
      onError: listeners.onError,
      leaveTo: (target) => this.#transferredTo = target,
    }, resources.freeswitch);
    this.holding = new CallHold({
      leg: sip,
      sound: this.#sound,
      isThroughFreeSwitch: claimedChannel(this.info) !== undefined,
      media: () => requireMedia(this, "put the caller on hold"),
      onError: (error) => listeners.onError(error),
    });
    this.menus = new CallMenus({
      info: this.info,
      clock: resources.clock,
      memory: this.memory,
      get isOver() {
        return isOver();
      },
      ended: this.ended,
      takeFloor: (options) => requireMedia(this, "take the floor").takeFloor(options),
      transfer: (target, options) => this.controls.transfer(target, options),
      hangup: () => this.hangup(),
      maskKeys: () => this.keys.mask(),
      onError: (error) => listeners.onError(error),
    });
    sip.handlers = {
      onConfirmed: () => {
        this.#confirmed.resolve();
        this.#sound.confirm();
      },
      onAnswer: (sdp) => void this.#accept(sdp),
      onOffer: (sdp) => this.#sound.renegotiate(sdp),
      onDtmf: (digit, durationMs) => this.keys.tell("info", digit, durationMs),
      onRefer: () => false,
      onEnded: (end) => void this.#finish(end),
    };
  }

  get state(): CallState {
    return this.#state;
  }

  get wasAnswered(): boolean {
    return this.#answeredAt !== undefined;
  }

  get media(): MediaSession | undefined {
    return this.#sound.media;
  }

  /** Answers, once. Never rejects. */
  answer(options: AnswerOptions): Promise<void> {
    return this.#answering ??= this.#answer(options).catch((error) => this.#fail(error));
  }

  /** Lets the caller hear us before the answer: whether it does. */
  async startEarlyMedia(): Promise<boolean> {
    try {
      return await this.arrival.startEarlyMedia();
    } catch (error) {
      await this.#fail(error);
      return false;
    }
  }

  /** Who has answered a call of ours, and its message; undefined where nobody asked. */
  get machine(): Answering | undefined {
    return this.#machine;
  }

  /** Calls the other side, once. */
  async dial({ onProgress = () => {}, detectMachine }: DialOptions): Promise<void> {
    const leg = this.leg;
    if (!(leg instanceof OutgoingLeg) || this.#isDialled || this.#isOver) {
      const state = leg instanceof OutgoingLeg ? "it was dialled, or is over" : "it came in";
      throw new TypeError(`Cannot dial as the call must be ours, and new: ${state}`);
    }
    this.#isDialled = true;
    const onError = (error: unknown) => this.#listeners.onError(error);
    try {
      if (detectMachine !== undefined) this.#machine = this.#answeringBy(detectMachine);
      await dial({ leg, sound: this.#sound, onProgress, onError });
      if (this.#isOver) throw hungUp(this.info.to.user);
      this.#live();
    } catch (error) {
      await leg.hangup();
      await this.ended;
      throw error;
    }
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted;
  }

  #answeringBy(options: MachineOptions): Answering {
    return new Answering({
      options,
      sound: this.#sound,
      backend: this.#backend,
      sessionId: this.info.sessionId,
      history: this.history,
      onAnsweredBy: (answeredBy) => this.#listeners.onAnsweredBy(answeredBy),
      onMessage: (message) => this.#listeners.onMessage(message),
      hangup: () => void this.leg.hangup(),
    });
  }

  /** Ends it; the reason is the value of a Reason field. */
  async hangup(reason?: string): Promise<void> {
    const { clock } = this.#resources;
    await within(clock, this.leg.hangup(reason === undefined ? {} : { reason }), CONFIRM_MS);
    await this.ended;
  }

  async #answer({ voiceBackend, menu, headers }: AnswerOptions): Promise<void> {
    if (voiceBackend !== undefined) this.#use(voiceBackend);
    this.#menu = menu;
    // A caller that is gone in the very moment of the answer is not live after its end.
    if (await this.arrival.answer(headers) && !this.#isOver) this.#live();
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
      onSilence: () => this.leg.probe(),
      silenceMs: SILENCE_MS,
    });
    this.#state = "live";
    this.#answeredAt = clock.now();
    if (this.#machine === undefined) this.#sound.open();
    else this.#machine.begin();
    const onError = (error: unknown) => this.#listeners.onError(error);
    if (this.#menu !== undefined) this.menus.run(this.#menu).catch(onError);
    this.#listeners.onAnswered();
  }

  /** For an agent that can do no more: whether somebody else has the caller now. */
  async #giveAway(target: string): Promise<boolean> {
    try {
      const { outcome, error } = await this.controls.transfer(target, { hear: "silence" });
      if (outcome === "completed" || outcome === "ended") return true;
      // Not to whom: it is logged, and often a telephone number.
      throw new Error(`Cannot give the caller away: ${outcome}`, { cause: error });
    } catch (error) {
      this.#listeners.onError(error);
      return false;
    }
  }

  /** A call with somebody to whom we speak ourselves. */
  #consult(sip: SipCall | OutgoingLeg): PlacedLeg {
    const { recordings: _, freeswitch: __, ...resources } = this.#resources;
    const { onError } = this.#listeners;
    const listeners = { ...NOBODY, onError };
    const backend = voiceOnly(this.#backend);
    return consultedLeg(new CallLife(sip, { ...resources, backend }, listeners, NO_ACTIONS));
  }

  async #fail(error: unknown): Promise<void> {
    this.#error ??= error;
    if (!this.leg.reject(500)) await this.leg.hangup({ reason: FAILURE });
  }

  async #finish(end: SipCallEnd): Promise<void> {
    this.#state = "ended";
    this.#over.abort(new DOMException("The call is over", "AbortError"));
    this.#confirmed.resolve();
    this.#silence?.stop();
    this.#machine?.end();
    const { clock } = this.#resources;
    const backend = this.#backend;
    const durationMs = this.#answeredAt === undefined ? 0 : clock.now() - this.#answeredAt;
    await this.#sound.close();
    if (this.#sound.hadBackend && "onCallEnd" in backend) {
      this.#listeners.onFarewell(this.#tell(() => backend.onCallEnd?.(this.info)));
    }
    const error = this.#error === undefined ? {} : { error: this.#error };
    const transferredTo = this.#transferredTo;
    const left = transferredTo === undefined ? {} : { transferredTo };
    this.#resolveEnded({ ...end, durationMs, ...error, ...left });
  }

  /** Calls one of the backend's listeners; its failure is reported and ends nothing. */
  #tell(listener: () => void | Promise<void>): Promise<void> {
    return Promise.resolve().then(listener).catch((error) => this.#listeners.onError(error));
  }
}

/** @throws {TypeError} that says what cannot be done, unless the call is live */
export function requireMedia({ media, state }: CallLife, what: string): MediaSession {
  if (state === "live" && media !== undefined) return media;
  throw new TypeError(`Cannot ${what} as the call is live: current value is ${state}`);
}
