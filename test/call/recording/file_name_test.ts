import { describe, expect, test } from "bun:test";
import type { CallInfo } from "../../../src/backend/mod.ts";
import { DEFAULT_NAME, recordingName } from "../../../src/call/mod.ts";

const AT = new Date("2026-11-27T08:09:10.123Z");

function caller(user: string, sessionId = "abc-1"): CallInfo {
  return { sessionId, from: { user }, to: { user: "7000" }, headers: {} };
}

describe("recordingName", () => {
  test("puts the date, the time, the caller and the session in their places", () => {
    expect(recordingName(DEFAULT_NAME, caller("+4930123"), AT))
      .toBe("2026-11-27/080910-+4930123-abc-1");
    expect(recordingName("{to}/{id}", caller("a"), AT)).toBe("7000/abc-1");
  });

  test.each([
    ["../../etc/passwd", "_.._etc_passwd"],
    ["..", "unknown"],
    ["....//....//x", "_...._x"],
    ["a/../../b", "a_.._.._b"],
    ["C:\\Windows\\x", "C_Windows_x"],
    ["", "unknown"],
    ["\0\n\r", "_"],
    ["100% %E9 %2e%2e%2f", "100_E9_2e_2e_2f"],
    ["Ünal 😀 李", "Ünal_李"],
    [".hidden.", "hidden"],
    ["\ud800broken", "_broken"],
  ])("lets nobody leave the folder, nor name what cannot be: %j", (user, word) => {
    expect(recordingName("{from}", caller(user), AT)).toBe(word);
    expect(recordingName("x/{from}/y", caller(user), AT)).toBe(`x/${word}/y`);
  });

  test("cuts what is long, by its bytes", () => {
    const name = recordingName("{from}-{id}", caller("é".repeat(10_000), "x".repeat(10_000)), AT);
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(121);
    const long = recordingName(() => "李".repeat(500), caller("a"), AT);
    expect(new TextEncoder().encode(long).length).toBeLessThanOrEqual(200);
  });

  test("keeps a template and a function below the folder", () => {
    expect(recordingName("../../{from}", caller("a"), AT)).toBe("a");
    expect(recordingName("/etc/{from}", caller("a"), AT)).toBe("etc/a");
    expect(recordingName(({ from }) => `/../${from.user}/../z`, caller("a"), AT)).toBe("a/z");
  });

  test("says what is wrong with a template", () => {
    expect(() => recordingName("{caller}", caller("a"), AT)).toThrow("{caller}");
    expect(() => recordingName("{constructor}", caller("a"), AT)).toThrow("{constructor}");
    expect(() => recordingName("../..", caller("a"), AT)).toThrow("has to say something");
    expect(() => recordingName((() => 7) as never, caller("a"), AT)).toThrow("current value is 7");
  });
});
