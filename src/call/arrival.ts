/** What becomes of a call that comes in, until it is answered or refused. */

import type { Speech } from "../backend/mod.ts";
import { framesOf } from "../media/mod.ts";
import type { ExtraHeaders, SdpRefusal, SipRejectOptions } from "../sip/mod.ts";
import type { CallLeg } from "./call_leg.ts";
import type { CallSound } from "./call_sound.ts";
import { rejection, type RejectReason } from "./refusals.ts";

/** What a caller for whom there is no port is told to wait before it tries again, in seconds. */
const RETRY_AFTER_S = 5;

/** Where there is nothing to agree on. */
const NO_SDP = new Uint8Array(0);

/** How a sound is played before the answer. */
export interface PlayEarlyOptions {
  /** Begins anew at the end, until the call is answered or refused. @default false */
  readonly loop?: boolean;
  /** Ends it. @default never */
  readonly signal?: AbortSignal;
}

/** How an {@link Arrival} is tied to its call. */
export interface ArrivalOptions {
  readonly leg: CallLeg;
  readonly sound: CallSound;
  /** Something failed on our side, and the caller was told so. */
  readonly onFailure: (error: unknown) => void;
}

/** Joins the messages of an arriving call to its sound. */
export class Arrival {
  readonly #leg: CallLeg;
  readonly #sound: CallSound;
  readonly #onFailure: (error: unknown) => void;

  /** Nobody is told anything yet. */
  constructor({ leg, sound, onFailure }: ArrivalOptions) {
    this.#leg = leg;
    this.#sound = sound;
    this.#onFailure = onFailure;
  }

  /**
   * Answers. The sound runs before the caller knows, so that its first word is not lost.
   *
   * @returns true when it is answered; false when it was refused or is over, or was offered our
   * description and has still to answer that
   */
  async answer(headers?: ExtraHeaders): Promise<boolean> {
    const { line, remoteSdp: offer } = this.#leg;
    if (line !== undefined) {
      if (!this.#isOver) await this.#sound.start(line);
      return this.#leg.answer(NO_SDP, headers);
    }
    if (offer !== undefined) {
      const answer = await this.#agree(offer);
      return answer !== undefined && this.#leg.answer(answer, headers);
    }
    if (await this.#acquire()) this.#leg.answer(this.#sound.offer(), headers);
    return false;
  }

  /** Lets the caller hear us: 183 with our description. False where that cannot be. */
  async startEarlyMedia(): Promise<boolean> {
    const { line, remoteSdp: offer } = this.#leg;
    if (this.#leg.state !== "inviting") return false;
    if (line !== undefined) await this.#sound.start(line, { early: true });
    const answer = line && NO_SDP || offer && await this.#agree(offer, { early: true });
    if (answer === undefined || !this.#leg.progress(answer)) return false;
    // Nothing has come from there yet: that it is no stranger's address is the application's word.
    this.#sound.confirm();
    return true;
  }

  /** Plays after {@link startEarlyMedia}. @throws {TypeError} without it, unless the call is over */
  async play(sound: Speech, { loop, signal }: PlayEarlyOptions): Promise<boolean> {
    const { entrance } = this.#sound;
    const frames = framesOf([sound], { loop });
    if (entrance !== undefined) return await entrance.play(frames, { signal });
    if (this.#isOver) return false;
    throw new TypeError(
      "Cannot play early as early media must have been started and the call not answered: " +
        `current value is ${this.#leg.state}`,
    );
  }

  /** Refuses. @throws {RangeError} for what is no reason */
  reject(why: number | RejectReason, options: SipRejectOptions): boolean {
    const { status, reason } = rejection(why);
    const headers = reason === undefined ? options.headers : { Reason: reason, ...options.headers };
    return this.#leg.reject(status, { ...options, headers });
  }

  get #isOver(): boolean {
    return this.#leg.state === "ended";
  }

  /** Our answer to an offer, or undefined when the call was refused or is over. */
  async #agree(offer: Uint8Array, options?: { early: boolean }): Promise<Uint8Array | undefined> {
    const refusal = this.#sound.foreseeRefusal(offer);
    if (refusal !== undefined) return this.#refuse(refusal);
    if (!await this.#acquire()) return undefined;
    const answer = await this.#sound.answer(offer, options);
    return answer instanceof Uint8Array ? answer : this.#refuse(answer);
  }

  /** Takes the ports; false when there is none, or the call is over. */
  async #acquire(): Promise<boolean> {
    if (this.#isOver) return false;
    try {
      await this.#sound.acquire();
    } catch (error) {
      this.#onFailure(error);
      // Nothing is wrong with the call: elsewhere, or a little later, there is a port for it.
      this.#leg.reject(503, { headers: { "Retry-After": String(RETRY_AFTER_S) } });
    }
    return !this.#isOver;
  }

  #refuse(refusal: SdpRefusal): undefined {
    if (refusal === "no-common-codec") this.#leg.reject(488, { headers: this.#incompatible() });
    else this.#leg.reject(400, { reason: `Bad SDP: ${refusal.text}` });
  }

  /** What whoever looks for the fault has to know (RFC 3261 section 20.43). */
  #incompatible(): ExtraHeaders {
    const taken = this.#sound.codecNames.join(", ");
    return { Warning: `305 sofia-phone "Sound is taken by ${taken} over RTP/AVP"` };
  }
}
