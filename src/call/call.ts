/** One caller, from the invitation until nothing is left of the call. */

import type {
  Announcement,
  CallInfo,
  ConnectOptions,
  Floor,
  FloorOptions,
  Guest,
  HistoryEntry,
  Said,
  SayOptions,
  Speech,
  TransferOptions,
  TransferResult,
  TransferTarget,
} from "../backend/mod.ts";
import type { BridgeOptions, MediaSession, MutedSide } from "../media/mod.ts";
import type { SipCall, SipRejectOptions } from "../sip/mod.ts";
import type { AnsweredBy, LeftMessage } from "./amd/machine_options.ts";
import type { AnswerOptions } from "./answer_options.ts";
import type { PlayEarlyOptions } from "./arrival.ts";
import type { CallEnd, CallListeners, CallState } from "./call_events.ts";
import { CallLife, requireMedia } from "./call_life.ts";
import type { HoldOptions } from "./call_hold.ts";
import type { CallResources } from "./call_resources.ts";
import type { ParkedCall, ParkOptions } from "./control/call_control.ts";
import type {
  AnyMenu,
  AskOptions,
  CollectDigitsOptions,
  CollectedDigits,
  ConfirmOptions,
  MenuEnd,
  MenuRun,
  RunMenuOptions,
} from "./ivr/mod.ts";
import type { CallKeys } from "./keys/mod.ts";
import type { DoorLeg } from "./door_leg.ts";
import { fieldsOf } from "./fields_of.ts";
import { lifeListeners } from "./life_listeners.ts";
import type { DialOptions } from "./outgoing/dial.ts";
import type { OutgoingLeg } from "./outgoing/outgoing_leg.ts";
import type { Recording, RecordOptions } from "./recording/mod.ts";
import type { RejectReason } from "./refusals.ts";
import type { SessionMemory } from "./sessions/mod.ts";
import { playFile } from "./sound_of.ts";

/** What became of words for a caller who is gone. */
const UNSAID: Said = { outcome: "ended", heard: "", heardMs: 0 };

/**
 * A caller and the conversation with it.
 *
 * A call is alone with itself: it owns its sockets, its chain and its signal, and what fails in it
 * ends at most this call. A caller may hang up at any moment: what is asked of a call that is over and
 * has an outcome, has the outcome `ended`, and is no error.
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
  readonly history: HistoryEntry[];
  /** What the application notes of it: there again when the call goes on in another process. */
  readonly memory: SessionMemory;
  /** The keys that were pressed, and where a further way tells of one: `keys.tell("esl", "5", 160)`. */
  readonly keys: CallKeys;
  /** Resolves, and never rejects, when the call is over and all it held is given back. */
  readonly ended: Promise<CallEnd>;
  readonly #life: CallLife;
  readonly #resources: CallResources;

  /** Takes over an incoming call, which waits for {@link answer}, or one of ours before {@link dial}. */
  constructor(
    sip: SipCall | OutgoingLeg | DoorLeg,
    resources: CallResources,
    listeners: CallListeners,
  ) {
    const { recordings } = resources;
    const life = new CallLife(sip, resources, lifeListeners(this, { listeners, recordings }), this);
    this.#life = life;
    this.#resources = resources;
    this.info = life.info;
    this.history = life.history;
    this.memory = life.memory;
    this.keys = life.keys;
    this.ended = life.ended;
  }

  /** Names the call for as long as it lives, and after. */
  get id(): string {
    return this.info.sessionId;
  }

  /** The Call-ID of its SIP dialog. */
  get sipCallId(): string {
    return this.#life.leg.id;
  }

  /** How far the call has come. */
  get state(): CallState {
    return this.#life.state;
  }

  /** Whether the call was ever live. */
  get wasAnswered(): boolean {
    return this.#life.wasAnswered;
  }

  /** The sound of the call: its chain and its figures; undefined until it is live. */
  get media(): MediaSession | undefined {
    return this.#life.media;
  }

  /** The header fields of the answer to a call of ours, by lower-case name; empty before it. */
  get answerHeaders(): Readonly<Record<string, string>> {
    return fieldsOf(this.#life.leg.response?.headers ?? []);
  }

  /**
   * Answers the call and lets the backend talk. The first time counts, with its options.
   *
   * Never rejects: a caller that offers nothing we can do is refused with 488, and what fails on our
   * side ends the call with 500, or 503 where no port is free, and is told by {@link ended}.
   */
  answer(options: AnswerOptions = {}): Promise<void> {
    return this.#life.answer(options);
  }

  /** Says that it rings: 180. False for a call that is not arriving. */
  ring(): boolean {
    return this.#life.leg.ring();
  }

  /**
   * Lets the caller hear us before the call is answered: 183 with our description. Nobody pays for
   * the call yet, and the backend does not have it.
   *
   * @returns whether it is so: not for a call that is not arriving, or whose invitation has no offer
   */
  async startEarlyMedia(): Promise<boolean> {
    return await this.#life.startEarlyMedia();
  }

  /**
   * Plays a sound to a caller that is not answered yet, after {@link startEarlyMedia}.
   *
   * @returns whether all of it was sent: not if the call was answered or ended meanwhile
   * @throws {TypeError} without early media
   */
  async playEarly(sound: Speech, options: PlayEarlyOptions = {}): Promise<boolean> {
    return await this.#life.arrival.play(sound, options);
  }

  /**
   * Refuses an arriving call.
   *
   * @param why a status (300-699), a cause (ITU-T Q.850, 1-127), or a word
   * @returns false for a call that is answered, or over
   * @throws {RangeError} for anything else
   */
  reject(why: number | RejectReason = "declined", options: SipRejectOptions = {}): boolean {
    return this.#life.arrival.reject(why, options);
  }

  /**
   * Calls the other side, and lets the backend talk when it has answered. Once, and for a call of
   * ours only.
   *
   * @throws {CallRefusedError} when nobody has answered; all is given back then
   */
  async dial(options: DialOptions = {}): Promise<void> {
    await this.#life.dial(options);
  }

  /** Resolves with who has answered a call of ours; undefined where that is not asked. */
  get answeredBy(): Promise<AnsweredBy> | undefined {
    return this.#life.machine?.answeredBy;
  }

  /**
   * Leaves a message on the machine that has answered: after its beep, or when it is silent. Then it
   * hangs up.
   *
   * @throws {TypeError} for a call that does not wait for that, or words without a backend that speaks
   */
  async leaveMessage(what: string | Speech): Promise<LeftMessage> {
    const { machine } = this.#life;
    if (machine !== undefined) return await machine.leaveMessage(what);
    throw new TypeError("Cannot leave a message as the call has to be made with detectMachine");
  }

  /**
   * Ends the call. Resolves when nothing is left of it and the other side knows, or is gone.
   *
   * @param reason a cause by FreeSWITCH's name, such as `USER_BUSY`, or the value of a Reason field
   * (RFC 3326); by default a normal end
   * @throws {RangeError} for a cause that is none
   */
  async hangup(reason?: string): Promise<void> {
    const isField = reason === undefined || /^[\w.-]+\s*;/.test(reason);
    await (isField ? this.#life.hangup(reason) : this.#life.controls.hangup(reason));
  }

  /**
   * Gives the caller to somebody else, and takes it back when that fails; says what became of it. A
   * caller who is gone has `ended` it.
   *
   * Through FreeSWITCH the target is called while the caller stays with us; without it the other side is
   * asked to call (REFER), if it can.
   *
   * @throws {RangeError} for what is no target; TypeError when the call is not answered, while another
   * transfer is under way, and for a target that only FreeSWITCH understands without it; `EslClosedError`
   * when the call came through FreeSWITCH and there is no connection to it. The caller stays then, too.
   */
  async transfer(target: TransferTarget, options?: TransferOptions): Promise<TransferResult> {
    return await this.#life.controls.transfer(target, options);
  }

  /**
   * Lets the callers of two calls speak with each other. Those of FreeSWITCH do so without us, and both
   * calls are over when it resolves. Others speak through us until one hangs up or the signal fires; it
   * resolves then, and who is still there has its bot again.
   */
  async bridge(other: Call, options?: BridgeOptions): Promise<void> {
    await this.#life.controls.bridge(other.#life.controls, options);
  }

  /** Lets the caller wait in FreeSWITCH, without us; the call is over, and can be brought back. */
  async park(options?: ParkOptions): Promise<ParkedCall> {
    return await this.#life.controls.park(options);
  }

  /** A variable of the caller's channel of FreeSWITCH; undefined when it has none of that name. */
  async variable(name: string): Promise<string | undefined> {
    return await this.#life.controls.variable(name);
  }

  /**
   * Sets a variable of the caller's channel of FreeSWITCH to one line of text; undefined takes it away.
   * Rejects with a TypeError for a text with `${` in it, which the dialplan would run: take care of that
   * in what callers say.
   */
  async setVariable(name: string, value: string | undefined): Promise<void> {
    await this.#life.controls.setVariable(name, value);
  }

  /**
   * Presses keys for the other side to hear.
   *
   * @param digits of `0`-`9`, `*`, `#`, `A`-`D`
   * @throws {TypeError} when the other side has not agreed to hear keys, or the call is not live
   */
  sendDtmf(digits: string): void {
    requireMedia(this.#life, "press keys").sendDtmf(digits);
  }

  /**
   * Lets somebody talk with the caller in the place of the bot: see {@link Floor}. To only cut the bot
   * short, `takeFloor({ cut: true }).release()`.
   *
   * @throws {TypeError} when the call is not live, or somebody has the floor already
   */
  takeFloor(options: FloorOptions = {}): Floor {
    return requireMedia(this.#life, "take the floor").takeFloor(options);
  }

  /**
   * Says something in the conversation, behind what the agent is saying; resolves when the caller has
   * heard it, or it was cut, or the call is over.
   *
   * Rejects with a TypeError when the call is not live yet.
   */
  async say(what: Announcement, options: SayOptions = {}): Promise<Said> {
    if (this.state === "ended") return UNSAID;
    return await requireMedia(this.#life, "say something").say(what, options);
  }

  /** Plays a WAV file of any rate, as {@link say} says something; one that cannot be read has failed. */
  async playFile(file: string | Speech, options: SayOptions = {}): Promise<Said> {
    if (this.state === "ended") return UNSAID;
    const media = requireMedia(this.#life, "play a file");
    return await playFile(file, (sound) => media.say(sound, options));
  }

  /**
   * Lets a guest talk with the caller until its stream ends: see {@link Floor.connect}, and `bridge` for
   * another call. Rejects with its failure, and with a TypeError when somebody else has the floor.
   */
  async connect(guest: Guest, options: ConnectOptions = {}): Promise<void> {
    await requireMedia(this.#life, "connect a guest").connect(guest, options);
  }

  /**
   * Puts the caller on hold, with music, which has the floor until {@link unhold}. Rejects, and changes
   * nothing, when somebody else has it or the other side refuses.
   */
  async hold(options: HoldOptions = {}): Promise<void> {
    await this.#life.holding.hold(options);
  }

  /** Takes the caller back from hold. Rejects, and leaves it there, when the other side refuses. */
  async unhold(): Promise<void> {
    await this.#life.holding.unhold();
  }

  /** Whether we have put the caller on hold. */
  get isOnHold(): boolean {
    return this.state === "live" && this.#life.holding.isHeld;
  }

  /**
   * Lets a side not be heard by the other. What a muted agent says goes by and counts as unheard; a muted
   * caller can press keys. @throws {TypeError} when the call is not live
   */
  mute(side: MutedSide = "both"): void {
    requireMedia(this.#life, "mute").mute(side);
  }

  /** Lets a side be heard again. @throws {TypeError} when the call is not live */
  unmute(side: MutedSide = "both"): void {
    requireMedia(this.#life, "unmute").unmute(side);
  }

  /**
   * Collects digits that the caller presses, or says: what the bot is saying is said first, and then it
   * waits. Rejects with a TypeError when the call is not live yet, or somebody else has the floor.
   */
  async collectDigits(options?: CollectDigitsOptions & AskOptions): Promise<CollectedDigits> {
    return await this.#life.menus.collectDigits(options);
  }

  /** Asks the caller yes or no, as {@link collectDigits} asks; undefined when there is no answer. */
  async confirm(options: ConfirmOptions & AskOptions): Promise<boolean | undefined> {
    return await this.#life.menus.confirm(options);
  }

  /**
   * Leads the caller through menus, until they are over or the call is; the bot waits meanwhile. Rejects
   * with a TypeError for what is no menu, and when somebody else has the floor.
   */
  async runMenu(menu: AnyMenu, options?: RunMenuOptions): Promise<MenuEnd> {
    return await this.#life.menus.run(menu, options);
  }

  /** The menu that is run, which takes the caller back from the bot; undefined when there is none. */
  get menu(): MenuRun | undefined {
    return this.#life.menus.current;
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
    if (recordings !== undefined) return this.keys.covers(recordings.record(this, options));
    throw new TypeError("Cannot record as the phone needs a folder: name it by `recording.folder`");
  }
}
