/** Which channels there are after nobody has listened for a while. */

import { type Clock, sleep } from "../clock/mod.ts";
import { type EslChannel, showChannels } from "./commands/show_channels.ts";
import type { EslControl } from "./esl_control.ts";

/** How often it is asked again, and after how long. */
const TRIES = 10;
const WAIT_MS = 100;

/**
 * All channels, by `show channels`, when it agrees with what FreeSWITCH itself counts.
 *
 * The table behind `show channels` is written a little after the fact: a call that began just before
 * we were subscribed would be in neither its rows nor our events. What does not agree within a second,
 * as on a machine where calls come and go all the time, is taken as it is.
 */
export async function resync(control: EslControl, clock: Clock): Promise<readonly EslChannel[]> {
  for (let tries = 1;; tries++) {
    const [channels, status] = await Promise.all([showChannels(control), control.api("status")]);
    const count = /^(\d+) session\(s\) - peak/m.exec(status)?.[1];
    if (tries === TRIES || count === undefined || Number(count) === channels.length) {
      return channels;
    }
    await sleep(clock, WAIT_MS);
  }
}
