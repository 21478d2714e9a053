/** A telephone that presses keys badly, a line that carries them badly, and what is heard of it. */

import { compress, concatSamples, expand, MU_LAW, silence } from "../../src/audio/mod.ts";
import { fraction, type Random, SeededRandom } from "../../src/clock/mod.ts";
import { LossConcealer } from "../../src/jitter/mod.ts";
import { DtmfDetector, dtmfTones, type HeardKey } from "../../src/tone/mod.ts";

/** How keys are pressed, and what the line does to them. */
export interface KeyLineOptions {
  /** @default 40 */
  readonly toneMs?: number;
  /** @default 40 */
  readonly pauseMs?: number;
  /** The level of the lower tone in dBov (RMS). @default -20 */
  readonly levelDb?: number;
  /** How much louder the higher tone is. @default 0 */
  readonly twistDb?: number;
  /** How far both are from where they belong, as a share. @default 0 */
  readonly offset?: number;
  /** How far white noise is below the two tones together. @default no noise */
  readonly snrDb?: number;
  /** The share of packets that is lost. @default 0 */
  readonly loss?: number;
  /** Hz. @default 8000 */
  readonly sampleRate?: number;
}

/** Presses `digits` at times that fall anywhere between the packets; returns what is heard. */
export function hear(digits: string, options: KeyLineOptions = {}): HeardKey[] {
  const { sampleRate = 8000, loss = 0 } = options;
  const random = new SeededRandom(4);
  const sound = pressed(digits, options, random);
  const detector = new DtmfDetector(sampleRate);
  const concealer = new LossConcealer({ sampleRate, random });
  const length = sampleRate / 50;
  const heard: HeardKey[] = [];
  for (let at = 0; at + length <= sound.length; at += length) {
    const concealed = fraction(random) < loss;
    const frame = concealed
      ? concealer.conceal(length)
      : concealer.good(sound.slice(at, at + length));
    heard.push(...detector.push(frame, { concealed }));
  }
  return [...heard, ...detector.flush()];
}

/** The keys that went down, as they were heard. */
export function digitsOf(heard: readonly HeardKey[]): string {
  return heard.filter(({ type }) => type === "start").map(({ digit }) => digit).join("");
}

/** `count` keys by chance, all sixteen of them again and again. */
export function manyKeys(count: number): string {
  const random = new SeededRandom(9);
  return Array.from({ length: count }, () => "0123456789*#ABCD"[random.uint32() % 16]).join("");
}

function pressed(digits: string, options: KeyLineOptions, random: Random): Int16Array {
  const { toneMs = 40, pauseMs = 40, sampleRate = 8000, levelDb = -20, snrDb = Infinity } = options;
  const parts = [silence(100 + 20 * fraction(random), { sampleRate })];
  for (const digit of digits) {
    parts.push(keySound(digit, toneMs, options, random));
    // Not a whole number of packets, so that tones and packets are not in step.
    parts.push(silence(pauseMs + fraction(random), { sampleRate }));
  }
  const sound = concatSamples([...parts, silence(100, { sampleRate })]);
  const noise = 32768 * 10 ** ((levelDb + 3 - snrDb) / 20);
  const noisy = sound.map((sample) => Math.round(sample + noise * normal(random)));
  return expand(compress(noisy, MU_LAW), MU_LAW);
}

function keySound(
  digit: string,
  ms: number,
  { levelDb = -20, twistDb = 0, offset = 0, sampleRate = 8000 }: KeyLineOptions,
  random: Random,
): Int16Array {
  const tones = dtmfTones(digit).map((frequency, i) => ({
    step: (2 * Math.PI * frequency * (1 + offset)) / sampleRate,
    phase: 2 * Math.PI * fraction(random),
    peak: 32768 * Math.SQRT2 * 10 ** ((levelDb + i * twistDb) / 20),
  }));
  return Int16Array.from({ length: Math.round((ms * sampleRate) / 1000) }, (_, n) => {
    const sum = tones.reduce(
      (sum, { step, phase, peak }) => sum + peak * Math.sin(phase + step * n),
      0,
    );
    return Math.max(-32768, Math.min(32767, Math.round(sum)));
  });
}

/** A number of the normal distribution, nearly. */
function normal(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += fraction(random);
  return sum;
}
