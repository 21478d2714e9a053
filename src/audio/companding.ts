/**
 * The two laws of ITU-T G.711 (11/88, tables 1 and 2), by which 16-bit samples fit into 8 bits.
 *
 * Both cut the range of one sign into segments, each twice as wide as the one before it, and each
 * segment into sixteen steps. A byte says which:
 *
 * ```text
 *  0   1   2   3   4   5   6   7
 * +---+-----------+---------------+
 * | S |  segment  |     step      |   μ-law: all bits inverted; A-law: every second one
 * +---+-----------+---------------+
 * ```
 */

/** A law as two tables. */
export interface CompandingLaw {
  /** The sample of each of the 256 codes. */
  readonly samples: Int16Array;
  /** The code of each of the 65,536 samples, found at the sample's own bits: `codes[sample & 0xffff]`. */
  readonly codes: Uint8Array;
}

/** The law of North America and Japan, 14 bits in 8. */
export const MU_LAW: CompandingLaw = tabulate(muLawSample, muLawCode);

/** The law of everywhere else, 13 bits in 8. */
export const A_LAW: CompandingLaw = tabulate(aLawSample, aLawCode);

/** One sample per byte of `payload`. */
export function expand(payload: Uint8Array, law: CompandingLaw): Int16Array {
  const { samples: table } = law;
  const samples = new Int16Array(payload.length);
  for (let i = 0; i < payload.length; i++) samples[i] = table[payload[i]];
  return samples;
}

/** One byte per sample of `samples`, in `payload`, which is as long. */
export function compress(
  samples: Int16Array,
  law: CompandingLaw,
  payload: Uint8Array = new Uint8Array(samples.length),
): Uint8Array {
  const { codes } = law;
  for (let i = 0; i < samples.length; i++) payload[i] = codes[samples[i] & 0xffff];
  return payload;
}

function tabulate(
  sampleOf: (code: number) => number,
  codeOf: (sample: number) => number,
): CompandingLaw {
  const samples = Int16Array.from({ length: 0x100 }, (_, code) => sampleOf(code));
  const codes = Uint8Array.from({ length: 0x1_0000 }, (_, bits) => codeOf((bits << 16) >> 16));
  return { samples, codes };
}

// The Recommendation counts in 14 bits for μ-law and 13 for A-law; samples have 16. Negative samples
// are inverted rather than negated, as in ITU-T G.191, so that both signs have as many samples.

function muLawSample(code: number): number {
  const inverted = ~code & 0xff;
  const segment = (inverted >> 4) & 7;
  const size = ((((inverted & 15) << 1) + 33) << segment) - 33;
  return (inverted & 0x80 ? -size : size) << 2;
}

function muLawCode(sample: number): number {
  // 33 makes the eight segments begin at powers of two.
  const size = Math.min((sample < 0 ? ~sample : sample) >> 2, 8158) + 33;
  const segment = 26 - Math.clz32(size);
  const step = (size >> (segment + 1)) & 15;
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | step) & 0xff;
}

function aLawSample(code: number): number {
  const inverted = code ^ 0x55;
  const segment = (inverted >> 4) & 7;
  const step = ((inverted & 15) << 1) + 1;
  // The first two segments are equally wide.
  const size = segment === 0 ? step : (step + 32) << (segment - 1);
  return (inverted & 0x80 ? size : -size) << 3;
}

function aLawCode(sample: number): number {
  const size = (sample < 0 ? ~sample : sample) >> 4;
  const segment = size < 16 ? 0 : 28 - Math.clz32(size);
  const step = (segment === 0 ? size : size >> (segment - 1)) & 15;
  return ((sample < 0 ? 0 : 0x80) | (segment << 4) | step) ^ 0x55;
}
