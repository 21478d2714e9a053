/** The detector of WebRTC (libfvad), compiled to WebAssembly: a Gaussian mixture over six bands. */

import loadModule from "@echogarden/fvad-wasm";
import type { Detector, DetectorFactory } from "./detector.ts";
import { fvadFrame } from "./fvad_frame.ts";

/** What the WebAssembly module offers, as libfvad's fvad.h says. */
interface FvadModule {
  HEAP16: Int16Array;
  _fvad_new(): number;
  _fvad_free(handle: number): void;
  _fvad_set_mode(handle: number, mode: number): number;
  _fvad_set_sample_rate(handle: number, sampleRate: number): number;
  _fvad_process(handle: number, frame: number, length: number): number;
  _malloc(bytes: number): number;
}

/** How {@link loadFvad} makes its detectors. */
export interface FvadOptions {
  /**
   * How much evidence of a voice it asks for: 0 takes most for a voice, 3 takes the least.
   * @default 2
   */
  readonly aggressiveness?: 0 | 1 | 2 | 3;
  /**
   * Frames quieter than this are no voice, whatever their spectrum, in dBFS (RMS).
   * @default -50
   */
  readonly floorDbfs?: number;
}

const LONGEST_FRAME = 1440; // 30 ms at 48 kHz
const FULL_SCALE = 32768;

let loading: Promise<{ module: FvadModule; scratch: number }> | undefined;

/**
 * Loads libfvad, once for the process, and returns the maker of its detectors.
 *
 * Its detectors take frames of 10, 20 or 30 ms at 8 kHz and more, and say 0 or 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadFvad } from "@sofia/phone/vad";
 *
 * const detector = (await loadFvad())();
 * assert.equal(detector.detect(new Int16Array(320), 16000), 0);
 * detector.close();
 * ```
 */
export async function loadFvad(options: FvadOptions = {}): Promise<DetectorFactory> {
  const { aggressiveness = 2, floorDbfs = -50 } = options;
  if (![0, 1, 2, 3].includes(aggressiveness)) {
    throw new RangeError(
      `Cannot make a detector as aggressiveness is 0, 1, 2 or 3: current value is ${aggressiveness}`,
    );
  }
  // All detectors share one scratch buffer: a call into the module is over before the next begins.
  loading ??= (loadModule() as Promise<FvadModule>).then((module) => ({
    module,
    scratch: module._malloc(LONGEST_FRAME * 2),
  }));
  const { module, scratch } = await loading;
  return () => new FvadDetector(module, scratch, aggressiveness, floorDbfs);
}

class FvadDetector implements Detector {
  readonly #module: FvadModule;
  readonly #scratch: number;
  readonly #leastSquares: number;
  #handle: number;
  #sampleRate = 8000;

  constructor(module: FvadModule, scratch: number, aggressiveness: number, floorDbfs: number) {
    this.#module = module;
    this.#scratch = scratch;
    this.#leastSquares = (FULL_SCALE * 10 ** (floorDbfs / 20)) ** 2;
    this.#handle = module._fvad_new();
    module._fvad_set_mode(this.#handle, aggressiveness);
  }

  detect(sound: Int16Array, soundRate: number): number {
    const { samples, sampleRate } = fvadFrame(sound, soundRate);
    if (this.#handle === 0) return 0;
    if (sampleRate !== this.#sampleRate) {
      this.#module._fvad_set_sample_rate(this.#handle, sampleRate);
      this.#sampleRate = sampleRate;
    }
    // The heap may have moved since the last call, so its view is read anew.
    this.#module.HEAP16.set(samples, this.#scratch >> 1);
    const voice = this.#module._fvad_process(this.#handle, this.#scratch, samples.length) === 1;
    return voice && meanSquare(samples) >= this.#leastSquares ? 1 : 0;
  }

  close(): void {
    if (this.#handle !== 0) this.#module._fvad_free(this.#handle);
    this.#handle = 0;
  }
}

function meanSquare(samples: Int16Array): number {
  let sum = 0;
  // By index: Bun's iterator of a typed array costs more than the detector itself.
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  return sum / samples.length;
}
