/**
 * How long does a codec or a resampler take for 20 ms of speech?
 *
 *   bun bench/codec_resample.ts
 *   deno run -A bench/codec_resample.ts
 *
 * Per row: the median of 9 runs of 500 frames, in microseconds, and how much of a core one direction
 * of 100 calls takes at that.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import process from "node:process";
import { frameSamples, readWav } from "../src/audio/mod.ts";
import { CODEC_NAMES, codecsNamed } from "../src/codec/mod.ts";
import { loadResampler, Resampler } from "../src/resample/mod.ts";

const RUNS = 9;
const FRAMES = 500;

const hello = readWav(readFileSync(new URL("../examples/speech/hello.wav", import.meta.url)));

await loadResampler();

const { bun, deno, node } = process.versions;
const runtime = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`;
say(`${runtime}, ${cpus().length} x ${cpus()[0].model}`);
say("                          us per 20 ms   100 calls");

for (const { format, load, create } of codecsNamed(CODEC_NAMES)) {
  await load?.();
  const codec = create();
  const frames = speechAt(codec.sampleRate);
  const payloads = frames.map((frame) => codec.encode(frame));
  const name = `${format.name}/${codec.sampleRate}`;
  report(`${name} encode`, measure((k) => codec.encode(frames[k % frames.length])));
  report(`${name} decode`, measure((k) => codec.decode(payloads[k % payloads.length])));
  const { recover } = codec;
  if (recover) {
    const next = (k: number) => payloads[(k + 1) % payloads.length];
    report(`${name} recover`, measure((k) => recover.call(codec, frames[0].length, next(k))));
  }
  codec.close();
}

for (
  const [from, to] of [[8000, 16000], [16000, 8000], [24000, 8000], [22050, 8000], [48000, 16000]]
) {
  const resampler = new Resampler(from, to);
  const frames = speechAt(from);
  report(`${from} to ${to}`, measure((k) => resampler.push(frames[k % frames.length])));
  resampler.close();
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The speech at another rate, in frames of 20 ms. */
function speechAt(sampleRate: number): Int16Array[] {
  const resampler = new Resampler(hello.sampleRate, sampleRate);
  const sound = resampler.push(hello.channels[0]);
  resampler.close();
  const size = frameSamples(sampleRate);
  const count = Math.floor(sound.length / size);
  return Array.from({ length: count }, (_, k) => sound.slice(k * size, (k + 1) * size));
}

/** Microseconds per call of `work`: the median of the runs, after one to warm up. */
function measure(work: (k: number) => unknown): number {
  const times: number[] = [];
  for (let run = -1; run < RUNS; run++) {
    const start = performance.now();
    for (let k = 0; k < FRAMES; k++) work(k);
    if (run >= 0) times.push(((performance.now() - start) * 1000) / FRAMES);
  }
  return times.sort((a, b) => a - b)[RUNS >> 1];
}

function report(name: string, us: number): void {
  const ofACore = ((us * 50 * 100) / 1e6) * 100;
  say(
    `${name.padEnd(24)} ${us.toFixed(1).padStart(13)} ${ofACore.toFixed(1).padStart(9)} %`,
  );
}
