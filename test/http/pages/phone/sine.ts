/** Pure tones, and what of a sound is none. */

/** A tone as 16-bit PCM. */
export function sine(frequency: number, sampleRate: number, seconds: number): Int16Array {
  return Int16Array.from(
    { length: sampleRate * seconds },
    (_, index) => 16_000 * Math.sin(2 * Math.PI * frequency * index / sampleRate),
  );
}

/** How far all that is not a tone of this frequency, of any phase, is below it, in dB. */
export function purityDb(sound: ArrayLike<number>, frequency: number, sampleRate: number): number {
  let [sine, cosine, all] = [0, 0, 0];
  // Whole periods only, or what is cut off counts as noise.
  const period = sampleRate / frequency;
  const length = Math.floor(Math.floor(sound.length / period) * period);
  for (let index = 0; index < length; index++) {
    const angle = 2 * Math.PI * frequency * index / sampleRate;
    sine += sound[index] * Math.sin(angle);
    cosine += sound[index] * Math.cos(angle);
    all += sound[index] ** 2;
  }
  const tone = 2 * (sine ** 2 + cosine ** 2) / length;
  return 10 * Math.log10(tone / Math.max(all - tone, 1e-12));
}
