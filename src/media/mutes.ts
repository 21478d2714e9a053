/** Who of a call is not heard by the other. */

import type { AudioFrame } from "../audio/mod.ts";

/** Whom a mute is for: the agent is not heard by the caller, the caller not by the agent. */
export type MutedSide = "agent" | "caller" | "both";

/** The mutes of one call. */
export class Mutes {
  /** Whether the caller hears silence in the place of the agent. */
  agent = false;
  /** Whether the agent hears silence in the place of the caller. */
  caller = false;

  /** Mutes a side, or lets it be heard again. @throws {TypeError} for what is no side */
  set(side: MutedSide, isMuted: boolean): void {
    if (!["agent", "caller", "both"].includes(side)) {
      throw new TypeError(
        `Cannot mute as the side is "agent", "caller" or "both": current value is ${side}`,
      );
    }
    if (side !== "caller") this.agent = isMuted;
    if (side !== "agent") this.caller = isMuted;
  }

  /** The stage `inner`, out of which silence comes while the caller is muted. */
  afterCaller(inner: Transformer<AudioFrame, AudioFrame>): Transformer<AudioFrame, AudioFrame> {
    const heard = (frame: AudioFrame) =>
      this.caller ? { ...frame, samples: new Int16Array(frame.samples.length) } : frame;
    let output: TransformStreamDefaultController<AudioFrame>;
    const muted = {
      get desiredSize() {
        return output.desiredSize;
      },
      enqueue: (frame: AudioFrame) => output.enqueue(heard(frame)),
      error: (error: unknown) => output.error(error),
      terminate: () => output.terminate(),
    };
    return {
      start(controller) {
        output = controller;
        return inner.start?.(muted);
      },
      transform: (frame) => inner.transform!(frame, muted),
      flush: () => inner.flush?.(muted),
      cancel: (reason) => inner.cancel?.(reason),
    };
  }
}
