/** Time as an argument: what the rest of the code knows of it. */

/** A pending call of a function. */
export interface Timer {
  /** Forgets the call. Does nothing once it was made or cancelled. */
  cancel(): void;
}

/** A source of time that only moves forward. */
export interface Clock {
  /** Milliseconds, with fractions, since an arbitrary moment. Never goes back. */
  now(): number;
  /** Calls `callback` once, `delayMs` milliseconds from now; never before, perhaps a little after. */
  setTimer(callback: () => void, delayMs: number): Timer;
}
