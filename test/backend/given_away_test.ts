/** Backends that give the sound they got to a worker, which leaves them and us with an empty array. */
import { describe, expect, test } from "bun:test";
import { BackendStream, type DuplexBackend, type VoiceBackend } from "../../src/backend/mod.ts";
import { ReplayedAudio } from "../../src/backend/resilience/replayed_audio.ts";
import { numbered, VirtualCall } from "../media/virtual_call.ts";
import { streamOf } from "../support/stream_of.ts";
import { ConversationRig, quick } from "./conversation_rig.ts";

const RATE = 16_000;

function giveAway({ buffer }: Int16Array): void {
  structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
}

describe("sound that a backend gives away", () => {
  test("piece by piece is still there for the one that hears the turn again", async () => {
    const lengths: number[] = [];
    const rig = new ConversationRig({
      async *transcribeStream(audio) {
        for await (const samples of audio) giveAway(samples);
        yield* [];
        throw new Error("The worker is gone");
      },
      transcribe(audio) {
        lengths.push(audio.length);
        return "Hi.";
      },
    });
    await rig.speak();
    await rig.clock.advance(300);
    expect(lengths).toEqual([3200]);
    expect(rig.said).toEqual(["1 Yes. @180"]);
    await rig.end();
  });

  test("as a whole is still there when the caller goes on", async () => {
    const lengths: number[] = [];
    const transcribe: VoiceBackend["transcribe"] = (audio) => {
      lengths.push(audio.length);
      giveAway(audio);
      return lengths.length === 1 ? new Promise<string>(() => {}) : "Hi.";
    };
    const rig = new ConversationRig({ transcribe });
    await rig.speak();
    await rig.clock.advance(300);
    await rig.speak();
    await rig.clock.advance(300);
    expect(lengths).toEqual([3200, 6400]);
    expect(rig.history.map(({ text }) => text)).toEqual(["Hi."]);
    await rig.end();
  });

  test("by one recognizer is still there for the next", async () => {
    const audio = streamOf([Int16Array.of(1, 2), Int16Array.of(3)]);
    const replayed = new ReplayedAudio(audio);
    await replayed.open().pipeTo(new WritableStream({ write: giveAway }));
    expect((await Array.fromAsync(replayed.open())).map((piece) => [...piece])).toEqual([
      [1, 2],
      [3],
    ]);
  });

  test("is played as it was, though its buffer is used for the next", async () => {
    const backend: VoiceBackend = {
      ...quick(),
      async *speak() {
        const samples = new Int16Array(320);
        for (let part = 1; part <= 5; part++) {
          yield { samples: samples.fill(part), sampleRate: RATE };
        }
      },
    };
    const call = { sessionId: "1", from: { user: "a" }, to: { user: "b" }, headers: {} };
    const marks = { turn: 1, endOfTurn: true };
    const frame = { sampleRate: RATE, samples: new Int16Array(320), timestamp: 0, ...marks };
    const frames = streamOf([frame]).pipeThrough(new BackendStream(backend, call));
    const heard = (await Array.fromAsync(frames)).map(({ samples }) => samples[0]);
    expect(heard).toEqual([1, 2, 3, 4, 5, 0]);
  });

  test("does not end a call of speech to speech", async () => {
    const backend: DuplexBackend = {
      converse(audio) {
        void audio.pipeTo(new WritableStream({ write: ({ samples }) => giveAway(samples) }))
          .catch(() => {});
        return new ReadableStream();
      },
    };
    const call = new VirtualCall({ backend, detector: { detect: () => 1, close() {} } });
    for (let i = 0; i < 100; i++) await call.send(numbered(i));
    const { packets } = call.session.statistics.rtp;
    expect(packets).toBe(100);
    let isOver = false;
    void call.ended.then(() => isOver = true, () => isOver = true);
    await call.clock.advance(1000);
    expect(isOver).toBe(false);
    await call.end();
  });
});
