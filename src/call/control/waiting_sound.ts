/** What a caller hears while somebody else is called for it. */

import { concatSamples, silence, tone } from "../../audio/mod.ts";
import type { Floor, Speech, TransferOptions } from "../../backend/mod.ts";
import { musicOf, soundOf } from "../sound_of.ts";

/** The rate of telephones, in Hz. */
const SAMPLE_RATE = 8000;
/** Far below a voice, as it lasts. */
const TONE_DB = -24;

/** What a caller may hear. */
export type Waiting = NonNullable<TransferOptions["hear"]>;

/**
 * Takes the floor of a call and plays it again and again, until the returned function is called. What
 * is said at the beginning is said to its end first. A file that cannot be read is told to `onError`, and
 * is silence. Whoever has the floor already keeps it: the caller then hears what that says.
 */
export function playWhileWaiting(
  takeFloor: () => Floor,
  hear: Waiting,
  onError: (error: unknown) => void,
): () => void {
  let floor: Floor;
  try {
    floor = takeFloor();
  } catch (error) {
    if (error instanceof TypeError) return () => {};
    throw error;
  }
  if (hear !== "silence") play(floor, hear).catch(onError);
  return () => floor.release();
}

async function play(floor: Floor, hear: Exclude<Waiting, "silence">): Promise<void> {
  const sound = hear === "ringback" ? ringback() : await soundOf("file" in hear ? hear.file : hear);
  if (floor.isHeld) await floor.connect(musicOf(sound));
}

/** ITU-T E.180: 425 Hz for a second, and none for four, as in most countries. */
function ringback(): Speech {
  const how = { sampleRate: SAMPLE_RATE, levelDb: TONE_DB };
  const samples = concatSamples([tone([425], 1000, how), silence(4000, how)]);
  return { samples, sampleRate: SAMPLE_RATE };
}
