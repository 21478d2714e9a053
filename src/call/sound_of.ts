/** From a file, or a sound, to a sound that can be played. */

import { readFile } from "node:fs/promises";
import { readWav } from "../audio/mod.ts";
import type { Guest, Said, Speech } from "../backend/mod.ts";
import { framesOf } from "../media/mod.ts";

/** The fastest rate that can be played as it is, in Hz. */
const FASTEST = 48_000;

/**
 * The sound of a WAV file, its channels mixed into one; a sound as it is. A rate above 48 kHz, as studios
 * use, is halved until it is not: a telephone hears nothing up there.
 *
 * Rejects with what reading the file throws, and with a SyntaxError when it is no WAV file.
 */
export async function soundOf(what: string | Speech): Promise<Speech> {
  if (typeof what !== "string") return what;
  let { channels, sampleRate } = readWav(await readFile(what));
  while (sampleRate > FASTEST) {
    channels = channels.map(halved);
    sampleRate /= 2;
  }
  return { samples: mixed(channels), sampleRate };
}

/** Has a file said by `say`; one that cannot be read is an announcement that failed. */
export async function playFile(
  file: string | Speech,
  say: (sound: Speech) => Promise<Said>,
): Promise<Said> {
  let sound: Speech;
  try {
    sound = await soundOf(file);
  } catch (error) {
    return { outcome: "failed", error, heard: "", heardMs: 0 };
  }
  return await say(sound);
}

/**
 * A sound as a guest that says it again and again, and does not listen.
 *
 * @throws {TypeError | RangeError} for what is no sound
 */
export function musicOf(sound: Speech): Guest {
  return { readable: framesOf([sound], { loop: true }), writable: new WritableStream() };
}

/** Every two samples as one, their mean. */
function halved(samples: Int16Array): Int16Array {
  const half = new Int16Array(samples.length >> 1);
  for (let i = 0; i < half.length; i++) half[i] = (samples[2 * i] + samples[2 * i + 1]) / 2;
  return half;
}

/** The mean of all channels: as loud as they are where they say the same. */
function mixed(channels: readonly Int16Array[]): Int16Array {
  if (channels.length === 1) return channels[0];
  return channels[0].map((_, i) =>
    channels.reduce((sum, channel) => sum + channel[i], 0) / channels.length
  );
}
