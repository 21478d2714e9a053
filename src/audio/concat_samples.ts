/** Pieces of one sound in a row: one sound. */

/** The samples of all `pieces`, in order, in an array of their own. */
export function concatSamples(pieces: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.length;
  }
  return whole;
}
