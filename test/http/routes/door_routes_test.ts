import { describe, expect, test } from "bun:test";
import type { HttpOptions } from "../../../src/http/mod.ts";
import { WebSocketEnd } from "../../../src/http/web_socket.ts";
import { idleSite } from "../../support/phone_site.ts";

const TOKEN = "a-token-that-nobody-guesses";
const BEARER = { Authorization: `Bearer ${TOKEN}` };

/** A phone with the doors of Twilio and of browsers, whose own work is none of this test's. */
function withDoors(options: HttpOptions = {}) {
  const taken: string[] = [];
  const site = idleSite({
    token: TOKEN,
    browserCall: () => void taken.push("browser"),
    twilioCall: () => void taken.push("twilio"),
    twilioVoice: async (request) => new Response(await request.text()),
    ...options,
  });
  return { ...site, taken };
}

/** The body of a webhook that has begun and goes on when it is told to. */
function slowBody() {
  let end = () => {};
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode("a"));
      end = () => controller.close();
    },
  });
  return { body, end: () => end() };
}

describe("Twilio's webhook", () => {
  const post = (
    app: ReturnType<typeof withDoors>["app"],
    body: BodyInit,
    address = "192.0.2.1",
  ) =>
    app.request(
      new Request("http://phone.example/twilio/voice", {
        ...{ method: "POST", body },
        duplex: "half",
      } as RequestInit),
      {},
      { address },
    );

  test("gets the form as it was sent", async () => {
    const { app } = withDoors();
    expect(await (await post(app, "CallSid=1&From=%2B1")).text()).toBe("CallSid=1&From=%2B1");
  });

  test("waits for no body for ever, and reads none without end", async () => {
    const { app, clock } = withDoors();
    const late = post(app, slowBody().body);
    await clock.advance(10_000);
    expect((await late).status).toBe(408);
    expect((await post(app, "a".repeat(70_000))).status).toBe(413);
  });

  test("of one stranger who sends slowly keeps out nobody but that one", async () => {
    const { app } = withDoors();
    const slow = Array.from({ length: 11 }, slowBody);
    const answers = slow.map(({ body }) => post(app, body));
    expect((await answers[10]).status).toBe(429);
    expect((await post(app, "a=1", "192.0.2.2")).status).toBe(200);
    for (const { end } of slow) end();
    await Promise.all(answers);
  });

  test("of strangers who send slowly keeps out strangers, and nobody else", async () => {
    const { app } = withDoors();
    const slow = Array.from({ length: 50 }, slowBody);
    const answers = slow.map(({ body }, index) => post(app, body, `10.0.0.${index >> 3}`));
    expect((await post(app, "a=1")).status).toBe(503);
    expect((await app.request("http://phone.example/health")).status).toBe(200);
    expect((await app.request("http://phone.example/calls", { headers: BEARER })).status).toBe(200);
    for (const { end } of slow) end();
    expect((await Promise.all(answers)).every(({ status }) => status === 200)).toBe(true);
    expect((await post(app, "a=1")).status).toBe(200);
  });
});

describe("Twilio's streams", () => {
  test("that nobody has invited take no place of those who have the token", async () => {
    const { app, taken } = withDoors({ limits: { sockets: 2, socketsPerClient: 2 } });
    const enter = async (path: string, headers: Record<string, string> = {}) =>
      (await app.request(`http://phone.example${path}`, {
        headers: { Upgrade: "websocket", ...headers },
      }, {
        upgrade: (onClosed) => ({
          response: new Response(null, { status: 200 }),
          socket: new WebSocketEnd(onClosed),
        }),
      })).status;
    const strangers = [1, 2, 3].map(() => enter("/twilio/socket"));
    expect(await Promise.all(strangers)).toEqual([200, 200, 503]);
    expect(await enter("/phone/socket")).toBe(401);
    expect(await enter("/phone/socket", BEARER)).toBe(200);
    expect(taken).toEqual(["twilio", "twilio", "browser"]);
  });
});

describe("GET /events", () => {
  test("by HEAD is answered, and makes nobody a viewer", async () => {
    const { app } = withDoors({ limits: { viewers: 1 } });
    const ask = (method: string) =>
      app.request("http://phone.example/events", { method, headers: BEARER });
    for (let i = 0; i < 3; i++) expect((await ask("HEAD")).status).toBe(200);
    const { status, body } = await ask("GET");
    expect(status).toBe(200);
    await body!.cancel();
  });
});
