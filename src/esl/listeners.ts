/** Who wants to know of what. */

/** Listeners by the name of their event. One that fails does not keep the others from being told. */
export class Listeners<Events> {
  readonly #byName = new Map<keyof Events, Set<(detail: never) => void>>();
  readonly #onFailure: (error: unknown, name: keyof Events) => void;

  /** Starts with no listener; `onFailure` is told what one of `name` throws, or rejects with. */
  constructor(onFailure: (error: unknown, name: keyof Events) => void) {
    this.#onFailure = onFailure;
  }

  /** Adds a listener and returns how to remove it. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    // A function of its own, as the same one may be added twice.
    const own = (detail: Events[Name]): unknown => listener(detail);
    this.#byName.set(name, listeners.add(own));
    return () => void listeners.delete(own);
  }

  /** Tells all listeners of `name`. */
  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    const listeners = this.#byName.get(name);
    if (listeners === undefined || listeners.size === 0) return;
    const failed = (error: unknown) => this.#onFailure(error, name);
    for (const listener of [...listeners]) {
      try {
        const told = (listener as (detail: Events[Name]) => unknown)(detail);
        // What an async one rejects with would end the process if nobody looked at it.
        if (told instanceof Promise) told.catch(failed);
      } catch (error) {
        failed(error);
      }
    }
  }
}
