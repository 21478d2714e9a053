import { afterEach, describe, expect, test } from "bun:test";
import { tone } from "../../src/audio/mod.ts";
import { type CallInfo, loopback, mock, type StreamBackend } from "../../src/backend/mod.ts";
import { type AnsweredBy, type Call, type CallEnd, CallRefusedError } from "../../src/call/mod.ts";
import { type CallProgress, PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { energyDetector } from "../../src/vad/mod.ts";
import { type CalleeLeg, IndependentCallee } from "../support/caller/independent_callee.ts";
import { loudness } from "../support/loudness.ts";
import { PORTS_FOR_ONE, SOUND_PORTS } from "../support/sound_ports.ts";
import { speech } from "../support/speech.ts";
import { eventually } from "../support/wait.ts";

const cleanUps: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  // The phone first: the other side has to confirm its ends.
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** A phone that calls, and a telephone of other make that is called. */
async function start(
  onCall?: (leg: CalleeLeg) => void,
  options: Partial<PhoneHandlerOptions> = {},
) {
  const phone = new PhoneHandler({
    admission: false,
    voiceBackend: loopback(),
    sipPort: 0,
    ...SOUND_PORTS,
    ...options,
  });
  await phone.start();
  cleanUps.push(() => phone.stop());
  const callee = await IndependentCallee.open(onCall);
  cleanUps.push(() => callee[Symbol.asyncDispose]());
  return { phone, callee, address: `sip:human@127.0.0.1:${callee.port}` };
}

async function refusal(call: Promise<Call>): Promise<CallRefusedError> {
  const error = await call.then(() => undefined, (error) => error);
  expect(error).toBeInstanceOf(CallRefusedError);
  return error as CallRefusedError;
}

describe("PhoneHandler.call", () => {
  test("talks when somebody answers, and hangs up", async () => {
    const met: CallInfo[] = [];
    const backend: StreamBackend = Object.assign((call: CallInfo) => {
      met.push(call);
      return new TransformStream();
    }, { live: true });
    const { phone, callee, address } = await start(undefined, { voiceBackend: backend });
    const call = await phone.call(address, { headers: { "X-Campaign": "7" } });
    const leg = await callee.next();
    expect(call.state).toBe("live");
    expect(call.info.direction).toBe("out");
    expect(call.info.to.user).toBe("human");
    expect(leg.invite.header("X-Campaign")).toEqual(["7"]);
    expect(leg.invite.header("Call-ID")).toEqual([call.id]);
    expect(call.id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(call.answerHeaders.contact).toBe(`<sip:human@127.0.0.1:${callee.port}>`);
    expect(met).toEqual([call.info]);
    expect(phone.calls).toEqual([call]);
    await leg.voice.say(tone([440], 200));
    await eventually("it comes back", () => loudness(leg.heard.sound()) > 500);
    await call.hangup();
    expect(await leg.over).toBe("BYE");
    expect(phone.placed).toEqual({ offered: 1, answered: 1, refused: 0, failed: 0 });
    expect(phone.counters.offered).toBe(0);
  });

  test("tells the end that the other side makes", async () => {
    const { phone, callee, address } = await start();
    const ended = new Promise<CallEnd>((resolve) => phone.on("ended", ({ end }) => resolve(end)));
    await phone.call(address);
    (await callee.next()).hangUp();
    expect((await ended).cause).toBe("remote");
    expect(phone.calls).toEqual([]);
  });

  test.each(
    [
      ["486 Busy Here", [], { status: 486, outcome: "busy", q850: 17 }],
      ["603 Decline", [], { status: 603, outcome: "declined", q850: 21 }],
      ["404 Not Found", [], { status: 404, outcome: "not-found", q850: 1 }],
      ["480 Temporarily Unavailable", [], { status: 480, outcome: "unavailable", q850: 18 }],
      ["480 Temporarily Unavailable", ['Reason: Q.850;cause=19;text="No answer"'], {
        status: 480,
        outcome: "no-answer",
        q850: 19,
      }],
      ["503 Service Unavailable", ["Retry-After: 30 (soon)"], {
        status: 503,
        outcome: "failed",
        q850: 41,
        retryAfterS: 30,
      }],
      ["500 Oops", ["Reason: SIP;cause=200, Q.850 ;cause=17"], {
        status: 500,
        outcome: "busy",
        q850: 17,
      }],
    ] as const,
  )("says why nobody has answered: %s %j", async (status, lines, told) => {
    const { phone, address } = await start((leg) => leg.refuse(status, lines));
    const error = await refusal(phone.call(address));
    expect(error).toMatchObject(told);
    expect(error.reason).toBe(status.slice(4));
    expect(phone.calls).toEqual([]);
    expect(phone.placed).toEqual({ offered: 1, answered: 0, refused: 1, failed: 0 });
  });

  test("gives up when it has rung for long enough", async () => {
    const { phone, callee, address } = await start((leg) => leg.ring());
    const statuses: number[] = [];
    const error = await refusal(phone.call(address, {
      ringTimeoutMs: 300,
      onProgress: ({ status }) => statuses.push(status),
    }));
    expect(error).toMatchObject({ status: 408, outcome: "no-answer", q850: 19 });
    expect(error.message).toBe(`Cannot call ${address} as nobody has answered in time`);
    expect(await (await callee.next()).over).toBe("CANCEL");
    expect(statuses).toEqual([180]);
    expect(phone.placed.failed).toBe(1);
  });

  test("is given up by a signal, with its reason", async () => {
    const { phone, callee, address } = await start((leg) => leg.ring());
    const controller = new AbortController();
    const error = await refusal(phone.call(address, {
      signal: controller.signal,
      onProgress: () => controller.abort("changed my mind"),
    }));
    expect(error).toMatchObject({ status: 487, outcome: "cancelled", cause: "changed my mind" });
    expect(await (await callee.next()).over).toBe("CANCEL");
  });

  test("is never live that is over by the time its sound could run", async () => {
    const { phone, callee, address } = await start((leg) => leg.progress("branch-1", "PCMA"));
    const answered: Call[] = [];
    phone.on("answered", ({ call }) => void answered.push(call));
    for (let calls = 0; calls < 5; calls++) {
      const calling = phone.call(address).catch((error) => error);
      const leg = await callee.next();
      await eventually("there is early sound", () => phone.calls[0]?.media !== undefined);
      // The codec changes with the answer: one chain has to end before the next may begin.
      leg.answer();
      leg.hangUp();
      const called = await calling;
      expect(called instanceof CallRefusedError || answered.at(-1) === called).toBe(true);
    }
    await eventually("all calls are over", () => phone.calls.length === 0);
    expect(answered.map(({ state }) => state)).toEqual(answered.map(() => "ended"));
  });

  test("is dialled once", async () => {
    const { phone, address } = await start();
    const call = await phone.call(address);
    const error = await call.dial().catch((error) => error);
    expect(error).toBeInstanceOf(TypeError);
    expect(call.state).toBe("live");
    await call.hangup();
  });

  test("is given up by a hangup, or as the phone stops", async () => {
    const { phone, callee, address } = await start((leg) => leg.ring());
    const error = await refusal(phone.call(address, {
      onProgress: ({ call }) => void call.hangup(),
    }));
    expect(error).toMatchObject({ status: 487, outcome: "cancelled" });
    expect(await (await callee.next()).over).toBe("CANCEL");
    const stopped = refusal(phone.call(address, { onProgress: () => void phone.stop() }));
    expect((await stopped).outcome).toBe("cancelled");
    expect(await (await callee.next()).over).toBe("CANCEL");
  });

  test("hears what comes before the answer, from each phone that rings, and goes on with it", async () => {
    const { phone, callee, address } = await start((leg) => {
      leg.ring();
      leg.progress("branch-1");
      leg.progress("branch-2");
    });
    const heard: CallProgress[] = [];
    const calling = phone.call(address, { onProgress: (progress) => heard.push(progress) });
    const leg = await callee.next();
    await eventually("both branches are heard of", () => heard.length === 3);
    expect(heard.map(({ status, hasSound }) => [status, hasSound])).toEqual([
      [180, false],
      [183, true],
      [183, true],
    ]);
    const [{ call }] = heard;
    expect(call.state).toBe("calling");
    await leg.voice.say(tone([440], 100));
    await eventually("its sound comes", () => (call.media?.statistics.rtp.packets ?? 0) >= 5);
    // A network that forgets who does not speak is spoken to.
    await eventually("it is sent silence", () => leg.heard.arrivals.length > 0);
    expect(loudness(leg.heard.sound())).toBe(0);
    const { media } = call;
    leg.answer();
    expect(await calling).toBe(call);
    expect(call.media).toBe(media);
    await leg.voice.say(tone([440], 200));
    await eventually("the backend talks", () => loudness(leg.heard.sound()) > 500);
    await call.hangup();
  });

  test("goes on in the codec of the phone that answers, whatever others have rung in", async () => {
    const { phone, callee, address } = await start((leg) => {
      leg.progress("branch-1", "PCMA");
      leg.answer();
    });
    const chains: string[] = [];
    const call = await phone.call(address, {
      onProgress: ({ call }) =>
        void eventually("it runs", () => call.media !== undefined)
          .then(() => chains.push(String(call.media?.chain))),
    });
    await eventually("both were seen", () => chains.length === 1);
    const leg = await callee.next();
    expect(String(call.media?.chain)).toContain("decode PCMU");
    await leg.voice.say(tone([440], 200));
    await eventually("it comes back", () => loudness(leg.heard.sound()) > 500);
    await call.hangup();
  });

  test("finds out who has answered before anybody talks", async () => {
    const { phone, callee, address } = await start(undefined, {
      detector: energyDetector(),
      voiceBackend: { ...mock(), onCallStart: () => "Good day." },
    });
    const told: AnsweredBy[] = [];
    phone.on(
      "answeredBy",
      ({ by, reason, afterMs, spokenMs }) => told.push({ by, reason, afterMs, spokenMs }),
    );
    const calling = phone.call(address, {
      detectMachine: { answer: { afterGreetingSilenceMs: 200 }, onMachine: "wait" },
    });
    const leg = await callee.next();
    const call = await calling;
    expect(phone.calls).toEqual([call]);
    expect(leg.heard.sound().every((sample) => Math.abs(sample) < 100)).toBe(true);
    await leg.voice.say(speech(0.5, 0.6));
    expect((await call.answeredBy)?.by).toBe("human");
    expect(told).toEqual([(await call.answeredBy)!]);
    await eventually("it greets", () => loudness(leg.heard.sound()) > 500);
    await expect(call.leaveMessage("Hello.")).rejects.toThrow(TypeError);
    await call.hangup();
    const plain = await phone.call(address);
    expect(plain.answeredBy).toBe(undefined);
    await expect(plain.leaveMessage("Hello.")).rejects.toThrow("detectMachine");
    await plain.hangup();
    await expect(phone.call(address, { detectMachine: { answer: { totalMs: 0 } } })).rejects
      .toThrow(RangeError);
  });

  test("says that there is no port for its sound", async () => {
    const { phone, address } = await start(undefined, PORTS_FOR_ONE);
    const call = await phone.call(address);
    await expect(phone.call(address)).rejects.toThrow(
      `none of ${PORTS_FOR_ONE.rtpStartPort} to ${PORTS_FOR_ONE.rtpEndPort} is free`,
    );
    expect(phone.calls).toEqual([call]);
    await call.hangup();
  });

  test("says that there is nobody, and what is no address", async () => {
    const { phone } = await start();
    await expect(phone.call("1001")).rejects.toThrow(
      /a number and a trunk: current value is "1001"/,
    );
    await expect(phone.call("sip:")).rejects.toThrow(SyntaxError);
    await expect(phone.call("sip:x@127.0.0.1", { trunk: "acme" })).rejects.toThrow(/acme/);
    await expect(phone.call("sip:x@127.0.0.1", { ringTimeoutMs: 0 })).rejects.toThrow(RangeError);
    await expect(phone.call("sip:x@127.0.0.1", { headers: { "A\r\nB": "c" } })).rejects.toThrow(
      TypeError,
    );
    expect(phone.calls).toEqual([]);
    // What cannot be called is no call.
    expect(phone.placed).toMatchObject({ offered: 0, failed: 0 });
  });

  test("needs a phone that is started, and a free line", async () => {
    const { phone, address } = await start(undefined, { maxCalls: 1 });
    const call = await phone.call(address);
    await expect(phone.call(address)).rejects.toThrow("all lines are busy");
    const other = new PhoneHandler({ voiceBackend: loopback() });
    await expect(other.call(address)).rejects.toThrow("not started");
    await call.hangup();
  });

  test("calls by a trunk: its server, its domain, its name and its fields", async () => {
    const callee = await IndependentCallee.open((leg) => leg.refuse("404 Not Found"));
    cleanUps.push(() => callee[Symbol.asyncDispose]());
    const { phone } = await start(undefined, {
      trunks: [{
        name: "acme",
        server: `127.0.0.1:${callee.port}`,
        domain: "acme.example",
        from: "+43 1 555",
        headers: { "X-Account": "9" },
      }],
    });
    await refusal(phone.call("+4366012;x#", { headers: { "X-Campaign": "7" } }));
    const { invite } = await callee.next();
    expect(invite.startLine).toBe("INVITE sip:+4366012;x%23@acme.example SIP/2.0");
    expect(invite.header("From")[0]).toMatch(/^<sip:\+43%201%20555@acme\.example>;tag=/);
    expect(invite.header("X-Account")).toEqual(["9"]);
    expect(invite.header("X-Campaign")).toEqual(["7"]);
    await refusal(phone.call("12", { from: '"Sofia" <sip:bot@acme.example>' }));
    expect((await callee.next()).invite.header("From")[0]).toMatch(/^"?Sofia"? <sip:bot@acme/);
  });

  test("says which realm a password should have been for", async () => {
    const challenge = 'WWW-Authenticate: Digest realm="elsewhere", nonce="n"';
    const { phone, address } = await start((leg) => leg.refuse("401 Unauthorized", [challenge]));
    const auth = { username: "bot", password: "secret", realm: "here" };
    const error = await refusal(phone.call(address, { auth }));
    expect(error.outcome).toBe("forbidden");
    expect(error.message).toContain('the realm "elsewhere"');
  });
});
