/** How a sound's power is spread over pitch. */

/**
 * The power of a sound in dB in bands between neighbouring `edges` in Hz, by its spectrum: Hann windows of
 * 1024 samples that overlap by half.
 */
export function bandsDb(
  sound: Int16Array,
  sampleRate: number,
  edges: readonly number[],
): number[] {
  const size = 1024;
  const powers = new Float64Array(edges.length - 1);
  for (let from = 0; from + size <= sound.length; from += size / 2) {
    const real = Float64Array.from(
      { length: size },
      (_, index) => sound[from + index] * (0.5 - 0.5 * Math.cos(2 * Math.PI * index / size)),
    );
    const imaginary = new Float64Array(size);
    transform(real, imaginary);
    for (let bin = 1; bin < size / 2; bin++) {
      const frequency = bin * sampleRate / size;
      const band = edges.findLastIndex((edge) => edge <= frequency);
      if (band < 0 || band >= powers.length) continue;
      powers[band] += real[bin] ** 2 + imaginary[bin] ** 2;
    }
  }
  return Array.from(powers, (power) => 10 * Math.log10(power + 1e-9));
}

/** The discrete Fourier transform in place, of a power of two: Cooley and Tukey, decimation in time. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  for (let index = 1, mirror = 0; index < size; index++) {
    let bit = size >> 1;
    for (; mirror & bit; bit >>= 1) mirror ^= bit;
    mirror ^= bit;
    if (index >= mirror) continue;
    [real[index], real[mirror]] = [real[mirror], real[index]];
    [imaginary[index], imaginary[mirror]] = [imaginary[mirror], imaginary[index]];
  }
  for (let length = 2; length <= size; length *= 2) {
    for (let from = 0; from < size; from += length) {
      for (let step = 0; step < length / 2; step++) {
        const angle = -2 * Math.PI * step / length;
        const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
        const [even, odd] = [from + step, from + step + length / 2];
        const re = real[odd] * cosine - imaginary[odd] * sine;
        const im = real[odd] * sine + imaginary[odd] * cosine;
        [real[odd], imaginary[odd]] = [real[even] - re, imaginary[even] - im];
        real[even] += re;
        imaginary[even] += im;
      }
    }
  }
}
