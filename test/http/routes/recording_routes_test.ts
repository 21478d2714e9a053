import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiContract } from "../../support/api_contract.ts";
import { PhoneSite } from "../../support/phone_site.ts";
import { wait } from "../../support/wait.ts";

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
  rmSync(folder, { recursive: true, force: true });
});

/** Asks, has the answer checked, and gives its status and what it holds. */
async function ask(method: string, path: string, json?: unknown) {
  const response = await site.ask(path, { method, json });
  const body = await contract.check(method, path, response) as Record<string, unknown>;
  return { status: response.status, body, headers: response.headers };
}

const post = (path: string, json: unknown = {}) => ask("POST", path, json);

describe("a call", () => {
  test("is recorded, with a pause, and the recording can be heard in pieces", async () => {
    const { call, sip } = await site.call();
    const path = `/calls/${encodeURIComponent(call.id)}`;
    expect((await post(`${path}/record`, { action: "pause" })).status).toBe(409);
    expect((await post(`${path}/record`, { action: "start" })).body.state).toBe("recording");
    expect((await ask("GET", path)).body.isRecording).toBe(true);
    expect((await post(`${path}/record`, { action: "pause" })).body.state).toBe("paused");
    expect((await post(`${path}/record`, { action: "resume" })).body.state).toBe("recording");
    await post(`${path}/say`, { text: "This is kept." });
    const stopped = await post(`${path}/record`, { action: "stop" });
    expect([stopped.body.state, Number(stopped.body.durationMs) > 100]).toEqual(["finished", true]);
    await sip.hangup();
    const past = `/history/${encodeURIComponent(call.id)}`;
    let page: Record<string, unknown>[] = [];
    const isThere = async () => {
      page = (await ask("GET", "/history?limit=5")).body.calls as typeof page;
      return page.some(({ id }) => id === call.id);
    };
    while (!await isThere()) await wait(10);
    expect(page.find(({ id }) => id === call.id)?.hasRecording).toBe(true);
    expect(JSON.stringify(page)).not.toContain(folder);
    const found = async (query: string) => {
      const { status, body } = await ask("GET", `/history?${query}`);
      return status === 200 ? (body.calls as typeof page).length : status;
    };
    const id = encodeURIComponent(call.id.toUpperCase());
    for (const query of ["q=this+KEPT", `q=${id}`, "only=recorded&q=kept", "q="]) {
      expect([query, await found(query)]).toEqual([query, 1]);
    }
    for (const query of ["q=nobody", "only=refused", "only=slow&q=kept"]) {
      expect([query, await found(query)]).toEqual([query, 0]);
    }
    for (const query of [`q=${"x".repeat(101)}`, "only=nonsense", "only=", "q=a&limit=0"]) {
      expect([query, await found(query)]).toEqual([query, 400]);
    }
    const { body } = await ask("GET", past);
    expect(JSON.stringify(body.transcript)).toContain("This is kept.");
    const whole = await site.ask(`${past}/recording`);
    await contract.check("GET", `${past}/recording`, whole.clone());
    const bytes = new Uint8Array(await whole.arrayBuffer());
    expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe("RIFF");
    expect(Number(whole.headers.get("Content-Length"))).toBe(bytes.length);
    for (
      const [range, from, to] of [
        ["bytes=0-3", 0, 4],
        ["bytes=100-", 100, bytes.length],
        ["bytes=-10", bytes.length - 10, bytes.length],
        [`bytes=5-${bytes.length + 99}`, 5, bytes.length],
      ] as const
    ) {
      const part = await site.ask(`${past}/recording`, { headers: { Range: range } });
      await contract.check("GET", `${past}/recording`, part.clone());
      expect([part.status, part.headers.get("Content-Range")])
        .toEqual([206, `bytes ${from}-${to - 1}/${bytes.length}`]);
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(from, to));
    }
    const tag = whole.headers.get("ETag")!;
    const fetch = (headers: Record<string, string>) =>
      site.ask(`${past}/recording`, { headers }).then((response) => response);
    expect((await fetch({ Range: `bytes=${bytes.length}-` })).status).toBe(416);
    expect((await fetch({ "If-None-Match": tag })).status).toBe(304);
    expect((await fetch({ Range: "bytes=0-3", "If-Range": '"other"' })).status).toBe(200);
    expect((await fetch({ Range: "lines=0-3" })).status).toBe(200);
    const head = await site.ask(`${past}/recording`, { method: "HEAD" });
    expect([head.status, head.headers.get("Content-Length"), await head.text()])
      .toEqual([200, String(bytes.length), ""]);
    rmSync(folder, { recursive: true });
    expect((await ask("GET", `${past}/recording`)).status).toBe(404);
  });
});
