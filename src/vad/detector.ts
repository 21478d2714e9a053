/** The seam every voice detector stands behind. */

/** Tells voice from everything else, for one call. */
export interface Detector {
  /** From where on a likelihood is a voice, if it is not as {@link USUAL_THRESHOLDS} says. */
  readonly thresholds?: VoiceThresholds;
  /** How likely a frame holds a voice: 0 (none) to 1 (certain). */
  detect(samples: Int16Array, sampleRate: number): number | Promise<number>;
  /** Gives back what it holds. */
  close(): void;
}

/** Makes a {@link Detector} for each call. */
export type DetectorFactory = () => Detector;

/** From where on a likelihood of 0 to 1 is a voice. */
export interface VoiceThresholds {
  /** At least this likely, and a voice begins. */
  readonly start: number;
  /** At least this likely, and a voice that is there goes on. Not above {@link start}. */
  readonly stay: number;
}

/**
 * What Silero's authors recommend: a voice begins at even odds, and is let go 0.15 below, as a word's
 * soft middle is less certain than its beginning. A detector that says 0 or 1 is none the wiser.
 */
export const USUAL_THRESHOLDS: VoiceThresholds = { start: 0.5, stay: 0.35 };
