import { describe, expect, test } from "bun:test";
import {
  causeCode,
  causeName,
  causeOfReason,
  causeOfStatus,
  outcomeOfCause,
  reasonOfCause,
} from "../../../src/call/mod.ts";

describe("causes", () => {
  test("have the numbers of Q.850, and names", () => {
    const some = [[16, "NORMAL_CLEARING"], [17, "USER_BUSY"], [127, "INTERWORKING"]] as const;
    for (const [code, name] of some) {
      expect([causeName(code), causeCode(name)]).toEqual([name, code]);
    }
    expect([causeName(4), causeCode("BORED")]).toEqual([undefined, undefined]);
  });

  test.each([
    [404, "UNALLOCATED_NUMBER", "unreachable"],
    [408, "RECOVERY_ON_TIMER_EXPIRE", "unreachable"],
    [480, "NO_USER_RESPONSE", "no-answer"],
    [486, "USER_BUSY", "busy"],
    [487, "ORIGINATOR_CANCEL", "cancelled"],
    [503, "NORMAL_TEMPORARY_FAILURE", "unreachable"],
    [599, "NORMAL_TEMPORARY_FAILURE", "unreachable"],
    [600, "USER_BUSY", "busy"],
    [603, "CALL_REJECTED", "refused"],
    [302, "NORMAL_UNSPECIFIED", "unreachable"],
  ])("stand for the status %i: %s, which is %s", (status, cause, outcome) => {
    expect(causeOfStatus(status)).toBe(cause);
    expect(outcomeOfCause(causeOfStatus(status)) as string).toBe(outcome);
  });

  test("are written as a Reason, and only those that the world knows by their numbers", () => {
    expect(reasonOfCause("USER_BUSY")).toBe('Q.850;cause=17;text="USER_BUSY"');
    expect(reasonOfCause("PICKED_OFF")).toBe('Q.850;cause=31;text="PICKED_OFF"');
    expect(() => reasonOfCause('X"\r\nVia: y')).toThrow(RangeError);
  });

  test.each([
    ['Q.850;cause=17;text="USER_BUSY"', "USER_BUSY"],
    ['SIP;cause=487;text="ORIGINATOR_CANCEL"', "ORIGINATOR_CANCEL"],
    ['Q.850 ;cause=19 ;text="Mein Fehler"', "NO_ANSWER"],
    ["SIP;cause=486", "USER_BUSY"],
    ["Q.850;cause=4", undefined],
    ["X.25;cause=17", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("are read of a Reason %p", (reason, cause) => {
    expect(causeOfReason(reason)).toBe(cause);
  });
});
