/** What became of the agent's voice on its way to the caller: packet by packet, how loud. */
import type { Arrival } from "../../test/support/caller/heard.ts";
import { fromMuLaw, toMuLaw } from "../../test/support/caller/mu_law.ts";
import { PACKET } from "./one_call.ts";

/** A packet that came. */
export interface AgentPacket {
  /** When, in ms of `performance.now()`. */
  readonly at: number;
  /** How much louder it is than what the agent says there, in dB; -Infinity of silence. */
  readonly gainDb: number;
  /** Which 20 ms of what the agent says are in it, or, of silence, would be next. */
  readonly frame: number;
}

/** Below this a sample is the noise of mu-law around silence. */
const SILENT = 8;
/** How alike a frame that is faded is to the whole one, at least. */
const ALIKE = 0.6;
/** How many frames may have been lost on the way. */
const REACH = 4;

/**
 * Finds in what came the frames of what the agent says, which the phone sends as they are but for
 * their loudness.
 */
export function agentPackets(arrivals: readonly Arrival[], says: Int16Array): AgentPacket[] {
  const line = says.map((sample) => fromMuLaw(toMuLaw(sample)));
  let next = 0;
  return arrivals.map(({ payload, at }) => {
    const heard = Int16Array.from(payload, fromMuLaw);
    if (isSilent(heard)) {
      const silent = { at, gainDb: -Infinity, frame: next };
      // A pause of the agent's own passes like speech does.
      if (next > 0 && isSilent(frameOf(line, next))) next++;
      return silent;
    }
    let frame = next;
    for (let later = next; later < next + REACH; later++) {
      if (likeness(heard, frameOf(line, later)) < ALIKE) continue;
      frame = later;
      break;
    }
    next = frame + 1;
    return { at, gainDb: levelDb(heard) - levelDb(frameOf(line, frame)), frame };
  });
}

function frameOf(line: Int16Array, index: number): Int16Array {
  return line.subarray(index * PACKET, (index + 1) * PACKET);
}

function isSilent(samples: Int16Array): boolean {
  return samples.every((sample) => Math.abs(sample) <= SILENT);
}

function likeness(heard: Int16Array, says: Int16Array): number {
  let [shared, ofHeard, ofSaid] = [0, 0, 0];
  for (let i = 0; i < says.length; i++) {
    shared += heard[i] * says[i];
    ofHeard += heard[i] ** 2;
    ofSaid += says[i] ** 2;
  }
  return shared / Math.sqrt(ofHeard * ofSaid || 1);
}

function levelDb(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample ** 2;
  return 10 * Math.log10(sum / samples.length || 1e-9);
}
