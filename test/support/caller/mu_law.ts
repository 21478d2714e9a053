/**
 * G.711 mu-law by its definition, for the side of a test that must not share code with the phone.
 *
 * ITU-T G.711, table 2: the magnitude plus 33 (132 at 16 bits) is a number with an exponent of three
 * bits and a mantissa of four, and all bits are sent inverted.
 */

/** One sample of 16 bits as mu-law. */
export function toMuLaw(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), 32_635) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 15;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

/** One byte of mu-law as a sample of 16 bits. */
export function fromMuLaw(byte: number): number {
  const bits = ~byte & 0xff;
  const magnitude = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132;
  return bits & 0x80 ? -magnitude : magnitude;
}
