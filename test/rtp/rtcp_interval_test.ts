import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { rtcpInterval, type RtcpIntervalInput } from "../../src/rtp/rtcp_interval.ts";

const CALL: RtcpIntervalInput = {
  members: 2,
  senders: 2,
  weSend: true,
  averageBytes: 120,
  bytesPerSecond: 1000,
  initial: false,
  minimumMs: 5000,
};
const LEAST = { uint32: () => 0 };
const MOST = { uint32: () => 0xffff_ffff };
const C = Math.E - 1.5;

describe("rtcpInterval", () => {
  test("lies between half and one and a half of the least interval, over e - 3/2", () => {
    expect(rtcpInterval(CALL, LEAST)).toBeCloseTo(2500 / C, 6);
    expect(rtcpInterval(CALL, MOST)).toBeCloseTo(7500 / C, 3);
  });

  test("is half of that for the first report", () => {
    expect(rtcpInterval({ ...CALL, initial: true }, LEAST)).toBeCloseTo(1250 / C, 6);
  });

  test("grows with the members where the bandwidth is little", () => {
    const crowd = { ...CALL, members: 100, senders: 60 };
    expect(rtcpInterval(crowd, LEAST)).toBeCloseTo(120 * 100 / 1000 * 500 / C, 6);
  });

  test("gives senders a quarter of the bandwidth while they are few", () => {
    const crowd = { ...CALL, members: 1000, senders: 100 };
    expect(rtcpInterval(crowd, LEAST)).toBeCloseTo(120 * 100 / 250 * 500 / C, 6);
    expect(rtcpInterval({ ...crowd, weSend: false }, LEAST))
      .toBeCloseTo(120 * 900 / 750 * 500 / C, 6);
  });

  test("spreads its values evenly", () => {
    const random = new SeededRandom(1);
    const values = Array.from({ length: 4000 }, () => rtcpInterval(CALL, random) * C / 5000);
    const mean = values.reduce((sum, value) => sum + value) / values.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.02);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0.5);
    expect(Math.max(...values)).toBeLessThan(1.5);
  });
});
