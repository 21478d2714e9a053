/** The agent's voice, as the turn stage sees it and the pacer plays it. */

import type { Pacer } from "../pacing/mod.ts";
import { type AgentVoice, PlayedSound } from "../turn/mod.ts";

/** How far the agent is lowered while it is not certain that the caller interrupts, in dB. */
const DUCK_DB = -18;

/** What {@link PacedVoice} asks of a pacer. */
export type VoicePacer = Pick<Pacer, "idle" | "duck" | "restore">;

/** Joins the turn stage, at one end of the chain, to the pacer at the other. */
export class PacedVoice implements AgentVoice {
  /** What the caller was sent. */
  readonly played: PlayedSound = new PlayedSound();
  /** Whether the caller has to hear what is said now. */
  isProtected = false;
  readonly #pacer: () => VoicePacer;
  readonly #silence: Int16Array;
  readonly #sampleRate: number;

  /**
   * @param pacer the pacer, asked for when it is there
   * @param silence a packet of silence at `sampleRate` Hz
   */
  constructor(pacer: () => VoicePacer, silence: Int16Array, sampleRate: number) {
    this.#pacer = pacer;
    this.#silence = silence;
    this.#sampleRate = sampleRate;
  }

  /** Whether the caller hears the agent, and may interrupt it. */
  get state(): AgentVoice["state"] {
    if (this.#pacer().idle) return "silent";
    return this.isProtected ? "protected" : "speaking";
  }

  /** Notes what left for the caller; undefined for silence. */
  sent(samples: Int16Array | undefined): void {
    this.played.push(samples ?? this.#silence, this.#sampleRate);
  }

  /** Lowers the voice to a murmur: it is still there, and no longer in the caller's way. */
  duck(): void {
    this.#pacer().duck(DUCK_DB);
  }

  /** Gives the voice its loudness back. */
  restore(): void {
    this.#pacer().restore();
  }
}
