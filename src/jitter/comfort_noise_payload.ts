/** The payload of a comfort noise packet, RFC 3389 section 3. */

/** A noise as RFC 3389 describes it. */
export interface NoiseShape {
  /** Its root mean square in dBov: 0 to -127. */
  readonly level: number;
  /**
   * The reflection coefficients of an all-pole model of its spectrum, each between -1 and 1; none
   * for white noise. The first is minus the correlation of neighbouring samples.
   */
  readonly reflection: readonly number[];
}

/** Higher coefficients add nothing to a noise behind a voice; a packet may have hundreds. */
const MOST_COEFFICIENTS = 16;
/** Payload type 13, the static one for comfort noise at 8 kHz (RFC 3551 table 4). */
export const COMFORT_NOISE_PAYLOAD_TYPE = 13;

/**
 * Reads a comfort noise payload; undefined if it is empty.
 *
 * ```
 *  0                   1
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0|   level     |      N1     | ...
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 */
export function parseComfortNoise(payload: Uint8Array): NoiseShape | undefined {
  if (payload.length === 0) return undefined;
  const coefficients = payload.subarray(1, 1 + MOST_COEFFICIENTS);
  return {
    level: -(payload[0] & 0x7f) || 0,
    reflection: Array.from(coefficients, toCoefficient),
  };
}

/** Writes a comfort noise payload, each value rounded to the nearest that the format has. */
export function serializeComfortNoise(shape: NoiseShape): Uint8Array {
  const { level, reflection } = shape;
  const below = Math.round(-level);
  return Uint8Array.of(Math.max(0, Math.min(127, below || 0)), ...reflection.map(toCode));
}

/** 255 is reserved and would make an unstable filter: it is read as 254. */
function toCoefficient(code: number): number {
  return 258 * (Math.min(code, 254) - 127) / 32768;
}

function toCode(coefficient: number): number {
  return Math.max(0, Math.min(254, Math.round(coefficient * 32768 / 258) + 127));
}
