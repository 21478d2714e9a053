/** Any kind of backend as a stage of a call. */

import type { AudioFrame } from "../audio/mod.ts";
import { SystemClock } from "../clock/mod.ts";
import { BackendStream, type BackendStreamOptions } from "./backend_stream.ts";
import { duplexStage } from "./duplex_stage.ts";
import type {
  Announcement,
  ConnectOptions,
  Floor,
  FloorOptions,
  Guest,
  Said,
  SayOptions,
} from "./floor.ts";
import { requireRate, shown } from "./require.ts";
import { Seat } from "./seat.ts";
import type { SpeechProgress } from "./speech_progress.ts";
import type {
  Backend,
  CallInfo,
  DuplexBackend,
  StreamBackend,
  VoiceBackend,
} from "./voice_backend.ts";

/** What speech recognition is trained on, in Hz. */
const VOICE_RATE = 16_000;

/** A backend's stage of a call, in which others can speak beside it. */
export interface BackendStage extends ReadableWritablePair<AudioFrame, AudioFrame> {
  /** How far the agent has come with what it says; undefined if the history has it, or nobody knows. */
  readonly progress: SpeechProgress | undefined;
  /** Lets somebody talk with the caller in the place of the backend. @throws {TypeError} where that cannot be */
  takeFloor(options?: FloorOptions): Floor;
  /** Says something in the conversation; resolves with what became of it. */
  say(what: Announcement, options?: SayOptions): Promise<Said>;
  /** Lets a guest talk with the caller, until its stream ends. Rejects with its failure. */
  connect(guest: Guest, options?: ConnectOptions): Promise<void>;
  /** The caller pressed a key. Rejects with what the backend's listener throws. */
  press(digit: string): Promise<void>;
}

/** Makes the stage in which `backend` answers one call; `signal` fires when the call is over. */
export function backendStage(
  backend: Backend,
  call: CallInfo,
  options: BackendStreamOptions & { readonly signal: AbortSignal },
): BackendStage {
  const { clock = new SystemClock() } = options;
  const { signal } = options;
  // One that makes a stream may want to know of keys as well, and has other ways to answer.
  const { onDtmf: listener } = backend as Pick<DuplexBackend, "onDtmf">;
  const onDtmf = (digit: string) => listener?.call(backend as DuplexBackend, digit, call);
  if (isStreamBackend(backend)) {
    return new Seat(() => backend(call), { ...options, clock, live: backend.live, onDtmf });
  }
  if (isDuplexBackend(backend)) {
    return new Seat((hooks) => duplexStage(backend, call, { signal, clock, ...hooks }), {
      ...options,
      clock,
      onDtmf,
    });
  }
  return new BackendStream(backend, call, options);
}

/** The rate at which a backend wants to hear a caller on a line of `lineRate`, both in Hz. */
export function hearingRate(backend: Backend, lineRate: number): number {
  if (isStreamBackend(backend)) return lineRate;
  return backend.sampleRate ?? (isDuplexBackend(backend) ? lineRate : VOICE_RATE);
}

/**
 * Makes sure that a value can answer calls.
 *
 * @throws {TypeError | RangeError} if it cannot; it says what to change
 */
export function requireBackend(value: unknown): asserts value is Backend {
  if (!isBackend(value)) {
    throw new TypeError(
      "Cannot answer calls as a backend has transcribe, generate and speak, or converse, or is a " +
        `function that makes a pair of streams: current value is ${shown(value)}`,
    );
  }
  if (isStreamBackend(value) || value.sampleRate === undefined) return;
  requireRate("Cannot answer calls as the sampleRate of a backend", value.sampleRate);
}

/** Whether a value is a backend that makes streams. */
export function isStreamBackend(value: unknown): value is StreamBackend {
  return typeof value === "function";
}

/** Whether a value is a speech-to-speech backend. */
export function isDuplexBackend(value: unknown): value is DuplexBackend {
  return hasMethods(value, ["converse"]);
}

/** Whether a value is a backend that hears, thinks and speaks in turns. */
export function isVoiceBackend(value: unknown): value is VoiceBackend {
  return hasMethods(value, ["transcribe", "generate", "speak"]) && !isDuplexBackend(value);
}

/** Whether a value is anything that can answer a call. */
export function isBackend(value: unknown): value is Backend {
  return isStreamBackend(value) || isDuplexBackend(value) || isVoiceBackend(value);
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return typeof value === "object" && value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
}
