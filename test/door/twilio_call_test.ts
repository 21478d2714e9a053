import { afterEach, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { loopback, mock } from "../../src/backend/mod.ts";
import { twilioAnswer, twilioCall, twimlFor } from "../../src/door/mod.ts";
import type { PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { type DoorScene, doorScene } from "./door_scene.ts";
import { FarEnd } from "./socket_pair.ts";
import { TwilioPeer, type TwilioPeerOptions } from "./twilio_peer.ts";

const TOKEN = "12345";
const WEBHOOK = "https://phone.example.org/twilio/voice";
const STREAM = "wss://phone.example.org/twilio/media";

let scene: DoorScene;
const over: Promise<void>[] = [];
afterEach(async () => {
  await scene?.stop();
  await Promise.all(over.splice(0));
});

async function open(options: Partial<PhoneHandlerOptions> = {}) {
  scene = await doorScene(options.voiceBackend ?? loopback(), options);
}

/** Connects a stream, whoever has invited it. */
async function connect(options: TwilioPeerOptions = {}, authToken: string | false = false) {
  const peer = new TwilioPeer(scene.clock, options);
  const info = { remoteAddress: "192.0.2.77", authToken };
  over.push(twilioCall(scene.phone, peer.far.socket, info));
  peer.begin();
  await scene.clock.advance(1);
  return peer;
}

/** Mu-law in which no two bytes near each other are the same, none of them silence. */
function ramp(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, n) => 0x20 + (n * 37) % 89);
}

async function speak(peer: TwilioPeer, sound: Uint8Array): Promise<void> {
  for (let at = 0; at < sound.length; at += 160) {
    peer.media(sound.subarray(at, at + 160));
    await scene.clock.advance(20);
  }
}

/** As Twilio asks for what to do with a call, and signs that. */
function webhook(fields: Record<string, string>, token = TOKEN): Request {
  const signed = WEBHOOK + Object.keys(fields).sort().map((name) => name + fields[name]).join("");
  const signature = createHmac("sha1", token).update(signed).digest("base64");
  return new Request("http://127.0.0.1:8080/twilio/voice", {
    method: "POST",
    headers: { "X-Twilio-Signature": signature },
    body: new URLSearchParams(fields),
  });
}

describe("twilioCall", () => {
  test("ends a flood of messages, and no other call", async () => {
    await open();
    const [flood, other] = [await connect(), await connect({ callSid: `CA${"0".repeat(32)}` })];
    for (let n = 0; n < 3000 && flood.far.closed === undefined; n++) {
      flood.media(ramp(160));
      if (n % 100 === 0) await scene.clock.advance(1);
    }
    await scene.clock.advance(20);
    expect([flood.far.closed?.code, other.far.closed]).toEqual([4429, undefined]);
    expect(scene.calls.map(({ state }) => state)).toEqual(["ended", "live"]);
  });

  test("hears the caller and is heard, byte by byte, with little waiting at Twilio", async () => {
    await open();
    const peer = await connect({ parameters: { From: "+4930123", To: "+4930456", Shop: "7" } });
    await speak(peer, new Uint8Array(8000).fill(0xff));
    const said = ramp(8000);
    await speak(peer, said);
    await scene.clock.advance(200);
    expect(Buffer.from(peer.played).indexOf(Buffer.from(said))).toBeGreaterThan(0);
    expect(peer.mostBufferedMs).toBeLessThanOrEqual(40);
    expect(peer.faults).toEqual([]);
    const [{ id, info, media }] = scene.calls;
    expect([id, info.door, info.from.user, info.to.user, info.headers.shop]).toEqual([
      peer.callSid,
      "twilio",
      "+4930123",
      "+4930456",
      "7",
    ]);
    expect(String(media!.chain)).toContain("twilio ▶ jitter ▶ decode PCMU 8 kHz ▶ resample ▶");
  });

  test("has Twilio drop what it has not played when the agent is interrupted", async () => {
    let isVoice = false;
    await open({
      voiceBackend: mock({
        script: [{ hears: "Go on.", says: "One two three four five six seven." }],
      }),
      detector: () => ({ detect: () => isVoice ? 1 : 0, close: () => {} }),
    });
    const peer = await connect();
    const loud = ramp(160);
    isVoice = true;
    for (let n = 0; n < 40; n++) await speak(peer, loud);
    isVoice = false;
    for (let n = 0; n < 75; n++) await speak(peer, new Uint8Array(160).fill(0xff));
    expect(new Set(peer.played.slice(-160)).size).toBeGreaterThan(40);
    expect(peer.cleared).toBe(0);
    isVoice = true;
    for (let n = 0; n < 40; n++) await speak(peer, loud);
    expect(peer.cleared).toBe(1);
    expect(new Set(peer.played.slice(-160))).toEqual(new Set([0xff]));
  });

  test("is told keys, and sounds its own", async () => {
    await open();
    const peer = await connect();
    for (const digit of ["1", "#", "?"]) peer.dtmf(digit);
    await scene.clock.advance(1);
    expect(scene.keys).toEqual(["1info", "#info"]);
    scene.calls[0].sendDtmf("5");
    await scene.clock.advance(400);
    const sounding = peer.played.filter((byte) => byte !== 0xff).length;
    expect(sounding).toBeGreaterThan(1200);
    expect(sounding).toBeLessThanOrEqual(1280);
    expect(() => scene.calls[0].sendDtmf("5x")).toThrow(RangeError);
  });

  test("ends with the call at Twilio, and ends it there", async () => {
    await open();
    const one = await connect();
    one.far.say({ event: "stop" });
    const two = await connect({ callSid: `CA${"1".repeat(32)}` });
    await scene.clock.runUntil(scene.calls[1].hangup());
    const ends = await Promise.all(scene.calls.map(({ ended }) => ended));
    expect(ends.map(({ cause }) => cause)).toEqual(["remote", "local"]);
    expect([one, two].map(({ far }) => far.closed?.code)).toEqual([1000, 1000]);
  });

  test("takes only a stream that its own answer has invited", async () => {
    await open();
    const fields = { CallSid: `CA${"2".repeat(32)}`, From: "+4930123", To: "+4930456" };
    const options = { authToken: TOKEN, url: WEBHOOK, streamUrl: STREAM };
    const answer = await twilioAnswer(webhook(fields), options);
    const parameters = Object.fromEntries(
      [...(await answer.text()).matchAll(/name="([^"]*)" value="([^"]*)"/g)]
        .map(([, name, value]) => [name, value]),
    );
    const invited = await connect({ callSid: fields.CallSid, parameters }, TOKEN);
    const stranger = await connect({ callSid: `CA${"3".repeat(32)}`, parameters }, TOKEN);
    const nobody = await connect({ callSid: fields.CallSid }, TOKEN);
    expect([invited, stranger, nobody].map(({ far }) => far.closed?.code)).toEqual([
      undefined,
      4403,
      4403,
    ]);
    expect(scene.calls.map(({ info }) => [info.from.user, info.to.user, info.headers])).toEqual([
      ["+4930123", "+4930456", { from: "+4930123", to: "+4930456" }],
    ]);
  });

  const start = {
    event: "start",
    start: {
      streamSid: `MZ${"0".repeat(32)}`,
      callSid: `CA${"0".repeat(32)}`,
      mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
    },
  };
  test.each([
    ["bytes", new Uint8Array(160), 4400],
    ["no JSON", "{", 4400],
    ["no object", "[1]", 4400],
    ["too long a text", `{"event":"start","x":"${"x".repeat(17_000)}"}`, 4400],
    ["sound before its start", JSON.stringify({ event: "media" }), 4400],
    ["a start of nothing", JSON.stringify({ event: "start", start: 7 }), 4400],
    [
      "a call without a name",
      JSON.stringify({ ...start, start: { ...start.start, callSid: "../x" } }),
      4400,
    ],
    [
      "a stream without a name",
      JSON.stringify({ ...start, start: { ...start.start, streamSid: "MZ1" } }),
      4400,
    ],
    [
      "sound of two channels",
      JSON.stringify({
        ...start,
        start: { ...start.start, mediaFormat: { ...start.start.mediaFormat, channels: 2 } },
      }),
      4400,
    ],
    [
      "another sound",
      JSON.stringify({
        ...start,
        start: { ...start.start, mediaFormat: { encoding: "audio/l16", sampleRate: 8000 } },
      }),
      4400,
    ],
  ])("cuts off who sends %s", async (_, message, code) => {
    await open();
    const far = new FarEnd();
    over.push(twilioCall(scene.phone, far.socket, { remoteAddress: "::1", authToken: false }));
    far.say(message);
    await scene.clock.advance(1);
    expect(far.closed?.code).toBe(code);
    expect(scene.phone.counters.offered).toBe(0);
  });

  test("names each call, though Twilio opens two streams of one", async () => {
    await open();
    const [one, two] = [await connect(), await connect()];
    expect(scene.calls.map(({ id }) => id === one.callSid)).toEqual([true, false]);
    one.stop();
    await scene.clock.advance(1);
    expect([scene.calls.map(({ state }) => state), two.far.closed]).toEqual([
      ["ended", "live"],
      undefined,
    ]);
  });

  test("is not quiet for a minute, after which proxies take a connection for dead", async () => {
    await open({ voiceBackend: mock() });
    const peer = await connect();
    const at: number[] = [scene.clock.now()];
    peer.far.onTold = () => void at.push(scene.clock.now());
    for (let n = 0; n < 130; n++) {
      peer.media(new Uint8Array(160).fill(0xff));
      await scene.clock.advance(1000);
    }
    const quiet = [...at.slice(1), scene.clock.now()].map((one, n) => one - at[n]);
    expect(Math.max(...quiet)).toBeLessThan(25_000);
    expect(at.length).toBeLessThan(10);
    expect(scene.calls[0].state).toBe("live");
  });

  test("lets a stream go that sends nothing any more, not even the mark that it is asked for", async () => {
    await open();
    const [dead, quiet] = [await connect(), await connect()];
    await scene.clock.advance(200);
    dead.isPlaying = false;
    await scene.clock.advance(100_000);
    expect((await scene.calls[0].ended).cause).toBe("timeout");
    expect([scene.calls[1].state, quiet.faults]).toEqual(["live", []]);
  });

  test("waits ten seconds for a start", async () => {
    await open();
    const far = new FarEnd();
    over.push(twilioCall(scene.phone, far.socket, { remoteAddress: "::1", authToken: false }));
    await scene.clock.advance(9990);
    expect(far.closed).toBe(undefined);
    await scene.clock.advance(20);
    expect(far.closed?.code).toBe(4408);
  });

  test("waits for nothing once there was one, nor when the connection is over", async () => {
    await open();
    const peer = await connect();
    await scene.clock.advance(20_000);
    expect([peer.far.closed, scene.calls[0].state]).toEqual([undefined, "live"]);
    const { pending } = scene.clock;
    const far = new FarEnd();
    over.push(twilioCall(scene.phone, far.socket, { remoteAddress: "::1", authToken: false }));
    await scene.clock.advance(1);
    far.leave();
    await scene.clock.advance(1);
    expect(scene.clock.pending).toBe(pending);
  });

  test("sends nothing while nobody speaks", async () => {
    await open({ voiceBackend: mock() });
    const { far } = await connect();
    await scene.clock.advance(1000);
    expect([far.told, scene.errors, scene.calls[0].state]).toEqual([[], [], "live"]);
  });

  test("sends a Twilio that does not read no more than half a second, and lets it go", async () => {
    await open();
    const peer = await connect();
    peer.far.isStuck = true;
    await speak(peer, ramp(80_000));
    expect(peer.far.socket.bufferedAmount).toBeGreaterThan(5000);
    expect(peer.far.socket.bufferedAmount).toBeLessThanOrEqual(8400);
    expect(scene.calls[0].state).toBe("live");
    await speak(peer, ramp(80_000));
    expect((await scene.calls[0].ended).cause).toBe("timeout");
  });

  test("cuts off who sends more than a second of sound in a message", async () => {
    await open();
    const peer = await connect();
    peer.media(new Uint8Array(8000));
    await scene.clock.advance(1);
    expect(peer.far.closed).toBe(undefined);
    peer.media(new Uint8Array(8001));
    await scene.clock.advance(1);
    expect(peer.far.closed?.code).toBe(4413);
  });

  test("passes over sound that is none, and events it does not know", async () => {
    await open();
    const { far } = await connect();
    for (const media of [undefined, 7, { payload: "%%%" }, { payload: 7 }, { track: "outbound" }]) {
      far.say({ event: "media", media });
    }
    far.say({ event: "mark", mark: { name: "x" } });
    far.say({ event: "dtmf", dtmf: "5" });
    far.say({ event: 7 });
    await scene.clock.advance(100);
    expect(scene.calls[0].state).toBe("live");
    expect(scene.calls[0].media!.statistics.rtp.packets).toBe(0);
  });
});

describe("twilioAnswer", () => {
  const options = { authToken: TOKEN, url: WEBHOOK, streamUrl: STREAM };

  test("knows the signature of Twilio's own example", async () => {
    // From the tests of Twilio's libraries: account token 12345.
    const fields = {
      CallSid: "CA1234567890ABCDE",
      Caller: "+14158675309",
      Digits: "1234",
      From: "+14158675309",
      To: "+18005551212",
    };
    const request = new Request("http://localhost/x?foo=1&bar=2", {
      method: "POST",
      headers: { "X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=" },
      body: new URLSearchParams(fields),
    });
    const url = "https://mycompany.com/myapp.php";
    const answer = await twilioAnswer(request, { ...options, url });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe("text/xml; charset=utf-8");
    expect(await answer.text()).toContain('<Parameter name="From" value="+14158675309"/>');
  });

  test("answers Twilio that asks by GET, by the names in the query, which are signed as well", async () => {
    const query = "?CallSid=CA1&From=%2B4930123&To=%2B4930456";
    const signature = createHmac("sha1", TOKEN).update(WEBHOOK + query).digest("base64");
    const ask = (query: string) =>
      twilioAnswer(
        new Request(`http://127.0.0.1/twilio/voice${query}`, {
          headers: { "X-Twilio-Signature": signature },
        }),
        options,
      );
    expect(await (await ask(query)).text()).toContain('<Parameter name="From" value="+4930123"/>');
    expect((await ask(query.replace("123", "124"))).status).toBe(403);
  });

  test("refuses what is not signed, signed by another, or changed", async () => {
    const fields = { CallSid: "CA1", From: "+4930123" };
    const unsigned = webhook(fields);
    unsigned.headers.delete("X-Twilio-Signature");
    const changed = new Request(webhook(fields), { body: "CallSid=CA2", method: "POST" });
    for (const request of [unsigned, webhook(fields, "54321"), changed]) {
      expect((await twilioAnswer(request, options)).status).toBe(403);
    }
  });

  test("reads no form without end", async () => {
    const request = new Request(WEBHOOK, { method: "POST", body: "x".repeat(70_000) });
    expect((await twilioAnswer(request, options)).status).toBe(413);
  });

  test("writes nothing into its answer that is not escaped", () => {
    const twiml = twimlFor(`${STREAM}?a=1&b="`, { "<x>": "'><Dial/>\u0000" });
    expect(twiml).toContain(`<Stream url="${STREAM}?a=1&amp;b=&#34;">`);
    expect(twiml).toContain('<Parameter name="&#60;x&#62;" value="&#39;&#62;&#60;Dial/&#62;"/>');
    expect(twiml.endsWith("</Connect><Hangup/></Response>")).toBe(true);
    expect(twimlFor(STREAM, { long: "y".repeat(500) })).toContain(`value="${"y".repeat(400)}"/>`);
  });
});
