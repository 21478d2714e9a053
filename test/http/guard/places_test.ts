import { describe, expect, test } from "bun:test";
import { WebSocketEnd } from "../../../src/http/web_socket.ts";
import { Places } from "../../../src/http/guard/places.ts";
import { idleSite } from "../../support/phone_site.ts";

describe("Places", () => {
  test("are given back once, however often that is said", () => {
    const places = new Places({ what: "things", most: 2 });
    const { leave } = places.take("a");
    places.take("a");
    leave();
    leave();
    expect(places.count).toBe(1);
    places.take("b");
    expect(() => places.take("c")).toThrow("There are 2 things already");
  });

  test("are not all of one client's, who has its own back when it leaves", () => {
    const places = new Places({ what: "things", most: 3, perClient: 2 });
    const leaves = [places.take("a"), places.take("a")];
    expect(() => places.take("a")).toThrow("There are 2 things from this address already");
    places.take("b");
    for (const { leave } of leaves) leave();
    for (let i = 0; i < 2; i++) places.take("a");
    expect(places.count).toBe(3);
  });

  test("that have settled count for all, and for no client", () => {
    const places = new Places({ what: "things", most: 2, perClient: 1 });
    const { leave, settle } = places.take("a");
    settle();
    places.take("a");
    expect(() => places.take("b")).toThrow("There are 2 things already");
    leave();
    settle();
    expect(() => places.take("a")).toThrow("1 things from this address");
    places.take("b");
  });
});

describe("one client", () => {
  const ask = (address: string) => ({
    address,
    upgrade: (onClosed: () => void) => ({
      response: new Response(null, { status: 200 }),
      socket: new WebSocketEnd(onClosed),
    }),
  });

  test("does not get all WebSockets, nor as all machines of its network", async () => {
    const { app } = idleSite({ browserCall: () => {}, limits: { sockets: 4 } });
    const enter = async (address: string) =>
      (await app.request("http://localhost/phone/socket", {
        headers: { Upgrade: "websocket" },
      }, ask(address))).status;
    const one = [
      await enter("2001:db8::1"),
      await enter("2001:db8::2"),
      await enter("2001:db8::3"),
    ];
    expect(one).toEqual([200, 200, 429]);
    expect([await enter("10.0.0.1"), await enter("::ffff:10.0.0.1")]).toEqual([200, 200]);
    expect(await enter("10.0.0.2")).toBe(503);
  });

  test("that no token lets in does not get all of Twilio's, which go on when they are let in", async () => {
    const { app, clock } = idleSite({ twilioCall: () => {}, limits: { sockets: 4 } });
    const enter = async (address: string) =>
      (await app.request("http://phone.example/twilio/socket", {
        headers: { Upgrade: "websocket" },
      }, ask(address))).status;
    const first = [await enter("10.0.0.1"), await enter("10.0.0.1"), await enter("10.0.0.1")];
    expect(first).toEqual([200, 200, 429]);
    await clock.advance(15_000);
    expect([await enter("10.0.0.1"), await enter("10.0.0.1")]).toEqual([200, 200]);
    expect(await enter("10.0.0.2")).toBe(503);
  });

  test("does not watch by all places of viewers", async () => {
    const { app } = idleSite({ limits: { viewers: 3, viewersPerClient: 1 } });
    const watch = (address: string) => app.request("http://localhost/events", {}, { address });
    const first = await watch("10.0.0.1");
    expect([first.status, (await watch("10.0.0.1")).status]).toEqual([200, 429]);
    expect((await watch("10.0.0.2")).status).toBe(200);
    await first.body!.cancel();
    expect((await watch("10.0.0.1")).status).toBe(200);
  });
});

describe("whoever watches over the process", () => {
  test("is answered however much else there is", async () => {
    const limits = { requests: 0, requestBurst: 1, requestsPerSecond: 0.001 };
    const { app } = idleSite({ limits });
    const ask = async (path: string) => (await app.request(`http://localhost${path}`)).status;
    expect(await ask("/calls")).toBe(503);
    expect(await ask("/calls")).toBe(429);
    expect([await ask("/health"), await ask("/health"), await ask("/ready")])
      .toEqual([200, 200, 503]);
  });
});
