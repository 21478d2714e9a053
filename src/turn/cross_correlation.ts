/**
 * How alike two sounds are at every lag, or at some.
 *
 * What is computed goes where the caller says: this is done for each frame of many calls, and V8 has to
 * be asked for the memory of each new array.
 */

/** Samples of a block: little enough for a processor's nearest memory. */
const SIZE = 2048;

// One call is over before the next begins, so that all share the scratch.
const shortRe = new Float64Array(SIZE);
const shortIm = new Float64Array(SIZE);
const blockRe = new Float64Array(SIZE);
const blockIm = new Float64Array(SIZE);
const cosines = Float64Array.from({ length: SIZE / 2 }, (_, i) => Math.cos(2 * Math.PI * i / SIZE));
const sines = Float64Array.from({ length: SIZE / 2 }, (_, i) => -Math.sin(2 * Math.PI * i / SIZE));

/**
 * Fills `sums`: for each place `s` at which all of `short` lies within `long`, the sum of
 * `short[i] * long[s + i]`.
 *
 * Of the longer one blocks that overlap are transformed (overlap-save; T. G. Stockham, 1966), two at a
 * time, one as the real and one as the imaginary part. The spectra are never put in order, as what is
 * multiplied is in the same disorder.
 *
 * @param short no more than 2048 samples
 * @param sums as many as there are places
 */
export function crossCorrelate(short: Float64Array, long: Float64Array, sums: Float64Array): void {
  if (short.length > SIZE) {
    throw new RangeError(
      `Cannot correlate as the shorter sound has at most ${SIZE} samples: ` +
        `current value is ${short.length}`,
    );
  }
  const step = SIZE - short.length + 1;
  load(shortRe, short, 0);
  shortIm.fill(0);
  forth(shortRe, shortIm);
  for (let at = 0; at < sums.length; at += 2 * step) {
    load(blockRe, long, at);
    load(blockIm, long, at + step);
    forth(blockRe, blockIm);
    for (let k = 0; k < SIZE; k++) {
      const re = blockRe[k] * shortRe[k] + blockIm[k] * shortIm[k];
      blockIm[k] = blockIm[k] * shortRe[k] - blockRe[k] * shortIm[k];
      blockRe[k] = re;
    }
    back(blockRe, blockIm);
    for (let i = 0; i < step && at + i < sums.length; i++) sums[at + i] = blockRe[i] / SIZE;
    for (let i = at + step; i < at + 2 * step && i < sums.length; i++) {
      sums[i] = blockIm[i - at - step] / SIZE;
    }
  }
}

/**
 * Fills `sums` as {@link crossCorrelate} does, by the products themselves: cheaper for a few places.
 *
 * @param sums as many as there are places, four at least
 */
export function slide(short: Float64Array, long: Float64Array, sums: Float64Array): void {
  // Four at a time, as the additions of one wait for each other, and those of four do not.
  for (let place = 0; place < sums.length; place += 4) {
    const at = Math.min(place, sums.length - 4);
    let a = 0, b = 0, c = 0, d = 0;
    let first = long[at], second = long[at + 1], third = long[at + 2];
    for (let i = 0; i < short.length; i++) {
      const sample = short[i];
      const fourth = long[at + i + 3];
      a += sample * first;
      b += sample * second;
      c += sample * third;
      d += sample * fourth;
      first = second;
      second = third;
      third = fourth;
    }
    sums[at] = a;
    sums[at + 1] = b;
    sums[at + 2] = c;
    sums[at + 3] = d;
  }
}

function load(block: Float64Array, samples: Float64Array, at: number): void {
  const part = samples.subarray(at, at + SIZE);
  block.set(part);
  block.fill(0, part.length);
}

/** The discrete Fourier transform, in place and out of order (W. M. Gentleman and G. Sande, 1966). */
function forth(re: Float64Array, im: Float64Array): void {
  for (let half = SIZE / 2; half >= 1; half /= 2) {
    const turn = SIZE / 2 / half;
    for (let start = 0; start < SIZE; start += 2 * half) {
      for (let a = start, t = 0; a < start + half; a++, t += turn) {
        const b = a + half;
        const dr = re[a] - re[b];
        const di = im[a] - im[b];
        re[a] += re[b];
        im[a] += im[b];
        re[b] = dr * cosines[t] - di * sines[t];
        im[b] = dr * sines[t] + di * cosines[t];
      }
    }
  }
}

/** The way back from that order, which is of the bits reversed (J. W. Cooley and J. W. Tukey, 1965). */
function back(re: Float64Array, im: Float64Array): void {
  for (let half = 1; half < SIZE; half *= 2) {
    const turn = SIZE / 2 / half;
    for (let start = 0; start < SIZE; start += 2 * half) {
      for (let a = start, t = 0; a < start + half; a++, t += turn) {
        const b = a + half;
        const br = re[b] * cosines[t] + im[b] * sines[t];
        const bi = im[b] * cosines[t] - re[b] * sines[t];
        re[b] = re[a] - br;
        im[b] = im[a] - bi;
        re[a] += br;
        im[a] += bi;
      }
    }
  }
}
