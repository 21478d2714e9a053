/**
 * Tones in sound: {@link DtmfStream} is the stage that hears keys, by {@link DtmfDetector};
 * {@link ToneDetector} finds beeps.
 *
 * @module
 */

export type { AudioFrame } from "../audio/mod.ts";
export * from "./dtmf_detector.ts";
export * from "./dtmf_stream.ts";
export { dtmfTones } from "./dtmf_tones.ts";
export * from "./fit_tones.ts";
export * from "./goertzel_bank.ts";
export * from "./tone_detector.ts";
export * from "./tone_event.ts";
