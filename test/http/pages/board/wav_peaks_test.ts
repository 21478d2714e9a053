import { describe, expect, test } from "bun:test";
import { wavHeader } from "../../../../src/call/recording/wav_header.ts";
import { pageModule } from "../../../support/page_module.ts";
import { wireRecording } from "../../../support/wire_calls.ts";

interface Peaks {
  readonly peaks: readonly (readonly number[])[];
  readonly durationMs: number;
  readonly sampleRate: number;
  push(bytes: Uint8Array): void;
}

const { WavPeaks } = await pageModule<{ WavPeaks: new () => Peaks }>("board/wav_peaks.js");

/** What is read of a file that comes in pieces of a size. */
function read(file: Uint8Array, size = file.length): Peaks {
  const peaks = new WavPeaks();
  for (let at = 0; at < file.length; at += size) peaks.push(file.slice(at, at + size));
  return peaks;
}

/** A file as the phone writes it while its length is not known: loud on the left, quiet on the right. */
function unfinished(frames: number): Uint8Array {
  const head = wavHeader(16_000);
  const file = new Uint8Array(head.length + 4 * frames);
  file.set(head);
  const view = new DataView(file.buffer, head.length);
  for (let frame = 0; frame < frames; frame++) {
    view.setInt16(4 * frame, -16_384, true);
    view.setInt16(4 * frame + 2, 4096, true);
  }
  return file;
}

describe("WavPeaks", () => {
  test("gives the loudest of each 50 ms, side by side", () => {
    const { peaks: [caller, agent], durationMs } = read(wireRecording(1));
    expect(durationMs).toBe(1000);
    expect([caller.length, agent.length]).toEqual([20, 20]);
    expect(caller.slice(0, 10).every((level) => level > 0.2)).toBe(true);
    expect(caller.slice(10).every((level) => level === 0)).toBe(true);
    expect(agent.slice(0, 10).every((level) => level === 0)).toBe(true);
  });

  test("gives the same however the file is cut", () => {
    const file = wireRecording(0.2);
    const whole = read(file);
    for (const size of [1, 2, 3, 7, 43, 45, 1001]) {
      const { peaks, durationMs } = read(file, size);
      expect([size, durationMs, peaks]).toEqual([size, whole.durationMs, whole.peaks]);
    }
  });

  test("reads what the phone writes, with a place kept free before the sound and no length", () => {
    const { peaks, sampleRate, durationMs } = read(unfinished(1600), 100);
    expect([sampleRate, durationMs]).toEqual([16_000, 100]);
    expect(peaks).toEqual([[0.5, 0.5], [0.125, 0.125]]);
  });

  test("refuses what it cannot read", () => {
    const text = new TextEncoder().encode("<!DOCTYPE html><title>no</title>");
    expect(() => read(text)).toThrow("The recording is no WAV file.");
    const other = wireRecording(0.1);
    // 7 is mu-law.
    other[20] = 7;
    expect(() => read(other)).toThrow("no WAV file of 16-bit PCM");
  });
});
