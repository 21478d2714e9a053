/** Recordings on virtual time, of calls whose agents say one number all the time. */

import { readWav } from "../../../src/audio/mod.ts";
import type { CallInfo } from "../../../src/backend/mod.ts";
import {
  type RecordedCall,
  type RecordingEvent,
  Recordings,
  type RecordingsOptions,
} from "../../../src/call/mod.ts";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";
import { SoundTaps } from "../../../src/media/sound_taps.ts";
import { MemoryDisk } from "./memory_disk.ts";

export const START = Date.UTC(2026, 10, 27, 8, 0, 0);

/** A phone's recordings, on a disk that outlives them. */
export class Phone {
  readonly events: RecordingEvent[] = [];
  readonly recordings: Recordings;

  constructor(
    readonly clock: VirtualClock,
    readonly disk: MemoryDisk,
    options: Partial<RecordingsOptions> = {},
  ) {
    this.recordings = new Recordings({
      folder: "/rec",
      fileName: "{from}",
      clock,
      random: new SeededRandom(1),
      wallClock: () => START + clock.now(),
      disk,
      onEvent: (_, event) => void this.events.push(event),
      ...options,
    });
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }
}

/** A call whose agent says one number all the time. */
export class TalkingCall implements RecordedCall {
  readonly info: CallInfo;
  readonly media: RecordedCall["media"];
  readonly ended: Promise<void>;
  end: () => void = () => {};
  readonly #taps = new SoundTaps();

  constructor(
    readonly clock: VirtualClock,
    user = "alice",
    sessionId = "s1",
    readonly sampleRate = 8000,
  ) {
    this.info = { sessionId, from: { user }, to: { user: "bot" }, headers: {} };
    this.media = {
      line: { sampleRate, clockRate: sampleRate },
      tap: (tap) => this.#taps.add(tap),
    };
    this.ended = new Promise((resolve) => this.end = resolve);
  }

  async say(value: number, ms: number): Promise<void> {
    const duration = this.sampleRate / 50;
    for (let left = ms; left > 0; left -= 20) {
      this.#taps.leaves(new Int16Array(duration).fill(value));
      this.#taps.sent({ duration, kind: "audio", marker: false });
      this.#taps.ticked(this.clock.now() + 20);
      await this.clock.advance(20);
    }
  }
}

export function setUp(options: Partial<RecordingsOptions> = {}) {
  const clock = new VirtualClock();
  const disk = new MemoryDisk(clock);
  return { clock, disk, phone: new Phone(clock, disk, options) };
}

/** Lengths of the runs of one value in the right channel of a file, in ms: `[value, ms]`. */
export function runs(disk: MemoryDisk, path: string): [number, number][] {
  const { sampleRate, channels } = readWav(disk.bytes(path));
  const found: [number, number][] = [];
  for (const sample of channels[1]) {
    const last = found.at(-1);
    if (last?.[0] === sample) last[1] += 1000 / sampleRate;
    else found.push([sample, 1000 / sampleRate]);
  }
  return found.map(([value, ms]) => [value, Math.round(ms)]);
}
