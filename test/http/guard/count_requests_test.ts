import { describe, expect, test } from "bun:test";
import { idleSite } from "../../support/phone_site.ts";

describe("countRequests", () => {
  test("answers so many at a time, and others again when one is over, however it ended", async () => {
    const { app, clock } = idleSite({ limits: { requests: 2, bodyMs: 500 } });
    const ask = async () => (await app.request("http://localhost/openapi.json")).status;
    const waits = async () => {
      const request = new Request("http://localhost/calls", {
        ...{ method: "POST", body: new ReadableStream(), duplex: "half" },
        headers: { "Content-Type": "application/json" },
      } as RequestInit);
      return (await app.request(request)).status;
    };
    const first = waits();
    expect(await ask()).toBe(200);
    const second = waits();
    expect([await ask(), await ask()]).toEqual([503, 503]);
    await clock.advance(500);
    expect(await Promise.all([first, second])).toEqual([408, 408]);
    expect(await ask()).toBe(200);
  });
});
