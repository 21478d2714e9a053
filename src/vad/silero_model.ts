/** What Silero's model takes and gives, at 8 kHz. */

/** Samples that it judges at once: 32 ms. */
export const WINDOW = 256;
/** Samples before a window that it is shown again with it. */
export const CONTEXT = 32;
/** Samples of one input: the context, and the window. */
export const INPUT: number = CONTEXT + WINDOW;
/** The size of each of the two vectors it remembers a call by. */
export const MEMORY = 128;

/** Many calls' windows judged by one inference. */
export interface SileroModel {
  /**
   * Judges `count` windows.
   *
   * @param inputs `count` rows of {@link INPUT} samples from -1 to 1
   * @param state twice `count` rows of {@link MEMORY}: all calls' first vectors, then the second
   */
  run(inputs: Float32Array, state: Float32Array, count: number): Promise<SileroOutput>;
}

/** What {@link SileroModel.run} gives. */
export interface SileroOutput {
  /** For each window, how likely it holds a voice: 0 to 1. */
  readonly likelihoods: Float32Array;
  /** The state after the windows, in the order of the one before. */
  readonly state: Float32Array;
}
