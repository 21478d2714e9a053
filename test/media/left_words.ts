/** The words that left for a caller, packet by packet, against those that a history has. */

import { expand, MU_LAW } from "../../src/audio/mod.ts";
import { numberOf, WORD_PACKETS, wordIn } from "./random_backend.ts";
import type { VirtualCall } from "./virtual_call.ts";

/** Words that left for the caller, in order, with how many packets of each. */
export interface Left {
  readonly word: number;
  packets: number;
}

/** What left in a call. */
export function leftOf({ heard }: VirtualCall): Left[] {
  const left: Left[] = [];
  for (const { payload } of heard) {
    const word = wordIn(expand(payload, MU_LAW));
    if (word === undefined) continue;
    const last = left.at(-1);
    if (last?.word === word && last.packets < WORD_PACKETS) last.packets++;
    else left.push({ word, packets: 1 });
  }
  return left;
}

/** What of the words that left is not in the history, and the other way round, more than one at a time. */
export function differences(left: readonly Left[], texts: readonly string[]): string[] {
  const found: string[] = [];
  let at = 0;
  for (const text of texts) {
    let missing = 0;
    for (const word of text.split(" ")) {
      // The last packet of a voice that faded out may sound like another word.
      const isIt = ({ word: sound, packets }: Left) => sound === numberOf(word) && packets > 4;
      const next = left.findIndex((one, index) => index >= at && isIt(one));
      if (next < 0) {
        found.push(`${word} of "${text}" never left`);
        continue;
      }
      missing += left.slice(at, next).filter(({ packets }) => packets === WORD_PACKETS).length;
      at = next + 1;
    }
    if (missing > 2) found.push(`${missing} words before the end of "${text}" left unnoted`);
  }
  return found;
}
