import { afterEach, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { type Backend, loopback, mock } from "../../src/backend/mod.ts";
import { type HttpServer, serveHttp, type ServeHttpOptions } from "../../src/http/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import { PhoneMetrics } from "../../src/telemetry/mod.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { eventually } from "../support/wait.ts";

const TOKEN = "a-token-that-nobody-guesses";
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(
  options: Omit<ServeHttpOptions, "phone"> = {},
  voiceBackend: Backend = mock({ greeting: "Hello to you who listens." }),
): Promise<HttpServer & { readonly phone: PhoneHandler }> {
  const phone = new PhoneHandler({ voiceBackend, sipPort: 0, admission: false, ...SOUND_PORTS });
  await phone.start();
  cleanUps.push(() => phone.stop());
  const server = await serveHttp({ phone, port: 0, ...options });
  cleanUps.push(() => server.stop());
  return { ...server, phone };
}

/** A call of the phone to itself: two calls. */
async function callItself({ phone }: { readonly phone: PhoneHandler }) {
  return await phone.call(`sip:me@127.0.0.1:${phone.address!.port}`);
}

/** Sends text by a socket and resolves with the first that comes, or nothing if it is closed. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (data) => {
      resolve(String(data));
      socket.destroy();
    });
    socket.on("error", () => resolve(""));
    socket.on("close", () => resolve(""));
  });
}

/** Everything a WebSocket is sent, and how it ends. */
function webSocket(url: string, headers: Record<string, string> = {}) {
  const socket = new (WebSocket as unknown as new (
    url: string,
    options: { headers: Record<string, string> },
  ) => WebSocket)(url.replace(/^http/, "ws"), { headers });
  socket.binaryType = "arraybuffer";
  const messages: (string | ArrayBuffer)[] = [];
  socket.onmessage = ({ data }) => void messages.push(data);
  const closed = new Promise<number>((resolve) => socket.onclose = ({ code }) => resolve(code));
  return { socket, messages, closed };
}

describe("serveHttp", () => {
  test("is not reached by others without a token, nor with one that is guessed", async () => {
    const phone = new PhoneHandler({ voiceBackend: loopback(), sipPort: 0 });
    const refusal = (options: Omit<ServeHttpOptions, "phone">) =>
      serveHttp({ phone, port: 0, ...options }).then(() => "served", ({ message }) => message);
    expect(await refusal({ host: "0.0.0.0" })).toContain("without a token");
    expect(await refusal({ token: "secret" })).toContain("at least 16 letters");
    expect(await refusal({ token: "with blanks in between" })).toContain("without blanks");
  });

  test("tells who watches how the last call ended, before it stops", async () => {
    const server = await start();
    const { phone } = server;
    const call = await callItself(server);
    const { body } = await fetch(`${server.url}/events`);
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value ?? "";
    const draining = phone.drain(10_000);
    await call.hangup();
    await draining;
    await server.stop();
    const next = () => reader.read().then(({ value }) => value, () => undefined);
    for (let part = await next(); part !== undefined; part = await next()) text += part;
    expect(text.match(/^event: call-ended$/gm)?.length).toBe(2);
    expect(text).toContain('"left":0');
  });

  test("says that its port is taken", async () => {
    const { port, phone } = await start();
    const error = await serveHttp({ phone, port }).then(() => undefined, (error) => error);
    expect(error).toBeInstanceOf(Error);
  });

  test("is served with the same figures when its port is free at last", async () => {
    const { port, phone } = await start();
    const metrics = new PhoneMetrics(phone);
    cleanUps.push(() => Promise.resolve(metrics.stop()));
    const refused = await serveHttp({ phone, port, metrics }).then(
      () => "",
      ({ message }) => message,
    );
    expect(refused).not.toBe("");
    expect(refused).not.toContain("metric");
    const server = await serveHttp({ phone, port: 0, metrics });
    cleanUps.push(() => server.stop());
    await (await fetch(`${server.url}/health`)).body?.cancel();
    const figures = await (await fetch(`${server.url}/metrics`)).text();
    expect(figures).toMatch(/sofia_phone_http_requests_total\{[^}]*health[^}]*\} 1/);
  });

  test("knows where requests come from, and asks each client for its token", async () => {
    const { url } = await start({ token: TOKEN, limits: { failuresPerMinute: 3 } });
    const ask = (authorization: string) =>
      fetch(`${url}/calls`, { headers: { Authorization: authorization } })
        .then(({ status, body }) => body?.cancel().then(() => status));
    const none = [await ask("Basic x"), await ask(`Bearer ${TOKEN} x`), await ask("Bearer")];
    const wrong = [await ask("Bearer x"), await ask("Bearer y"), await ask("bearer z")];
    expect([...none, ...wrong]).toEqual([401, 401, 401, 401, 401, 401]);
    // Who guesses learns nothing any more.
    expect(await ask(`Bearer ${TOKEN}`)).toBe(429);
  });

  test("cuts off a body that does not come", async () => {
    const { port } = await start({ limits: { bodyMs: 200 } });
    const answer = await exchange(
      port,
      "POST /tickets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    );
    expect(answer).toContain(" 408 ");
  });

  test("refuses a body that says it is small and is not", async () => {
    const { port } = await start({ limits: { bodyBytes: 10 } });
    const answer = await exchange(
      port,
      "POST /tickets HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
        "14\r\n01234567890123456789\r\n0\r\n\r\n",
    );
    expect(answer).toContain(" 413 ");
  });

  test("refuses header fields without end", async () => {
    const { port } = await start();
    const answer = await exchange(
      port,
      `GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ${"a".repeat(600_000)}\r\n\r\n`,
    );
    expect(answer).not.toContain("200 OK");
  });

  test("answers 500 requests at once while calls go on, and each is still there", async () => {
    const { url, phone } = await start({ limits: { requestBurst: 600, requests: 600 } });
    for (let i = 0; i < 5; i++) await callItself({ phone });
    const paths = ["/calls", "/status", "/history", "/health", "/openapi.json"];
    const statuses = await Promise.all(Array.from({ length: 500 }, async (_, i) => {
      const response = await fetch(url + paths[i % paths.length]);
      await response.arrayBuffer();
      return response.status;
    }));
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(phone.calls.length).toBe(10);
    expect(phone.calls.every(({ state }) => state === "live")).toBe(true);
  });

  test("tells a viewer all calls, what they do, and their ends; another that comes back what it missed", async () => {
    const { url, phone } = await start();
    const call = await callItself({ phone });
    const watching = (await fetch(`${url}/events?levels=1`)).body!.getReader();
    let text = "";
    const reading = (async () => {
      for (let part = await watching.read(); !part.done; part = await watching.read()) {
        text += new TextDecoder().decode(part.value);
      }
    })();
    await eventually(
      "both calls are told",
      () => (text.match(/^event: call$/gm) ?? []).length >= 2,
    );
    await eventually("levels are told", () => text.includes("event: levels"));
    expect(text.indexOf("event: hello")).toBeLessThan(text.indexOf("event: call"));
    const lastId = /^id: (.+)$/gm.exec(text)![1];
    await call.hangup();
    await eventually("its end is told", () => text.includes("event: call-ended"));
    // Deno may never end a body that is aborted after many other requests.
    await watching.cancel();
    await reading;
    await eventually("nobody watches", () => phone.calls.length === 0);
    const again = await fetch(`${url}/events`, { headers: { "Last-Event-ID": lastId } });
    const reader = again.body!.getReader();
    let missed = "";
    while (!missed.includes("event: call-ended")) {
      missed += new TextDecoder().decode((await reader.read()).value);
    }
    expect(missed).toContain('"isResumed":true');
    await reader.cancel();
    const status = await (await fetch(`${url}/status`)).json();
    expect(status.viewers).toBeLessThanOrEqual(1);
  });

  test("lets somebody hear a call, agent on the right, until it is over", async () => {
    const { url, phone } = await start();
    const call = await callItself({ phone });
    const { messages, closed } = webSocket(`${url}/calls/${call.id}/listen`);
    await eventually("a second is heard", () => messages.length > 25);
    expect(JSON.parse(messages[0] as string)).toEqual({ sampleRate: 8000, channels: 2 });
    const sound = messages.slice(1) as ArrayBuffer[];
    expect(new Set(sound.map(({ byteLength }) => byteLength))).toEqual(new Set([1280]));
    const loud = (side: number) =>
      sound.some((piece) => new Int16Array(piece).some((x, i) => i % 2 === side && x > 1000));
    expect([loud(0), loud(1)]).toEqual([true, true]);
    await call.hangup();
    expect(await closed).toBe(1000);
  });

  test("lets a page of its own hear a call by a ticket, once", async () => {
    const { url, phone } = await start({ token: TOKEN });
    const call = await callItself({ phone });
    const { ticket } = await (await fetch(`${url}/tickets`, {
      method: "POST",
      headers: { "Authorization": `Bearer ${TOKEN}`, "Content-Type": "application/json" },
      body: "{}",
    })).json();
    const address = `${url}/calls/${call.id}/listen?ticket=${ticket}`;
    const first = webSocket(address, { Origin: url });
    await eventually("it is heard", () => first.messages.length > 0);
    first.socket.close();
    expect(await webSocket(address, { Origin: url }).closed).not.toBe(1000);
  });

  test("lets no page of another site in by a WebSocket", async () => {
    const { url, phone } = await start();
    const call = await callItself({ phone });
    const other = webSocket(`${url}/calls/${call.id}/listen`, { Origin: "http://evil.example" });
    expect(await other.closed).not.toBe(1000);
    expect(other.messages).toEqual([]);
  });

  test("has so many WebSockets at a time, and no more", async () => {
    const { url, phone } = await start({ limits: { sockets: 1 } });
    const call = await callItself({ phone });
    const first = webSocket(`${url}/calls/${call.id}/listen`);
    await eventually("it is heard", () => first.messages.length > 0);
    const second = webSocket(`${url}/calls/${call.id}/listen`);
    expect(await second.closed).not.toBe(1000);
    first.socket.close();
    await first.closed;
    const third = webSocket(`${url}/calls/${call.id}/listen`);
    await eventually("there is room again", () => third.messages.length > 0);
    third.socket.close();
  });
});
