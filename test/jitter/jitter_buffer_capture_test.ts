import { describe, expect, test } from "bun:test";
import { parseRtpPacket, type ReceivedRtpPacket } from "../../src/rtp/mod.ts";
import { readPcap } from "../support/pcap.ts";
import { listen, spell } from "./line.ts";

/** The RTP of a capture that went to `port`, as the depacketizer would have passed it on. */
function received(capture: string, port: number): ReceivedRtpPacket[] {
  const path = new URL(`../fixtures/rtp/${capture}`, import.meta.url);
  return readPcap(path).flatMap(({ destination, payload, timeMs }) => {
    const packet = parseRtpPacket(payload);
    if (destination.port !== port || typeof packet === "string") return [];
    const kind = packet.payloadType === 101 ? "telephone-event" : "audio";
    return [{ ...packet, kind, receivedAt: timeMs } as const];
  });
}

describe("JitterBuffer on packets captured from FreeSWITCH", () => {
  test("passes on 11 s of speech as it came, with its pauses filled to the sender's time", () => {
    const packets = received("freeswitch-speech.pcap", 6600);
    const { frames, buffer } = listen(packets, packets.at(-1)!.receivedAt, {
      startAt: packets[0].receivedAt - 20,
    });
    const sound = frames.filter(({ kind }) => kind === "audio");
    expect(sound.map(({ payload }) => payload)).toEqual(packets.map(({ payload }) => payload));
    expect(sound.map(({ at }) => at)).toEqual(packets.map(({ receivedAt }) => receivedAt));
    // Between its sentences it sends nothing, and its timestamps are up to 80 ms off the wall.
    expect(buffer.statistics).toMatchObject({ lost: 0, late: 0, timestampJumps: 0 });
    const { leadMs, deadlineMs } = buffer.statistics;
    expect(leadMs).toBeLessThanOrEqual(60);
    expect(deadlineMs).toBeLessThan(35);
    const last = packets.at(-1)!;
    expect(frames.at(-1)!.timestamp).toBe(last.timestamp - packets[0].timestamp + 8 * leadMs);
  });

  test("fills the hold of a call, and keeps to the sender's time over it", () => {
    const packets = received("freeswitch-call-with-dtmf.pcap", 41_356)
      .filter(({ payloadType }) => payloadType === 0);
    const { frames, buffer } = listen(packets, packets.at(-1)!.receivedAt, {
      startAt: packets[0].receivedAt - 20,
    });
    expect(buffer.statistics).toMatchObject({ delivered: packets.length, lost: 0, late: 0 });
    const made = frames.filter(({ kind }) => kind !== "audio");
    expect(spell(made)).toBe("- - - _x82");
    const last = packets.at(-1)!;
    expect(frames.at(-1)!.timestamp).toBe(last.timestamp - packets[0].timestamp);
  });

  test("has silence for the keys of a caller who says nothing", () => {
    const packets = received("freeswitch-call-with-dtmf.pcap", 41_828);
    const { frames, buffer } = listen(packets, packets.at(-1)!.receivedAt);
    expect(buffer.statistics).toMatchObject({ events: 36, received: 36, concealedMs: 0 });
    expect(frames.every(({ kind }) => kind === "silence")).toBe(true);
  });
});
