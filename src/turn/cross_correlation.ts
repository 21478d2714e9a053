/** How alike two sounds are at every lag, by way of their spectra. */

/** Samples of both sounds together, at most. */
const SIZE = 4096;
const BITS = 12;

// One call is over before the next begins, so that all share the scratch.
const real = new Float64Array(SIZE);
const imaginary = new Float64Array(SIZE);
const cosines = Float64Array.from({ length: SIZE / 2 }, (_, i) => Math.cos(2 * Math.PI * i / SIZE));
const sines = Float64Array.from({ length: SIZE / 2 }, (_, i) => -Math.sin(2 * Math.PI * i / SIZE));
const reversed = Uint16Array.from({ length: SIZE }, (_, index) => {
  let bits = 0;
  for (let bit = 0; bit < BITS; bit++) bits |= ((index >> bit) & 1) << (BITS - 1 - bit);
  return bits;
});

/**
 * For each place `s` at which all of `short` lies within `long`: the sum of `short[i] * long[s + i]`.
 *
 * Both are transformed at once, one as the real and one as the imaginary part (J. W. Cooley and J. W.
 * Tukey, 1965): an eighth of the products that the sums themselves would take.
 *
 * @param long no more than 4096 samples
 */
export function crossCorrelate(short: Float32Array, long: Float32Array): Float64Array {
  if (long.length > SIZE) {
    throw new RangeError(
      `Cannot correlate as the longer sound has at most ${SIZE} samples: ` +
        `current value is ${long.length}`,
    );
  }
  real.fill(0).set(short);
  imaginary.fill(0).set(long);
  transform();
  for (let k = 0; k <= SIZE / 2; k++) {
    const mirror = (SIZE - k) & (SIZE - 1);
    // What is even in the real part and odd in the imaginary one is of the first sound, the rest of the other.
    const shortRe = real[k] + real[mirror];
    const shortIm = imaginary[k] - imaginary[mirror];
    const longRe = imaginary[k] + imaginary[mirror];
    const longIm = real[mirror] - real[k];
    const re = shortRe * longRe + shortIm * longIm;
    const im = shortRe * longIm - shortIm * longRe;
    // The spectrum of a real sound, turned round: a transform forth is then one back.
    real[k] = real[mirror] = re;
    imaginary[k] = -im;
    imaginary[mirror] = im;
  }
  transform();
  const sums = new Float64Array(long.length - short.length + 1);
  for (let i = 0; i < sums.length; i++) sums[i] = real[i] / (4 * SIZE);
  return sums;
}

/** The discrete Fourier transform of {@link real} and {@link imaginary}, in place. */
function transform(): void {
  for (let i = 0; i < SIZE; i++) {
    const j = reversed[i];
    if (j <= i) continue;
    [real[i], real[j]] = [real[j], real[i]];
    [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
  }
  for (let half = 1; half < SIZE; half *= 2) {
    const turn = SIZE / 2 / half;
    for (let start = 0; start < SIZE; start += 2 * half) {
      for (let i = 0; i < half; i++) {
        const a = start + i;
        const b = a + half;
        const cosine = cosines[i * turn];
        const sine = sines[i * turn];
        const re = real[b] * cosine - imaginary[b] * sine;
        const im = real[b] * sine + imaginary[b] * cosine;
        real[b] = real[a] - re;
        imaginary[b] = imaginary[a] - im;
        real[a] += re;
        imaginary[a] += im;
      }
    }
  }
}
