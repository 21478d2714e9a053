/** A loudspeaker and a microphone in a room, at the far end of a telephone line. */
import { readFileSync } from "node:fs";
import {
  compress,
  expand,
  fromDecibels,
  MU_LAW,
  readWav,
  rmsLevel,
  saturate,
} from "../../src/audio/mod.ts";
import { fraction, SeededRandom } from "../../src/clock/mod.ts";
import { PlayedSound } from "../../src/turn/mod.ts";
import { EchoJudge } from "../../src/turn/echo_judge.ts";

/** Frames quieter than this hold no voice that a detector would see, in dBov. */
const QUIET = -48;
const FRAME = 160;

/** The example's speech, 8 kHz: who speaks here is the agent. */
export function agentSpeech(): Int16Array {
  const file = readFileSync(new URL("../../examples/speech/hello.wav", import.meta.url));
  return readWav(file).channels[0];
}

/** How {@link echoOf} sounds. */
export interface EchoOptions {
  readonly levelDb: number;
  readonly delayMs: number;
  readonly seed?: number;
}

/** What comes back of a sound of 8 kHz: through mu-law, a small loudspeaker, a small room, mu-law. */
export function echoOf(sound: Int16Array, { levelDb, delayMs, seed = 1 }: EchoOptions): Int16Array {
  const random = new SeededRandom(seed);
  const reflections = [{ delay: 0, gain: 1 }];
  for (let delay = 8; delay < 320; delay++) {
    if (fraction(random) < 0.08) {
      reflections.push({ delay, gain: (fraction(random) * 1.2 - 0.6) * Math.exp(-delay / 80) });
    }
  }
  const sent = throughLoudspeaker(overTheLine(sound));
  const back = new Float64Array(sound.length);
  const start = Math.round(delayMs * 8);
  for (const { delay, gain } of reflections) {
    for (let i = start + delay; i < back.length; i++) back[i] += gain * sent[i - start - delay];
  }
  const loss = fromDecibels(levelDb) * Math.sqrt(power(sound) / power(back));
  const noise = () => (fraction(random) - 0.5) * 16;
  return overTheLine(Int16Array.from(back, (sample) => saturate(sample * loss + noise())));
}

/** What the judge says of each frame with a voice in it: `e` echo, `V` voice; a dot where there is none. */
export function judge(played: Int16Array, heard: Int16Array): string {
  const sound = new PlayedSound();
  const judge = new EchoJudge(sound);
  let said = "";
  for (let at = 0; at + FRAME <= heard.length; at += FRAME) {
    const samples = heard.slice(at, at + FRAME);
    sound.push(played.slice(at, at + FRAME), 8000);
    judge.push({ sampleRate: 8000, samples, timestamp: at });
    said += rmsLevel(samples) < QUIET ? "." : judge.isEcho() ? "e" : "V";
  }
  return said;
}

/** Sound as G.711 brings it. */
export function overTheLine(sound: Int16Array): Int16Array {
  return expand(compress(sound, MU_LAW), MU_LAW);
}

/** A band from about 300 to 3000 Hz. */
function throughLoudspeaker(sound: Int16Array): Float64Array {
  let low = 0;
  let high = 0;
  let before = 0;
  return Float64Array.from(sound, (sample) => {
    high = 0.75 * (high + sample - before);
    before = sample;
    return low += 0.7 * (high - low);
  });
}

function power(sound: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < sound.length; i++) sum += sound[i] * sound[i];
  return sum / sound.length;
}
