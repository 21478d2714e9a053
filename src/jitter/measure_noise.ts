import { rmsLevel } from "../audio/mod.ts";
import type { ComfortNoise } from "../rtp/mod.ts";

/**
 * Measures the level and the spectrum of a noise, to describe it in a comfort noise packet.
 *
 * The autocorrelation method with a Hann window, solved by the recursion of Levinson and Durbin.
 *
 * @param samples some 20 ms or more of nothing but the noise
 * @param order how many reflection coefficients to describe the spectrum with
 */
export function measureNoise(samples: Int16Array, order = 8): ComfortNoise {
  const level = Math.max(-127, rmsLevel(samples));
  const correlation = autocorrelate(samples, order);
  return { level, reflection: correlation[0] > 0 ? reflect(correlation) : [] };
}

function autocorrelate(samples: Int16Array, order: number): Float64Array {
  const windowed = Float64Array.from(samples, (sample, i) => {
    return sample * 0.5 * (1 - Math.cos(2 * Math.PI * (i + 0.5) / samples.length));
  });
  const correlation = new Float64Array(order + 1);
  for (let lag = 0; lag <= order; lag++) {
    for (let i = lag; i < windowed.length; i++) correlation[lag] += windowed[i] * windowed[i - lag];
  }
  // White noise 40 dB below keeps the filter of a pure tone away from the edge of stability.
  correlation[0] *= 1.0001;
  return correlation;
}

/** The reflection coefficients of the best linear predictor. */
function reflect(correlation: Float64Array): number[] {
  const predictor = [1];
  const reflection: number[] = [];
  let error = correlation[0];
  for (let order = 1; order < correlation.length; order++) {
    let left = 0;
    for (let i = 0; i < order; i++) left += predictor[i] * correlation[order - i];
    const coefficient = -left / error;
    reflection.push(coefficient);
    const before = [...predictor, 0];
    for (let i = 1; i <= order; i++) predictor[i] = before[i] + coefficient * before[order - i];
    error *= 1 - coefficient * coefficient;
  }
  return reflection;
}
