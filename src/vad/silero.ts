/**
 * Silero v6 at 8 kHz: a small neural network that tells voices from noise and music.
 *
 * It runs on two packages that are not installed with this one, as they are large (onnxruntime-node
 * 288 MB for all platforms, and the one that the model is in brings another 140 MB of its own):
 *
 * ```sh
 * bun add --optional onnxruntime-node@1.30.0 @ricky0123/vad-web@0.0.31
 * deno add npm:onnxruntime-node@1.30.0 npm:@ricky0123/vad-web@0.0.31
 * ```
 *
 * Nothing of it is loaded before {@link loadSilero} is called. The second package can be left out
 * where {@link SileroOptions.modelPath} names the model. Deno must be allowed to load native code.
 *
 * @module
 */

import { type Clock, SystemClock, type Timer } from "../clock/mod.ts";
import type { Detector, DetectorFactory, VoiceThresholds } from "./detector.ts";
import type { SileroModel } from "./silero_model.ts";
import { loadSileroModel } from "./silero_onnx.ts";
import { SileroBatcher, type SileroBatcherOptions } from "./silero_batcher.ts";
import { SileroDetector, type SileroDetectorOptions } from "./silero_detector.ts";

export type { Clock, Timer };
export type { Detector, DetectorFactory, VoiceThresholds };
export type { SileroBatcherOptions, SileroDetectorOptions };
export { SileroBatcher, SileroDetector };
export type { SileroCall, SileroCounters } from "./silero_batcher.ts";
export { CONTEXT, INPUT, MEMORY, WINDOW } from "./silero_model.ts";
export type { SileroModel, SileroOutput } from "./silero_model.ts";
export { SileroMissingError } from "./silero_packages.ts";

/** How {@link loadSilero} makes its detectors. */
export interface SileroOptions extends Partial<SileroBatcherOptions>, SileroDetectorOptions {
  /**
   * A file with Silero v5 or v6 in ONNX, as its authors publish it.
   * @default silero_vad_v6.onnx of npm's `@ricky0123/vad-web`
   */
  readonly modelPath?: string;
}

/**
 * Loads Silero and returns the maker of its detectors, whose windows are judged together: load it
 * once for a process and give it to all that take calls.
 *
 * @throws {SileroMissingError} if a package is not installed; the message says what to run
 * @throws {Error} if the runtime does not start, or the model is none
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadSilero, SileroMissingError } from "@sofia/phone/vad/silero";
 *
 * try {
 *   const detector = (await loadSilero())();
 *   assert.equal(detector.detect(new Int16Array(320), 16000), 0);
 *   detector.close();
 * } catch (error) {
 *   assert(error instanceof SileroMissingError);
 * }
 * ```
 */
export async function loadSilero(options: SileroOptions = {}): Promise<DetectorFactory> {
  const { clock = new SystemClock(), maxBatch, gatherMs, gateDb, modelPath } = options;
  const model = await modelOf(modelPath);
  const batcher = new SileroBatcher(model, { clock, maxBatch, gatherMs });
  return () => new SileroDetector(batcher.join(), { gateDb });
}

/** Models by their files: they remember nothing between two runs, so that one is enough for all. */
const models = new Map<string | undefined, Promise<SileroModel>>();

function modelOf(path: string | undefined): Promise<SileroModel> {
  const known = models.get(path);
  if (known !== undefined) return known;
  const loading = loadSileroModel(path);
  models.set(path, loading);
  // What could not be loaded may be there the next time.
  loading.catch(() => models.delete(path));
  return loading;
}
