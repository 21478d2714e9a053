/** The Speex resampler in WebAssembly, the one file that imports it. */

// @ts-ignore: the build has no types; Speex below says what is used of it.
import instantiate from "@echogarden/speex-resampler-wasm/simd";

/**
 * What is used of the WebAssembly build; pointers are in bytes, errors are numbers other than 0.
 *
 * The heap views are made anew whenever the heap grows: read them after the call that may grow it.
 */
export interface Speex {
  /** The heap as samples. */
  readonly HEAP16: Int16Array;
  /** The heap as counts and pointers. */
  readonly HEAPU32: Uint32Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _speex_resampler_init(
    channels: number,
    fromHz: number,
    toHz: number,
    quality: number,
    error: number,
  ): number;
  _speex_resampler_process_int(
    resampler: number,
    channel: number,
    input: number,
    inputLength: number,
    output: number,
    outputLength: number,
  ): number;
  _speex_resampler_get_input_latency(resampler: number): number;
  _speex_resampler_get_output_latency(resampler: number): number;
  _speex_resampler_destroy(resampler: number): void;
}

/** The build with the few places of its heap that all resamplers work in, one after another. */
export interface SpeexHeap {
  /** The build itself. */
  readonly speex: Speex;
  /** Where {@link INPUT_SAMPLES} samples go in. */
  readonly input: number;
  /** Where {@link OUTPUT_SAMPLES} samples come out. */
  readonly output: number;
  /** Where two counts, of input and of output, are handed over. */
  readonly counts: number;
}

/** How many samples are handed over at once at most. */
export const INPUT_SAMPLES = 2048;
/** What those become at most, from 8 to 48 kHz. */
export const OUTPUT_SAMPLES: number = 6 * INPUT_SAMPLES + 16;

let loading: Promise<void> | undefined;
let loaded: SpeexHeap | undefined;

/**
 * Fetches and compiles the resampler, about 10 ms; many calls are one.
 *
 * @throws {Error} if the WebAssembly cannot be read or compiled; the next call tries again
 */
export function loadResampler(): Promise<void> {
  loading ??= load().then((heap) => void (loaded = heap), (cause) => {
    loading = undefined;
    throw new Error("Cannot load the resampler's WebAssembly", { cause });
  });
  return loading;
}

/**
 * What {@link loadResampler} loaded.
 *
 * @throws {TypeError} if it is not done
 */
export function loadedSpeex(): SpeexHeap {
  if (!loaded) {
    throw new TypeError(
      "Cannot resample as loadResampler() must be done first: current value is not loaded",
    );
  }
  return loaded;
}

async function load(): Promise<SpeexHeap> {
  const speex: Speex = await instantiate();
  return {
    speex,
    input: speex._malloc(2 * INPUT_SAMPLES),
    output: speex._malloc(2 * OUTPUT_SAMPLES),
    counts: speex._malloc(8),
  };
}
