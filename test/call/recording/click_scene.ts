/** A call of clicks on virtual time, from both sides, and its recording. */

import { compress, MU_LAW, readWav } from "../../../src/audio/mod.ts";
import {
  type Recording,
  type RecordingEnd,
  type RecordingEvent,
  Recordings,
} from "../../../src/call/mod.ts";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";
import type { AudioFrame } from "../../../src/audio/mod.ts";
import { parameters, VirtualCall } from "../../media/virtual_call.ts";
import { MemoryDisk } from "./memory_disk.ts";

/** The loudness of a click: one sample, and silence around it. */
export const CLICK = 20_000;

/** What the caller's telephone does from some time on. */
export interface Scene {
  /** The share of packets that is lost. @default 0 */
  readonly loss?: number;
  /** One packet in four is late by up to so many ms. @default 0 */
  readonly jitterMs?: number;
  /** Parts per million by which the telephone's clock is fast. @default 0 */
  readonly fastPpm?: number;
  /** Whether one packet in four is late; else all of them by something. @default true */
  readonly seed?: number;
  /** Samples between two clicks of the agent. @default 7013 */
  readonly agentEvery?: number;
}

/** One click of the caller's: by its telephone's count of samples, and when on our clock it was over. */
export interface CallerClick {
  readonly sample: number;
  readonly at: number;
  readonly arrived: boolean;
}

const CALLER_EVERY = 4567;
/** The caller's first click: what is said before the first tick of the line is before the recording. */
const CALLER_FIRST = 2000;

/** A telephone that clicks every 4567 samples, an agent that clicks every 7013, and a recording. */
export class ClickScene {
  readonly clock = new VirtualClock(7);
  readonly disk = new MemoryDisk(this.clock);
  readonly events: RecordingEvent[] = [];
  readonly clicks: CallerClick[] = [];
  readonly call: VirtualCall;
  readonly recordings: Recordings;
  readonly recording: Recording;
  readonly startedAt: number;
  readonly #scene: Scene;
  readonly #random: SeededRandom;
  /** Samples the telephone has taken since its start. */
  #sample = 0;
  /** When the next packet is complete, in ms of our clock. */
  #dueAt: number;
  #sequence = 65_000;
  #timestamp = 0xffff_0000;
  #ssrc = 77;

  constructor(scene: Scene = {}) {
    this.#scene = scene;
    this.#random = new SeededRandom(scene.seed ?? 1);
    this.call = new VirtualCall({
      backend: () => ({
        readable: clicking(scene.agentEvery ?? 7013),
        writable: new WritableStream<AudioFrame>(),
      }),
      clock: this.clock,
    });
    this.recordings = new Recordings({
      folder: "/rec",
      fileName: "call",
      clock: this.clock,
      random: new SeededRandom(2),
      wallClock: () => 1_700_000_000_000 + this.clock.now(),
      disk: this.disk,
      onEvent: (_, event) => void this.events.push(event),
    });
    this.startedAt = this.clock.now();
    this.recording = this.recordings.record({
      info: { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} },
      media: this.call.session,
      ended: this.call.ended,
    });
    this.#dueAt = this.clock.now() + 33.3;
  }

  /** Lets the telephone talk for `ms` of its own time. */
  async talk(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 20) await this.#packet(true);
  }

  /** Lets the telephone be silent and send nothing, while its clock goes on. */
  async rest(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 20) await this.#packet(false);
  }

  /** The other side holds the call: nothing is sent to it, and it sends nothing. */
  async hold(ms: number): Promise<void> {
    this.call.agree({ ...parameters, direction: "inactive" });
    await this.rest(ms);
    this.call.agree(parameters);
  }

  /** Another telephone has the call from here on; it takes its samples at the same beat. */
  transfer(): void {
    this.#ssrc++;
    this.#sequence = this.#random.uint32() & 0xffff;
    this.#timestamp = this.#random.uint32();
  }

  /** The telephone's timestamps stand still for so long, as some do on hold. */
  freeze(ms: number): void {
    this.#timestamp -= 8 * ms;
  }

  /** Ends the call; gives what was recorded. */
  async end(): Promise<{ left: Int16Array; right: Int16Array; end: RecordingEnd }> {
    await this.clock.advance(200);
    await this.call.end();
    const end = await this.clock.runUntil(this.recording.stop());
    const [left, right] = readWav(this.disk.bytes(end.path)).channels;
    return { left, right, end };
  }

  async #packet(isSent: boolean): Promise<void> {
    const { loss = 0, jitterMs = 0, fastPpm = 0 } = this.#scene;
    const samples = new Int16Array(160);
    const count = Math.max(0, Math.ceil((this.#sample - CALLER_FIRST) / CALLER_EVERY));
    const next = CALLER_FIRST + count * CALLER_EVERY;
    const isLost = this.#chance() < loss;
    const delay = this.#chance() < 0.25 ? this.#chance() * jitterMs : 0;
    if (next < this.#sample + 160 && isSent) {
      samples[next - this.#sample] = CLICK;
      const at = this.#dueAt - (this.#sample + 160 - next) / 8;
      this.clicks.push({ sample: next, at, arrived: !isLost });
    }
    const payload = compress(samples, MU_LAW);
    const packet = {
      sequenceNumber: this.#sequence & 0xffff,
      timestamp: this.#timestamp >>> 0,
      ssrc: this.#ssrc,
      payload,
    };
    if (isSent) this.#sequence++;
    this.#timestamp += 160;
    this.#sample += 160;
    const inMs = this.#dueAt - this.clock.now();
    this.#dueAt += 20 / (1 + fastPpm / 1e6);
    if (isSent && !isLost) this.clock.setTimer(() => this.call.transmit(packet), inMs + delay);
    await this.clock.advance(Math.max(0, inMs));
  }

  #chance(): number {
    return this.#random.uint32() / 2 ** 32;
  }
}

/** Where the loudest sample within 100 of a place is; undefined where nothing is loud. */
export function clickNear(samples: Int16Array, place: number): number | undefined {
  let best: number | undefined;
  for (let n = Math.max(0, place - 100); n <= place + 100 && n < samples.length; n++) {
    // What follows a loss is blended into what was made up, and a click in it is softer.
    if (samples[n] > (best === undefined ? 1000 : samples[best])) best = n;
  }
  return best;
}

/** Where clicks are that nothing was done to. */
export function clicksIn(samples: Int16Array): number[] {
  const places: number[] = [];
  for (let n = 0; n < samples.length; n++) if (samples[n] > 19_000) places.push(n);
  return places;
}

/** The agent's clicks as its listener got them: by the RTP clock since the first packet, and when. */
export function agentClicks({ heard }: VirtualCall): { sample: number; at: number }[] {
  return heard.flatMap(({ payload, timestamp, at }) =>
    [...payload].flatMap((code, index) => {
      const sample = ((timestamp - heard[0].timestamp) >>> 0) + index;
      return (code & 0x7f) === 0x7f ? [] : [{ sample, at: at + index / 8 }];
    })
  );
}

/** An agent that clicks. */
function clicking(every: number): ReadableStream<AudioFrame> {
  let sample = 0;
  return new ReadableStream({
    pull(controller) {
      const samples = new Int16Array(160);
      const next = Math.ceil(sample / every) * every;
      if (next < sample + 160) samples[next - sample] = CLICK;
      controller.enqueue({ sampleRate: 8000, samples, timestamp: sample });
      sample += 160;
    },
  });
}
