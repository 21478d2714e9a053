/** What a simulated caller does, one thing after another. */

import type { Speech } from "../backend/mod.ts";
import type { Random } from "../clock/mod.ts";
import type { SpokenWord } from "./synthetic_speech.ts";

/** A sound a caller makes. */
export interface CallerSound {
  /** `speech` has words; `backchannel` has words that are no turn; the others have none. */
  readonly kind: "speech" | "backchannel" | "cough" | "noise" | "music";
  /** What is said, or what it is. */
  readonly text: string;
  /** Makes the sound; words whose times are not known are spread over it. */
  readonly make: (random: Random) => Speech & { readonly words?: readonly SpokenWord[] };
}

/** How long a caller waits for the agent. */
export interface WaitForAgentOptions {
  /**
   * `start`: until the agent is heard; `end`: until it has been heard and is silent again.
   * @default "end"
   */
  readonly for?: "start" | "end";
  /** Silence after which the agent is taken to have finished, in ms; a pause is shorter. @default 600 */
  readonly quietMs?: number;
  /** After so long the caller gives up and hangs up, in ms. @default 30000 */
  readonly withinMs?: number;
}

/** One thing a caller does. */
export type CallerAction =
  /** Makes a sound; the next thing is done when it is over. */
  | { readonly type: "sound"; readonly sound: CallerSound }
  /** Lets a sound begin that goes on until it is over or another takes its place; undefined ends it. */
  | { readonly type: "background"; readonly sound: CallerSound | undefined }
  /** Presses keys, one after another. */
  | { readonly type: "press"; readonly digits: string }
  /** Is silent. */
  | { readonly type: "wait"; readonly ms: number }
  /** Is silent up to a time of the call. */
  | { readonly type: "until"; readonly ms: number }
  /** Waits for the agent. */
  | { readonly type: "agent"; readonly options: Required<WaitForAgentOptions> }
  /** Puts the agent on hold for a while: it is asked to send nothing, and sent nothing. */
  | { readonly type: "hold"; readonly ms: number }
  /** Sends nothing for a while, as a telephone without a network. */
  | { readonly type: "dead"; readonly ms: number }
  /** Hangs up. */
  | { readonly type: "hang-up" };
