/** The pitch of a voice, found as ITU-T G.711 Appendix I finds it. */

/** The pitches looked for, 200 to 66 Hz, and the sound that is compared, in milliseconds. */
export const SHORTEST_PERIOD_MS = 5;
/** The longest period that {@link findPitch} finds. */
export const LONGEST_PERIOD_MS = 15;
const COMPARED_MS = 20;
/** The first, coarse search runs at about this rate. */
const COARSE_RATE = 4000;
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
  const factor = Math.max(1, Math.round(sampleRate / COARSE_RATE));
  const inSamples = (ms: number) => Math.round(ms * sampleRate / 1000);
  const shortest = inSamples(SHORTEST_PERIOD_MS);
  const longest = inSamples(LONGEST_PERIOD_MS);
  const compared = inSamples(COMPARED_MS);
  const thin = thinOut(samples, factor);
  const coarse = factor * bestLag(
    thin,
    Math.floor(compared / factor),
    Math.ceil(shortest / factor),
    Math.floor(longest / factor),
  );
  const from = Math.max(shortest, coarse - factor + 1);
  const to = Math.min(longest, coarse + factor - 1);
  return bestLag(samples, compared, from, to);
}

function bestLag(samples: ArrayLike<number>, compared: number, from: number, to: number): number {
  const start = samples.length - compared;
  let energy = 0;
  for (let i = start - from; i < samples.length - from; i++) energy += samples[i] * samples[i];
  let best = -Infinity;
  let bestLag = from;
  for (let lag = from; lag <= to; lag++) {
    let likeness = 0;
    for (let i = start; i < samples.length; i++) likeness += samples[i] * samples[i - lag];
    likeness /= Math.sqrt(Math.max(energy, LEAST_POWER * compared));
    if (likeness > best) {
      best = likeness;
      bestLag = lag;
    }
    const entering = samples[start - lag - 1] ?? 0;
    const leaving = samples[samples.length - lag - 1];
    energy += entering * entering - leaving * leaving;
  }
  return bestLag;
}

/** Every `factor` samples as their mean, aligned to the end. */
function thinOut(samples: Int16Array, factor: number): Float32Array {
  const thin = new Float32Array(Math.floor(samples.length / factor));
  let at = samples.length - thin.length * factor;
  for (let i = 0; i < thin.length; i++) {
    let sum = 0;
    for (const end = at + factor; at < end; at++) sum += samples[at];
    thin[i] = sum / factor;
  }
  return thin;
}
