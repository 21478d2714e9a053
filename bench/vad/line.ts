/** A telephone line: μ-law, lost packets and what our chain does about them, up to the VAD. */
import { type AudioFrame, compress, expand, MU_LAW } from "../../src/audio/mod.ts";
import { fraction, type Random } from "../../src/clock/mod.ts";
import { LossConcealer } from "../../src/jitter/mod.ts";
import { FrameResampler } from "../../src/resample/mod.ts";
import { FRAME } from "./corpus.ts";

/** The frames that a call's VAD gets, at 16 kHz, when `loss` of 1 of the packets are lost. */
export function throughLine(sound: Int16Array, loss: number, random: Random): AudioFrame[] {
  const concealer = new LossConcealer({ random });
  const resampler = new FrameResampler({ to: 16_000 });
  const frames: AudioFrame[] = [];
  for (let timestamp = 0; timestamp < sound.length; timestamp += FRAME) {
    const concealed = fraction(random) < loss;
    const payload = new Uint8Array(FRAME);
    compress(sound.subarray(timestamp, timestamp + FRAME), MU_LAW, payload);
    const samples = concealed ? concealer.conceal(FRAME) : concealer.good(expand(payload, MU_LAW));
    frames.push(...resampler.push({ sampleRate: 8000, samples, timestamp, concealed }));
  }
  resampler.close();
  return frames;
}
