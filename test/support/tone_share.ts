/** What of a sound is a tone. */

/** Samples in a piece, which last 20 ms at 8,000 Hz. */
const PIECE = 160;

/**
 * How much of a sound of 8,000 Hz is a tone of so many Hz, 0 to 1: by pieces of 20 ms, so that a gap or a
 * packet that was made up spoils no more than itself.
 */
export function toneShare(sound: Int16Array, frequency: number): number {
  let inTone = 0;
  let inAll = 1;
  for (let at = 0; at + PIECE <= sound.length; at += PIECE) {
    let sine = 0;
    let cosine = 0;
    for (let i = 0; i < PIECE; i++) {
      const angle = 2 * Math.PI * frequency * i / 8000;
      sine += sound[at + i] * Math.sin(angle);
      cosine += sound[at + i] * Math.cos(angle);
      inAll += sound[at + i] ** 2;
    }
    inTone += (sine ** 2 + cosine ** 2) / (PIECE / 2);
  }
  return inTone / inAll;
}
