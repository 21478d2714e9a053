/** Milliseconds and samples: the two ways to say how long a sound is. */

/** The length of one frame on the wire and in the chain, in milliseconds. */
export const FRAME_MS = 20;

/** How many whole samples `durationMs` milliseconds are at `sampleRate` Hz, rounded to the nearest. */
export function samplesIn(durationMs: number, sampleRate: number): number {
  return Math.round((durationMs * sampleRate) / 1000);
}

/** How many milliseconds, with fractions, `samples` samples last at `sampleRate` Hz. */
export function msIn(samples: number, sampleRate: number): number {
  return (samples * 1000) / sampleRate;
}

/** How many samples one frame of {@link FRAME_MS} has at `sampleRate` Hz: 160 at 8000. */
export function frameSamples(sampleRate: number): number {
  return samplesIn(FRAME_MS, sampleRate);
}
