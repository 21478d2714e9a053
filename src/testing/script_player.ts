/** A script as it is carried out. */

import type { Random } from "../clock/mod.ts";
import type { CallerAction, CallerSound, WaitForAgentOptions } from "./caller_action.ts";
import type { CallerPhone } from "./caller_phone.ts";
import { type PreparedSound, prepareSound } from "./prepared_sound.ts";
import type { SpokenWord } from "./synthetic_speech.ts";

/** Something the caller did, in ms of the call. */
export interface CallerDeed {
  /** A sound, keys that were pressed, or what the telephone did. */
  readonly kind: CallerSound["kind"] | "keys" | "hold" | "dead";
  /** What was said or pressed, or what it is. */
  readonly text: string;
  /** When it began to be heard. */
  readonly startMs: number;
  /** When the last of it was to be heard. */
  readonly endMs: number;
  /** Its words, in ms of the call. */
  readonly words: readonly SpokenWord[];
}

/** Who carries out what a script says. */
export interface ScriptStage {
  readonly phone: CallerPhone;
  readonly random: Random;
  /** Puts the agent on hold, or comes back. */
  hold(isHeld: boolean): void;
  /** The caller hangs up: as the script says, or as the agent is not heard. */
  hangUp(why: "caller" | "gave-up"): void;
}

/** How a script that does not say how it ends waits for the agent, before the caller hangs up. */
const LAST_WAIT: Required<WaitForAgentOptions> = { for: "end", quietMs: 1000, withinMs: 10_000 };

/** Carries out a script, asked again each 20 ms. */
export class ScriptPlayer {
  /** What was done so far. */
  readonly deeds: CallerDeed[] = [];
  readonly #actions: CallerAction[];
  readonly #stage: ScriptStage;
  readonly #sounds: Map<CallerAction, PreparedSound>;
  #isDone: (ms: number) => boolean = () => true;
  /** From when on the agent's sound is an answer, in ms of the call. */
  #since = -Infinity;
  #isOver = false;
  #last: CallerAction | undefined;

  /** Prepares all sounds; the resampler is loaded. */
  constructor(actions: readonly CallerAction[], stage: ScriptStage) {
    this.#stage = stage;
    this.#actions = [...actions];
    this.#sounds = new Map(
      this.#actions.flatMap((action) =>
        "sound" in action && action.sound !== undefined
          ? [[action, prepareSound(action.sound, stage.random)] as const]
          : []
      ),
    );
  }

  /** Goes on with the script at `ms` of the call. */
  tick(ms: number): void {
    while (!this.#isOver && this.#isDone(ms)) {
      const action = this.#actions.shift();
      if (action === undefined) this.#finish(ms);
      else {
        this.#last = action;
        this.#isDone = this.#begin(action, ms);
      }
    }
  }

  /** Begins an action; what it returns says whether it is over. */
  #begin(action: CallerAction, ms: number): (ms: number) => boolean {
    const { phone } = this.#stage;
    switch (action.type) {
      case "sound":
        return this.#play(this.#sounds.get(action)!);
      case "background":
        phone.surround(this.#sounds.get(action));
        return () => true;
      case "press":
        return this.#press(action.digits, ms);
      case "wait":
        return (now) => now - ms >= action.ms;
      case "until":
        return (now) => now >= action.ms;
      case "agent":
        return this.#awaitAgent(action.options, ms);
      case "hold":
        return this.#muted("hold", action.ms, ms);
      case "dead":
        return this.#muted("dead", action.ms, ms);
      case "hang-up":
        this.#isOver = true;
        this.#stage.hangUp("caller");
        return () => true;
    }
  }

  #play(sound: PreparedSound): (ms: number) => boolean {
    const { kind, text, samples } = sound;
    const { startMs, endMs } = this.#stage.phone.play(sound);
    const at = (ms: number) => startMs + ms * (endMs - startMs) / (samples.length / 8 || 1);
    const words = sound.words.map((word) => ({
      text: word.text,
      startMs: at(word.startMs),
      endMs: at(word.endMs),
    }));
    this.deeds.push({ kind, text, startMs: at(sound.startMs), endMs: at(sound.endMs), words });
    return (now) => this.#over(now >= endMs, at(sound.endMs));
  }

  #press(digits: string, ms: number): (ms: number) => boolean {
    const { phone } = this.#stage;
    phone.press(digits);
    return (now) => {
      if (phone.isPressing) return false;
      this.deeds.push({ kind: "keys", text: digits, startMs: ms, endMs: now, words: [] });
      return this.#over(true, now);
    };
  }

  #awaitAgent(
    options: Required<WaitForAgentOptions>,
    ms: number,
    why: "caller" | "gave-up" = "gave-up",
  ): (ms: number) => boolean {
    const { ear } = this.#stage.phone;
    return (now) => {
      // A packet that has just come is heard for 20 ms more.
      const last = ear.lastHeard(this.#since);
      const isHeard = last !== undefined &&
        (options.for === "start" ? last >= now - 20 : now - last >= options.quietMs);
      if (isHeard) return options.for === "start" || this.#over(true, last);
      if (now - ms < options.withinMs || (last !== undefined && now - last < 20)) return false;
      this.#isOver = true;
      this.#stage.hangUp(why);
      return false;
    };
  }

  #muted(kind: "hold" | "dead", forMs: number, ms: number): (ms: number) => boolean {
    const set = (isMute: boolean) => {
      this.#stage.phone.isMute = isMute;
      if (kind === "hold") this.#stage.hold(isMute);
    };
    set(true);
    this.deeds.push({ kind, text: kind, startMs: ms, endMs: ms + forMs, words: [] });
    return (now) => {
      if (now - ms < forMs) return false;
      set(false);
      return this.#over(true, now);
    };
  }

  /** Notes that from `since` on what the agent says is an answer, if `isOver`, which it returns. */
  #over(isOver: boolean, since: number): boolean {
    if (isOver) this.#since = since;
    return isOver;
  }

  /** A script that does not say how it ends hears the agent out, if it does not do so already. */
  #finish(ms: number): void {
    this.#actions.push({ type: "hang-up" });
    const isHeardOut = this.#last?.type === "agent" || this.#last === undefined;
    this.#isDone = isHeardOut ? () => true : this.#awaitAgent(LAST_WAIT, ms, "caller");
  }
}
