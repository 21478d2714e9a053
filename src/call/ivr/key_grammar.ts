/** What keys mean so far: the seam between who collects keys and what they are for. */

/**
 * What a row of keys is: `partial` the beginning of something; `open` something whole that can still go
 * on; `whole` something that cannot; `wrong` nothing, whatever follows.
 */
export type KeyVerdict = "partial" | "open" | "whole" | "wrong";

/** Judges rows of keys. */
export interface KeyGrammar {
  /** Judges `keys`, the empty row too; each longer row is asked for as well. */
  judge(keys: string): KeyVerdict;
}
