import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { freePort } from "../../support/free_ports.ts";
import { phoneCommand, RUNTIME } from "../../support/phone_process.ts";
import { Program } from "../../support/program.ts";
import { ROOT } from "../../support/source_files.ts";
import { speech } from "../../support/speech.ts";
import { eventually } from "../../support/wait.ts";

const TOKEN = "an auth token of Twilio's";
const PUBLIC = "https://phone.example.com";

interface Started {
  readonly program: Program;
  readonly port: number;
  /** A line of what it has said, by what is captured of it. */
  find(pattern: RegExp): Promise<string>;
}

/** Starts an example, runs `use`, and ends it as its user does. */
async function withExample(name: string, use: (started: Started) => Promise<void>): Promise<void> {
  const port = await freePort();
  const [command, args] = phoneCommand(RUNTIME, []);
  const file = args.map((arg) => arg.endsWith("mod.ts") ? `${ROOT}examples/${name}` : arg);
  const env = {
    SOFIA_PHONE_SIP_PORT: String(port),
    SOFIA_PHONE_HTTP_PORT: "0",
    SOFIA_PHONE_AUDIOSOCKET_PORT: "0",
    TWILIO_AUTH_TOKEN: TOKEN,
    PUBLIC_URL: PUBLIC,
  };
  await using program = new Program(command, file, { env });
  await program.says(/^ready: dial \S+$/m, 20_000);
  await use({ program, port, find: async (pattern) => (await program.says(pattern))[1] });
  expect(await program.stop()).toEqual({ code: 0, signal: null });
}

/** A WebSocket that is open, and what came by it. */
async function open(url: string): Promise<{ socket: WebSocket; texts: string[]; bytes: number[] }> {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  const texts: string[] = [];
  const bytes: number[] = [];
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") texts.push(data);
    else bytes.push((data as ArrayBuffer).byteLength);
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  return { socket, texts, bytes };
}

describe("examples with doors and figures", () => {
  test(
    "with_http.ts shows its calls, and counts them",
    () =>
      withExample("with_http.ts", async ({ port, find }) => {
        const url = await find(/^open (\S+)\/ to watch/m);
        const caller = await IndependentCaller.call(port);
        const calls = await (await fetch(`${url}/calls`)).json();
        expect(JSON.stringify(calls)).toContain('"door":"sip"');
        const figures = await (await fetch(`${url}/metrics`)).text();
        expect(figures).toMatch(/sofia_phone_calls_offered_total\{direction="in",door="sip"\} 1/);
        expect((await fetch(`${url}/docs`)).status).toBe(200);
        await caller.bye();
        await caller.close();
      }),
    40_000,
  );

  test(
    "browser_phone.ts serves the page, and takes its call",
    () =>
      withExample("browser_phone.ts", async ({ program, find }) => {
        const url = await find(/^open (\S+)\/phone to talk$/m);
        expect(await (await fetch(`${url}/phone`)).text()).toContain("<html");
        const { socket, texts, bytes } = await open(`${url.replace("http", "ws")}/phone/socket`);
        socket.send(JSON.stringify({ type: "hello", sampleRate: 16_000 }));
        await eventually("the answer", () => texts.some((text) => text.includes('"answered"')));
        socket.send(new Uint8Array(640));
        await eventually("sound", () => bytes.length > 3);
        expect(program.stdout).toContain("a call by browser");
        socket.send(JSON.stringify({ type: "hangup" }));
        await eventually("the end", () => texts.some((text) => text.includes('"ended"')));
        socket.close();
      }),
    40_000,
  );

  test(
    "twilio.ts answers what Twilio has signed, and takes the stream that it invites",
    () =>
      withExample("twilio.ts", async ({ find }) => {
        const url = await find(/which is (\S+)\/twilio\/voice here$/m);
        const callSid = "CA0123456789abcdef0123456789abcdef";
        const fields = { CallSid: callSid, From: "+15550100", To: "+15550199" };
        const names = Object.entries(fields).map(([name, value]) => name + value).join("");
        const signature = createHmac("sha1", TOKEN).update(`${PUBLIC}/twilio/voice${names}`);
        const ask = (signed: string) =>
          fetch(`${url}/twilio/voice`, {
            method: "POST",
            headers: { "X-Twilio-Signature": signed },
            body: new URLSearchParams(fields),
          });
        expect((await ask("forged")).status).toBe(403);
        const twiml = await (await ask(signature.digest("base64"))).text();
        expect(twiml).toContain('<Stream url="wss://phone.example.com/twilio/socket">');
        const [, key] = /name="sofia-key" value="([^"]+)"/.exec(twiml) ?? [];

        const { socket, texts } = await open(`${url.replace("http", "ws")}/twilio/socket`);
        const mediaFormat = { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 };
        const streamSid = "MZ0123456789abcdef0123456789abcdef";
        const start = { streamSid, callSid, customParameters: { "sofia-key": key }, mediaFormat };
        socket.send(JSON.stringify({ event: "connected", protocol: "Call", version: "1.0.0" }));
        socket.send(JSON.stringify({ event: "start", streamSid, start }));
        await eventually("sound", () => texts.some((text) => text.includes('"media"')));
        socket.close();
      }),
    40_000,
  );

  test(
    "audiosocket.ts takes a call of Asterisk's",
    () =>
      withExample("audiosocket.ts", async ({ program, find }) => {
        const at = await find(/^AudioSocket at \S+:(\d+)$/m);
        const socket = connect(Number(at), "127.0.0.1");
        let received = 0;
        socket.on("data", (data) => received += data.length);
        const uuid = Uint8Array.from({ length: 16 }, (_, index) => index);
        socket.write(Uint8Array.of(0x01, 0, 16, ...uuid));
        await eventually("sound", () => received > 3 * 323);
        await program.says(/^caller-00010203 calls: \S+$/m);
        socket.end(Uint8Array.of(0x00, 0, 0));
        await new Promise((resolve) => socket.once("close", resolve));
      }),
    40_000,
  );

  test(
    "otel.ts prints a span of the call and of its turn",
    () =>
      withExample("otel.ts", async ({ program, port }) => {
        const caller = await IndependentCaller.call(port);
        await caller.voice.say(speech(3, 1));
        await caller.voice.say(new Int16Array(12_000));
        await caller.bye();
        await caller.close();
        await program.says(/name: ["'].*turn/);
        await program.says(/name: ["'].*call/);
      }),
    40_000,
  );
});
