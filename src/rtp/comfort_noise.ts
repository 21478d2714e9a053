/** What a comfort noise payload says of the noise, RFC 3389 section 3. */
export interface ComfortNoise {
  /** The level of the noise in dBov: 0 (the loudest there is) to -127. */
  readonly level: number;
  /** The reflection coefficients of its spectrum, -1 to 1; none means white. */
  readonly reflection: readonly number[];
}

/** A byte N stands for the coefficient 258 (N - 127) / 32768: section 3.2. */
const STEP = 258 / 32768;
const ZERO = 127;

/**
 * Reads a comfort noise payload; undefined if it is empty.
 *
 * ```
 *  0                   1
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-
 * |0|   level     |  N1   | N2 | ...
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-
 * ```
 */
export function parseComfortNoise(payload: Uint8Array): ComfortNoise | undefined {
  if (payload.length === 0) return undefined;
  const level = payload[0] & 0x7f;
  const reflection = Array.from(payload.subarray(1), (byte) => Math.min(1, (byte - ZERO) * STEP));
  return { level: level === 0 ? 0 : -level, reflection };
}

/** Writes a comfort noise payload; what is out of range is brought to its limit. */
export function serializeComfortNoise({ level, reflection }: ComfortNoise): Uint8Array {
  const loudness = Math.max(0, Math.min(127, Math.round(-level)));
  const steps = reflection.map((value) =>
    ZERO + Math.round(Math.max(-1, Math.min(1, value)) / STEP)
  );
  return Uint8Array.of(loudness, ...steps);
}
