/** Sound of a sound card as a telephone's, to compare it with what is one. */

/** Samples of the output that a window reaches to each side. */
const REACH = 12;

/** Sound of another rate at 8,000 Hz: what a window of 3 ms around each place lets through. */
export function narrowBand(sound: Int16Array, sampleRate: number): Int16Array {
  const step = sampleRate / 8000;
  // Half of the narrower rate is where the band ends.
  const cut = Math.min(1, 8000 / sampleRate) * 0.95;
  const reach = Math.ceil(REACH * Math.max(1, step));
  const out = new Int16Array(Math.floor(sound.length / step));
  for (let index = 0; index < out.length; index++) {
    const place = index * step;
    let sum = 0;
    for (let from = Math.ceil(place - reach); from <= place + reach; from++) {
      if (from < 0 || from >= sound.length) continue;
      const distance = from - place;
      const angle = Math.PI * cut * distance;
      const sinc = distance === 0 ? 1 : Math.sin(angle) / angle;
      sum += sound[from] * cut * sinc * (0.5 + 0.5 * Math.cos(Math.PI * distance / reach));
    }
    out[index] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
  return out;
}
