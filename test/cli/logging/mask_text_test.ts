import { describe, expect, test } from "bun:test";
import { maskText, maskUser } from "../../../src/cli/logging/mask_text.ts";

describe("maskText", () => {
  test.each([
    ["call from +436641234567 came", "call from ***67 came"],
    ["0664 / 123 45 67", "***67"],
    ["(01) 234-5678", "***78"],
    ["+1 (555) 010-9999.", "***99."],
    ["01.23.45.67.89", "***89"],
    [
      "INVITE sip:+436641234567@10.0.0.9:5060;user=phone SIP/2.0",
      "INVITE sip:***67@10.0.0.9:5060;user=phone SIP/2.0",
    ],
    ["<sips:alice:pw@example.com>", "<sips:***@example.com>"],
    ["sip:echo@127.0.0.1:5070", "sip:***@127.0.0.1:5070"],
    ["tel:+43-664-1234567", "tel:***67"],
    [
      "Cannot say as it is a secret: current value is sesame",
      "Cannot say as it is a secret: current value is (6 characters)",
    ],
    [
      "recordings/2026-11-27/094617-+436641234567-7f3a.wav",
      "recordings/2026-11-27/094617-***67-7f3a.wav",
    ],
    ["/calls/2026-11-27_06641234567_7f3a.wav", "/calls/2026-11-27_***67_7f3a.wav"],
    ["call_436641234567_to_4930123456.wav", "call_***67_to_***56.wav"],
  ])("hides whom %j names", (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  test.each([
    ["listens at 127.0.0.1:5070 and 192.168.100.200:10000"],
    ["2026-11-27T09:46:17.123Z"],
    ["2026-11-27 09:46:17"],
    ["call 3fa85f64-5717-4562-b3fc-2c963f66afa6 ended"],
    ["12345678-1234-4234-8234-123456789012"],
    ["took 1234 ms, 98.76543210 %"],
    ["at file.ts:123:45"],
    ["version 1.2.3"],
    ["call_3fa85f64-5717-4562-b3fc-2c963f66afa6_2026-11-27_127.0.0.1:5070_x"],
    ["Cannot listen as a port is 0 to 65535: current value is 70000"],
  ])("leaves %j", (text) => {
    expect(maskText(text)).toBe(text);
  });

  test("hides a short number that somebody has, where it stands alone", () => {
    const isKnown = (digits: string) => digits === "1001";
    expect(maskText("1001 is busy, 1002 is not; 21001 x1001 (1001)", isKnown)).toBe(
      "***01 is busy, 1002 is not; 21001 x1001 (***01)",
    );
  });

  test("takes no longer for a text of a peer that is made to be slow", () => {
    for (const piece of ["1 ", "sip:", "+(1", "1-1.", "sip:a", "tel:1"]) {
      const text = piece.repeat(20_000);
      expect(maskText(text).length).toBeLessThanOrEqual(text.length + 20);
    }
  });
});

describe("maskUser", () => {
  test.each([
    ["+436641234567", "***67"],
    ["1001", "***01"],
    ["101", "***"],
    ["alice", "***"],
    ["anonymous", "***"],
    ["", ""],
  ])("shows of %j only %j", (user, masked) => {
    expect(maskUser(user)).toBe(masked);
  });
});
