import { describe, expect, test } from "bun:test";
import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import { codecsNamed } from "../../src/codec/mod.ts";
import { DtmfSender, parseRtpPacket, type RtpPacket, RtpPacketizer } from "../../src/rtp/mod.ts";
import { impair, VirtualNetwork } from "../../src/testing/mod.ts";
import { CallerPhone } from "../../src/testing/caller_phone.ts";

const PHONE = { address: "192.0.2.1", port: 4000 };
const AGENT = { address: "192.0.2.2", port: 5000 };

/** A telephone, and what an agent at the other end gets. */
function call(driftPpm = 0) {
  const clock = new VirtualClock(1000);
  const network = new VirtualNetwork(clock);
  const agent = network.open(AGENT);
  const got: (RtpPacket & { at: number })[] = [];
  void agent.readable.pipeTo(
    new WritableStream({
      write({ data, receivedAt }) {
        const packet = parseRtpPacket(data);
        if (typeof packet !== "string") got.push({ ...packet, at: receivedAt });
      },
    }),
  );
  const phone = new CallerPhone({
    clock,
    random: new SeededRandom(1),
    socket: network.open(PHONE),
    remote: AGENT,
    codec: codecsNamed(["PCMU"])[0].create(),
    payloadType: 0,
    eventType: 101,
    line: impair({ driftPpm }),
    startAt: 1000,
    onTick: () => {},
  });
  return { clock, agent, phone, got };
}

describe("CallerPhone", () => {
  test("sends a packet each 20 ms of its own clock, without a break", async () => {
    for (const driftPpm of [0, 5000]) {
      const { clock, phone, got } = call(driftPpm);
      await clock.advance(10_000);
      phone.stop();
      expect(got.length).toBe(driftPpm === 0 ? 499 : 502);
      for (let i = 1; i < got.length; i++) {
        expect((got[i].timestamp - got[i - 1].timestamp) >>> 0).toBe(160);
        expect((got[i].sequenceNumber - got[i - 1].sequenceNumber) & 0xffff).toBe(1);
      }
      await clock.advance(100);
      expect(clock.pending).toBe(0);
    }
  });

  test("presses keys in the place of sound", async () => {
    const { clock, phone, got } = call();
    phone.press("7#");
    expect(phone.isPressing).toBe(true);
    await clock.advance(1000);
    phone.stop();
    const events = got.filter(({ payloadType }) => payloadType === 101);
    expect([...new Set(events.map(({ payload }) => payload[0]))]).toEqual([7, 11]);
    expect(phone.isPressing).toBe(false);
  });

  test("hears each key of the agent's once", async () => {
    const { clock, agent, phone } = call();
    const keys = new DtmfSender(101);
    const packetizer = new RtpPacketizer(new SeededRandom(2));
    keys.send("42");
    for (let i = 0; i < 40; i++) {
      const key = keys.next();
      if (key === undefined) packetizer.skip(160);
      else agent.send(packetizer.next(key.payload, 160, key), PHONE);
      await clock.advance(20);
    }
    phone.stop();
    expect(phone.digits.map(({ digit }) => digit)).toEqual(["4", "2"]);
    expect(phone.digits[0].atMs).toBe(0);
  });

  test("is silent where it is cut off, and goes on where time has gone on", async () => {
    const { clock, phone, got } = call();
    await clock.advance(200);
    const before = got.at(-1)!;
    phone.isMute = true;
    await clock.advance(400);
    phone.isMute = false;
    await clock.advance(100);
    phone.stop();
    const after = got[got.indexOf(before) + 1];
    expect(after.at - before.at).toBe(420);
    expect((after.timestamp - before.timestamp) >>> 0).toBe(21 * 160);
    expect((after.sequenceNumber - before.sequenceNumber) & 0xffff).toBe(1);
  });
});
