import { afterEach, describe, expect, test } from "bun:test";
import { concatSamples, tone } from "../../src/audio/mod.ts";
import { loopback, type StreamBackend } from "../../src/backend/mod.ts";
import type { PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { browserCall, type BrowserCallOptions } from "../../src/door/mod.ts";
import { type DoorScene, doorScene } from "./door_scene.ts";
import { FarEnd, pcm, samplesOf } from "./socket_pair.ts";

let scene: DoorScene;
const over: Promise<void>[] = [];
afterEach(async () => {
  await scene.stop();
  await Promise.all(over.splice(0));
});

const HELLO = { type: "hello", sampleRate: 16_000, from: "alice", to: "desk" };

async function open(options: Partial<PhoneHandlerOptions> = {}, backend = loopback()) {
  scene = await doorScene(backend, options);
}

function connect(options: Partial<BrowserCallOptions> = {}): FarEnd {
  const far = new FarEnd();
  over.push(browserCall(scene.phone, far.socket, { remoteAddress: "192.0.2.9", ...options }));
  return far;
}

/** Says hello and waits until it is answered. */
async function call(hello: Record<string, unknown> = HELLO): Promise<FarEnd> {
  const far = connect();
  far.say(hello);
  await scene.clock.advance(1);
  return far;
}

/** Sends sound in messages of `ms`, at their time. */
async function speak(far: FarEnd, samples: Int16Array, { rate = 16_000, ms = 20 } = {}) {
  const size = rate * ms / 1000;
  for (let at = 0; at < samples.length; at += size) {
    far.say(pcm(samples.subarray(at, at + size)));
    await scene.clock.advance(ms);
  }
}

/** Lets the first frames go by, in which a live backend is rid of what it had to wait for. */
async function settle(far: FarEnd, rate = 16_000): Promise<void> {
  await speak(far, new Int16Array(rate), { rate });
}

/** Where `needle` is in `haystack`, to the sample, or -1. */
function placeOf(needle: Int16Array, haystack: Int16Array): number {
  for (let at = 0; at + needle.length <= haystack.length; at++) {
    let is = 0;
    while (is < needle.length && haystack[at + is] === needle[is]) is++;
    if (is === needle.length) return at;
  }
  return -1;
}

/** Sound in which no two samples near each other are the same. */
function ramp(length: number): Int16Array {
  return Int16Array.from({ length }, (_, n) => 1000 + (n * 7919) % 20_011);
}

/** A backend that says nothing and keeps what it hears. */
function listener() {
  const frames: Int16Array[] = [];
  const lengths = new Set<number>();
  const backend: StreamBackend = () =>
    new TransformStream({
      transform({ samples }) {
        frames.push(samples);
        lengths.add(samples.length);
      },
    });
  return { backend, lengths, samples: () => concatSamples(frames) };
}

describe("browserCall", () => {
  test("is answered, heard and answered to, sample by sample", async () => {
    await open();
    const far = await call();
    expect(far.told).toEqual([
      { type: "answered", id: scene.calls[0].id, sampleRate: 16_000 },
    ]);
    await settle(far);
    await speak(far, ramp(3200));
    await scene.clock.advance(200);
    expect(placeOf(ramp(3200), samplesOf(far.heard))).toBeGreaterThanOrEqual(0);
    const [one] = scene.calls;
    expect(one.info.door).toBe("browser");
    expect([one.info.from.user, one.info.to.user]).toEqual(["alice", "desk"]);
    expect(String(one.media!.chain)).toBe(
      "browser ▶ jitter ▶ decode L16 16 kHz ▶ resample ▶ vad ▶ turn ▶ backend 16 kHz ▶ " +
        "resample → 16 kHz ▶ encode L16",
    );
  });

  test.each([[16_000], [24_000], [48_000]])("takes sound of %d Hz", async (rate) => {
    await open();
    const far = await call({ ...HELLO, sampleRate: rate });
    await settle(far, rate);
    await speak(far, ramp(rate / 5), { rate });
    await scene.clock.advance(200);
    expect(far.heard.every(({ length }) => length === rate / 50 * 2)).toBe(true);
    expect(placeOf(ramp(rate / 5), samplesOf(far.heard))).toBeGreaterThanOrEqual(0);
  });

  test.each([[5], [30], [100], [1000]])("takes messages of %d ms", async (ms) => {
    const heard = listener();
    await open({}, heard.backend);
    const far = await call();
    await speak(far, ramp(32_000), { ms });
    await scene.clock.advance(100);
    expect(placeOf(ramp(32_000), heard.samples())).toBeGreaterThanOrEqual(0);
    expect(heard.lengths).toEqual(new Set([320]));
  });

  test("gives the backend silence while nothing comes, so that turns end", async () => {
    let silent = 0;
    const counting: StreamBackend = () =>
      new TransformStream({
        transform: ({ concealed, samples }) => {
          if (concealed && samples.every((sample) => sample === 0)) silent++;
        },
      });
    await open({}, counting);
    const far = await call();
    await speak(far, ramp(320 * 10));
    silent = 0;
    await scene.clock.advance(2000);
    expect(silent).toBeGreaterThan(90);
  });

  test.each([[500], [4000], [9000]])(
    "hears all that was said when the network has stalled for %d ms, and is no later for it",
    async (ms) => {
      const heard = listener();
      await open({}, heard.backend);
      const far = await call();
      const stalled = 16 * ms;
      const said = ramp(stalled + 32_000);
      await speak(far, said.subarray(0, 16_000));
      await scene.clock.advance(ms);
      for (let at = 16_000; at < 16_000 + stalled; at += 320) {
        far.say(pcm(said.subarray(at, at + 320)));
      }
      await speak(far, said.subarray(16_000 + stalled));
      const last = said.subarray(-320);
      await scene.clock.advance(20);
      // The line tells 20 ms by what comes next or by its deadline: nothing waits behind that.
      expect(placeOf(last, heard.samples())).toBeGreaterThanOrEqual(0);
      expect(placeOf(said.subarray(16_160), heard.samples())).toBeGreaterThanOrEqual(0);
      expect(scene.calls[0].media!.statistics.jitter.late).toBe(0);
    },
  );

  test("takes back after a stall what the line got longer by, as soon as the caller is silent", async () => {
    const heard = listener();
    await open({}, heard.backend);
    const far = await call();
    await speak(far, ramp(16_000));
    await scene.clock.advance(4000);
    for (let n = 0; n < 200; n++) far.say(pcm(ramp(320)));
    await speak(far, ramp(16_000));
    const { media } = scene.calls[0];
    expect(media!.statistics.jitter.leadMs).toBeGreaterThan(3000);
    await scene.clock.advance(7000);
    expect(media!.statistics.jitter.leadMs).toBe(0);
  });

  test("drops what comes faster than anybody speaks", async () => {
    await open();
    const far = await call();
    for (let n = 0; n < 1000; n++) {
      far.say(pcm(ramp(320)));
      if (n % 50 === 0) await scene.clock.advance(1);
    }
    await scene.clock.advance(100);
    const { rtp, socket } = scene.calls[0].media!.statistics;
    expect(rtp.packets).toBeLessThanOrEqual(110);
    expect(rtp.packets + socket.dropped).toBeLessThan(1000);
  });

  test.each<[string, Uint8Array | Record<string, unknown>]>([
    ["sound", pcm(ramp(320))],
    ["keys", { type: "dtmf", digit: "5" }],
    ["pings", { type: "ping" }],
  ])("ends a flood of %s, which is paid for by the sound of all calls", async (_, message) => {
    await open();
    const [far, other] = [await call(), await call()];
    for (let n = 0; n < 3000 && far.closed === undefined; n++) {
      far.say(message);
      if (n % 100 === 0) await scene.clock.advance(1);
    }
    await scene.clock.advance(20);
    expect([far.closed?.code, other.closed]).toEqual([4429, undefined]);
    expect((await scene.calls[0].ended).cause).toBe("remote");
    expect(scene.calls[1].state).toBe("live");
  });

  test("sends a client that does not read no more than half a second, and lets it go", async () => {
    await open();
    const far = await call();
    far.isStuck = true;
    const [one] = scene.calls;
    for (let s = 0; s < 10; s++) await speak(far, tone([440], 1000, { sampleRate: 16_000 }));
    expect(far.socket.bufferedAmount).toBeLessThanOrEqual(17_000);
    expect(one.media!.statistics.socket.sendErrors).toBeGreaterThan(400);
    await scene.clock.advance(10_000);
    expect((await one.ended).cause).toBe("timeout");
  });

  test("lets a client go that has said ping and says nothing any more", async () => {
    await open();
    const far = await call();
    far.say({ type: "ping", at: 17 });
    await scene.clock.advance(1);
    expect(far.told.at(-1)).toEqual({ type: "pong", at: 17 });
    await scene.clock.advance(21_000);
    expect((await scene.calls[0].ended).cause).toBe("timeout");
    expect(far.told.at(-1)).toEqual({ type: "ended", reason: "timeout" });
  });

  test("keeps a client that has said ping for as long as it says anything", async () => {
    await open();
    const far = await call();
    for (let s = 0; s < 120; s += 10) {
      far.say({ type: "ping", at: s });
      await scene.clock.advance(10_000);
    }
    for (let s = 0; s < 120; s += 10) {
      far.say({ type: "unknown" });
      await scene.clock.advance(10_000);
    }
    expect([scene.calls[0].state, far.closed]).toEqual(["live", undefined]);
  });

  test("keeps a client that is muted for minutes", async () => {
    await open();
    await call();
    await scene.clock.advance(300_000);
    expect(scene.calls[0].state).toBe("live");
  });

  test("asks a client of whom nothing was heard for long whether it is there", async () => {
    await open();
    const far = await call();
    await scene.clock.advance(60_000);
    expect(far.types.filter((type) => type === "ping").length).toBeGreaterThan(0);
  });

  test("tells keys both ways", async () => {
    await open();
    const far = await call();
    for (const digit of ["5", "#", "x", "55", 5]) far.say({ type: "dtmf", digit });
    await scene.clock.advance(1);
    expect(scene.keys).toEqual(["5info", "#info"]);
    scene.calls[0].sendDtmf("4*");
    expect(far.told.slice(1)).toEqual([
      { type: "dtmf", digit: "4" },
      { type: "dtmf", digit: "*" },
    ]);
    expect(() => scene.calls[0].sendDtmf("4x")).toThrow(RangeError);
  });

  test("ends when the client hangs up, breaks off, or we do", async () => {
    await open();
    const [one, two, three] = [await call(), await call(), await call()];
    one.say({ type: "hangup" });
    two.leave();
    await scene.clock.advance(1);
    await scene.clock.runUntil(scene.calls[2].hangup());
    const ends = await Promise.all(scene.calls.map(({ ended }) => ended));
    expect(ends.map(({ cause }) => cause)).toEqual(["remote", "remote", "local"]);
    expect([one, three].map(({ told }) => told.at(-1)!.reason)).toEqual([
      "remote-hangup",
      "local-hangup",
    ]);
    expect([one.closed?.code, three.closed?.code]).toEqual([1000, 1000]);
    expect(scene.phone.calls).toEqual([]);
    const { offered, answered } = scene.phone.counters;
    expect([offered, answered]).toEqual([3, 3]);
  });

  test("is refused as any call is, and told why", async () => {
    await open({
      maxCalls: 1,
      onCall: (call) => void (call.info.to.user === "x" && call.reject()),
    });
    const declined = await call({ ...HELLO, to: "x" });
    await scene.clock.advance(1);
    expect(declined.told).toEqual([{ type: "refused", reason: "declined" }]);
    await call();
    const busy = await call();
    expect(busy.told).toEqual([{ type: "refused", reason: "All lines are busy" }]);
    expect(busy.closed?.code).toBe(1000);
    const { offered, answered, refused, failed } = scene.phone.counters;
    expect([offered, answered, refused, failed]).toEqual([3, 1, 2, 0]);
  });

  test("may ring, and hear something, before it is answered", async () => {
    const sound = { samples: tone([440], 100, { sampleRate: 16_000 }), sampleRate: 16_000 };
    let early: unknown[] = [];
    const onCall: PhoneHandlerOptions["onCall"] = async (call) => {
      early = [call.ring(), await call.startEarlyMedia(), await call.playEarly(sound)];
    };
    await open({ onCall });
    const far = await call();
    await scene.clock.advance(1000);
    expect(early).toEqual([true, true, true]);
    expect(far.order.filter((one) => one !== "sound")).toEqual(["ringing", "early", "answered"]);
    expect(far.order.indexOf("answered")).toBeGreaterThan(10);
    expect(placeOf(sound.samples.subarray(0, 1600), samplesOf(far.heard))).toBeGreaterThanOrEqual(
      0,
    );
  });

  test("tells the page what it is given to tell, until the call is over", async () => {
    await open();
    let stopped = 0;
    const far = connect({
      watch: (call, tell) => {
        tell({ type: "caption", entry: { text: call.id } });
        return () => void stopped++;
      },
    });
    far.say(HELLO);
    await scene.clock.advance(1);
    expect(far.told[0]).toEqual({ type: "caption", entry: { text: scene.calls[0].id } });
    far.leave();
    await scene.clock.advance(100);
    expect(stopped).toBe(1);
  });

  test("tells a page that does not read nothing more than a quarter of a megabyte", async () => {
    await open();
    let tell: (news: { readonly type: string }) => void = () => {};
    const far = connect({ watch: (_call, told) => (tell = told, () => {}) });
    far.say(HELLO);
    await scene.clock.advance(1);
    far.isStuck = true;
    for (let n = 0; n < 1000; n++) tell({ type: "x".repeat(1000) });
    expect(far.socket.bufferedAmount).toBeGreaterThan(260_000);
    expect(far.socket.bufferedAmount).toBeLessThan(264_000);
  });

  test("writes in its record which door it came by", async () => {
    await open();
    const far = await call();
    await speak(far, ramp(16_000));
    far.leave();
    await scene.clock.advance(100);
    const [record] = scene.records;
    expect([record.door, record.codec, record.from.user]).toEqual(["browser", "L16", "alice"]);
    expect(record.quality!.heard).toMatchObject({ packets: 50, lossShare: 0 });
  });
});
