import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { mock } from "../../src/backend/mod.ts";
import { type HttpServer, serveHttp } from "../../src/http/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import { PhoneMetrics } from "../../src/telemetry/mod.ts";

let server: HttpServer;
let metrics: PhoneMetrics;
beforeAll(async () => {
  const phone = new PhoneHandler({ voiceBackend: mock(), sipPort: 0 });
  metrics = new PhoneMetrics(phone);
  server = await serveHttp({
    ...{ phone, metrics, port: 0, limits: { sockets: 2 } },
    browserCall: () => {},
    twilioVoice: (request) => Promise.resolve(new Response(new URL(request.url).pathname)),
  });
});
afterAll(async () => {
  metrics.stop();
  await server.stop();
});

/** The status that is answered to these lines. */
function statusOf(...lines: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(server.port, "127.0.0.1", () => {
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    });
    socket.on("data", (data) => {
      answer += data;
      const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(answer) ?? [];
      if (status === undefined) return;
      resolve(Number(status));
      socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`There was no answer but ${answer}`)));
  });
}

describe("requests as no browser sends them", () => {
  test.each([
    ["GET /health HTTP/1.0"],
    ["GET /calls HTTP/1.0"],
    ["GET /history?limit=5 HTTP/1.0"],
    ["GET /twilio/voice HTTP/1.0"],
  ])("are answered without Host, where HTTP/1.0 has none: %s", async (line) => {
    expect(await statusOf(line)).toBe(200);
  });

  test.each([
    ["Host: [::1"],
    ["Host: a b"],
    ["Host: evil@localhost"],
    ["Host:"],
    ["Host: localhost:99999"],
  ])("are refused as theirs, and fail nothing: %s", async (host) => {
    for (const line of ["GET /calls HTTP/1.1", "GET /twilio/voice HTTP/1.1"]) {
      const status = await statusOf(line, host);
      expect([line, status, status < 500]).toEqual([line, status, true]);
    }
    expect([400, 403]).toContain(await statusOf("GET /calls HTTP/1.1", host));
  });

  test("may have a body where it means nothing", async () => {
    const fields = ["Host: localhost", "Content-Type: application/json", "Content-Length: 2"];
    expect(await statusOf("GET /calls HTTP/1.1", ...fields, "", "{}")).toBe(200);
  });

  test("may have a body of nothing that is said to be JSON", async () => {
    const fields = ["Host: localhost", "Content-Type: application/json", "Content-Length: 0"];
    expect(await statusOf("POST /tickets HTTP/1.1", ...fields)).toBe(201);
  });

  test("to be a WebSocket take no place where they cannot be one", async () => {
    const line = "GET /phone/socket HTTP/1.1";
    const fields = ["Host: localhost", "Upgrade: websocket"];
    const key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";
    const version = "Sec-WebSocket-Version: 13";
    for (let i = 0; i < 3; i++) {
      expect(await statusOf(line, ...fields, "Connection: Upgrade", version)).toBe(426);
      const head = ["HEAD /phone/socket HTTP/1.1", ...fields, "Connection: Upgrade", key, version];
      expect(await statusOf(...head)).toBe(426);
    }
    expect(await statusOf(line, ...fields, "Connection: Upgrade", key, version)).toBe(101);
  });

  test("by another method are counted as what they were answered with", async () => {
    expect(await statusOf("PUT /calls HTTP/1.1", "Host: localhost")).toBe(405);
    const figures = await metrics.text();
    expect(figures).toMatch(/^sofia_phone_http_requests_total\{method="PUT",[^}]*status="405"/m);
    expect(figures).not.toMatch(/^sofia_phone_http_requests_total\{[^}]*status="5/m);
  });
});
