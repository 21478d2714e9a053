/** What a simulated caller does, told as one would tell it. */

import { mix, readWav } from "../audio/mod.ts";
import type { Speech } from "../backend/mod.ts";
import type { Random } from "../clock/mod.ts";
import type { CallerAction, CallerSound, WaitForAgentOptions } from "./caller_action.ts";
import { coughSound, humSound, musicSound, noiseSound } from "./caller_sounds.ts";
import { syntheticSpeech, type SyntheticSpeechOptions } from "./synthetic_speech.ts";

/** A level. */
export interface LevelOptions {
  /** How loud it is (RMS), in dBov. */
  readonly levelDb?: number;
}

/** What surrounds a caller. */
export type Surroundings = "pink" | "white" | "music";

/** How long a background lasts: longer than a call. It is played over and over. */
const LOOP_MS = 10_000;

/**
 * A script, to which each method adds what the caller does next. A script is never changed: each
 * method returns another one, so that a beginning can be shared.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { caller } from "@sofia/phone/testing";
 *
 * const greeted = caller().waitForAgent();
 * const polite = greeted.says("I need a room.").waitForAgent().hangsUp();
 * const rude = greeted.says("A room!").interrupts("Now!", { afterMs: 300 }).hangsUp();
 * assert.deepEqual([greeted, polite, rude].map(({ actions }) => actions.length), [1, 4, 6]);
 * ```
 */
export class CallerScript {
  /** What is done, in order. */
  readonly actions: readonly CallerAction[];

  /** A script of these actions. */
  constructor(actions: readonly CallerAction[] = []) {
    this.actions = actions;
  }

  /** Says `text` in a synthetic voice, and goes on when it is said. */
  says(text: string, options: SyntheticSpeechOptions = {}): CallerScript {
    return this.#sound({ kind: "speech", text, make: () => syntheticSpeech(text, options) });
  }

  /**
   * Plays recorded speech, and goes on when it is over: samples at a rate, or the bytes of a WAV file.
   *
   * @param text the words of the recording, for transcripts; they are taken to be spread over it evenly
   */
  plays(sound: Speech | Uint8Array, text: string): CallerScript {
    return this.#sound({ kind: "speech", text, make: () => speechOf(sound) });
  }

  /** Waits until the agent is heard, `afterMs` more, and says `text` over it. */
  interrupts(
    text: string,
    options: SyntheticSpeechOptions & { readonly afterMs?: number } = {},
  ): CallerScript {
    const { afterMs = 500 } = options;
    return this.waitForAgent({ for: "start" }).afterMs(afterMs).says(text, options);
  }

  /** Coughs. The level is -20 dBov unless said otherwise. */
  coughs({ levelDb = -20 }: LevelOptions = {}): CallerScript {
    const make = (random: Random) => speech(coughSound(random, levelDb));
    return this.#sound({ kind: "cough", text: "coughs", make });
  }

  /** Says "mm-hm", as those do who listen. The level is -24 dBov unless said otherwise. */
  hums({ levelDb = -24 }: LevelOptions = {}): CallerScript {
    const make = (random: Random) => speech(humSound(random, levelDb));
    return this.#sound({ kind: "backchannel", text: "mm-hm", make });
  }

  /** Lets noise or music be heard for `ms`, and goes on when it is over; at -40 dBov unless said. */
  sounds(surroundings: Surroundings, ms: number, options: LevelOptions = {}): CallerScript {
    return this.#sound(surroundingsOf(surroundings, ms, options));
  }

  /**
   * Lets noise or music be heard from now on, while the script goes on; at -40 dBov unless said.
   * `"off"` ends it.
   */
  background(surroundings: Surroundings | "off", options: LevelOptions = {}): CallerScript {
    const sound = surroundings === "off"
      ? undefined
      : surroundingsOf(surroundings, LOOP_MS, options);
    return this.#with({ type: "background", sound });
  }

  /** Presses keys, one after another, and goes on when the last is up: `0`-`9`, `*`, `#`, `A`-`D`. */
  presses(digits: string): CallerScript {
    if (!/^[0-9*#A-Da-d]+$/.test(digits)) {
      throw new RangeError(
        `Cannot press keys as they are 0-9, *, # and A-D: current value is ${digits}`,
      );
    }
    return this.#with({ type: "press", digits });
  }

  /** Is silent for `ms`. */
  afterMs(ms: number): CallerScript {
    return this.#with({ type: "wait", ms: duration(ms) });
  }

  /** Is silent until `ms` after the beginning of the call; goes on at once if that is past. */
  atMs(ms: number): CallerScript {
    return this.#with({ type: "until", ms: duration(ms) });
  }

  /** Waits until the agent has spoken, or with `{ for: "start" }` until it begins to. */
  waitForAgent(options: WaitForAgentOptions = {}): CallerScript {
    const { for: what = "end", quietMs = 600, withinMs = 30_000 } = options;
    const checked = { for: what, quietMs: duration(quietMs), withinMs: duration(withinMs) };
    return this.#with({ type: "agent", options: checked });
  }

  /** Puts the agent on hold for `ms`, then comes back. */
  holds(ms: number): CallerScript {
    return this.#with({ type: "hold", ms: duration(ms) });
  }

  /** Is cut off for `ms`: nothing comes from its telephone, not even silence. */
  vanishes(ms: number): CallerScript {
    return this.#with({ type: "dead", ms: duration(ms) });
  }

  /** Hangs up. A script that does not say so waits for the agent to finish, and hangs up then. */
  hangsUp(): CallerScript {
    return this.#with({ type: "hang-up" });
  }

  #sound(sound: CallerSound): CallerScript {
    return this.#with({ type: "sound", sound });
  }

  #with(action: CallerAction): CallerScript {
    return new CallerScript([...this.actions, action]);
  }
}

/** An empty script: the caller has just been put through. */
export function caller(): CallerScript {
  return new CallerScript();
}

function surroundingsOf(
  surroundings: Surroundings,
  ms: number,
  { levelDb = -40 }: LevelOptions,
): CallerSound {
  duration(ms);
  if (surroundings === "music") {
    return { kind: "music", text: "music", make: () => speech(musicSound(ms, levelDb)) };
  }
  const make = (random: Random) => speech(noiseSound(surroundings, ms, { random, levelDb }));
  return { kind: "noise", text: `${surroundings} noise`, make };
}

function speech(samples: Int16Array): Speech {
  return { samples, sampleRate: 8000 };
}

function speechOf(sound: Speech | Uint8Array): Speech {
  if (!(sound instanceof Uint8Array)) return sound;
  const { sampleRate, channels } = readWav(sound);
  return { sampleRate, samples: channels.length === 1 ? channels[0] : mix(...channels) };
}

function duration(ms: number): number {
  if (ms >= 0 && ms < Infinity) return ms;
  throw new RangeError(`Cannot wait as a time is 0 ms or more: current value is ${ms}`);
}
