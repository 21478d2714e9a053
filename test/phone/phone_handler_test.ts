import { afterEach, describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { type Backend, type CallInfo, loopback, mock } from "../../src/backend/mod.ts";
import type { Call, CallEnd } from "../../src/call/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { SdpNegotiation, type SipCall, SipStatusError, SipUserAgent } from "../../src/sip/mod.ts";
import { PORTS_FOR_ONE, SOUND_PORTS } from "../support/sound_ports.ts";
import { eventually } from "../support/wait.ts";

const PCMU = { name: "PCMU", clockRate: 8000, payloadType: 0 };
const G729 = { name: "G729", clockRate: 8000, payloadType: 18 };

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A phone on any free port and a caller for it. */
async function start(options: Partial<PhoneHandlerOptions> = {}) {
  const phone = new PhoneHandler({
    admission: false,
    voiceBackend: loopback(),
    sipPort: 0,
    ...SOUND_PORTS,
    ...options,
  });
  const { address, port } = await phone.start();
  cleanUps.push(() => phone.stop());
  const agent = new SipUserAgent({ port: 0 });
  await agent.start();
  cleanUps.push(() => agent.stop());
  return {
    phone,
    agent,
    invite: (more: { sdp?: Uint8Array; headers?: Record<string, string> } = {}) =>
      agent.invite({ target: `sip:desk@${address}:${port}`, sdp: offer(), ...more }),
  };
}

function offer(codec = PCMU): Uint8Array {
  const capabilities = { address: "127.0.0.1", port: 9, codecs: [codec] };
  return new SdpNegotiation(new SeededRandom(3)).offer(capabilities);
}

function firstCall(phone: PhoneHandler): Promise<Call> {
  return new Promise((resolve) => phone.on("answered", ({ call }) => resolve(call)));
}

function firstEnd(phone: PhoneHandler): Promise<CallEnd> {
  return new Promise((resolve) => phone.on("ended", ({ end }) => resolve(end)));
}

async function status(call: Promise<SipCall>): Promise<number> {
  const error = await call.then(() => undefined, (error) => error);
  expect(error).toBeInstanceOf(SipStatusError);
  return (error as SipStatusError).status;
}

describe("PhoneHandler", () => {
  test("answers a call and tells who calls", async () => {
    const { phone, invite } = await start();
    const answered = firstCall(phone);
    const sip = await invite({ headers: { "X-Sofia-Channel": "f00d-cafe", "X-Room": "12" } });
    const call = await answered;
    expect(sip.state).toBe("confirmed");
    expect(call.id).toBe("f00d-cafe");
    expect(call.info.to.user).toBe("desk");
    expect(call.info.headers["x-room"]).toBe("12");
    expect(call.state).toBe("live");
    expect(phone.calls).toEqual([call]);
    expect(String(call.media?.chain)).toContain("decode PCMU 8 kHz");
  });

  test("names a call by its Call-ID where no channel is told", async () => {
    const { phone, invite } = await start();
    const answered = firstCall(phone);
    const sip = await invite();
    expect((await answered).id).toBe(sip.id);
  });

  test("gives everything back when the caller hangs up", async () => {
    const { phone, invite } = await start();
    const ended = firstEnd(phone);
    const sip = await invite();
    await sip.hangup();
    expect((await ended).cause).toBe("remote");
    expect(phone.calls).toEqual([]);
    expect(phone.counters).toEqual({ offered: 1, answered: 1, refused: 0, failed: 0 });
  });

  test("hangs up by itself", async () => {
    const { phone, invite } = await start();
    const answered = firstCall(phone);
    const sip = await invite();
    const call = await answered;
    await call.hangup();
    expect(sip.state).toBe("ended");
    expect((await call.ended).cause).toBe("local");
    expect(call.state).toBe("ended");
  });

  test("refuses one call more than it may have, and says when to try again", async () => {
    const { phone, invite } = await start({ maxCalls: 1 });
    await invite();
    const error = await invite().then(() => undefined, (error) => error) as SipStatusError;
    expect(error.status).toBe(486);
    expect(error.response?.headers.get("Retry-After")).toBe("5");
    expect(phone.counters).toMatchObject({ offered: 2, answered: 1, refused: 1 });
  });

  test("refuses an offer that fits nothing it can do, without spending a port on it", async () => {
    const { phone, invite } = await start();
    const error = await invite({ sdp: offer(G729) }).catch((error) => error) as SipStatusError;
    expect(error.status).toBe(488);
    expect(error.response?.headers.get("Warning"))
      .toBe('305 sofia-phone "Sound is taken by PCMU, PCMA, opus, L16 over RTP/AVP"');
    expect(await status(invite({ sdp: new TextEncoder().encode("nonsense") }))).toBe(400);
    expect(phone.counters).toMatchObject({ offered: 2, answered: 0, refused: 2 });
  });

  test("refuses a call for which there is no port, and says when to try again", async () => {
    const { phone, invite } = await start(PORTS_FOR_ONE);
    await invite();
    const error = await invite().then(() => undefined, (error) => error) as SipStatusError;
    expect(error.status).toBe(503);
    expect(error.response?.headers.get("Retry-After")).toBe("5");
    expect(phone.counters).toMatchObject({ offered: 2, answered: 1, refused: 1, failed: 0 });
  });

  test("ends a call without an offer when its sound cannot begin", async () => {
    const { phone, agent } = await start({
      pipeline: (chain) => chain.before("vda", () => new TransformStream()),
    });
    const negotiation = new SdpNegotiation(new SeededRandom(6));
    const onOffer = (theirs?: Uint8Array) => {
      const capabilities = { address: "127.0.0.1", port: 9, codecs: [PCMU] };
      const answer = negotiation.answer(theirs!, capabilities);
      return typeof answer === "object" && "sdp" in answer ? answer.sdp : { status: 488 };
    };
    const failed = new Promise((resolve) => phone.on("error", ({ error }) => resolve(error)));
    const sip = await agent.invite({
      target: `sip:desk@127.0.0.1:${portOf(phone)}`,
      handlers: { onOffer },
    });
    expect(String(await failed)).toContain("current value is vda");
    await eventually("the caller is told", () => sip.state === "ended");
    expect(phone.calls).toEqual([]);
  });

  test("answers an invitation without an offer with its own, and takes the answer", async () => {
    const { phone, agent } = await start();
    const answered = firstCall(phone);
    const negotiation = new SdpNegotiation(new SeededRandom(4));
    const { port } = { port: 9 };
    const sip = await agent.invite({
      target: `sip:desk@127.0.0.1:${portOf(phone)}`,
      handlers: {
        onOffer: (theirs) => {
          const capabilities = { address: "127.0.0.1", port, codecs: [PCMU] };
          const answer = negotiation.answer(theirs!, capabilities);
          if (typeof answer === "object" && "sdp" in answer) return answer.sdp;
          return { status: 488 };
        },
      },
    });
    expect(sip.state).toBe("confirmed");
    expect((await answered).state).toBe("live");
  });

  test("ends a call whose backend breaks, tells why, and leaves the others alone", async () => {
    let calls = 0;
    const backend: Backend = () =>
      new TransformStream<AudioFrame, AudioFrame>({
        start: () => void calls++,
        transform: (frame, controller) => {
          if (calls === 2) throw new Error("out of tune");
          controller.enqueue(frame);
        },
      });
    const { phone, invite } = await start({ voiceBackend: backend });
    const errors: unknown[] = [];
    phone.on("error", ({ error }) => errors.push(error));
    const good = await invite();
    const ended = firstEnd(phone);
    await invite();
    expect((await ended).error).toEqual(new Error("out of tune"));
    expect(errors).toEqual([new Error("out of tune")]);
    expect(good.state).toBe("confirmed");
    expect(phone.calls.length).toBe(1);
  });

  test("ends a call whose backend cannot even begin", async () => {
    const backend: Backend = () => {
      throw new Error("no licence");
    };
    const { phone, invite } = await start({ voiceBackend: backend });
    const failed = new Promise((resolve) => phone.on("error", ({ error }) => resolve(error)));
    await invite().catch(() => {});
    expect(await failed).toEqual(new Error("no licence"));
    await eventually("nothing is left of it", () => phone.calls.length === 0);
  });

  test("hangs up when its backend ends its stream", async () => {
    const backend: Backend = () => ({
      writable: new WritableStream(),
      readable: new ReadableStream({ start: (controller) => controller.close() }),
    });
    const { phone, invite } = await start({ voiceBackend: backend });
    const ended = firstEnd(phone);
    const sip = await invite();
    const { cause, error } = await ended;
    expect([cause, error]).toEqual(["local", undefined]);
    await eventually("the caller is told", () => sip.state === "ended");
    expect(phone.calls).toEqual([]);
  });

  test("tells the backend when its call begins and ends, and which keys are pressed", async () => {
    const told: string[] = [];
    const info = ({ to }: CallInfo) => to.user;
    const { phone, invite } = await start({
      voiceBackend: {
        ...mock(),
        onCallStart: (call) => void told.push(`start ${info(call)}`),
        onCallEnd: (call) => void told.push(`end ${info(call)}`),
        onDtmf: (digit, call) => void told.push(`${digit} ${info(call)}`),
      },
    });
    const ended = firstEnd(phone);
    const sip = await invite();
    const body = new TextEncoder().encode("Signal=7\r\nDuration=160\r\n");
    expect(await sip.info("application/dtmf-relay", body)).toBe(200);
    await sip.hangup();
    await ended;
    expect(told).toEqual(["start desk", "7 desk", "end desk"]);
  });

  test("keeps the call through hold and resume", async () => {
    const { phone, invite } = await start();
    const answered = firstCall(phone);
    const negotiation = new SdpNegotiation(new SeededRandom(5));
    const capabilities = { address: "127.0.0.1", port: 9, codecs: [PCMU] };
    const sip = await invite({ sdp: negotiation.offer(capabilities) });
    negotiation.accept(sip.remoteSdp!);
    const media = (await answered).media;
    const held = await sip.reinvite(negotiation.offer({ ...capabilities, direction: "sendonly" }));
    expect(new TextDecoder().decode(held)).toContain("a=recvonly");
    negotiation.accept(held);
    const resumed = await sip.reinvite(negotiation.offer(capabilities));
    expect(new TextDecoder().decode(resumed)).toContain("a=sendrecv");
    expect((await answered).media).toBe(media);
    expect(sip.state).toBe("confirmed");
  });

  test("drains: takes no more calls, waits for those there are, then ends them", async () => {
    const { phone, invite } = await start();
    const first = await invite();
    const second = await invite();
    const drained = phone.drain(300);
    expect(await status(invite())).toBe(503);
    await first.hangup();
    await drained;
    expect(second.state).toBe("ended");
    expect(phone.calls).toEqual([]);
  });

  test("stops with calls and without, and twice", async () => {
    const { phone, invite } = await start();
    const sip = await invite();
    await phone.stop();
    await phone.stop();
    expect(sip.state).toBe("ended");
  });

  test("says what to change when its port is taken", async () => {
    const { phone } = await start();
    const other = new PhoneHandler({ voiceBackend: loopback(), sipPort: portOf(phone) });
    await expect(other.start()).rejects.toThrow(String(portOf(phone)));
    await other.stop();
  });

  test.each([
    [{ voiceBackend: { speak() {} } as unknown as Backend }, "current value is { speak: "],
    [{ voiceBackend: { ...mock(), sampleRate: 96_000 } }, "8000 to 48000: current value is 96000"],
    [{ maxCalls: 0 }, "maxCalls is a whole number of at least 1: current value is 0"],
    [{ sipHost: "0.0.0.0" }, "name it by advertisedHost"],
    [{ codecs: ["MP3"] }, "current value is MP3"],
    [{ rtpStartPort: 20, rtpEndPort: 10 }, "20 to 10"],
    [{ pipeline: "fast" as unknown as undefined }, "pipeline is a function that changes a chain"],
    [{ conversation: { farewell: 5 as unknown as string } }, "farewell is a text"],
    [{ turns: { bargeIn: "off" as unknown as undefined } }, 'as { mode: "off" }'],
  ])("refuses %j", (options, message) => {
    expect(() => new PhoneHandler({ voiceBackend: loopback(), ...options })).toThrow(message);
  });

  test("survives a listener of errors that throws", async () => {
    const { phone, invite } = await start({
      voiceBackend: {
        ...mock(),
        onCallStart: () => {
          throw new Error("no greeting");
        },
      },
    });
    let told = 0;
    phone.on("error", () => {
      told++;
      throw new Error("deaf to errors");
    });
    const sip = await invite();
    await eventually("it is told", () => told > 0);
    expect(told).toBe(1);
    expect(sip.state).toBe("confirmed");
  });

  test("has answered a call when it says so: who hangs up then sends BYE", async () => {
    const { phone, invite } = await start();
    phone.on("answered", ({ call }) => void call.hangup());
    const ended = firstEnd(phone);
    const sip = await invite();
    expect(sip.direction).toBe("out");
    expect((await ended).cause).toBe("local");
    expect(phone.counters).toEqual({ offered: 1, answered: 1, refused: 0, failed: 0 });
  });

  test("tells of keys that come by INFO, and tells FreeSWITCH why a call failed", async () => {
    const digits: string[] = [];
    let fail: () => void = () => {};
    const { phone, invite } = await start({
      voiceBackend: () =>
        new TransformStream({
          start: (controller) => void (fail = () => controller.error(new Error("broken"))),
        }),
    });
    phone.on("dtmf", ({ digit }) => void digits.push(digit));
    phone.on("error", () => {});
    const reasons: unknown[] = [];
    const sip = await invite();
    sip.handlers = { ...sip.handlers, onEnded: ({ reason }) => void reasons.push(reason) };
    const body = new TextEncoder().encode("Signal=7\r\n");
    await sip.info("application/dtmf-relay", body);
    expect(digits).toEqual(["7"]);
    fail();
    await eventually("the caller is told", () => reasons.length > 0);
    expect(reasons).toEqual(['Q.850;cause=41;text="Temporary failure"']);
  });

  test("can be started again after a start that failed", async () => {
    const { phone } = await start();
    const taken = portOf(phone);
    const other = new PhoneHandler({ voiceBackend: loopback(), sipPort: taken });
    await expect(other.start()).rejects.toThrow(String(taken));
    await phone.stop();
    expect((await other.start()).port).toBe(taken);
    await other.stop();
    await expect(other.start()).rejects.toThrow("it was stopped");
  });

  test("does not open its port when it is stopped while it starts", async () => {
    const phone = new PhoneHandler({ voiceBackend: loopback(), sipPort: 0 });
    const starting = phone.start();
    await phone.stop();
    await expect(starting).rejects.toThrow("The phone was stopped");
    expect(phone.address).toBe(undefined);
  });

  test("keeps telling the others when one listener throws", async () => {
    const { phone, invite } = await start();
    const told: string[] = [];
    phone.on("answered", () => {
      throw new Error("deaf");
    });
    phone.on("answered", () => void told.push("second"));
    await invite();
    expect(told).toEqual(["second"]);
  });
});

function portOf(phone: PhoneHandler): number {
  return phone.address!.port;
}
