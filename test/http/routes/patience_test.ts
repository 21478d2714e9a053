import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { IndependentCallee } from "../../support/caller/independent_callee.ts";
import { PhoneSite } from "../../support/phone_site.ts";

let site: PhoneSite;
beforeAll(async () => void (site = await PhoneSite.start()));
afterAll(async () => await site[Symbol.asyncDispose]());

/** What the server of a request is told to do about a long silence. */
async function told(path: string, json: unknown): Promise<readonly string[]> {
  const said: string[] = [];
  const response = await site.app.request(`http://localhost${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(json),
  }, {
    keepOpen: () => {
      said.push("wait");
      return () => void said.push("no more");
    },
  });
  await response.body?.cancel();
  return [...said, String(response.status)];
}

describe("a server that ends silent connections", () => {
  test("waits while somebody is called, and not when it is known what came of it", async () => {
    await using callee = await IndependentCallee.open();
    const to = `sip:human@127.0.0.1:${callee.port}`;
    expect(await told("/calls?wait=answered", { to })).toEqual(["wait", "no more", "201"]);
    await using busy = await IndependentCallee.open((leg) => leg.refuse("486 Busy Here"));
    const other = `sip:human@127.0.0.1:${busy.port}`;
    expect(await told("/calls?wait=answered", { to: other })).toEqual(["wait", "no more", "502"]);
  });

  test("waits while something is said or the caller is given to somebody, unless it is not to", async () => {
    const { call, sip } = await site.call();
    const path = `/calls/${encodeURIComponent(call.id)}`;
    expect(await told(`${path}/say`, { text: "Yes." })).toEqual(["wait", "no more", "200"]);
    expect(await told(`${path}/say`, { text: "Yes.", wait: false })).toEqual(["202"]);
    const target = { to: "sip:1001@127.0.0.1:9", timeoutMs: 300 };
    expect(await told(`${path}/transfer`, target)).toEqual(["wait", "no more", "200"]);
    expect(await told(`${path}/transfer`, { ...target, wait: false })).toEqual(["202"]);
    await sip.hangup();
  });
});
