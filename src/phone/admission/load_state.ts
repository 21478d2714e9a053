/** How busy a phone's process is. */

/** What the ticks of the last seconds say of the process; times in ms. */
export interface LoadState {
  /** Sound leaves so late that new calls are refused. */
  readonly isOverloaded: boolean;
  /** How late ticks came: 99 in 100 of those in the window were no later. */
  readonly latenessMs: number;
  /** The latest tick in the window. */
  readonly worstMs: number;
  /** The share, 0 to 1, of ticks in the window that were later than is allowed. */
  readonly lateShare: number;
  /** Ticks that were passed over as the process was busy, since the start. */
  readonly missed: number;
}
