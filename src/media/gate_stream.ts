/** The end of what a foreign stage can hold up. */

/**
 * Lets everything through until its signal fires; then it fails at once.
 *
 * It stands before stages that users wrote. A pipe waits for the frame under way before it ends, and
 * such a stage may keep one for ever: without a gate all stages before it would stay, with their
 * timers and native memory.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { GateStream } from "@sofia/phone/media";
 *
 * const over = new AbortController();
 * const { readable, writable } = new GateStream<number>(over.signal);
 * const stuck = writable.getWriter().write(1); // Nobody reads.
 * over.abort(new Error("over"));
 * await assert.rejects(stuck, { message: "over" });
 * await assert.rejects(readable.getReader().read(), { message: "over" });
 * ```
 */
export class GateStream<T> extends TransformStream<T, T> {
  /** Opens a gate that `signal` closes. */
  constructor(signal: AbortSignal) {
    super(gateTransformer(signal));
  }
}

/** The stage of {@link GateStream}. */
export function gateTransformer<T>(signal: AbortSignal): Transformer<T, T> {
  let shut: () => void = () => {};
  const release = () => signal.removeEventListener("abort", shut);
  return {
    start(controller) {
      shut = () => controller.error(signal.reason);
      if (signal.aborted) shut();
      signal.addEventListener("abort", shut, { once: true });
    },
    transform: (chunk, controller) => controller.enqueue(chunk),
    flush: release,
    cancel: release,
  };
}
