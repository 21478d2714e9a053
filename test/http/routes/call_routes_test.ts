import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiContract } from "../../support/api_contract.ts";
import { IndependentCallee } from "../../support/caller/independent_callee.ts";
import { PhoneSite } from "../../support/phone_site.ts";
import { eventually } from "../../support/wait.ts";

let site: PhoneSite;
let contract: ApiContract;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sofia-http-"));
  site = await PhoneSite.start({ phone: { recording: { folder, policy: "onDemand" } } });
  contract = await ApiContract.of(site.app);
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Asks, has the answer checked, and gives its status and what it holds. */
async function ask(method: string, path: string, json?: unknown) {
  const response = await site.ask(path, { method, json });
  const body = await contract.check(method, path, response) as Record<string, unknown>;
  return { status: response.status, body, headers: response.headers };
}

const post = (path: string, json: unknown = {}) => ask("POST", path, json);

describe("a live call", () => {
  test("is shown, with what the agent has said", async () => {
    const { call, sip } = await site.call();
    await eventually("the greeting is made", () => call.media?.progress?.unheard === "");
    const { body: { calls } } = await ask("GET", "/calls");
    expect((calls as { id: string }[]).map(({ id }) => id)).toContain(call.id);
    const { body } = await ask("GET", `/calls/${encodeURIComponent(call.id)}`);
    expect([body.state, body.codec, body.direction, body.door])
      .toEqual(["live", "PCMU", "in", "sip"]);
    const [said] = body.transcript as { who: string; text: string }[];
    expect([said.who, said.text]).toEqual(["agent", "Hello."]);
    await sip.hangup();
  });

  test("says what it is asked to, and tells what of it was heard", async () => {
    const { call, sip } = await site.call();
    const path = `/calls/${encodeURIComponent(call.id)}/say`;
    const { status, body } = await post(path, { text: "One moment." });
    expect([status, body.outcome, body.heard]).toEqual([200, "played", "One moment."]);
    expect((await post(path, { text: "And now?", wait: false })).status).toBe(202);
    const cut = await post(path, { text: "Stop.", interrupts: true });
    expect([cut.body.outcome, cut.body.heard]).toEqual(["played", "Stop."]);
    await sip.hangup();
  });

  test("is muted and put on hold, and is as before", async () => {
    const { call, sip } = await site.call();
    const path = `/calls/${encodeURIComponent(call.id)}`;
    expect((await post(`${path}/mute`, { side: "agent" })).body.isMuted).toBe(true);
    expect((await post(`${path}/unmute`)).body.isMuted).toBe(false);
    const held = await post(`${path}/hold`);
    expect(held.body.isOnHold).toBe(true);
    expect((await post(`${path}/unhold`)).body.isOnHold).toBe(false);
    await sip.hangup();
  });

  test("is hung up with a cause, and not with one that is none", async () => {
    const { call, sip } = await site.call();
    const path = `/calls/${encodeURIComponent(call.id)}/hangup`;
    expect((await post(path, { cause: "NO_SUCH_CAUSE" })).status).toBe(400);
    expect((await post(path, { cause: "USER_BUSY" })).body).toEqual({ id: call.id });
    await eventually("the caller knows", () => sip.state === "ended");
    const after = await post(path);
    expect([after.status, after.body.detail]).toEqual([404, "It is over; /history has it"]);
  });

  test("is not transferred to what is no target, nor where the caller cannot call", async () => {
    const { call, sip } = await site.call();
    const path = `/calls/${encodeURIComponent(call.id)}/transfer`;
    for (const wait of [true, false]) {
      const wrong = await post(path, { to: "1001; rm -rf", wait });
      expect([wrong.status, wrong.body.type]).toEqual([400, "urn:sofia-phone:bad-request"]);
      expect(wrong.body.detail).toContain("1001; rm -rf");
    }
    // A target it is, though not for a call that came straight.
    expect((await post(path, { to: "user/1001" })).status).toBe(409);
    const { status, body } = await post(path, { to: "sip:1001@127.0.0.1:9", timeoutMs: 300 });
    expect([status, body.outcome]).toEqual([200, "refused"]);
    expect(call.state).toBe("live");
    expect((await post(path, { to: "1001", wait: false })).status).toBe(202);
    await sip.hangup();
  });

  test("presses keys, and nothing that is no key", async () => {
    const { call, sip } = await site.call();
    const path = `/calls/${encodeURIComponent(call.id)}/dtmf`;
    expect((await post(path, { digits: "12#" })).status).toBe(202);
    expect((await post(path, { digits: "12+" })).body.faults)
      .toEqual([{ path: "/digits", message: "is 1 to 64 of 0-9, *, # and A-D" }]);
    await sip.hangup();
  });

  test("is heard by nobody who asks for it without a WebSocket", async () => {
    const { call, sip } = await site.call();
    const { status } = await ask("GET", `/calls/${encodeURIComponent(call.id)}/listen`);
    expect(status).toBe(426);
    await sip.hangup();
  });
});

describe("POST /calls", () => {
  const ringing: string[] = [];

  test("calls somebody, says what it is asked to, and answers when that is answered", async () => {
    await using callee = await IndependentCallee.open();
    const to = `sip:human@127.0.0.1:${callee.port}`;
    const { status, body, headers } = await post("/calls?wait=answered", {
      to,
      headers: { "X-Campaign": "7" },
      say: "This is a test.",
    });
    expect([status, body.state, body.direction]).toEqual([201, "live", "out"]);
    expect(headers.get("Location")).toBe(`/calls/${body.id}`);
    const leg = await callee.next();
    expect(leg.invite.header("X-Campaign")).toEqual(["7"]);
    const call = site.phone.calls.find(({ id }) => id === body.id)!;
    await eventually("it is said", () => JSON.stringify(call.history).includes("a test"));
    expect((await post(`/calls/${body.id}/dtmf`, { digits: "1" })).status).toBe(202);
    expect((await post(`/calls/${body.id}/hangup`)).status).toBe(200);
    expect(await leg.over).toBe("BYE");
  });

  test("answers at once with a call that can be given up", async () => {
    await using callee = await IndependentCallee.open((leg) => {
      ringing.push("ring");
      leg.ring();
    });
    const { status, body } = await post("/calls", { to: `sip:human@127.0.0.1:${callee.port}` });
    expect([status, body.state]).toEqual([201, "calling"]);
    await eventually("it rings", () => ringing.length > 0);
    const path = `/calls/${body.id}`;
    for (
      const [action, json] of [
        ["say", { text: "Hello?" }],
        ["say", { text: "Hello?", wait: false }],
        ["record", { action: "start" }],
        ["dtmf", { digits: "1" }],
        ["mute", {}],
        ["unmute", {}],
        ["hold", {}],
        ["transfer", { to: "1001" }],
      ] as const
    ) expect([action, (await post(`${path}/${action}`, json)).status]).toEqual([action, 409]);
    expect((await ask("GET", `${path}/listen`)).status).toBe(409);
    expect((await post(`${path}/hangup`)).status).toBe(200);
    expect(await (await callee.next()).over).toBe("CANCEL");
  });

  test("says why nobody has answered", async () => {
    await using callee = await IndependentCallee.open((leg) => leg.refuse("486 Busy Here"));
    const to = `sip:human@127.0.0.1:${callee.port}`;
    const { status, body } = await post("/calls?wait=answered", { to });
    expect([status, body.outcome, body.sipStatus, body.cause])
      .toEqual([502, "busy", 486, "USER_BUSY"]);
  });

  test.each([
    [{ to: "1001" }],
    [{ to: "sip:a@127.0.0.1", trunk: "nowhere" }],
    [{ to: "sip:a@127.0.0.1", headers: { "X-A": "1\r\nX-B: 2" } }],
    [{ to: "sip:a@127.0.0.1", headers: { "X A": "1" } }],
    [{ to: "sip:a@127.0.0.1", ringTimeoutMs: -1 }],
    [{ to: "sip:a@127.0.0.1", from: "bot" }],
    [{ to: "sip:a@127.0.0.1", from: "sip:x@y>, <sip:b@c" }],
    [{ to: "sip:a@127.0.0.1\r\nX-A: 1" }],
    [{ to: "sip:a@127.0.0.1", headers: { Via: "SIP/2.0/UDP 10.0.0.1" } }],
    [{ to: "" }],
  ])("refuses what cannot be called: %j", async (body) => {
    expect((await post("/calls", body)).status).toBe(400);
  });
});
