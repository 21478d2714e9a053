import { afterEach, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWav } from "../../src/audio/mod.ts";
import { loopback } from "../../src/backend/mod.ts";
import type { Call, CallRecord } from "../../src/call/mod.ts";
import { browserCall, twilioAnswer, twilioCall } from "../../src/door/mod.ts";
import { serveHttp } from "../../src/http/mod.ts";
import { PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { eventually } from "../support/wait.ts";

const TOKEN = "the token of an account";
const PUBLIC = "https://phone.example.org";

const cleanUps: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A phone that is served with its doors, on real sockets of this runtime. */
async function start(options: Partial<PhoneHandlerOptions> = {}) {
  const phone = new PhoneHandler({
    ...options,
    voiceBackend: loopback(),
    detector: () => ({ detect: () => 0, close: () => {} }),
    admission: false,
    sipPort: 0,
    ...SOUND_PORTS,
  });
  const calls: Call[] = [];
  phone.on("answered", ({ call }) => void calls.push(call));
  await phone.start();
  cleanUps.push(() => phone.stop());
  const server = await serveHttp({
    phone,
    port: 0,
    browserCall: (socket, { address = "unknown", watch }) =>
      void browserCall(phone, socket, { remoteAddress: address, watch }),
    twilioCall: (socket, { address = "unknown" }) =>
      void twilioCall(phone, socket, { remoteAddress: address, authToken: TOKEN }),
    twilioVoice: (request) =>
      twilioAnswer(request, {
        authToken: TOKEN,
        url: `${PUBLIC}/twilio/voice`,
        streamUrl: `${PUBLIC.replace("http", "ws")}/twilio/socket`,
      }),
  });
  cleanUps.push(() => server.stop());
  return { phone, calls, url: server.url };
}

/** A WebSocket of this runtime, with what it was told. */
async function open(url: string) {
  const socket = new WebSocket(url.replace("http", "ws"));
  socket.binaryType = "arraybuffer";
  const told: Record<string, unknown>[] = [];
  const heard: Int16Array[] = [];
  let closed: number | undefined;
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") told.push(JSON.parse(data));
    else heard.push(new Int16Array(data as ArrayBuffer));
  };
  socket.onclose = ({ code }) => void (closed = code);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  cleanUps.push(() => Promise.resolve(socket.close()));
  const say = (message: unknown) => socket.send(JSON.stringify(message));
  return { socket, say, told, heard, closed: () => closed };
}

describe("doors that come by HTTP", () => {
  test("bring a caller's voice and take the agent's, over a real WebSocket", async () => {
    const { calls, url } = await start();
    const page = await open(`${url}/phone/socket`);
    page.say({ type: "hello", sampleRate: 16_000, from: "alice" });
    await eventually("the answer", () => page.told.length > 0);
    expect(page.told[0]).toEqual({ type: "answered", id: calls[0].id, sampleRate: 16_000 });
    await eventually("the echo", () => {
      page.socket.send(new Int16Array(320).fill(7777));
      return page.heard.some((samples) => samples.length === 320 && samples[7] === 7777);
    });
    await calls[0].hangup();
    await eventually("the close", () => page.closed() !== undefined);
    expect(page.told.at(-1)).toEqual({ type: "ended", reason: "local-hangup" });
    expect(page.closed()).toBe(1000);
  });

  test("lead through menus, and are recorded and written down, as any call", async () => {
    const folder = mkdtempSync(join(tmpdir(), "doors-"));
    cleanUps.unshift(() => Promise.resolve(rmSync(folder, { recursive: true })));
    const { phone, calls, url } = await start({
      recording: { folder, policy: "always" },
      menu: {
        prompt: { samples: new Int16Array(160), sampleRate: 8000 },
        options: [{ key: "1", next: { do: "bot" } }],
      },
    });
    const records: CallRecord[] = [];
    phone.on("record", ({ record }) => void records.push(record));
    const page = await open(`${url}/phone/socket`);
    page.say({ type: "hello", sampleRate: 24_000 });
    await eventually("the menu", () => calls[0]?.menu !== undefined);
    page.say({ type: "dtmf", digit: "1" });
    await eventually("the echo", () => {
      page.socket.send(new Int16Array(480).fill(7777));
      return page.heard.some((samples) => samples[7] === 7777);
    });
    page.say({ type: "hangup" });
    await eventually("the record", () => records.length === 1);
    const [{ door, codec, keys, recording }] = records;
    expect([door, codec, keys.map(({ digit }) => digit)]).toEqual(["browser", "L16", ["1"]]);
    expect(recording?.outcome).toBe("finished");
    const { sampleRate, channels } = readWav(readFileSync(recording!.path));
    expect(sampleRate).toBe(24_000);
    for (const channel of channels) expect(channel.includes(7777)).toBe(true);
  });

  test("end a call whose page is closed", async () => {
    const { phone, calls, url } = await start();
    const page = await open(`${url}/phone/socket`);
    page.say({ type: "hello", sampleRate: 48_000 });
    await eventually("the answer", () => calls.length === 1);
    page.socket.close();
    expect((await calls[0].ended).cause).toBe("remote");
    expect(phone.calls).toEqual([]);
  });

  test("close a socket that says what it should not, with a code", async () => {
    const { url } = await start();
    const page = await open(`${url}/phone/socket`);
    page.socket.send("hello");
    await eventually("the close", () => page.closed() !== undefined);
    expect([page.closed(), page.told]).toEqual([4400, [
      { type: "refused", reason: "That is no message" },
    ]]);
  });

  test("take Twilio's call from its webhook to its stream", async () => {
    const { calls, url } = await start();
    const fields: Record<string, string> = {
      CallSid: `CA${"4".repeat(32)}`,
      From: "+4930123",
      To: "+4930456",
    };
    const signed = `${PUBLIC}/twilio/voice` +
      Object.keys(fields).sort().map((name) => name + fields[name]).join("");
    const ask = (signature: string) =>
      fetch(`${url}/twilio/voice`, {
        method: "POST",
        headers: { "X-Twilio-Signature": signature },
        body: new URLSearchParams(fields),
      });
    const refused = await ask("nobody's");
    expect(refused.status).toBe(403);
    await refused.body?.cancel();
    const answer = await ask(createHmac("sha1", TOKEN).update(signed).digest("base64"));
    const twiml = await answer.text();
    expect(twiml).toContain('<Stream url="wss://phone.example.org/twilio/socket">');
    const customParameters = Object.fromEntries(
      [...twiml.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map((
        [, name, value],
      ) => [name, value]),
    );
    const stream = await open(`${url}/twilio/socket`);
    const streamSid = `MZ${"5".repeat(32)}`;
    stream.say({ event: "connected", protocol: "Call", version: "1.0.0" });
    stream.say({
      event: "start",
      streamSid,
      start: {
        streamSid,
        callSid: fields.CallSid,
        customParameters,
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
      },
    });
    await eventually("the answer", () => calls.length === 1);
    const payload = Buffer.alloc(160, 0x31).toString("base64");
    await eventually("the echo", () => {
      stream.say({ event: "media", streamSid, media: { track: "inbound", payload } });
      return stream.told.some(({ event, media }) =>
        event === "media" && (media as { payload: string }).payload === payload
      );
    });
    expect(calls[0].info.from.user).toBe("+4930123");
    stream.say({ event: "stop", streamSid });
    expect((await calls[0].ended).cause).toBe("remote");
  });
});
