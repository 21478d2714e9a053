/** Two calls that hear each other through us. */

import type { AudioFrame } from "../../audio/mod.ts";
import type { ConnectOptions, Guest } from "../../backend/mod.ts";

/** A call in which somebody else can sit in the place of the backend. */
export interface Joinable {
  /** Lets a guest talk with the caller until its stream ends, or the call. */
  connect(guest: Guest, options?: ConnectOptions): Promise<void>;
}

/** Lets each hear the other until one of them is over, or the signal fires. Rejects as a sound fails. */
export async function joinSounds(
  one: Joinable,
  other: Joinable,
  signal: AbortSignal,
): Promise<void> {
  const forth = new TransformStream<AudioFrame, AudioFrame>();
  const back = new TransformStream<AudioFrame, AudioFrame>();
  const over = new AbortController();
  const options = { live: true, signal: AbortSignal.any([signal, over.signal]) };
  const talks = [
    one.connect({ writable: forth.writable, readable: back.readable }, options),
    other.connect({ writable: back.writable, readable: forth.readable }, options),
  ];
  try {
    await Promise.race(talks);
  } finally {
    over.abort();
    await Promise.allSettled(talks);
  }
}
