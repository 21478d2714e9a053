/** What a caller says while the network stands still. */

import { afterEach, describe, expect, test } from "bun:test";
import type { VoiceBackend } from "../../src/backend/mod.ts";
import { G711 } from "../../src/codec/mod.ts";
import { browserCall, twilioCall } from "../../src/door/mod.ts";
import { type DoorScene, doorScene } from "./door_scene.ts";
import { FarEnd, pcm } from "./socket_pair.ts";
import { TwilioPeer } from "./twilio_peer.ts";

let scene: DoorScene;
const over: Promise<void>[] = [];
afterEach(async () => {
  await scene.stop();
  await Promise.all(over.splice(0));
});

/** Half a second of voice, each at a level of its own, and as much of silence behind it: in frames. */
const WORD = 25;
const levelOf = (word: number) => 3000 + 400 * word;
/** A caller's 20 ms at 8 kHz, by the number of the frame. */
const frameOf = (n: number) =>
  new Int16Array(160).fill(n % (2 * WORD) < WORD ? levelOf(Math.floor(n / WORD / 2)) : 0);

/** Sends 20 ms of 8 kHz. */
type Speaker = (samples: Int16Array) => void;

function page(): Speaker {
  const far = new FarEnd();
  over.push(browserCall(scene.phone, far.socket, { remoteAddress: "192.0.2.9" }));
  far.say({ type: "hello", sampleRate: 16_000 });
  return (samples) => far.say(pcm(Int16Array.from({ length: 320 }, (_, at) => samples[at >> 1])));
}

function twilio(): Speaker {
  const peer = new TwilioPeer(scene.clock);
  const codec = new G711("PCMU");
  over.push(twilioCall(scene.phone, peer.far.socket, { remoteAddress: "::1", authToken: false }));
  peer.begin();
  return (samples) => peer.media(codec.encode(samples));
}

describe("what a caller says while the network stands still", () => {
  test.each<[string, () => Speaker, number]>([
    ["a page", page, 2000],
    ["a page", page, 6000],
    ["Twilio", twilio, 2000],
    ["Twilio", twilio, 6000],
  ])("is transcribed when it comes: by %s", async (_, door, stallMs) => {
    const heard: Int16Array[] = [];
    const backend: VoiceBackend = {
      transcribe(audio) {
        heard.push(audio);
        return "";
      },
      generate: () => "",
      speak: () => ({ samples: new Int16Array(0), sampleRate: 16_000 }),
    };
    scene = await doorScene(backend, {
      detector: () => ({
        detect: (samples) => samples.some((sample) => Math.abs(sample) > 1000) ? 1 : 0,
        close: () => {},
      }),
    });
    const say = door();
    await scene.clock.advance(20);
    let n = 0;
    const speak = (count: number) => {
      for (let left = count; left > 0; left--) say(frameOf(n++));
    };
    for (let at = 0; at < 1200; at += 20) {
      speak(1);
      await scene.clock.advance(20);
    }
    await scene.clock.advance(stallMs);
    speak(stallMs / 20);
    for (let at = 0; at < 3000; at += 20) {
      speak(1);
      await scene.clock.advance(20);
    }
    await scene.clock.advance(3000);
    for (let word = 0; word < Math.floor(n / WORD / 2); word++) {
      const isIt = (sample: number) => Math.abs(sample - levelOf(word)) < 200;
      const heardMs = heard.map((audio) => audio.filter(isIt).length / 16);
      // It is a little shorter by the filter; where it was cut by the stall, one utterance has a part of it.
      const wholeMs = heardMs.reduce((sum, ms) => sum + ms, 0);
      expect([word, wholeMs > WORD * 20 - 20]).toEqual([word, true]);
    }
  });
});
