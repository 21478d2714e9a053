/** When a recording keeps nothing, though it goes on. */

/** Counts the reasons for which nothing is kept: a pause, and masks. */
export class Silences {
  readonly #onChange: (isSilent: boolean) => void;
  #isPaused = false;
  #masks = 0;

  /** Keeps all; `onChange` is told whenever that may have changed. */
  constructor(onChange: (isSilent: boolean) => void) {
    this.#onChange = onChange;
  }

  /** Whether it is paused. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Whether nothing is kept, for either reason. */
  get isSilent(): boolean {
    return this.#isPaused || this.#masks > 0;
  }

  /** Pauses it, or goes on. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#onChange(this.isSilent);
  }

  /** Keeps nothing until the returned function is called; more than once is harmless. */
  mask(): () => void {
    let isHeld = true;
    this.#masks++;
    this.#onChange(this.isSilent);
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#masks--;
      this.#onChange(this.isSilent);
    };
  }
}
