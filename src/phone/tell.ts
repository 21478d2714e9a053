/** Telling the application something, whatever it does with it. */

/**
 * Calls a listener of the application's. What it throws goes to `onError`, and so does what it rejects
 * with later if it is async: a promise whose failure nobody looks at ends the process, and all calls.
 */
export function tell(listener: () => unknown, onError: (error: unknown) => void): void {
  try {
    const told = listener();
    if (told instanceof Promise) told.catch(onError);
  } catch (error) {
    onError(error);
  }
}
