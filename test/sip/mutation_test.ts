import { describe, expect, test } from "bun:test";
import { fraction, type Random, SeededRandom } from "../../src/clock/mod.ts";
import type { SipCall } from "../../src/sip/mod.ts";
import { fuzzRounds } from "../support/fuzz_rounds.ts";
import { mutate } from "../support/mutate.ts";
import { respond, sdp, sdpBytes, SipPeer } from "../support/sip_peer.ts";
import { type Sent, SipWire, startLines, THEIRS, toTagOf } from "../support/sip_wire.ts";

// A tenth of what the parsers get: each of these passes through a whole user agent.
const ROUNDS = Math.ceil(fuzzRounds() / 10);
const TIMEOUT_MS = 60_000 + 10 * ROUNDS;

const encoder = new TextEncoder();

const TIMER = ["Supported: timer, path", "Session-Expires: 1800;refresher=uas", "Min-SE: 90"];
const REFER = ["Refer-To: <sip:1002@192.0.2.20>", "Referred-By: <sip:1@x>"];
const REPORT = ["Event: refer;id=2", "Subscription-State: active", "Content-Type: message/sipfrag"];

/** What a peer says in a call, step by step. */
const STEPS: readonly ((peer: SipPeer) => string)[] = [
  (peer) => peer.text("INVITE", { body: sdp("offer"), lines: TIMER }),
  (peer) => peer.text("CANCEL", { toTag: "" }),
  (peer) => peer.text("ACK"),
  (peer) => peer.text("INVITE", { body: sdp("again"), lines: TIMER }),
  (peer) => peer.text("ACK", { body: sdp("answer") }),
  (peer) => peer.text("INVITE", { lines: ["k: timer", "x: 300"] }),
  (peer) => peer.text("UPDATE", { body: sdp("update"), lines: TIMER }),
  (peer) => peer.text("INFO", { body: "Signal=5", lines: ["c: application/dtmf-relay"] }),
  (peer) => peer.text("REFER", { lines: REFER }),
  (peer) => peer.text("NOTIFY", { body: "SIP/2.0 200 OK", lines: REPORT }),
  (peer) => peer.text("OPTIONS", { lines: ["Route: <sip:192.0.2.30;lr>, <sip:192.0.2.31>"] }),
  (peer) => peer.text("BYE"),
];

/** What an application may do with a call, by turns. */
function play(call: SipCall, turn: number, onConfirmed: () => void): void {
  call.handlers = {
    onOffer: (offer) => offer === undefined ? sdpBytes("ours") : offer.slice(0, 4),
    onRefer: (refer) => {
      refer.report(200);
      return true;
    },
    onConfirmed: () => {
      onConfirmed();
      if (turn % 3 === 0) void call.reinvite(sdpBytes("changed")).catch(() => {});
      if (turn % 7 === 0) void call.refer("sip:1003@192.0.2.20").catch(() => {});
      if (turn % 11 === 0) void call.info("application/dtmf", encoder.encode("1"));
    },
  };
  if (turn % 9 === 0) call.ring();
  else if (turn % 9 === 1) call.reject(486);
  else call.answer(sdpBytes("answer"));
}

/** What a peer may answer to a request of ours, good or ill. */
function replyTo(text: string, random: Random): string {
  const kinds = ["200 OK", "100 Trying", "180 Ringing", "401 Prove", "422 Short", "491 Wait"];
  const status = kinds[Math.floor(fraction(random) * kinds.length)];
  return respond(text, status, {
    body: status === "200 OK" && text.startsWith("INVITE") ? sdp("answer") : "",
    lines: [
      ...["Contact: <sip:1@192.0.2.20>", "Session-Expires: 90;refresher=uac", "Min-SE: 200"],
      'WWW-Authenticate: Digest realm="r", nonce="n"',
    ],
  });
}

/** A whole good call, from a peer nobody has meddled with. */
async function callGoesWell(wire: SipWire, id: string): Promise<void> {
  const peer = new SipPeer(wire, id);
  const own = (sent: Sent[]) => startLines(sent.filter(({ text }) => text.includes(`: ${id}\r\n`)));
  expect(own(await peer.send("INVITE", { body: sdp("offer") }))).toEqual(["SIP/2.0 200 OK"]);
  await peer.send("ACK");
  expect(own(await peer.send("BYE"))).toEqual(["SIP/2.0 200 OK"]);
}

describe("a user agent under mutated messages", () => {
  test("lives on, with good calls before, between and after", async () => {
    const random = new SeededRandom(20_261);
    const chance = (probability: number) => fraction(random) < probability;
    const errors: unknown[] = [];
    let turn = 0;
    let isGood = true;
    let confirmed = 0;
    const wire = await SipWire.open({
      onInvite: (call) =>
        isGood ? void call.answer(sdpBytes("answer")) : play(call, turn++, () => confirmed++),
      onHandlerError: (error) => errors.push(error),
    });
    const auth = { username: "u", password: "p", realm: "r" };
    await callGoesWell(wire, "before");
    isGood = false;
    const others = STEPS.map((step) => encoder.encode(step(new SipPeer(wire, "spare"))));
    let rounds = 0;
    for (let calls = 0; rounds < ROUNDS; calls++) {
      const peer = new SipPeer(wire, `broken-${calls}`);
      for (const step of STEPS) {
        if (step === STEPS[1] && !chance(0.1)) continue;
        const text = encoder.encode(step(peer));
        // The first INVITE is mostly whole, or nothing after it would be within a call.
        const isWhole = chance(step === STEPS[0] ? 0.8 : 0.3);
        rounds++;
        const bytes = isWhole ? text : mutate(text, random, { others });
        const source = chance(0.9) ? THEIRS : { address: "198.51.100.7", port: 99 };
        const sent = await wire.udp(bytes, source);
        if (chance(0.02)) {
          void wire.agent.invite({ target: "sip:7@192.0.2.20", sdp: sdpBytes("offer"), auth })
            .then((call) => call.hangup(), () => {});
          sent.push(...await wire.pass(0));
        }
        if (chance(0.05)) sent.push(...await wire.pass(fraction(random) * 5_000));
        for (const { text } of sent.slice(0, 5)) {
          const isHers = /^SIP\/2\.0 (18|2)/.test(text) && text.includes(`: ${peer.callId}\r\n`);
          if (isHers) peer.toTag ||= toTagOf(text);
          if (text.startsWith("SIP/2.0 ") || !chance(0.7)) continue;
          const answer = encoder.encode(replyTo(text, random));
          await wire.udp(chance(0.5) ? answer : mutate(answer, random, { others }));
          rounds++;
        }
      }
      if (calls % 100 === 99) {
        isGood = true;
        await callGoesWell(wire, `between-${calls}`);
        isGood = false;
      }
    }
    expect(errors).toEqual([]);
    expect(wire.agent.counters.faults.internal).toBeUndefined();
    // Enough were broken, and enough were not, for this to have shown anything.
    expect(Object.keys(wire.agent.counters.faults).length).toBeGreaterThan(8);
    expect(confirmed).toBeGreaterThan(ROUNDS / 100);

    // All calls of strangers have an end, if only by silence.
    for (const call of [...wire.agent.calls]) void call.hangup();
    await wire.pass(400_000);
    expect(wire.agent.counters).toMatchObject({ calls: 0, transactions: 0 });
    expect(wire.clock.pending).toBe(0);
    isGood = true;
    await callGoesWell(wire, "after");
  }, TIMEOUT_MS);

  test("lives on over TCP, where a bad message ends no connection but its own", async () => {
    const random = new SeededRandom(7);
    const errors: unknown[] = [];
    const wire = await SipWire.open({
      onInvite: (call) => void call.answer(sdpBytes("answer")),
      onHandlerError: (error) => errors.push(error),
    });
    const spare = new SipPeer(wire, "spare");
    const good = STEPS.map((step) => encoder.encode(step(spare).replace("/UDP", "/TCP")));
    const calm = wire.dial({ address: "192.0.2.50", port: 1 });
    let line = wire.dial(THEIRS);
    let ended = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = mutate(good[round % good.length], random, { others: good });
      const cut = Math.floor(fraction(random) * bytes.length);
      line.onData(bytes.slice(0, cut));
      line.onData(bytes.slice(cut));
      if (!line.isClosed && round % 20 !== 0) continue;
      if (line.isClosed) ended++;
      line.reset();
      line = wire.dial(THEIRS);
      await wire.pass(10);
      calm.say("\r\n\r\n");
    }
    calm.taken();
    expect(ended).toBeGreaterThan(ROUNDS / 100);
    calm.say("\r\n\r\n");
    expect(calm.taken()).toEqual(["\r\n"]);
    expect(errors).toEqual([]);
    expect(wire.agent.counters.faults.internal).toBeUndefined();
    line.reset();
    calm.reset();
    await wire.pass(300_000);
    expect(wire.agent.counters).toMatchObject({ calls: 0, connections: 0 });
  }, TIMEOUT_MS);
});
