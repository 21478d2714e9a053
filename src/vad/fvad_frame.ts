/** Frames of any rate as libfvad takes them. */

const SAMPLE_RATES = [48_000, 32_000, 16_000, 8000];

/** Sound at a rate. */
export interface FvadFrame {
  /** 10, 20 or 30 ms. */
  readonly samples: Int16Array;
  /** 8000, 16000, 32000 or 48000. */
  readonly sampleRate: number;
}

/**
 * `samples` as they are, or at the next lower rate that libfvad knows.
 *
 * Backends may hear at 24 or 44.1 kHz. Samples are then put between their neighbours by straight
 * lines: what that does above 4 kHz does not matter, as a telephone line has nothing there.
 *
 * @throws {RangeError} for a rate below 8000 Hz, and a frame that is not of 10, 20 or 30 ms
 */
export function fvadFrame(samples: Int16Array, sampleRate: number): FvadFrame {
  const known = SAMPLE_RATES.find((rate) => rate <= sampleRate);
  const tens = Math.round(100 * samples.length / sampleRate);
  // At some rates 20 ms are now a sample more, now one less.
  const isWhole =
    Math.abs(tens * sampleRate / 100 - samples.length) <= (known === sampleRate ? 0 : 1);
  if (known === undefined || !isWhole || tens < 1 || tens > 3) {
    throw new RangeError(
      `Cannot detect a voice as frames are 10, 20 or 30 ms at 8000 Hz or more: ` +
        `current value is ${samples.length} samples at ${sampleRate} Hz`,
    );
  }
  if (known === sampleRate) return { samples, sampleRate };
  const resampled = new Int16Array(tens * known / 100);
  const step = samples.length / resampled.length;
  for (let i = 0; i < resampled.length; i++) {
    const at = Math.floor(i * step);
    const next = samples[at + 1] ?? samples[at];
    resampled[i] = samples[at] + (next - samples[at]) * (i * step - at);
  }
  return { samples: resampled, sampleRate: known };
}
