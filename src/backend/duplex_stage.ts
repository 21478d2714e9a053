/** The stage in which a {@link DuplexBackend} holds the conversation. */

import { abortable } from "@std/async";
import type { AudioFrame } from "../audio/mod.ts";
import { type Clock, SystemClock, within } from "../clock/mod.ts";
import { shown } from "./require.ts";
import type { CallInfo, DuplexBackend } from "./voice_backend.ts";

/** How long `converse` may take to give its stream, in ms: callers wait for a first sound as long. */
const CONVERSE_MS = 15_000;

/** How a {@link duplexStage} is tied to the rest of a call. */
export interface DuplexStageOptions {
  /** Fires when the call is over. */
  readonly signal: AbortSignal;
  /** Time. @default the machine's */
  readonly clock?: Clock;
  /** Called when what was said in turns before `turn` must stop. @default nothing stops */
  readonly onInterrupt?: (turn: number) => void;
  /** How much of turn `turn` has left for the caller. @default nothing is known of it */
  readonly played?: (turn: number) => readonly { readonly heardMs: number }[];
}

/**
 * Makes the stage.
 *
 * A backend that listens no more may go on speaking: what the caller says is then let go. Its
 * failure, and that of a stage before it, goes down the chain.
 */
export function duplexStage(
  backend: DuplexBackend,
  call: CallInfo,
  stage: DuplexStageOptions,
): ReadableWritablePair<AudioFrame, AudioFrame> {
  const { signal, onInterrupt, played } = stage;
  // The agent's turns: what it says up to an interruption is one.
  let turn = 0;
  let input: ReadableStreamDefaultController<AudioFrame> | undefined;
  let wake = () => {};
  const audio = new ReadableStream<AudioFrame>({
    start: (controller) => void (input = controller),
    pull: () => wake(),
    cancel() {
      input = undefined;
      wake();
    },
  });
  const { readable, writable: spoken } = new TransformStream<AudioFrame, AudioFrame>({
    transform: (frame, controller) => controller.enqueue({ ...frame, turn }),
  });
  const fail = (error: unknown) => {
    input?.error(error);
    input = undefined;
    // The pipe below holds the lock until it knows.
    failed.abort(error);
  };
  const failed = new AbortController();
  const writable = new WritableStream<AudioFrame>({
    write(frame) {
      // A copy: a backend may give its own away, to a worker, and the stages before look back at theirs.
      input?.enqueue({ ...frame, samples: frame.samples.slice() });
      if (input === undefined || input.desiredSize! > 0) return;
      return new Promise((resolve) => wake = resolve);
    },
    close() {
      input?.close();
      input = undefined;
    },
    abort: fail,
  });
  const interrupt = () => {
    const heardMs = (played?.(turn) ?? []).reduce((sum, { heardMs }) => sum + heardMs, 0);
    onInterrupt?.(++turn);
    return heardMs;
  };
  const options = { signal, sessionId: call.sessionId, interrupt };
  const conversing = Promise.resolve().then(() => backend.converse(audio, call, options));
  inTime(conversing, stage)
    .then((frames) => {
      requireStream(frames);
      return frames.pipeTo(spoken, { signal: AbortSignal.any([signal, failed.signal]) });
    })
    // The failure goes down the chain, whose end tells the call.
    .catch((error) => spoken.abort(error).catch(() => {}));
  return { readable, writable };
}

/** A service that cannot be reached must not leave the caller in silence. */
async function inTime<T>(conversing: Promise<T>, options: DuplexStageOptions): Promise<T> {
  const { clock = new SystemClock(), signal } = options;
  const settled = abortable(conversing, signal);
  if (await within(clock, settled, CONVERSE_MS)) return await settled;
  settled.catch(() => {});
  throw new DOMException(`converse gave no stream within ${CONVERSE_MS} ms`, "TimeoutError");
}

function requireStream(frames: unknown): void {
  if (typeof (frames as ReadableStream | undefined)?.pipeTo === "function") return;
  throw new TypeError(
    `Cannot converse as converse returns a ReadableStream of frames: current value is ${
      shown(frames)
    }`,
  );
}
