/** The pitch of a voice, found as ITU-T G.711 Appendix I finds it. */

/** The periods looked for, of 200 to 66 Hz, and how much sound is compared, in milliseconds. */
const SHORTEST_MS = 5;
const LONGEST_MS = 15;
const COMPARED_MS = 20;
/** The first, coarse search runs at about this rate, and the fine one multiplies at about that. */
const COARSE_RATE = 4000;
const FINE_RATE = 16_000;
/** Sound of less energy per sample than this is all alike, so that noise does not decide. */
const LEAST_POWER = 25;

/**
 * The lag in samples, 5 to 15 ms, at which the last 20 ms of `samples` are most like what was before.
 *
 * Likeness is the cross-correlation over the root of the earlier sound's energy. A search through
 * sound thinned out to about 4 kHz finds the neighbourhood, one at the full rate the lag.
 *
 * @param samples at least 35 ms
 */
export function findPitch(samples: Int16Array, sampleRate: number): number {
  const inSamples = (ms: number) => Math.round(ms * sampleRate / 1000);
  const [shortest, longest] = [inSamples(SHORTEST_MS), inSamples(LONGEST_MS)];
  const compared = inSamples(COMPARED_MS);
  const factor = Math.max(1, Math.round(sampleRate / COARSE_RATE));
  const thin = thinOut(samples, factor);
  const from = Math.ceil(shortest / factor);
  const to = Math.floor(longest / factor);
  const coarse = factor * bestLag(thin, Math.floor(compared / factor), from, to, 1);
  const lowest = Math.max(shortest, coarse - factor + 1);
  const highest = Math.min(longest, coarse + factor - 1);
  return bestLag(samples, compared, lowest, highest, Math.ceil(sampleRate / FINE_RATE));
}

/** The best lag from `from` to `to`; the products are summed over every `stride` samples. */
function bestLag(
  samples: Int16Array,
  compared: number,
  from: number,
  to: number,
  stride: number,
): number {
  const end = samples.length;
  const start = end - compared;
  let energy = 0;
  for (let i = start - from; i < end - from; i++) energy += samples[i] * samples[i];
  let best = -Infinity;
  let bestLag = from;
  for (let lag = from; lag <= to; lag++) {
    let likeness = 0;
    for (let i = start; i < end; i += stride) likeness += samples[i] * samples[i - lag];
    likeness /= Math.sqrt(Math.max(energy, LEAST_POWER * compared));
    if (likeness > best) {
      best = likeness;
      bestLag = lag;
    }
    const entering = start > lag ? samples[start - lag - 1] : 0;
    const leaving = samples[end - lag - 1];
    energy += entering * entering - leaving * leaving;
  }
  return bestLag;
}

/** Every `factor` samples as their mean, aligned to the end. */
function thinOut(samples: Int16Array, factor: number): Int16Array {
  const thin = new Int16Array(Math.floor(samples.length / factor));
  let at = samples.length - thin.length * factor;
  for (let i = 0; i < thin.length; i++) {
    let sum = 0;
    for (const end = at + factor; at < end; at++) sum += samples[at];
    thin[i] = Math.round(sum / factor);
  }
  return thin;
}
