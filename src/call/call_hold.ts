/** Another side that is on hold. */

import { concatSamples, silence, tone } from "../audio/mod.ts";
import type { Floor, Speech } from "../backend/mod.ts";
import type { MediaSession } from "../media/mod.ts";
import type { CallLeg } from "./call_leg.ts";
import type { CallSound } from "./call_sound.ts";
import { musicOf, soundOf } from "./sound_of.ts";

/** How the other side is put on hold. */
export interface HoldOptions {
  /**
   * What it hears, again and again: a sound, or the path of a WAV file.
   * @default a soft tone each five seconds, by which the line is not taken for dead
   */
  readonly music?: Speech | string;
  /**
   * Whether its telephone is told, by a re-INVITE with `sendonly`: it may show that, and sends nothing
   * meanwhile.
   * @default true, but false for a call through FreeSWITCH, which would play music of its own over ours,
   * and for one that came by another door than SIP, which cannot be told
   */
  readonly signalled?: boolean;
}

/** What {@link CallHold} needs of a call. */
export interface HoldHost {
  readonly leg: Pick<CallLeg, "reinvite" | "line">;
  readonly sound: Pick<CallSound, "redirect" | "accept" | "withdraw">;
  /** Whether FreeSWITCH stands between us and the other side. */
  readonly isThroughFreeSwitch: boolean;
  /** The sound of the call. @throws {TypeError} when it is not live */
  readonly media: () => Pick<MediaSession, "takeFloor">;
  /** Told of music that cannot be played: there is silence in its place. */
  readonly onError: (error: unknown) => void;
}

interface Held {
  readonly floor: Floor;
  readonly isSignalled: boolean;
}

/** Puts the other side of a call on hold, and takes it back. */
export class CallHold {
  readonly #host: HoldHost;
  #held: Held | undefined;
  /** One thing at a time. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(host: HoldHost) {
    this.#host = host;
  }

  /** Whether the other side is on hold. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /** Puts it on hold, or changes nothing if it is. Rejects, and changes nothing, where that cannot be. */
  hold(options: HoldOptions): Promise<void> {
    return this.#then(async () => {
      if (this.#held !== undefined) return;
      const { leg, isThroughFreeSwitch } = this.#host;
      const { music, signalled = !isThroughFreeSwitch && leg.line === undefined } = options;
      const guest = musicOf(music === undefined ? aliveTone() : await soundOf(music));
      // Whoever has the floor keeps it, and there is no hold.
      const floor = this.#host.media().takeFloor();
      try {
        if (signalled) await this.#offer("sendonly");
      } catch (error) {
        floor.release();
        throw error;
      }
      this.#held = { floor, isSignalled: signalled };
      floor.connect(guest).catch(this.#host.onError);
    });
  }

  /** Takes it back: the bot has it again. Rejects where its telephone refuses, and it stays on hold. */
  unhold(): Promise<void> {
    return this.#then(async () => {
      if (this.#held === undefined) return;
      const { floor, isSignalled } = this.#held;
      if (isSignalled) await this.#offer("sendrecv");
      this.#held = undefined;
      floor.release();
    });
  }

  async #offer(direction: "sendrecv" | "sendonly"): Promise<void> {
    const { leg, sound } = this.#host;
    try {
      await sound.accept(await leg.reinvite(sound.redirect(direction)));
    } catch (error) {
      sound.withdraw();
      throw error;
    }
  }

  #then(act: () => Promise<void>): Promise<void> {
    const acting = this.#before.then(act);
    this.#before = acting.catch(() => {});
    return acting;
  }
}

/** Half a second of a soft tone and silence: five seconds. */
function aliveTone(): Speech {
  const sampleRate = 8000;
  const samples = concatSamples([
    tone([440], 500, { sampleRate, levelDb: -30, fadeMs: 100 }),
    silence(4500, { sampleRate }),
  ]);
  return { samples, sampleRate };
}
