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

const LOUD = 6000;
/** A caller's 20 ms at 8 kHz, by the number of the frame: half a second of voice, and as much of silence. */
const frameOf = (n: number) => new Int16Array(160).fill(n % 50 < 25 ? LOUD : 0);

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
    let said = 0;
    let n = 0;
    const speak = (count: number) => {
      for (let left = count; left > 0; left--) {
        const frame = frameOf(n++);
        if (frame[0] === LOUD) said += 20;
        say(frame);
      }
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
    const loud = heard.flatMap((audio) => [...audio]).filter((one) => Math.abs(one) > LOUD / 2);
    const heardMs = loud.length / 16;
    // Each stretch is some milliseconds shorter by the filter; a stall makes up to 60 ms of voice up.
    expect(heardMs).toBeGreaterThan(said * 0.97);
    expect(heardMs).toBeLessThan(said + 100);
  });
});
