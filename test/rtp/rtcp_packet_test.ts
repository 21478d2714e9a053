import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import type { ReportBlock, RtcpFault, RtcpPacket } from "../../src/rtp/rtcp_packet.ts";
import { parseRtcp } from "../../src/rtp/rtcp_parser.ts";
import { serializeRtcp } from "../../src/rtp/rtcp_serializer.ts";
import { fromHex } from "../support/bytes.ts";

const BLOCK = "000000aa 40 fffffe 00010005 0000004f 12345678 00008000";
const SENDER = "80c8 0006 00000007 e0000001 80000000 000000a0 00000002 00000140";

const block: ReportBlock = {
  ssrc: 0xaa,
  fractionLost: 64,
  cumulativeLost: -2,
  highestSequence: 65541,
  jitter: 79,
  lastSenderReport: 0x12345678,
  delaySinceLastSenderReport: 0x8000,
};
const senderReport: RtcpPacket = {
  type: "sender-report",
  ssrc: 7,
  ntpTime: { seconds: 0xe0000001, fraction: 0x80000000 },
  rtpTimestamp: 160,
  packets: 2,
  octets: 320,
  reports: [],
};

describe("RTCP, bytes and what they say", () => {
  test.each<[string, string, RtcpPacket[]]>([
    ["an SR", SENDER, [senderReport]],
    [
      "an RR with a block, its loss negative",
      `81c9 0007 00000007 ${BLOCK}`,
      [{ type: "receiver-report", ssrc: 7, reports: [block] }],
    ],
    [
      "an SR and a name",
      `${SENDER} 81ca 0003 00000007 01 04 61406263 0000`,
      [senderReport, { type: "source-description", chunks: [{ ssrc: 7, cname: "a@bc" }] }],
    ],
    [
      "an RR and a goodbye with a reason",
      "80c9 0001 00000007 81cb 0003 00000007 05 6c61746572 0000",
      [
        { type: "receiver-report", ssrc: 7, reports: [] },
        { type: "goodbye", ssrcs: [7], reason: "later" },
      ],
    ],
    [
      "an RR and a goodbye of nobody",
      "80c9 0001 00000007 80cb 0000",
      [
        { type: "receiver-report", ssrc: 7, reports: [] },
        { type: "goodbye", ssrcs: [] },
      ],
    ],
  ])("are the same both ways: %s", (_, hex, packets) => {
    expect(parseRtcp(fromHex(hex))).toEqual(packets);
    expect(serializeRtcp(packets)).toEqual(fromHex(hex));
  });

  test("read items that are no name, several chunks, types they do not know, and padding", () => {
    const packets = parseRtcp(fromHex(`
      80c9 0001 00000007
      82ca 0005 00000007 0201 78 0101 79 0000 00000008 0101 7a 00
      80cc 0002 00000007 74657374
      a0cb 0001 00000004`));
    expect(packets).toEqual([
      { type: "receiver-report", ssrc: 7, reports: [] },
      {
        type: "source-description",
        chunks: [{ ssrc: 7, cname: "y" }, { ssrc: 8, cname: "z" }],
      },
      { type: "other", packetType: 204 },
      { type: "goodbye", ssrcs: [] },
    ]);
  });

  test.each<[RtcpFault, string]>([
    ["too-short", ""],
    ["too-short", "80c9 0000"],
    ["too-short", "80c9 0001 000000"],
    ["bad-version", "00c9 0001 00000007"],
    ["bad-version", "80c9 0001 00000007 41ca 0001 00000007"],
    ["bad-first-type", "81ca 0002 00000007 0000 0000"],
    ["bad-first-type", "80cb 0001 00000007"],
    ["bad-length", "80c9 0002 00000007"],
    ["bad-length", "80c9 ffff 00000007"],
    ["bad-length", "80c9 0001 00000007 80"],
    ["bad-padding", "a0c9 0002 00000007 00000000"],
    ["bad-padding", "a0c9 0002 00000007 00000003"],
    ["bad-padding", "a0c9 0002 00000007 000000ff"],
    ["bad-padding", "a0c9 0002 00000007 00000004 80cb 0000"],
    ["bad-report-count", "80c9 0000 80cb 0000"],
    ["bad-report-count", "81c9 0001 00000007"],
    ["bad-report-count", "80c8 0001 00000007"],
    ["bad-report-count", "81c8 0006 00000007 e0000001 80000000 000000a0 00000002 00000140"],
    ["bad-source-description", "80c9 0001 00000007 81ca 0000"],
    ["bad-source-description", "80c9 0001 00000007 81ca 0001 00000007"],
    ["bad-source-description", "80c9 0001 00000007 81ca 0002 00000007 01ff 6161"],
    ["bad-source-description", "80c9 0001 00000007 81ca 0002 00000007 0102 6161"],
    ["bad-goodbye", "80c9 0001 00000007 82cb 0001 00000007"],
    ["bad-goodbye", "80c9 0001 00000007 81cb 0002 00000007 ff616161"],
  ])("are refused: %s, %s", (fault, hex) => {
    expect(parseRtcp(fromHex(hex))).toBe(fault);
  });

  test("are given back whatever is in them", () => {
    const random = new SeededRandom(5);
    const u32 = () => random.uint32();
    const reports = () =>
      Array.from({ length: u32() % 32 }, (): ReportBlock => ({
        ssrc: u32(),
        fractionLost: u32() >>> 24,
        cumulativeLost: u32() << 8 >> 8,
        highestSequence: u32(),
        jitter: u32(),
        lastSenderReport: u32(),
        delaySinceLastSenderReport: u32(),
      }));
    for (let i = 0; i < 300; i++) {
      const packets: RtcpPacket[] = [
        u32() % 2 ? { type: "receiver-report", ssrc: u32(), reports: reports() } : {
          type: "sender-report",
          ssrc: u32(),
          ntpTime: { seconds: u32(), fraction: u32() },
          rtpTimestamp: u32(),
          packets: u32(),
          octets: u32(),
          reports: reports(),
        },
        {
          type: "source-description",
          chunks: Array.from({ length: u32() % 4 }, () => ({
            ssrc: u32(),
            cname: u32() % 4 ? "é".repeat(u32() % 120) : undefined,
          })),
        },
        {
          type: "goodbye",
          ssrcs: Array.from({ length: u32() % 32 }, u32),
          reason: u32() % 2 ? "x".repeat(u32() % 256) : undefined,
        },
      ];
      const written = serializeRtcp(packets);
      expect(written.length % 4).toBe(0);
      expect(parseRtcp(written)).toEqual(packets);
    }
  });
});

describe("serializeRtcp", () => {
  test("cuts a name that is too long between two characters", () => {
    const written = serializeRtcp([senderReport, {
      type: "source-description",
      chunks: [{ ssrc: 7, cname: "€".repeat(100) }],
    }]);
    expect((parseRtcp(written) as RtcpPacket[])[1]).toEqual({
      type: "source-description",
      chunks: [{ ssrc: 7, cname: "€".repeat(85) }],
    });
  });

  test.each<[string, RtcpPacket[]]>([
    ["a report comes first: current value is undefined", []],
    ["a report comes first: current value is goodbye", [{ type: "goodbye", ssrcs: [] }]],
    ["at most 31 entries", [{ ...senderReport, reports: new Array(32).fill(block) } as RtcpPacket]],
    ["current value is 204", [senderReport, { type: "other", packetType: 204 }]],
  ])("refuses what is no compound packet: %s", (message, packets) => {
    expect(() => serializeRtcp(packets)).toThrow(message);
  });
});
