import type { EncodedFrame } from "../audio/mod.ts";
import type { Pacer } from "./pacer.ts";

/**
 * The end of a chain of streams: its frames leave by a {@link Pacer}, which stops when the chain is
 * closed and its last frame has left, or at once when the chain is aborted.
 */
export class PacerSink extends WritableStream<EncodedFrame> {
  /** The sink of `pacer`, which is also its `writable`. */
  constructor(pacer: Pacer) {
    super({
      start: ({ signal }) => {
        // `abort` waits for the write under way, and that one perhaps for the end of a pause.
        signal.addEventListener("abort", () => pacer.stop(), { once: true });
      },
      write: (frame) => pacer.push(frame),
      close: () => pacer.end(),
      abort: () => pacer.stop(),
    });
  }
}
