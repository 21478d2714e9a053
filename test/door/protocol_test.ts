import { afterEach, describe, expect, test } from "bun:test";
import { loopback, mock } from "../../src/backend/mod.ts";
import { browserCall } from "../../src/door/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { type DoorScene, doorScene } from "./door_scene.ts";
import { FarEnd, pcm } from "./socket_pair.ts";

let scene: DoorScene;
const over: Promise<void>[] = [];
afterEach(async () => {
  await scene.stop();
  await Promise.all(over.splice(0));
});

const HELLO = { type: "hello", sampleRate: 16_000 };

function connect(): FarEnd {
  const far = new FarEnd();
  over.push(browserCall(scene.phone, far.socket, { remoteAddress: "192.0.2.9" }));
  return far;
}

describe("the protocol of browsers", () => {
  test.each<[string, string | Uint8Array | Record<string, unknown>, string]>([
    ["no JSON", "hello", "That is no message"],
    ["a list", "[]", "That is no message"],
    ["null", "null", "That is no message"],
    ["a message without a type", { sampleRate: 16_000 }, "That is no message"],
    ["a type that is no text", { type: 7 }, "That is no message"],
    ["17 kB of text", `{"type":"hello","x":"${"x".repeat(17_000)}"}`, "That is no message"],
    ["sound first", new Uint8Array(640), "The first message is hello"],
    ["another message first", { type: "dtmf", digit: "1" }, "The first message is hello"],
    ["no rate", { type: "hello" }, "The sampleRate of hello is 16000, 24000, 48000"],
    [
      "another rate",
      { type: "hello", sampleRate: 44_100 },
      "The sampleRate of hello is 16000, 24000, 48000",
    ],
    [
      "a rate as text",
      { type: "hello", sampleRate: "16000" },
      "The sampleRate of hello is 16000, 24000, 48000",
    ],
  ])("does not begin with %s", async (_, message, reason) => {
    scene = await doorScene(loopback());
    const far = connect();
    far.say(message);
    await scene.clock.advance(1);
    expect(far.told).toEqual([{ type: "refused", reason }]);
    expect(far.closed).toEqual({ code: 4400, reason });
    expect(scene.phone.counters.offered).toBe(0);
    expect(scene.clock.pending).toBeLessThan(10);
  });

  test("waits ten seconds for a hello", async () => {
    scene = await doorScene(loopback());
    const far = connect();
    await scene.clock.advance(9990);
    expect(far.closed).toBe(undefined);
    await scene.clock.advance(20);
    expect(far.closed?.code).toBe(4408);
  });

  test.each<[string, string | Uint8Array, number]>([
    ["text that is no message", "{", 4400],
    ["a message of more than a second", new Uint8Array(32_002), 4413],
  ])("ends a call in which comes %s", async (_, message, code) => {
    scene = await doorScene(loopback());
    const far = connect();
    far.say(HELLO);
    await scene.clock.advance(1);
    far.say(message);
    await scene.clock.advance(1);
    expect(far.closed?.code).toBe(code);
    expect((await scene.calls[0].ended).cause).toBe("remote");
  });

  test("passes over what it does not know, and half samples", async () => {
    scene = await doorScene(loopback());
    const far = connect();
    far.say(HELLO);
    await scene.clock.advance(1);
    for (const message of [HELLO, { type: "constructor" }, { type: "clear" }, { type: "dtmf" }]) {
      far.say(message);
    }
    for (const length of [0, 1, 641]) far.say(new Uint8Array(length));
    await scene.clock.advance(100);
    expect(far.types).toEqual(["answered"]);
    expect(scene.calls).toHaveLength(1);
    expect(scene.calls[0].media!.statistics.rtp.packets).toBe(0);
  });

  test("takes names as they may be shown, and no claim on a channel of FreeSWITCH", async () => {
    scene = await doorScene(loopback());
    const far = connect();
    far.say({
      ...HELLO,
      from: ` Ann\r\nX-Sofia-Channel: 1\u0007${"n".repeat(100)}`,
      to: { user: 7 },
      headers: { "x-sofia-channel": "1" },
    });
    await scene.clock.advance(1);
    const { from, to, headers } = scene.calls[0].info;
    expect(from.user).toBe(`Ann X-Sofia-Channel: 1 ${"n".repeat(57)}`);
    expect([to.user, headers]).toEqual(["agent", {}]);
  });

  test("does not fall over any bytes, nor leave anything behind", async () => {
    scene = await doorScene(loopback());
    const before = scene.clock.pending;
    const random = new SeededRandom(11);
    const whole = JSON.stringify({ ...HELLO, from: "x" });
    for (let round = 0; round < 300; round++) {
      const far = connect();
      if (round % 2 === 1) far.say(HELLO);
      for (let n = 0; n < 5; n++) {
        const cut = whole.slice(0, random.uint32() % whole.length);
        const bytes = Uint8Array.from(
          { length: random.uint32() % 2000 },
          () => random.uint32() & 0xff,
        );
        far.say(random.uint32() % 2 === 0 ? cut + String.fromCharCode(bytes[0] ?? 0) : bytes);
      }
      await scene.clock.advance(1);
      far.leave();
    }
    await scene.clock.advance(1000);
    expect(scene.phone.calls).toEqual([]);
    expect(scene.errors).toEqual([]);
    expect(scene.clock.pending).toBe(before);
    const { offered, answered, refused, failed } = scene.phone.counters;
    expect(answered + refused + failed).toBe(offered);
    expect(offered).toBeGreaterThanOrEqual(150);
  });

  test("says clear when the agent is interrupted, and only then", async () => {
    let isVoice = false;
    scene = await doorScene(
      mock({ script: [{ hears: "Go on.", says: "One two three four five six seven." }] }),
      { detector: () => ({ detect: () => isVoice ? 1 : 0, close: () => {} }) },
    );
    const far = connect();
    far.say(HELLO);
    await scene.clock.advance(1);
    const speak = async (ms: number, voice: boolean) => {
      isVoice = voice;
      for (let at = 0; at < ms; at += 20) {
        far.say(pcm(new Int16Array(320).fill(voice ? 4000 : 0)));
        await scene.clock.advance(20);
      }
    };
    await speak(800, true);
    await speak(1500, false);
    expect(far.types).toEqual(["answered"]);
    await speak(800, true);
    expect(far.types).toEqual(["answered", "clear"]);
    const after = far.order.lastIndexOf("clear");
    // What leaves after it is the end of the voice, fading, and silence.
    const late = far.heard.slice(-(far.order.length - after - 1));
    expect(late.slice(2).every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });
});
