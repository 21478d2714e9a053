/** What a user of the library writes: the AI behind the telephone. */

import type { AudioFrame } from "../audio/mod.ts";
import type { CallMemory } from "./call_memory.ts";
import type { ResumedCall } from "./resumed_call.ts";
import type { CallActions } from "./call_actions.ts";

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
  /** Whether they call us or we call them; then `from` is us. @default "in" */
  readonly direction?: "in" | "out";
  /** What it came by: `sip` is any telephone, with or without FreeSWITCH. @default "sip" */
  readonly door?: "sip" | "browser" | "twilio" | "audiosocket";
  /** The caller: the number or user of the address, the display name if one was sent. */
  readonly from: { readonly user: string; readonly name?: string };
  /** What was dialled. */
  readonly to: { readonly user: string };
  /** Header fields of the invitation, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the application notes of the call; undefined in a stage that has no call around it. */
  readonly memory?: CallMemory;
  /** What was before it was cut off, if it goes on after that. */
  readonly resumed?: ResumedCall;
}

/** What every step of a turn is told. */
export interface StepOptions {
  /** Fires when the answer is no longer wanted: the caller speaks again or has hung up. */
  readonly signal: AbortSignal;
  /** The call this is for. */
  readonly sessionId: string;
  /** Tells those who watch the call what became of the step: retries, fallbacks. @default nobody is told */
  readonly report?: (event: StepEvent) => void;
  /** What can be done to the call; undefined where there is none, as in a test of the backend alone. */
  readonly actions?: CallActions;
}

/** The steps of a turn, by the names of their methods. A turn is heard by one of the first two. */
export type Step = "transcribe" | "transcribeStream" | "generate" | "speak";

/** What became of a step that did not succeed at once. */
export type StepEvent =
  /** It failed, the first time if `attempt` is 1, and is tried again after a wait. */
  | {
    readonly type: "retry";
    readonly step: Step;
    readonly attempt: number;
    readonly waitMs: number;
    readonly error: unknown;
  }
  /** Another backend does it: `to` is its place in the order, from 1. */
  | { readonly type: "fallback"; readonly step: Step; readonly to: number; readonly error: unknown }
  /** What guards all calls from a backend that fails has changed its state; 0 is the first backend. */
  | {
    readonly type: "circuit";
    readonly step: Step;
    readonly backend: number;
    readonly state: "closed" | "open" | "half-open";
  };

/** What greets a caller, or asks whether it is still there. */
export interface Prompt {
  /** Words to speak, or their sound. */
  readonly say: string | Speech;
  /** Whether the caller may cut it short: by a key or its voice, by a key alone, or not at all. @default true */
  readonly interruptible?: boolean | "keys";
}

/** What a backend is told when the caller has been silent for long. */
export interface NoInput {
  /** How often in a row: 1 the first time. */
  readonly count: number;
  /** Nothing at all comes from the caller's telephone, not even silence. */
  readonly isLineDead: boolean;
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
  /**
   * Hears while the caller speaks, in the place of {@link transcribe} where it is there: `audio` is one
   * turn as it comes, in pieces of 20 ms, and ends with the turn. Each string is all that was understood
   * so far, the last one the transcript. If it fails, `transcribe` hears the turn again, whole.
   */
  transcribeStream?(
    audio: ReadableStream<Int16Array>,
    sampleRate: number,
    options: StepOptions,
  ): AsyncIterable<string>;
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
  onCallStart?(
    call: CallInfo,
    actions?: CallActions,
  ): MaybePromise<string | Speech | Prompt | void>;
  /**
   * A call goes on that was cut off from us: another process had it, which is gone. What it returns is
   * said, by default what the conversation says for it; null says nothing. Without it `onCallStart` is
   * called, and what that returns is not said.
   */
  onCallResume?(
    call: CallInfo,
    resumed: ResumedCall,
    actions?: CallActions,
  ): MaybePromise<string | Speech | Prompt | null | void>;
  /**
   * The caller has said nothing for long. What it returns is asked, by default one of the prompts of
   * the conversation; null asks nothing.
   */
  onNoInput?(
    noInput: NoInput,
    call: CallInfo,
    actions?: CallActions,
  ): MaybePromise<string | Speech | Prompt | null | void>;
  /**
   * The call is over: told of each call that the backend had. A phone that stops waits for it, up to five
   * seconds.
   */
  onCallEnd?(call: CallInfo): MaybePromise<void>;
  /** A step of this backend failed. The call goes on. */
  onError?(error: unknown, call: CallInfo, actions?: CallActions): MaybePromise<void>;
  /**
   * The caller pressed a key: `0`-`9`, `*`, `#`, `A`-`D`. What it returns is said at once, in the place
   * of what the agent is saying; an empty text only ends that, and nothing lets it go on.
   */
  onDtmf?(
    digit: string,
    call: CallInfo,
    actions?: CallActions,
  ): MaybePromise<string | Speech | Prompt | void>;
  /** The caller spoke over the agent: what was heard of its words, and what was not. */
  onInterrupt?(
    spoken: { heard: string; unheard: string },
    call: CallInfo,
    actions?: CallActions,
  ): MaybePromise<void>;
}

/** A value, now or later. */
export type MaybePromise<T> = T | Promise<T>;

/** What a speech-to-speech backend is told, and what it can do. */
export interface DuplexOptions extends StepOptions {
  /**
   * Drops what the agent has said and the caller has not been sent yet, and returns how many ms of it
   * were sent since the last interruption. What the backend holds itself it drops itself.
   */
  interrupt(): number;
}

/**
 * Speech to speech: one stream of frames in, one out, for as long as the call lasts.
 *
 * Frames in are marked with the caller's turns. Whether the caller interrupts is the backend's to
 * decide, by those marks or by what its service says: it then calls {@link DuplexOptions.interrupt}.
 */
export interface DuplexBackend {
  /** The rate at which it wants to hear the caller, in Hz. @default the line's */
  readonly sampleRate?: number;
  /** Takes the caller's sound, returns the agent's, in frames of any length and rate. */
  converse(
    audio: ReadableStream<AudioFrame>,
    call: CallInfo,
    options: DuplexOptions,
  ): MaybePromise<ReadableStream<AudioFrame>>;
  /** The caller pressed a key: `0`-`9`, `*`, `#`, `A`-`D`. */
  onDtmf?(digit: string, call: CallInfo, actions?: CallActions): MaybePromise<void>;
  /** The call is over; see {@link VoiceBackend.onCallEnd}. */
  onCallEnd?(call: CallInfo): MaybePromise<void>;
}

/** The simplest of all: makes the stream that a call's frames go through, anew for each call. */
export interface StreamBackend {
  (call: CallInfo, actions?: CallActions): ReadableWritablePair<AudioFrame, AudioFrame>;
  /**
   * What comes out is the caller's own sound, frame for frame, so that a delay is worse than a gap:
   * what has piled up is dropped. Otherwise speech that runs ahead waits, and none of it is lost.
   * @default false
   */
  readonly live?: boolean;
}

/** Anything that can answer a call. */
export type Backend = VoiceBackend | DuplexBackend | StreamBackend;
