/**
 * Tones in sound: {@link ToneDetector} finds beeps.
 *
 * @module
 */

export * from "./fit_tones.ts";
export * from "./goertzel.ts";
export * from "./tone_detector.ts";
export * from "./tone_event.ts";
