/**
 * How well do the detectors tell a caller's voice from everything else on a telephone line, and how
 * soon? Recorded speech (Debian's asterisk-core-sounds-en-wav and pocketsphinx-testdata) with pauses,
 * labelled by the loudness of the clean track, is disturbed, sent through μ-law, and brought to 16 kHz
 * as a call's chain does.
 *
 *   bun bench/vad_quality.ts [seconds]
 *   deno run -A bench/vad_quality.ts
 */
import process from "node:process";
import { rmsLevel } from "../src/audio/mod.ts";
import { SeededRandom } from "../src/clock/mod.ts";
import { type DetectorName, loadDetector } from "../src/vad/mod.ts";
import { FRAME, layOut, type Track, utterances } from "./vad/corpus.ts";
import { babble, disturb, type Disturbance, music, pinkNoise } from "./vad/disturbance.ts";
import { throughLine } from "./vad/line.ts";
import { type Score, score } from "./vad/score.ts";

const DETECTORS: readonly DetectorName[] = ["energy", "fvad", "silero"];
/** The noise of a quiet line, in dBov: without it the track would be as clean as its labels. */
const LINE_DB = -65;
const COLUMNS = ["AUC", "hits", "false", "onset p50", "p95 ms", "missed"];

const [seconds = "600"] = process.argv.slice(2);
const sounds = await utterances();
// Half of the utterances are the callers', the other half is the babble behind them.
const track = layOut(sounds.filter((_, i) => i % 2 === 0), Number(seconds), new SeededRandom(1));
const others = sounds.filter((_, i) => i % 2 === 1);

const conditions: readonly (readonly [string, Disturbance, snrDb: number, loss: number])[] = [
  ["clean", pinkNoise, Infinity, 0],
  ["pink noise, 10 dB", pinkNoise, 10, 0],
  ["babble, 10 dB", babble(others), 10, 0],
  ["music, 10 dB", music, 10, 0],
  ["clean, 20 % lost", pinkNoise, Infinity, 0.2],
  ["pink, 20 % lost", pinkNoise, 10, 0.2],
];

/** The RMS level of the frames that hold a voice. */
function voiceLevel({ samples, voice }: Track): number {
  const kept = samples.filter((_, i) => voice[Math.floor(i / FRAME)]);
  return rmsLevel(kept);
}

function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * percent / 100))];
}

function row(name: string, { auc, hits, falseAlarms, onsetsMs, missed }: Score): void {
  say(name, [
    auc.toFixed(3),
    `${(100 * hits).toFixed(1)} %`,
    `${(100 * falseAlarms).toFixed(1)} %`,
    percentile(onsetsMs, 50),
    percentile(onsetsMs, 95),
    missed,
  ]);
}

function say(name: string, cells: readonly (string | number)[]): void {
  process.stdout.write(
    `${name.padEnd(28)}${cells.map((cell) => String(cell).padStart(10)).join("")}\n`,
  );
}

const { bun, deno, node } = process.versions;
const voices = track.voice.filter(Boolean).length / track.voice.length;
process.stdout.write(
  `${bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`}, ${sounds.length} utterances, ` +
    `${seconds} s of track, ${(100 * voices).toFixed(0)} % of it voice\n`,
);
say("", COLUMNS);
const level = voiceLevel(track);
for (const [name, disturbance, snrDb, loss] of conditions) {
  const random = new SeededRandom(2);
  const noise = disturbance(track.samples.length, random);
  const sound = disturb(track.samples, noise, Math.max(LINE_DB, level - snrDb));
  const frames = throughLine(sound, loss, random);
  for (const detector of DETECTORS) {
    const make = await loadDetector(detector);
    row(`${name}: ${detector}`, await score(make(), frames, track.voice));
  }
}
