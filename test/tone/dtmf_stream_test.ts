import { describe, expect, test } from "bun:test";
import { type AudioFrame, concatSamples, silence, tone } from "../../src/audio/mod.ts";
import {
  DtmfStream,
  type DtmfStreamOptions,
  dtmfTones,
  type HeardKey,
} from "../../src/tone/mod.ts";
import { streamOf } from "../support/stream_of.ts";

/** Frames of 20 ms. */
function framesOf(sound: Int16Array, sampleRate = 8000): AudioFrame[] {
  const length = sampleRate / 50;
  return Array.from({ length: Math.floor(sound.length / length) }, (_, i) => ({
    sampleRate,
    samples: sound.slice(i * length, (i + 1) * length),
    timestamp: i * length,
  }));
}

async function run(frames: readonly AudioFrame[], options: Partial<DtmfStreamOptions> = {}) {
  const keys: HeardKey[] = [];
  const stage = new DtmfStream({ onKey: (key) => void keys.push(key), ...options });
  const out: AudioFrame[] = [];
  for await (const frame of streamOf(frames).pipeThrough(stage)) out.push(frame);
  return { keys: keys.map(({ type, digit }) => type + digit), out };
}

const pressed = concatSamples([silence(100), tone(dtmfTones("3"), 100), silence(100)]);

describe("DtmfStream", () => {
  test("passes each frame on with its marks, and silences those of a key", async () => {
    const frames = framesOf(pressed).map((frame, i) => ({ ...frame, turn: i, concealed: i === 2 }));
    const { keys, out } = await run(frames);
    expect(keys).toEqual(["start3", "end3"]);
    expect(out.map((frame) => ({ ...frame, samples: 0 }))).toEqual(
      frames.map((frame) => ({ ...frame, samples: 0 })),
    );
    const changed = out.flatMap((frame, i) => frame === frames[i] ? [] : [i]);
    // The key is in 5 to 9; it is known to be one in 6, and to be over in 10.
    expect(changed).toEqual([6, 7, 8, 9, 10]);
    for (const i of changed) expect(out[i].samples).toEqual(new Int16Array(160));
  });

  test("leaves the sound as it is when it is told to", async () => {
    const frames = framesOf(pressed);
    const { keys, out } = await run(frames, { mute: false });
    expect(keys).toEqual(["start3", "end3"]);
    expect(out).toEqual(frames);
  });

  test("hears on when the rate changes, and ends a key with the sound", async () => {
    const wide = tone(dtmfTones("8"), 100, { sampleRate: 16_000 });
    const frames = [...framesOf(tone(dtmfTones("3"), 100)), ...framesOf(wide, 16_000)];
    expect((await run(frames)).keys).toEqual(["start3", "end3", "start8", "end8"]);
  });

  test("ends a key when its reader goes away", async () => {
    const keys: string[] = [];
    const onKey = ({ type, digit }: HeardKey) => void keys.push(type + digit);
    const stage = streamOf(framesOf(tone(dtmfTones("3"), 1000)))
      .pipeThrough(new DtmfStream({ onKey }));
    const reader = stage.getReader();
    while (keys.length === 0) await reader.read();
    await reader.cancel();
    expect(keys).toEqual(["start3", "end3"]);
  });
});
