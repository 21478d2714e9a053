import { describe, expect, test } from "bun:test";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";
import { isOwnOrigin, requireLocal } from "../../../src/http/guard/local.ts";
import { Tickets } from "../../../src/http/guard/tickets.ts";
import { TokenBuckets } from "../../../src/http/guard/token_buckets.ts";
import { idleSite } from "../../support/phone_site.ts";

const TOKEN = "a-token-that-nobody-guesses";

describe("TokenBuckets", () => {
  test("lets a client ask in bursts, and then as often as tokens come back", () => {
    const buckets = new TokenBuckets({ perSecond: 10, burst: 3 });
    const waits = [0, 0, 0, 0, 100, 100].map((now) => buckets.take("a", now));
    expect(waits).toEqual([0, 0, 0, 100, 0, 100]);
    expect(buckets.take("b", 100)).toBe(0);
  });

  test("never has more tokens than a burst, however long nobody asks", () => {
    const buckets = new TokenBuckets({ perSecond: 10, burst: 2 });
    buckets.take("a", 0);
    const waits = [1e9, 1e9, 1e9].map((now) => buckets.take("a", now) > 0);
    expect(waits).toEqual([false, false, true]);
  });

  test("remembers so many clients, and forgets the one that was quiet for longest", () => {
    const buckets = new TokenBuckets({ perSecond: 0.001, burst: 1, clients: 100 });
    for (let i = 0; i < 100; i++) buckets.take(`c${i}`, 0);
    buckets.waitMs("c0", 0);
    for (let i = 100; i < 199; i++) buckets.take(`c${i}`, 0);
    expect(buckets.size).toBe(100);
    expect([buckets.waitMs("c0", 0) > 0, buckets.waitMs("c1", 0)]).toEqual([true, 0]);
  });
});

describe("Tickets", () => {
  const make = () => {
    const clock = new VirtualClock();
    return { clock, tickets: new Tickets(clock, new SeededRandom(1)) };
  };

  test("for any path are good once, and for half a minute", async () => {
    const { clock, tickets } = make();
    const [one, other] = [tickets.issue().ticket, tickets.issue().ticket];
    expect([tickets.take(one, "/a"), tickets.take(one, "/a")]).toEqual([true, false]);
    await clock.advance(30_000);
    expect(tickets.take(other, "/a")).toBe(false);
  });

  test("for one path are good for that path alone, until they expire", async () => {
    const { clock, tickets } = make();
    const { ticket, lastsMs } = tickets.issue("/a");
    const takes = ["/a", "/b", "/a"].map((path) => tickets.take(ticket, path));
    expect([takes, lastsMs]).toEqual([[true, false, true], 600_000]);
    await clock.advance(lastsMs);
    expect(tickets.take(ticket, "/a")).toBe(false);
  });

  test("are bounded, and no two are the same", () => {
    const { tickets } = make();
    const issued = Array.from({ length: 1500 }, () => tickets.issue().ticket);
    expect(new Set(issued).size).toBe(1500);
    expect([tickets.take(issued[499], "/a"), tickets.take(issued[500], "/a")])
      .toEqual([false, true]);
  });
});

describe("without a token", () => {
  const from = (host: string, headers: Record<string, string> = {}) => () =>
    requireLocal(new Request(`http://${host}/calls`, { headers: { Host: host, ...headers } }));

  test.each([["localhost"], ["LOCALHOST:8080"], ["127.0.0.1:80"], ["127.9.9.9"], ["[::1]:8080"]])(
    "%s is this machine",
    (host) => expect(from(host)).not.toThrow(),
  );

  test.each([
    ["example.org"],
    ["localhost.example.org"],
    ["127.0.0.1.example.org"],
    ["10.0.0.1"],
    ["evil-localhost"],
  ])("%s is not", (host) => expect(from(host)).toThrow("named localhost"));

  test.each([
    ["null"],
    ["http://localhost:1"],
    ["http://localhost:8080.example.org"],
    ["file://localhost:8080"],
    ["http://user@localhost:8080"],
  ])("a page of %s may not ask localhost:8080", (origin) => {
    expect(from("localhost:8080", { Origin: origin })).toThrow("another site");
  });

  test("a page of ours may ask, and so may a program", () => {
    expect(from("localhost:8080", { Origin: "http://localhost:8080" })).not.toThrow();
    expect(from("localhost:8080")).not.toThrow();
  });

  test("a page of another site that says no origin is known by its browser", () => {
    const request = new Request("http://localhost/", {
      headers: { "Sec-Fetch-Site": "cross-site" },
    });
    expect(isOwnOrigin(request)).toBe(false);
  });
});

describe("with a token", () => {
  const ask = async (
    app: ReturnType<typeof idleSite>["app"],
    path: string,
    headers: Record<string, string> = {},
    method = "GET",
  ) => (await app.request(`http://phone.example${path}`, { method, headers })).status;
  const bearer = { Authorization: `Bearer ${TOKEN}` };

  test("any name of ours will do, and the scheme is written as one likes", async () => {
    const { app } = idleSite({ token: TOKEN });
    expect(await ask(app, "/calls", bearer)).toBe(200);
    expect(await ask(app, "/calls", { Authorization: `bearer  ${TOKEN}` })).toBe(200);
  });

  test("a path that is not there is not told from one that is", async () => {
    const { app } = idleSite({ token: TOKEN });
    expect([await ask(app, "/calls"), await ask(app, "/nothing")]).toEqual([401, 401]);
    expect(await ask(app, "/nothing", bearer)).toBe(404);
  });

  test("a ticket reads, and changes nothing", async () => {
    const { app } = idleSite({ token: TOKEN });
    const ticket = async () => {
      const response = await app.request("http://phone.example/tickets", {
        method: "POST",
        headers: { ...bearer, "Content-Type": "application/json" },
        body: "{}",
      });
      return (await response.json()).ticket;
    };
    expect(await ask(app, `/calls?ticket=${await ticket()}`)).toBe(200);
    expect(await ask(app, `/calls?ticket=${await ticket()}`, {}, "POST")).toBe(401);
    const origin = { Origin: "http://evil.example" };
    expect(await ask(app, `/calls?ticket=${await ticket()}`, origin)).toBe(401);
  });

  test("who guesses has to wait, whatever is guessed next, and others need not", async () => {
    const { app, clock } = idleSite({ token: TOKEN, limits: { failuresPerMinute: 2 } });
    const from = (address: string, authorization: string) =>
      app.request("http://phone.example/calls", { headers: { Authorization: authorization } }, {
        address,
      });
    const wrong = [await from("1.1.1.1", "Bearer 1"), await from("1.1.1.1", "Bearer 2")];
    expect(wrong.map(({ status }) => status)).toEqual([401, 401]);
    const right = await from("1.1.1.1", bearer.Authorization);
    expect([right.status, right.headers.get("Retry-After")]).toEqual([429, "30"]);
    expect((await from("2.2.2.2", bearer.Authorization)).status).toBe(200);
    await clock.advance(30_000);
    expect((await from("1.1.1.1", bearer.Authorization)).status).toBe(200);
  });

  test("the client is what the proxies that are trusted have seen, and nothing it says itself", async () => {
    const ask = async (trustedProxies: number, forwarded: string) => {
      const limits = { requestBurst: 1, requestsPerSecond: 0.001 };
      const { app } = idleSite({ token: TOKEN, trustedProxies, limits });
      const send = (field: string) =>
        app.request("http://phone.example/calls", { headers: { "X-Forwarded-For": field } }, {
          address: "9.9.9.9",
        });
      await send("1.1.1.1");
      return (await send(forwarded)).status;
    };
    expect(await ask(0, "2.2.2.2")).toBe(429);
    expect(await ask(1, "2.2.2.2")).toBe(401);
    expect(await ask(1, "2.2.2.2, 1.1.1.1")).toBe(429);
  });
});

describe("all answers", () => {
  test.each([["/health"], ["/"], ["/calls"], ["/nothing"], ["/openapi.json"], ["/docs/docs.js"]])(
    "tell browsers what to keep to: %s",
    async (path) => {
      const { headers } = await idleSite().app.request(`http://localhost${path}`);
      const policy = headers.get("Content-Security-Policy");
      expect(policy).toContain("default-src 'none'; script-src 'self';");
      expect(policy).not.toContain("unsafe");
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("Access-Control-Allow-Origin")).toBe(null);
      expect(headers.get("Cache-Control")).toMatch(/no-store|no-cache/);
    },
  );

  test("say which methods a path knows", async () => {
    const { app } = idleSite();
    const { status, headers } = await app.request("http://localhost/calls", { method: "DELETE" });
    expect([status, headers.get("Allow")]).toEqual([405, "GET, HEAD, POST"]);
  });

  test.each([["TRACE"], ["CONNECT"], ["BREW"]])("know no method %s", async (method) => {
    // As a server makes it: who writes programs for browsers may not.
    const request = new Request("http://localhost/calls");
    Object.defineProperty(request, "method", { value: method });
    expect((await idleSite().app.fetch(request)).status).toBe(405);
  });

  test("say nothing of what has failed on our side", async () => {
    const { app, phone } = idleSite();
    Object.defineProperty(phone, "calls", {
      get() {
        throw new Error("secret");
      },
    });
    const response = await app.request("http://localhost/calls");
    expect([response.status, (await response.text()).includes("secret")]).toEqual([500, false]);
  });

  test("of pages are kept by a browser until they change", async () => {
    const { app } = idleSite();
    const first = await app.request("http://localhost/docs");
    const headers = { "If-None-Match": first.headers.get("ETag")! };
    expect((await app.request("http://localhost/docs", { headers })).status).toBe(304);
  });
});

describe("Twilio's webhook", () => {
  const address = "http://127.0.0.1/twilio/voice";
  const twilioVoice = async (request: Request) =>
    new Response(`${request.method} ${await request.text()}`);

  test("gets the form, and what is asked by GET", async () => {
    const { app } = idleSite({ twilioVoice });
    const body = new URLSearchParams({ From: "+4930123" });
    const posted = await app.request(new Request(address, { method: "POST", body }));
    expect(await posted.text()).toBe("POST From=%2B4930123");
    const asked = await app.request(`${address}?From=1`);
    expect(await asked.text()).toBe("GET ");
  });

  test("does not wait for a form that somebody never ends, nor keep one that is too long", async () => {
    const { app, clock } = idleSite({ twilioVoice, limits: { bodyMs: 500, bodyBytes: 1000 } });
    const slow = app.request(
      new Request(address, {
        ...{ method: "POST", body: new ReadableStream(), duplex: "half" },
      }),
    );
    await clock.advance(500);
    expect((await slow).status).toBe(408);
    const long = await app.request(address, { method: "POST", body: "x".repeat(1001) });
    expect(long.status).toBe(413);
  });
});
