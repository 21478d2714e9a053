/** Bursts of a tone, and how much later they come back. */

/** A burst each half second: longer than any round trip that is not broken. */
const APART_MS = 500;
const BURST_MS = 15;
const TONE_HZ = 1500;

/** `count` bursts, after a second of silence. */
export function bursts(count: number, sampleRate: number): Int16Array {
  const sound = new Int16Array(sampleRate * (1 + count * APART_MS / 1000));
  for (let burst = 0; burst < count; burst++) {
    const from = sampleRate + burst * APART_MS * sampleRate / 1000;
    for (let index = 0; index < BURST_MS * sampleRate / 1000; index++) {
      // It swells and fades, so that no filter on the way rings.
      const shape = Math.sin(Math.PI * index / (BURST_MS * sampleRate / 1000)) ** 2;
      sound[from + index] = 16_000 * shape * Math.sin(2 * Math.PI * TONE_HZ * index / sampleRate);
    }
  }
  return sound;
}

/**
 * How long after each burst that was said it was heard, in ms, and how many never were.
 *
 * The place of a burst is the middle of its power, which neither resampling nor a different phase moves.
 */
export function delays(
  said: Int16Array,
  heard: Int16Array,
  sampleRate: number,
): { readonly times: number[]; readonly missed: number } {
  const back = places(heard, sampleRate);
  const times: number[] = [];
  let missed = 0;
  for (const place of places(said, sampleRate)) {
    const found = back.find((one) => one > place && one < place + APART_MS);
    if (found === undefined) missed++;
    else times.push(found - place);
  }
  return { times, missed };
}

/** The middles of all bursts, in ms. */
function places(sound: Int16Array, sampleRate: number): number[] {
  const found: number[] = [];
  const window = Math.round(2 * BURST_MS * sampleRate / 1000);
  for (let from = 0; from + window < sound.length; from++) {
    if (Math.abs(sound[from]) < 2000) continue;
    const first = Math.max(0, from - Math.floor(window / 4));
    let [power, moment] = [0, 0];
    for (let index = first; index < first + window; index++) {
      power += sound[index] ** 2;
      moment += sound[index] ** 2 * index;
    }
    found.push(moment / power * 1000 / sampleRate);
    from = first + window;
  }
  return found;
}
