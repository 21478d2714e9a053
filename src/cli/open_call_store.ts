/** From the address of a call store to the store. */

import type { CallStore } from "../call/mod.ts";
import type { Configuration } from "./configuration/configuration.ts";

/** A store that is let go of at the end. */
export type OpenCallStore = CallStore & AsyncDisposable;

/** What `--call-store` names; undefined for nothing. It connects when it is first asked. */
export async function openCallStore(
  { callStore, callStorePassword, resumeWithinMs }: Configuration,
): Promise<OpenCallStore | undefined> {
  if (callStore === undefined) return undefined;
  const { RedisStore } = await import("../call/redis.ts");
  const url = new URL(callStore);
  if (callStorePassword !== undefined) url.password = encodeURIComponent(callStorePassword);
  // Who is waited for must still be there, and what is over for the hour that it is kept.
  return new RedisStore(url.href, { keepMs: 7_200_000 + resumeWithinMs });
}
