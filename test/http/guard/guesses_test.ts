import { describe, expect, test } from "bun:test";
import { Guesses } from "../../../src/http/guard/guesses.ts";
import { idleSite } from "../../support/phone_site.ts";

const TOKEN = "a-token-that-nobody-guesses";

describe("Guesses", () => {
  const wrong = { isRight: false };
  const right = { isRight: true };

  test("make a client wait that was wrong so often, for as long as it takes", () => {
    const guesses = new Guesses(2);
    guesses.note("a", wrong, 0);
    expect(guesses.waitMs("a", 0)).toBe(0);
    guesses.note("a", wrong, 0);
    expect(guesses.waitMs("a", 0)).toBe(30_000);
    expect(guesses.waitMs("b", 0)).toBe(0);
  });

  test("hold nobody up where the token is known, for an hour after it was shown", () => {
    const guesses = new Guesses(1);
    guesses.note("a", right, 1000);
    for (let at = 0; at < 10; at++) guesses.note("a", wrong, 3_600_000);
    expect(guesses.waitMs("a", 3_600_999)).toBe(0);
    expect(guesses.waitMs("a", 3_601_000)).toBe(59_000);
  });

  test("remember who shows it again before those who have not", () => {
    const guesses = new Guesses(1);
    for (let i = 0; i < 1000; i++) guesses.note(`${i}`, right, 0);
    guesses.note("0", right, 1);
    guesses.note("new", right, 1);
    for (const client of ["0", "1"]) guesses.note(client, wrong, 1);
    expect(["0", "1"].map((client) => guesses.waitMs(client, 1))).toEqual([0, 60_000]);
  });

  test("remember a bounded number of those who know it", () => {
    const guesses = new Guesses(1);
    for (let i = 0; i < 1001; i++) guesses.note(`${i}`, right, 0);
    for (const client of ["0", "1", "1000"]) guesses.note(client, wrong, 0);
    expect(["0", "1", "1000"].map((client) => guesses.waitMs(client, 0))).toEqual([60_000, 0, 0]);
  });
});

describe("who has the token", () => {
  const site = () => {
    const { app } = idleSite({ token: TOKEN, limits: { failuresPerMinute: 3 } });
    return async (authorization: string | undefined, path = "/calls") =>
      (await app.request(`http://phone.example${path}`, {
        headers: authorization === undefined ? {} : { Authorization: authorization },
      }, { address: "192.0.2.1" })).status;
  };

  test("is not locked out by others of its address, once it has shown it", async () => {
    const ask = site();
    expect(await ask(`Bearer ${TOKEN}`)).toBe(200);
    for (let i = 0; i < 10; i++) expect(await ask(`Bearer guess-${i}`)).toBe(401);
    expect(await ask(`Bearer ${TOKEN}`)).toBe(200);
  });

  test("is not locked out by those who say nothing, or have a ticket that is used up", async () => {
    const ask = site();
    for (let i = 0; i < 10; i++) {
      expect(await ask(undefined)).toBe(401);
      expect(await ask("Basic dXNlcjpwYXNz")).toBe(401);
      expect(await ask(undefined, "/calls?ticket=used-up")).toBe(401);
    }
    expect(await ask(`Bearer ${TOKEN}`)).toBe(200);
  });

  test("waits where only wrong ones came from before", async () => {
    const ask = site();
    for (let i = 0; i < 3; i++) await ask(`Bearer guess-${i}`);
    expect(await ask(`Bearer ${TOKEN}`)).toBe(429);
  });
});

describe("without a token", () => {
  test.each([["Forwarded"], ["X-Forwarded-For"], ["X-Forwarded-Host"], ["X-Real-IP"]])(
    "nothing is taken from a proxy that asks by a local name: %s",
    async (name) => {
      const { app } = idleSite();
      const headers = { [name]: "203.0.113.7" };
      const response = await app.request("http://localhost/calls", { headers });
      expect(response.status).toBe(403);
      expect((await response.json()).detail).toContain("set a token");
      expect((await app.request("http://localhost/health", { headers })).status).toBe(200);
    },
  );
});
