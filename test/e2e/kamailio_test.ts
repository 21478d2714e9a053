import { describe, expect, test } from "bun:test";
import { attempts } from "../support/attempts.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { Kamailio, type KamailioOptions } from "../support/kamailio.ts";
import { lacks } from "../support/needs.ts";
import { type PhoneOptions, PhoneProcess } from "../support/phone_process.ts";
import { runSipp } from "../support/sipp.ts";
import { UdpTap } from "../support/udp_tap.ts";
import { eventually, wait } from "../support/wait.ts";

const isMissing = lacks("kamailio", "sipp");
/** New calls begin that often. */
const EACH_MS = 50;

/** A caller that takes the way that the answer names. */
const ROUTED = `<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="routed">
  <send retrans="500"><![CDATA[
    INVITE sip:bot@[remote_ip]:[remote_port] SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
    To: <sip:bot@[remote_ip]:[remote_port]>
    Call-ID: [call_id]
    CSeq: 1 INVITE
    Contact: <sip:sipp@[local_ip]:[local_port]>
    Max-Forwards: 70
    Content-Type: application/sdp
    Content-Length: [len]

    v=0
    o=- 1 1 IN IP4 [local_ip]
    s=-
    c=IN IP4 [media_ip]
    t=0 0
    m=audio [media_port] RTP/AVP 0
    a=rtpmap:0 PCMU/8000
  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rrs="true">
    <action>
      <ereg regexp="127.0.0.1:[0-9]+;" search_in="hdr" header="Record-Route:" check_it="true" assign_to="1"/>
    </action>
  </recv>
  <nop><action><log message="[$1]"/></action></nop>
  ${within("ACK", 1)}
  <pause milliseconds="300"/>
  ${within("BYE", 2)}
  <recv response="200"/>
</scenario>
`;

function within(method: string, cseq: number): string {
  return `<send><![CDATA[
    ${method} [next_url] SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    [routes]
    From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
    To: <sip:bot@[remote_ip]:[remote_port]>[peer_tag_param]
    Call-ID: [call_id]
    CSeq: ${cseq} ${method}
    Max-Forwards: 70
    Content-Length: 0

  ]]></send>`;
}

const cleanUps: (() => PromiseLike<unknown>)[] = [];

/** Tries that again which waits for no longer than 600 ms, as callers do. */
function inTime(body: () => Promise<void>): () => Promise<void> {
  return () =>
    attempts(async () => {
      try {
        await body();
      } finally {
        for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
      }
    });
}

function keep<T extends AsyncDisposable>(thing: T): T {
  cleanUps.push(() => thing[Symbol.asyncDispose]());
  return thing;
}

async function phone(options: PhoneOptions = {}): Promise<PhoneProcess> {
  // A machine with much to do is not what is tested: it would be taken for one that is too late.
  const args = ["--max-lateness-ms", "off", ...options.args ?? []];
  return keep(await PhoneProcess.start({ maxCalls: 100, ...options, args }));
}

/** Two phones, each behind a tap, with a Kamailio in front. */
async function scene(options: PhoneOptions = {}, proxy: KamailioOptions = {}) {
  const phones = await Promise.all([phone(options), phone(options)]);
  const taps = await Promise.all(phones.map(async ({ port }) => keep(await UdpTap.listen(port))));
  const kamailio = keep(await Kamailio.start(taps.map(({ port }) => port), proxy));
  return { phones, taps, kamailio };
}

/** A call that is up, or the status that it was refused with. */
interface Outcome {
  readonly caller: IndependentCaller;
  readonly status: number;
  readonly tookMs: number;
}

async function invite({ port }: Kamailio): Promise<Outcome> {
  const caller = await IndependentCaller.open(port);
  // Not hung up: where a test is over the phones are.
  cleanUps.push(() => caller.close());
  caller.followsContact = true;
  const began = performance.now();
  const { status } = await caller.invite();
  return { caller, status, tookMs: performance.now() - began };
}

/** Begins calls one after the other, and does something when so many were made. */
async function stream(kamailio: Kamailio, count: number, at: number, what: () => void) {
  const calls: Promise<Outcome>[] = [];
  for (let n = 0; n < count; n++) {
    if (n === at) what();
    calls.push(invite(kamailio));
    await wait(EACH_MS);
  }
  return await Promise.all(calls);
}

/** How often each of these calls was tried at another phone, as the wire shows it. */
function tries(taps: readonly UdpTap[], outcomes: readonly Outcome[]): number[] {
  const seen = taps.flatMap(({ invites }) => invites);
  return outcomes.map(({ caller }) =>
    new Set(seen.filter(({ callId }) => callId === caller.callId).map(({ branch }) => branch)).size
  );
}

/** How many INVITEs there were of a call, those that were sent again too. */
function datagrams(taps: readonly UdpTap[], { caller }: Outcome): number {
  const seen = taps.flatMap(({ invites }) => invites);
  return seen.filter(({ callId }) => callId === caller.callId).length;
}

/** Where these calls are, by the phone that was asked last. */
function at(tap: UdpTap, others: UdpTap, outcomes: readonly Outcome[]): Outcome[] {
  const last = ({ invites }: UdpTap, { callId }: IndependentCaller) =>
    invites.findLast((invite) => invite.callId === callId)?.at ?? -1;
  return outcomes.filter(({ caller }) => last(tap, caller) > last(others, caller));
}

function says(what: string, taps: readonly UdpTap[], outcomes: readonly Outcome[]): void {
  const all = tries(taps, outcomes);
  const ms = (some: readonly Outcome[]) =>
    some.map(({ tookMs }) => Math.round(tookMs)).sort((a, b) => a - b);
  const [once, twice] = [1, 2].map((n) => ms(outcomes.filter((_, i) => all[i] === n)));
  const median = (some: number[]) => some[Math.floor(some.length / 2)];
  const most = Math.max(...outcomes.map((call) => datagrams(taps, call)));
  const line = `${what}: ${outcomes.length} calls; ${once.length} tried once, answered after ` +
    `${median(once)} ms (at most ${once.at(-1)}); ${twice.length} twice: ${twice.join(" ")} ms; ` +
    `at most ${most} INVITEs each`;
  // deno-lint-ignore no-console -- what a failure costs is measured here, and written down elsewhere
  console.log(line);
}

/** All that was sent to a caller has come, and it was never hung up. */
async function expectUntouched(calls: readonly Outcome[]): Promise<void> {
  for (const { caller } of calls) {
    expect(caller.asked).not.toContain("BYE");
    const numbers = caller.heard.arrivals.map(({ sequence }) => sequence);
    const gaps = numbers.filter((n, i) => i > 0 && n !== (numbers[i - 1] + 1) % 65_536);
    expect(gaps).toEqual([]);
    const before = numbers.length;
    await eventually("more sound", () => caller.heard.arrivals.length > before);
  }
  const statuses = await Promise.all(calls.map(({ caller }) => caller.bye()));
  expect(statuses).toEqual(calls.map(() => 200));
}

describe.skipIf(isMissing)("Kamailio in front of two phones", () => {
  test(
    "costs no call more than one retry when one is killed, and those of the other nothing",
    inTime(async () => {
      const { phones, taps, kamailio } = await scene();
      const live = await Promise.all(Array.from({ length: 10 }, () => invite(kamailio)));
      expect(live.map(({ status }) => status)).toEqual(live.map(() => 200));
      expect(tries(taps, live)).toEqual(live.map(() => 1));
      const others = at(taps[1], taps[0], live);
      expect(others.length).toBe(5);

      const calls = await stream(kamailio, 80, 20, () => phones[0].program.kill("SIGKILL"));
      says("killed", taps, calls);
      expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 200));
      const counted = tries(taps, calls);
      expect(Math.max(...counted)).toBe(2);
      // It is left alone as soon as one call has found that it is dead.
      expect(counted.filter((count) => count === 2).length).toBeLessThan(40);
      expect(counted.slice(-20)).toEqual(Array.from({ length: 20 }, () => 1));
      await expectUntouched(others);

      // Another phone in its place is found by itself.
      const next = await phone();
      taps[0].target = next.port;
      const before = taps[0].invites.length;
      const deadline = performance.now() + 10_000;
      while (taps[0].invites.length === before && performance.now() < deadline) {
        const { caller, status } = await invite(kamailio);
        expect(status).toBe(200);
        await caller.bye();
        // Its port rests for seconds, and there are so many.
        await wait(EACH_MS);
      }
      expect(taps[0].invites.length).toBeGreaterThan(before);
    }),
    60_000,
  );

  test(
    "costs no call anything but one retry when one drains, and its own go on",
    inTime(async () => {
      const { phones, taps, kamailio } = await scene({ args: ["--drain-ms", "30000"] });
      const live = await Promise.all(Array.from({ length: 6 }, () => invite(kamailio)));
      const calls = await stream(kamailio, 60, 15, () => phones[0].program.kill("SIGTERM"));
      says("drained", taps, calls);
      expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 200));
      const counted = tries(taps, calls);
      expect(Math.max(...counted)).toBeLessThan(3);
      expect(counted.filter((count) => count === 2).length).toBeLessThan(10);
      expect(counted.slice(-20)).toEqual(Array.from({ length: 20 }, () => 1));
      await expectUntouched(calls);
      // Those of the one that drains hang up when they have said all.
      expect(await kamailio.status()).toBe(200);
      await expectUntouched(live);
      expect(await phones[0].program.ended).toEqual({ code: 0, signal: null });
    }),
    60_000,
  );

  test(
    "gives a call to the one that has a line free, and is refused by two at most",
    inTime(async () => {
      const { taps, kamailio } = await scene({ maxCalls: 1, rtpPorts: 40 });
      const calls = [await invite(kamailio), await invite(kamailio)];
      expect(calls.map(({ status }) => status)).toEqual([200, 200]);
      // Both are known to be full: by a call that each has refused, or by what they said to OPTIONS.
      const more = [await invite(kamailio), await invite(kamailio), await invite(kamailio)];
      for (const [i, { status }] of more.entries()) {
        expect([486, 503]).toContain(status);
        expect(tries(taps, more)[i]).toBeLessThan(3);
      }
      expect(await kamailio.status()).toBe(503);
      await calls[0].caller.bye();
      const deadline = performance.now() + 10_000;
      while (await kamailio.status() !== 200 && performance.now() < deadline) await wait(50);
      const last = await invite(kamailio);
      expect([last.status, tries(taps, [last])]).toEqual([200, [1]]);
      await expectUntouched([calls[1], last]);
    }),
    60_000,
  );
});

describe.skipIf(isMissing)("Kamailio", () => {
  test(
    "is the proxy of telephones that send all they have there, and relays nothing else",
    async () => {
      const { port } = await phone();
      const kamailio = keep(await Kamailio.start([port]));
      const caller = keep(await IndependentCaller.open(kamailio.port));
      expect((await caller.invite()).status).toBe(200);
      // Hold and resume, through it and to the phone that has the call.
      expect((await caller.invite("sendonly")).status).toBe(200);
      expect((await caller.invite()).status).toBe(200);
      expect((await caller.info("text/plain", "x")).status).toBe(200);
      expect(await caller.bye()).toBe(200);
      expect(caller.asked).toEqual([]);
      // A call within a call that names somebody else.
      const stranger = await UdpTap.listen(9);
      keep(stranger);
      const misled = keep(await IndependentCaller.open(kamailio.port, "x"));
      expect((await misled.invite()).status).toBe(200);
      misled.target = `sip:x@127.0.0.1:${stranger.port}`;
      expect((await misled.invite()).status).toBe(481);
      expect(stranger.invites).toEqual([]);
    },
    30_000,
  );

  test(
    "is not missed by calls that are up",
    inTime(async () => {
      const { port } = await phone();
      const kamailio = await Kamailio.start([port]);
      const calls = [await invite(kamailio), await invite(kamailio)];
      expect(calls.map(({ status }) => status)).toEqual([200, 200]);
      await kamailio[Symbol.asyncDispose]();
      await expectUntouched(calls);
    }),
    60_000,
  );

  test(
    "says nothing to strangers, and not much where they may call",
    inTime(async () => {
      // No phone is at the address of who asks, as phones are no strangers.
      const strange = { callers: ["1 192.0.2.1 32 0"] };
      const silent = keep(await Kamailio.start([], { ...strange, phones: ["sip:127.0.0.9:9"] }));
      expect(await silent.status()).toBe(0);
      const defines = { WITH_STRANGERS: "", STRANGERS: "5" };
      const open = keep(
        await Kamailio.start([], { ...strange, defines, phones: ["sip:127.0.0.9:9"] }),
      );
      const asked = await Promise.all(Array.from({ length: 30 }, () => open.status()));
      const answered = asked.filter((status) => status !== 0).length;
      expect(answered).toBeGreaterThan(0);
      expect(answered).toBeLessThan(20);
    }),
    60_000,
  );

  test(
    "stays on the way of a call where it is told to",
    inTime(async () => {
      const { port } = await phone();
      const kamailio = keep(await Kamailio.start([port], { defines: { WITH_RECORD_ROUTE: "" } }));
      const report = await runSipp({ scenario: ROUTED, port: kamailio.port, calls: 5 });
      expect(report).toMatchObject({ exitCode: 0, successful: 5, failed: 0 });
    }),
    60_000,
  );

  test(
    "says 503 and when to come back where no phone is",
    inTime(async () => {
      const { port, program } = await phone();
      const kamailio = keep(await Kamailio.start([port]));
      program.kill("SIGKILL");
      const caller = keep(await IndependentCaller.open(kamailio.port));
      const first = await caller.invite();
      // The only one there is was asked, and has not answered; then nobody is there to be asked.
      for (const answer of [first, await caller.invite()]) {
        expect([answer.status, answer.header("Retry-After")]).toEqual([503, ["2"]]);
      }
      expect(await kamailio.status()).toBe(503);
    }),
    60_000,
  );
});
