/** How much of `sound` is as loud as speech: samples above a tenth of full scale. */
export function loudness(sound: Int16Array): number {
  return sound.filter((sample) => Math.abs(sample) > 3000).length;
}
