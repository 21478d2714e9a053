/** How often somebody sends, who may send anything. */

import { TokenBucket } from "../clock/mod.ts";

/** Messages a second that are no more than a call is: sound comes in 50, some send 100, and keys besides. */
const PER_SECOND = 200;
/** So many at once: half a minute of sound, which comes together when a network was away for so long. */
const MOST = 1500;

/**
 * Tells a caller from a flood: the work that one connection makes is taken from the sound of all calls, as
 * one thread moves it. Each message takes a token.
 */
export function messageRate(): TokenBucket {
  return new TokenBucket({ perSecond: PER_SECOND, burst: MOST });
}
