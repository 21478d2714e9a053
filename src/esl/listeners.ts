/** Who wants to know of what. */

/** Listeners by the name of their event. One that throws does not keep the others from being told. */
export class Listeners<Events> {
  readonly #byName = new Map<keyof Events, Set<(detail: never) => void>>();
  readonly #onThrow: (error: unknown) => void;

  /** Starts with no listener; `onThrow` is told what one throws. */
  constructor(onThrow: (error: unknown) => void) {
    this.#onThrow = onThrow;
  }

  /** Adds a listener and returns how to remove it. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    // A function of its own, as the same one may be added twice.
    const own = (detail: Events[Name]) => listener(detail);
    this.#byName.set(name, listeners.add(own));
    return () => void listeners.delete(own);
  }

  /** Tells all listeners of `name`. */
  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    const listeners = this.#byName.get(name);
    if (listeners === undefined || listeners.size === 0) return;
    for (const listener of [...listeners]) {
      try {
        (listener as (detail: Events[Name]) => void)(detail);
      } catch (error) {
        this.#onThrow(error);
      }
    }
  }
}
