/** Real time, for tests whose other side is another process, and what takes none. */

/** Resolves when everything has happened that waits for no time: streams, promises, sockets that are read. */
export function turnOfEvents(): Promise<void> {
  return wait(0);
}

/** Resolves after `ms` milliseconds. */
export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Looks every 20 ms until `condition` holds; rejects after `timeoutMs`. */
export async function eventually(
  what: string,
  condition: () => boolean,
  timeoutMs = 10_000,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`It took over ${timeoutMs} ms: ${what}`);
    await wait(20);
  }
}
