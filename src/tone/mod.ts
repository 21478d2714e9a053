/**
 * Tones in sound: {@link DtmfDetector} hears keys, {@link ToneDetector} finds beeps.
 *
 * @module
 */

export * from "./dtmf_detector.ts";
export { dtmfTones } from "./dtmf_tones.ts";
export * from "./fit_tones.ts";
export * from "./goertzel_bank.ts";
export * from "./tone_detector.ts";
export * from "./tone_event.ts";
