/** Calls side by side, each begun a little after the one before. */

/** Between the beginnings of two calls, in ms: no multiple of a packet, so that all phases have a turn. */
const APART_MS = 143;

/** Does `one` for each of `values`, at most `limit` at a time; what came of them is in their order. */
export async function manyAtOnce<T, R>(
  values: readonly T[],
  limit: number,
  one: (value: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (delayMs: number) => {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    while (next < values.length) {
      const index = next++;
      results[index] = await one(values[index]);
    }
  };
  await Promise.all(Array.from({ length: limit }, (_, i) => work(i * APART_MS)));
  return results;
}
