/** What a user of the library writes: the AI behind the telephone. */

import type { AudioFrame } from "../audio/mod.ts";

/** The whole of something, or a stream of its parts; now or later. */
export type Parts<T> = T | AsyncIterable<T> | Promise<T | AsyncIterable<T>>;

/** Sound a backend wants spoken: signed 16-bit, mono, any length. */
export interface Speech {
  /** The sound. */
  readonly samples: Int16Array;
  /** Samples per second. */
  readonly sampleRate: number;
}

/** One side's words in a conversation. */
export interface HistoryEntry {
  /** Who said it. */
  readonly role: "caller" | "agent";
  /** What was said; for an agent that was interrupted, what of it was heard. */
  readonly text: string;
  /** The caller spoke before the agent had finished. */
  readonly interrupted?: boolean;
}

/** Who calls, as a backend sees it. */
export interface CallInfo {
  /**
   * Names the call for as long as it lives, and after. It is what the caller's side says, the channel
   * of FreeSWITCH or the Call-ID: not secret, and no proof of who calls.
   */
  readonly sessionId: string;
  /** The caller: the number or user of the address, the display name if one was sent. */
  readonly from: { readonly user: string; readonly name?: string };
  /** What was dialled. */
  readonly to: { readonly user: string };
  /** Header fields of the invitation, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What every step of a turn is told. */
export interface StepOptions {
  /** Fires when the answer is no longer wanted: the caller speaks again or has hung up. */
  readonly signal: AbortSignal;
  /** The call this is for. */
  readonly sessionId: string;
}

/**
 * A conversation in three steps: hear, think, speak.
 *
 * Each step returns the whole or a stream of parts. Only the three are required.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import type { VoiceBackend } from "@sofia/phone/backend";
 *
 * const parrot: VoiceBackend = {
 *   transcribe: (audio, sampleRate) => `${audio.length / sampleRate} seconds`,
 *   generate: (text) => `I heard ${text}.`,
 *   speak: (text) => ({ samples: new Int16Array(text.length * 800), sampleRate: 16000 }),
 * };
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * assert.equal(await parrot.transcribe(new Int16Array(16000), 16000, options), "1 seconds");
 * ```
 */
export interface VoiceBackend {
  /** The rate at which it wants to hear the caller, in Hz. @default 16000 */
  readonly sampleRate?: number;
  /** What the caller said: `audio` is one turn, signed 16-bit mono at `sampleRate` Hz. Empty for nothing. */
  transcribe(audio: Int16Array, sampleRate: number, options: StepOptions): Parts<string>;
  /** What to answer to `text`, given what was said and heard before. */
  generate(
    text: string,
    sessionId: string,
    history: readonly HistoryEntry[],
    options: StepOptions,
  ): Parts<string>;
  /** How `text` sounds. */
  speak(text: string, options: StepOptions): Parts<Speech>;
  /** A call begins; what it returns is the greeting, as text to speak or as sound. */
  onCallStart?(call: CallInfo): MaybePromise<string | Speech | void>;
  /** The call is over. */
  onCallEnd?(call: CallInfo): MaybePromise<void>;
  /** A step of this backend failed. The call goes on. */
  onError?(error: unknown, call: CallInfo): MaybePromise<void>;
  /** The caller pressed a key: `0`-`9`, `*`, `#`, `A`-`D`. */
  onDtmf?(digit: string, call: CallInfo): MaybePromise<void>;
  /** The caller spoke over the agent: what was heard of its words, and what was not. */
  onInterrupt?(spoken: { heard: string; unheard: string }, call: CallInfo): MaybePromise<void>;
}

/** A value, now or later. */
export type MaybePromise<T> = T | Promise<T>;

/** Speech to speech: one stream of frames in, one out, for as long as the call lasts. */
export interface DuplexBackend {
  /** The rate at which it wants to hear the caller, in Hz. @default the line's */
  readonly sampleRate?: number;
  /** Takes the caller's sound, returns the agent's, in frames of any length and rate. */
  converse(
    audio: ReadableStream<AudioFrame>,
    call: CallInfo,
    options: StepOptions,
  ): MaybePromise<ReadableStream<AudioFrame>>;
}

/** The simplest of all: makes the stream that a call's frames go through, anew for each call. */
export interface StreamBackend {
  (call: CallInfo): ReadableWritablePair<AudioFrame, AudioFrame>;
  /**
   * What comes out is the caller's own sound, frame for frame, so that a delay is worse than a gap:
   * what has piled up is dropped. Otherwise speech that runs ahead waits, and none of it is lost.
   * @default false
   */
  readonly live?: boolean;
}

/** Anything that can answer a call. */
export type Backend = VoiceBackend | DuplexBackend | StreamBackend;
