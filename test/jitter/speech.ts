/** Recorded speech, and the ways to lose parts of it. */

import { expand, MU_LAW } from "../../src/audio/mod.ts";
import { fraction, SeededRandom } from "../../src/clock/mod.ts";
import { parseRtpPacket } from "../../src/rtp/mod.ts";
import { readPcap } from "../support/pcap.ts";

const CAPTURE = new URL("../fixtures/rtp/freeswitch-speech.pcap", import.meta.url);

/** 10 s of a woman speaking, 8 kHz, as FreeSWITCH sent it to port 6600 in PCMU. */
export function recordedSpeech(): Int16Array {
  const sound: number[] = [];
  for (const { destination, payload } of readPcap(CAPTURE)) {
    if (destination.port !== 6600) continue;
    const packet = parseRtpPacket(payload);
    if (typeof packet !== "string" && packet.payloadType === 0) {
      sound.push(...expand(packet.payload, MU_LAW));
    }
  }
  return Int16Array.from(sound);
}

/** The sound at another rate, by straight lines between its samples. */
export function stretch(samples: Int16Array, factor: number): Int16Array {
  return Int16Array.from({ length: (samples.length - 1) * factor }, (_, i) => {
    const at = Math.floor(i / factor);
    return samples[at] + (samples[at + 1] - samples[at]) * (i % factor) / factor;
  });
}

/** What has to be said of each frame of `length` samples: whether it is lost, at these odds. */
export function lossPattern(frames: number, odds: number, seed: number): boolean[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: frames }, () => fraction(random) < odds);
}

/** A way to make up for lost frames: gets each frame, or how long the lost one was. */
export interface Remedy {
  good(samples: Int16Array): Int16Array;
  conceal(count: number): Int16Array;
}

/** Zeros for what is lost. */
export function zeros(): Remedy {
  return { good: (samples) => samples, conceal: (count) => new Int16Array(count) };
}

/** The last frame again for what is lost. */
export function repeatLast(): Remedy {
  let last = new Int16Array(0);
  return {
    good: (samples) => last = samples.slice(),
    conceal: (count) => Int16Array.from({ length: count }, (_, i) => last[i] ?? 0),
  };
}

/** The sound as `remedy` leaves it when the frames of `length` samples in `lost` are lost. */
export function heal(
  samples: Int16Array,
  lost: readonly boolean[],
  length: number,
  remedy: Remedy,
): Int16Array {
  const healed = new Int16Array(lost.length * length);
  lost.forEach((isLost, i) => {
    const frame = samples.slice(i * length, (i + 1) * length);
    healed.set(isLost ? remedy.conceal(length) : remedy.good(frame), i * length);
  });
  return healed;
}
