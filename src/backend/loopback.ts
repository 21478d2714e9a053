/** The backend that gives every frame straight back. */

import type { AudioFrame } from "../audio/mod.ts";
import type { StreamBackend } from "./voice_backend.ts";

/**
 * A backend in which callers hear themselves, at once: the shortest way through the whole chain.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loopback } from "@sofia/phone/backend";
 *
 * const call = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };
 * const frame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0 };
 * const frames = ReadableStream.from([frame]).pipeThrough(loopback()(call));
 * assert.deepEqual(await Array.fromAsync(frames), [frame]);
 * ```
 */
export function loopback(): StreamBackend {
  const make = () =>
    new TransformStream<AudioFrame, AudioFrame>({
      // The marks are about the caller's voice; played back they would be taken for the agent's.
      transform: ({ sampleRate, samples, timestamp }, controller) =>
        controller.enqueue({ sampleRate, samples, timestamp }),
    });
  return Object.assign(make, { live: true });
}
