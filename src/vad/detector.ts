/** The seam every voice detector stands behind. */

/** Tells voice from everything else, for one call. */
export interface Detector {
  /** How likely a frame holds a voice: 0 (none) to 1 (certain). */
  detect(samples: Int16Array, sampleRate: number): number | Promise<number>;
  /** Gives back what it holds. */
  close(): void;
}

/** Makes a {@link Detector} for each call. */
export type DetectorFactory = () => Detector;
