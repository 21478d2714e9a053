import { afterEach, describe, expect, test } from "bun:test";
import { type AudioFrame, tone } from "../../src/audio/mod.ts";
import { loopback, mock, type StreamBackend } from "../../src/backend/mod.ts";
import type { Call } from "../../src/call/mod.ts";
import { PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { loudness } from "../support/loudness.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { eventually } from "../support/wait.ts";

const cleanUps: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  // The phone first: the other side has to confirm its ends.
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

type OnCall = PhoneHandlerOptions["onCall"];

/** A phone that decides on each call, and a telephone of other make that calls it. */
async function start(onCall: OnCall, options: Partial<PhoneHandlerOptions> = {}) {
  const phone = new PhoneHandler({
    voiceBackend: loopback(),
    sipPort: 0,
    ...SOUND_PORTS,
    onCall,
    ...options,
  });
  const { port } = await phone.start();
  cleanUps.push(() => phone.stop());
  const caller = await IndependentCaller.open(port, "desk");
  cleanUps.push(() => caller[Symbol.asyncDispose]());
  return { phone, caller };
}

/** A second of sound that no caller has made. */
const SOUND = { samples: tone([1000], 200), sampleRate: 8000 };

/** Says nothing, for ever. */
const mute: StreamBackend = () => ({
  readable: new ReadableStream<AudioFrame>(),
  writable: new WritableStream<AudioFrame>(),
});

describe("PhoneHandler.onCall", () => {
  test.each(
    [
      ["busy", 486, undefined],
      ["declined", 603, undefined],
      ["unavailable", 480, undefined],
      [488, 488, undefined],
      [17, 486, "Q.850;cause=17"],
      [1, 404, "Q.850;cause=1"],
      [99, 480, "Q.850;cause=99"],
    ] as const,
  )("may reject a call: %j as %d", async (why, status, reason) => {
    const { phone, caller } = await start((call) => void call.reject(why));
    const refused: unknown[] = [];
    phone.on("refused", (refusal) => refused.push(refusal));
    const answer = await caller.invite();
    expect(answer.status).toBe(status);
    expect(answer.header("Reason")[0]).toBe(reason as string);
    await eventually("nothing is left of it", () => phone.calls.length === 0);
    expect(refused).toHaveLength(1);
    expect(phone.counters).toEqual({ offered: 1, answered: 0, refused: 1, failed: 0 });
  });

  test("may reject a call with a reason and fields of its own", async () => {
    const { caller } = await start((call) =>
      void call.reject(503, { reason: "Closed", headers: { "Retry-After": "60" } })
    );
    const answer = await caller.invite();
    expect(answer.startLine).toBe("SIP/2.0 503 Closed");
    expect(answer.header("Retry-After")).toEqual(["60"]);
  });

  test.each([[0], [200], [700], [1.5], ["rude"]])(
    "cannot reject by %j, which is told and gives 500",
    async (why) => {
      const { phone, caller } = await start((call) => void call.reject(why as number));
      const errors: unknown[] = [];
      phone.on("error", ({ error }) => errors.push(error));
      expect((await caller.invite()).status).toBe(500);
      expect(errors[0]).toBeInstanceOf(RangeError);
      await eventually("it is counted", () => phone.counters.failed === 1);
    },
  );

  test("refuses with 500 where it throws, and says so", async () => {
    const { phone, caller } = await start(() => Promise.reject(new Error("no database")));
    const errors: string[] = [];
    phone.on("error", ({ error }) => errors.push((error as Error).message));
    expect((await caller.invite()).status).toBe(500);
    expect(errors).toEqual(["no database"]);
  });

  test("may let it ring, and answer later with fields and a backend of the call's own", async () => {
    let decide = () => {};
    const { phone, caller } = await start(async (call) => {
      expect(call.ring()).toBe(true);
      await new Promise<void>((resolve) => decide = resolve);
      return { voiceBackend: loopback(), headers: { "X-Queue": "sales" } };
    }, { voiceBackend: mute });
    const inviting = caller.invite();
    await eventually("it rings", () => caller.progress.at(-1)?.status === 180);
    expect(phone.calls[0].state).toBe("arriving");
    decide();
    const answer = await inviting;
    expect(answer.header("X-Queue")).toEqual(["sales"]);
    expect(phone.calls[0].state).toBe("live");
    await caller.voice.say(tone([440], 200));
    await eventually("its own backend talks", () => loudness(caller.heard.sound()) > 500);
  });

  test("gives a backend of three steps of a call's own its guard and its end", async () => {
    let over: (id: string) => void = () => {};
    const ended = new Promise<string>((resolve) => over = resolve);
    const own = { ...mock(), onCallEnd: ({ sessionId }: { sessionId: string }) => over(sessionId) };
    const backend = Object.assign(mock(), own);
    const { phone, caller } = await start(() => ({ voiceBackend: backend }), {
      voiceBackend: mute,
    });
    await caller.invite();
    const { id } = phone.calls[0];
    await caller.bye();
    expect(await ended).toBe(id);
  });

  test("may play before the answer, and the backend goes on where that was", async () => {
    const played: boolean[] = [];
    const calls: Call[] = [];
    const { caller } = await start(async (call) => {
      calls.push(call);
      expect(await call.startEarlyMedia()).toBe(true);
      played.push(await call.playEarly(SOUND));
      await new Promise((resolve) => {
        void eventually("it was heard", () => loudness(caller.heard.sound()) > 900).then(resolve);
      });
    });
    const answer = await caller.invite();
    const early = caller.progress.find(({ status }) => status === 183)!;
    // RFC 3261 section 13.2.1: what the 200 says is what the 183 said.
    expect(answer.body).toBe(early.body);
    expect(played).toEqual([true]);
    const { media } = calls[0];
    caller.heard.clear();
    await caller.voice.say(tone([440], 200));
    await eventually("the backend talks", () => loudness(caller.heard.sound()) > 500);
    expect(calls[0].media).toBe(media);
  });

  test("may announce why it does not take a call, and then reject it", async () => {
    const { phone, caller } = await start(async (call) => {
      await call.startEarlyMedia();
      await call.playEarly(SOUND);
      call.reject("unavailable");
    });
    expect((await caller.invite()).status).toBe(480);
    // All 200 ms of it, and at 1 kHz four samples in five are loud.
    expect(loudness(caller.heard.sound())).toBeGreaterThan(1100);
    await eventually("nothing is left of it", () => phone.calls.length === 0);
  });

  test("ends what is played for ever when it answers, and goes on with another backend", async () => {
    const { caller } = await start(async (call) => {
      await call.startEarlyMedia();
      void call.playEarly(SOUND, { loop: true });
      await eventually("it is heard", () => loudness(caller.heard.sound()) > 3000);
      return { voiceBackend: mute };
    });
    await caller.invite();
    await eventually("it is silent", () => {
      const { arrivals } = caller.heard;
      return arrivals.length > 20 && arrivals.slice(-5).every(({ payload }) => payload[0] === 0xff);
    });
  });

  test("cannot play early without early media, nor after the answer", async () => {
    const { phone, caller } = await start(async (call) => {
      await expect(call.playEarly(SOUND)).rejects.toThrow(TypeError);
    });
    await caller.invite();
    const [call] = phone.calls;
    await expect(call.playEarly(SOUND)).rejects.toThrow(TypeError);
    expect(await call.startEarlyMedia()).toBe(false);
    expect(call.ring()).toBe(false);
    expect(call.reject()).toBe(false);
    await expect(call.dial()).rejects.toThrow(TypeError);
  });

  test("must be a function", () => {
    const make = () => new PhoneHandler({ voiceBackend: mute, onCall: "yes" as unknown as OnCall });
    expect(make).toThrow(TypeError);
  });
});
