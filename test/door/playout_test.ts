/** What the caller has heard, where the other side tells what it has played. */

import { afterEach, describe, expect, test } from "bun:test";
import { mock } from "../../src/backend/mod.ts";
import type { Call } from "../../src/call/mod.ts";
import { browserCall, twilioCall } from "../../src/door/mod.ts";
import { type DoorScene, doorScene } from "./door_scene.ts";
import { PagePeer } from "./page_peer.ts";
import { pcm } from "./socket_pair.ts";
import { TwilioPeer } from "./twilio_peer.ts";

const MS_PER_CHARACTER = 60;
const GREETING = "one two three four five six seven eight nine ten eleven twelve";
const WHOLE_MS = GREETING.length * MS_PER_CHARACTER;
const FRAME = 320;
const SILENT = 0xff;

let scene: DoorScene;
let isVoice = false;
const over: Promise<void>[] = [];
afterEach(async () => {
  await scene.stop();
  await Promise.all(over.splice(0));
  isVoice = false;
});

/** The far end of a call, whichever door it came by. */
interface Peer {
  /** How much of the agent's voice was played, in ms. */
  spokenMs(): number;
  cleared(): number;
  /** 20 ms of the caller's sound. */
  say(): void;
  /** It stands still, or goes on: reads nothing, or reads and plays nothing. */
  stand(isStill: boolean, how: "reading" | "playing"): void;
  hangUp(): void;
}

function page(lateMs: number): Peer {
  const peer = new PagePeer(scene.clock, { lateMs });
  over.push(browserCall(scene.phone, peer.far.socket, { remoteAddress: "192.0.2.9" }));
  peer.far.say({ type: "hello", sampleRate: 16_000 });
  return {
    spokenMs: () => peer.spokenMs,
    cleared: () => peer.cleared,
    say: () => peer.far.say(pcm(new Int16Array(FRAME).fill(2000))),
    stand: (isStill, how) => {
      peer.isPlaying = !isStill;
      if (how === "reading") peer.far.isStuck = isStill;
    },
    hangUp: () => peer.far.say({ type: "hangup" }),
  };
}

function twilio(lateMs: number): Peer {
  const peer = new TwilioPeer(scene.clock, { lateMs });
  const info = { remoteAddress: "192.0.2.77", authToken: false as const };
  over.push(twilioCall(scene.phone, peer.far.socket, info));
  peer.begin();
  return {
    spokenMs: () => spokenMs(peer.played),
    cleared: () => peer.cleared,
    say: () => peer.media(new Uint8Array(160).fill(0x40)),
    stand: (isStill, how) => {
      peer.isPlaying = !isStill;
      if (how === "reading") peer.far.isStuck = isStill;
    },
    hangUp: () => peer.stop(),
  };
}

/** How much of mu-law is no silence, in ms; looked at in pieces of 20 ms, as a tone has zeros, too. */
function spokenMs(played: readonly number[]): number {
  let ms = 0;
  for (let at = 0; at < played.length; at += 160) {
    if (played.slice(at, at + 160).some((byte) => byte !== SILENT)) ms += 20;
  }
  return ms;
}

/** A call in which a greeting is said. */
async function open(door: (lateMs: number) => Peer, lateMs: number): Promise<[Peer, Call]> {
  const backend = mock({ greeting: GREETING, msPerCharacter: MS_PER_CHARACTER });
  scene = await doorScene(backend, {
    detector: () => ({ detect: () => isVoice ? 1 : 0, close: () => {} }),
  });
  const peer = door(lateMs);
  await scene.clock.advance(20);
  return [peer, scene.calls[0]];
}

async function until(peer: Peer, spokenMs: number): Promise<void> {
  for (let n = 0; n < 1000 && peer.spokenMs() < spokenMs; n++) await scene.clock.advance(20);
}

async function speak(peer: Peer, ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 20) {
    peer.say();
    await scene.clock.advance(20);
  }
}

/** The words that are whole in so much of the greeting. */
function wordsIn(ms: number): string {
  return GREETING.slice(0, Math.floor(ms / MS_PER_CHARACTER) + 1).replace(/ ?\S*$/, "");
}

describe("what a page has not played", () => tests(page));
describe("what Twilio has not played", () => tests(twilio));

function tests(door: (lateMs: number) => Peer): void {
  test("when the agent is interrupted was not heard", async () => {
    const [peer, call] = await open(door, 600);
    await until(peer, 1500);
    isVoice = true;
    await speak(peer, 1000);
    expect(peer.cleared()).toBe(1);
    const playedMs = peer.spokenMs();
    const [{ text, interrupted }] = call.history;
    expect([wordsIn(playedMs), wordsIn(playedMs - 140)]).toContain(text);
    expect(interrupted).toBe(true);
    // That is what the test is about: more had left.
    expect(wordsIn(playedMs + 500).length).toBeGreaterThan(text.length);
  });

  test("when the caller hangs up was not heard", async () => {
    const [peer, call] = await open(door, 600);
    await until(peer, 1500);
    peer.hangUp();
    await scene.clock.advance(20);
    const { text } = call.history[0];
    expect([wordsIn(1500), wordsIn(1500 - 140)]).toContain(text);
  });

  test("can still be interrupted, all of it sent as it is", async () => {
    const [peer, call] = await open(door, 1000);
    await until(peer, WHOLE_MS - 700);
    isVoice = true;
    await speak(peer, 600);
    expect(peer.cleared()).toBe(1);
    expect(peer.spokenMs()).toBeLessThan(WHOLE_MS);
    expect(call.history[0].text.length).toBeLessThan(GREETING.length);
  });

  test("is waited for by who hangs up behind the last word", async () => {
    const [peer, call] = await open(door, 600);
    await until(peer, WHOLE_MS);
    const saying = call.say("Good bye.");
    const said = await scene.clock.runUntil(saying, { limitMs: 5000 });
    await scene.clock.runUntil(call.hangup());
    expect(said.outcome).toBe("played");
    const wholeMs = WHOLE_MS + "Good bye.".length * MS_PER_CHARACTER;
    // A resampler rings for a little after each.
    expect(peer.spokenMs()).toBeGreaterThanOrEqual(wholeMs);
    expect(peer.spokenMs()).toBeLessThanOrEqual(wholeMs + 40);
  });

  test.each<["reading" | "playing"]>([["reading"], ["playing"]])(
    "while it stands still, %s nothing, is played later, and none of it is lost",
    async (how) => {
      const [peer, call] = await open(door, 100);
      await until(peer, 1000);
      peer.stand(true, how);
      await scene.clock.advance(4000);
      peer.stand(false, how);
      await scene.clock.advance(WHOLE_MS + 1000);
      expect(peer.spokenMs()).toBeGreaterThanOrEqual(WHOLE_MS);
      expect(peer.spokenMs()).toBeLessThanOrEqual(WHOLE_MS + 20);
      expect(call.state).toBe("live");
    },
  );

  test("as it never tells any more counts as heard, so that a call does not wait for ever", async () => {
    const [peer, call] = await open(door, 100);
    await until(peer, 1000);
    peer.stand(true, "playing");
    const saying = call.say("Are you there?");
    const { outcome } = await scene.clock.runUntil(saying, { limitMs: 30_000 });
    expect(outcome).toBe("played");
  });
}
