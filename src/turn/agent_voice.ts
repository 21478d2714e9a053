/** The agent's voice as the turn stage sees it. */

import type { PlayedSound } from "./played_sound.ts";

/** What the turn stage knows of the agent's voice, and does to it. */
export interface AgentVoice {
  /**
   * `silent`: the caller hears nothing of it now; `speaking`: the caller hears it and may interrupt;
   * `protected`: the caller hears it and may not.
   */
  readonly state: "silent" | "speaking" | "protected";
  /** What the caller was sent, to tell its echo from a voice. @default echo is not looked for */
  readonly played?: PlayedSound;
  /** Lowers the voice with the next packet, until it is restored or the turn is interrupted. */
  duck(): void;
  /** Gives the voice its loudness back. */
  restore(): void;
}
