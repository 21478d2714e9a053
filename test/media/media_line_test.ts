import { describe, expect, test } from "bun:test";
import { type AudioFrame, readWav } from "../../src/audio/mod.ts";
import { loopback, type StreamBackend } from "../../src/backend/mod.ts";
import { Recordings } from "../../src/call/mod.ts";
import { SeededRandom, Ticker, VirtualClock } from "../../src/clock/mod.ts";
import { L16 } from "../../src/codec/mod.ts";
import {
  type MediaKey,
  type MediaLine,
  MediaSession,
  MessageLine,
  type MessageLineOptions,
} from "../../src/media/mod.ts";
import { loadResampler } from "../../src/resample/mod.ts";
import { MemoryDisk } from "../call/recording/memory_disk.ts";

// It takes real time, which is none of a session's.
await loadResampler();

const RATE = 16_000;
const FRAME = RATE / 50;
const INFO = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };

/** A session on a line, on virtual time. */
function scene(
  make: (clock: VirtualClock) => MediaLine,
  backend = loopback(),
  inbandDtmf = false,
) {
  const clock = new VirtualClock(5);
  const line = make(clock);
  const over = new AbortController();
  const keys: MediaKey[] = [];
  const session = new MediaSession({
    clock,
    ticker: new Ticker(clock),
    line,
    detector: () => ({ detect: () => 0, close: () => {} }),
    backend,
    call: INFO,
    signal: over.signal,
    inbandDtmf,
    onDtmf: (key) => void keys.push(key),
  });
  session.confirm();
  const ended = session.run();
  return {
    clock,
    session,
    ended,
    keys,
    end: async () => {
      over.abort();
      await clock.runUntil(ended);
    },
  };
}

/** A session on messages of PCM, what it sent, and how the other side speaks to it. */
function messages(
  options: Partial<MessageLineOptions> = {},
  backend?: StreamBackend,
  inbandDtmf?: boolean,
) {
  const codec = new L16(RATE, { littleEndian: true });
  const sent: (Int16Array | undefined)[] = [];
  let line!: MessageLine;
  const run = scene(
    (clock) =>
      line = new MessageLine({
        clock,
        random: new SeededRandom(1),
        name: "pipe",
        codec,
        send: (payload) => {
          sent.push(payload && codec.decode(payload));
        },
        ...options,
      }),
    backend,
    inbandDtmf,
  );
  const say = (samples: Int16Array) => line.receive(codec.encode(samples));
  const speak = async (samples: Int16Array) => {
    for (let at = 0; at < samples.length; at += FRAME) {
      say(samples.subarray(at, at + FRAME));
      await run.clock.advance(20);
    }
  };
  return { ...run, line, sent, say, speak };
}

/** A click each so many samples, from the sample `from` on. */
function clicks(every: number, length: number, from = 0): Int16Array {
  return Int16Array.from({ length }, (_, at) => (from + at) % every === every - 1 ? 20_000 : 0);
}

function placesOf(samples: Int16Array): number[] {
  return [...samples.keys()].filter((at) => samples[at] > 10_000);
}

describe("MediaSession on a line of frames", () => {
  test("begins with the resampler, and closes the line when it is over", async () => {
    const codec = new L16(RATE);
    const frames = Array.from({ length: 30 }, (_, n): AudioFrame => ({
      sampleRate: RATE,
      samples: new Int16Array(FRAME).fill(n + 1),
      timestamp: n * FRAME,
    }));
    const sent: number[] = [];
    let closed = 0;
    const { clock, session, end } = scene(() => ({
      codec,
      readable: new ReadableStream({
        start(controller) {
          for (const frame of frames) controller.enqueue(frame);
        },
      }),
      maySend: true,
      statistics: {} as MediaLine["statistics"],
      open: () => [],
      send: (payload, { kind }) => void (kind === "audio" && sent.push(codec.decode(payload)[0])),
      skip: () => {},
      nextKey: () => undefined,
      sendDtmf: () => {},
      close: () => void closed++,
    }), () => new TransformStream());
    expect(String(session.chain)).toMatch(/^resample ▶ vad ▶ turn ▶ backend 16 kHz ▶/);
    await clock.advance(700);
    expect(sent).toEqual(frames.map(({ samples }) => samples[0]));
    await end();
    expect(closed).toBe(1);
  });
});

describe("MediaSession on messages", () => {
  test("counts messages as it counts packets", async () => {
    const { session, speak, say, clock, end } = messages();
    await speak(new Int16Array(FRAME * 10));
    say(new Int16Array(0));
    await clock.advance(200);
    const { rtp, socket, jitter, quality, jitterMs } = session.statistics;
    expect([rtp.datagrams, rtp.packets, rtp.wrongPayloadType]).toEqual([11, 10, 1]);
    expect([socket.received, socket.dropped, socket.sendErrors]).toEqual([11, 0, 0]);
    expect([jitter.delivered, jitter.lost, jitterMs, quality]).toEqual([10, 0, 0, undefined]);
    expect(jitter.silenceMs).toBeGreaterThan(0);
    await end();
  });

  test("follows the beat of the messages, so that an answer leaves soon", async () => {
    const { session, speak, say, end, clock, sent } = messages();
    await speak(new Int16Array(FRAME * 100));
    const at = clock.now();
    say(new Int16Array(FRAME).fill(7));
    await clock.advance(4);
    expect(sent.some((samples) => samples?.[5] === 7)).toBe(true);
    expect(clock.now() - at).toBeLessThanOrEqual(4);
    expect(session.statistics.pacing.missed).toBe(0);
    await clock.advance(20);
    await end();
  });

  test("says how often nothing could be sent", async () => {
    const { session, clock, end, sent } = messages({ hasRoom: () => false });
    await clock.advance(200);
    expect(sent).toEqual([]);
    expect(session.statistics.socket.sent).toBe(0);
    expect(session.statistics.socket.sendErrors).toBeGreaterThanOrEqual(9);
    await end();
  });

  test("sounds keys that it has no other way to press, as keys are heard", async () => {
    const { session, sent, speak, keys, clock, end } = messages({}, undefined, true);
    session.sendDtmf("5#");
    await clock.advance(600);
    const sounded = sent.filter((samples) => samples !== undefined);
    await speak(new Int16Array(RATE / 5));
    for (const samples of sounded) await speak(samples);
    await speak(new Int16Array(RATE / 5));
    expect(keys.map(({ type, digit, way }) => `${type} ${digit} ${way}`)).toEqual([
      "start 5 inband",
      "end 5 inband",
      "start # inband",
      "end # inband",
    ]);
    expect(() => session.sendDtmf("5x")).toThrow(RangeError);
    await end();
  });

  test("mutes either side", async () => {
    const { session, sent, speak, end } = messages();
    const voice = new Int16Array(FRAME * 20).fill(7000);
    session.mute("caller");
    await speak(voice);
    expect(sent.every((samples) => samples === undefined || samples.every((s) => s === 0)))
      .toBe(true);
    session.unmute("caller");
    await speak(voice);
    expect(sent.some((samples) => samples?.[9] === 7000)).toBe(true);
    session.mute("agent");
    sent.length = 0;
    await speak(voice);
    expect(sent.every((samples) => samples === undefined)).toBe(true);
    await end();
  });

  test("records both sides to the sample, over pauses and stalls", async () => {
    const clicking: StreamBackend = () => ({
      writable: new WritableStream(),
      readable: new ReadableStream({
        pull(controller) {
          const at = position;
          position += FRAME;
          const samples = clicks(7013, FRAME, at);
          controller.enqueue({ sampleRate: RATE, samples, timestamp: at });
        },
      }),
    });
    let position = 0;
    const call = messages({}, clicking);
    const disk = new MemoryDisk(call.clock);
    const recordings = new Recordings({
      folder: "/rec",
      fileName: "call",
      clock: call.clock,
      random: new SeededRandom(2),
      wallClock: () => 1_700_000_000_000,
      disk,
      onEvent: () => {},
    });
    const recording = recordings.record({ info: INFO, media: call.session, ended: call.ended });
    const startedAt = call.clock.now();
    /** When each click of the caller was over, in ms. */
    const clicked: number[] = [];
    const click = clicks(FRAME, FRAME);
    const quiet = new Int16Array(FRAME);
    const talk = async (count: number) => {
      for (let n = 0; n < count; n++) {
        if (n % 10 === 5) clicked.push(call.clock.now());
        await call.speak(n % 10 === 5 ? click : quiet);
      }
    };
    await talk(100);
    await call.clock.advance(3007); // muted: nothing is sent
    await talk(100);
    // The network stands still for 0.6 s, and then all comes at once.
    const stalled = Array.from({ length: 30 }, (_, n) => {
      if (n % 10 === 5) clicked.push(call.clock.now() + 20 * n);
      return n % 10 === 5 ? click : quiet;
    });
    await call.clock.advance(600);
    for (const samples of stalled) call.say(samples);
    await talk(100);
    await call.clock.advance(200);
    await call.end();
    const { path } = await call.clock.runUntil(recording.stop());
    const [left, right] = readWav(disk.bytes(path)).channels;
    const agent = placesOf(right);
    const between = agent.slice(1).map((at, index) => at - agent[index]);
    expect(new Set(between)).toEqual(new Set([7013]));
    // A click is the last sample of its message, which was over when it came: at most a sample off.
    const heard = placesOf(left);
    const due = clicked.map((at) => (at - startedAt) * RATE / 1000);
    expect(heard.length).toBe(due.length);
    const off = heard.map((at, index) => at + 1 - due[index]);
    const first = off[0];
    for (const [index, one] of off.entries()) {
      expect([index, Math.abs(one - first) <= RATE / 1000]).toEqual([index, true]);
    }
    // The pieces of one epoch lie as they were taken, to the sample.
    const gaps = heard.slice(1, 10).map((at, index) => at - heard[index]);
    expect(new Set(gaps)).toEqual(new Set([10 * FRAME]));
    // The recording begins with the first tick after it was asked for.
    expect(first).toBeLessThanOrEqual(RATE / 40);
    expect(first).toBeGreaterThanOrEqual(-RATE / 40);
  });
});
