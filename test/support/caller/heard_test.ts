import { describe, expect, test } from "bun:test";
import { type Arrival, Heard } from "./heard.ts";
import { fromMuLaw, toMuLaw } from "./mu_law.ts";
import { eventPayload, readRtp, writeRtp } from "./rtp_bytes.ts";

/** A packet of 20 ms that comes when it should, but for what is said. */
function arrival(index: number, other: Partial<Arrival> = {}): Arrival {
  return {
    payloadType: 0,
    marker: false,
    sequence: (65_534 + index) & 0xffff,
    timestamp: (0xffff_ff00 + 160 * index) >>> 0,
    ssrc: 7,
    payload: new Uint8Array(160).fill(index),
    at: 20 * index,
    ...other,
  };
}

function heardOf(arrivals: readonly Arrival[]): Heard {
  const heard = new Heard();
  heard.arrivals.push(...arrivals);
  return heard;
}

describe("Heard", () => {
  test("finds nothing wrong with a perfect line, over both wraps", () => {
    const heard = heardOf([0, 1, 2, 3, 4].map((index) => arrival(index)));
    expect(heard.report()).toEqual({
      packets: 5,
      lost: 0,
      disordered: 0,
      timestampBreaks: 0,
      sourceChanges: 0,
      jitterMs: 0,
      longestGapMs: 20,
    });
    expect(heard.sound()).toHaveLength(800);
  });

  test("puts each packet at its time and leaves silence where one is missing", () => {
    const heard = heardOf([arrival(0), arrival(3), arrival(2)]);
    const sound = heard.sound();
    expect(sound).toHaveLength(640);
    expect(sound[160]).toBe(0);
    expect(sound[320]).toBe(fromMuLaw(2));
    expect(sound[480]).toBe(fromMuLaw(3));
  });

  test("counts loss, disorder, breaks, changes of source, jitter and gaps", () => {
    const heard = heardOf([
      arrival(0),
      arrival(3, { at: 76 }),
      arrival(2, { at: 80 }),
      arrival(3, { at: 81, timestamp: 5 }),
      arrival(4, { at: 82, ssrc: 8 }),
    ]);
    const report = heard.report();
    expect(report).toMatchObject({ lost: 2, disordered: 1, timestampBreaks: 1, sourceChanges: 1 });
    expect(report.longestGapMs).toBe(76);
    expect(report.jitterMs).toBeGreaterThan(1);
  });
});

describe("the caller's mu-law", () => {
  test.each([[0, 0xff], [-1, 0x7f], [8, 0xfe], [1000, 0xce], [-1000, 0x4e], [32_767, 0x80]])(
    "codes %d as the tables of G.711 do",
    (sample, byte) => {
      expect(toMuLaw(sample)).toBe(byte);
    },
  );

  test("gives each of the 256 codes back, but for the second zero", () => {
    const codes = Array.from({ length: 256 }, (_, code) => code);
    expect(codes.filter((code) => toMuLaw(fromMuLaw(code)) !== code)).toEqual([0x7f]);
  });
});

describe("the caller's RTP", () => {
  test("is written as RFC 3550 draws it and read back", () => {
    const { at: _at, ...packet } = arrival(1, { marker: true, payload: Uint8Array.of(1, 2) });
    const bytes = writeRtp(packet);
    expect([...bytes]).toEqual([0x80, 0x80, 255, 255, 255, 255, 255, 160, 0, 0, 0, 7, 1, 2]);
    expect(readRtp(bytes)).toEqual(packet);
  });

  test("is not RTCP and nothing short", () => {
    expect(readRtp(Uint8Array.of(0x80, 200, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0))).toBe(undefined);
    expect(readRtp(new Uint8Array(11))).toBe(undefined);
  });

  test("writes an event as RFC 4733 draws it", () => {
    expect([...eventPayload("#", true, 800)]).toEqual([11, 0x8a, 3, 32]);
  });
});
