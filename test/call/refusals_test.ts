import { describe, expect, test } from "bun:test";
import { causeIn, causeOf, refusalName, rejection, type RejectReason } from "../../src/call/mod.ts";

describe("the reasons of refusals", () => {
  test.each([
    ['Q.850;cause=17;text="User busy"', 17],
    ["q.850 ; cause = 16", 16],
    ['SIP;cause=200;text="Call completed elsewhere", Q.850;cause=26', 26],
    ['SIP;cause=486;text="Q.850;cause"', undefined],
    ["Q.850;text=x", undefined],
    ["Q.850;cause=1234", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("are read: %s", (reason, cause) => {
    expect(causeIn(reason)).toBe(cause as number);
  });

  test.each([[486, 17], [603, 21], [404, 1], [480, 18], [487, 16], [503, 41], [302, 31], [
    699,
    41,
  ]])(
    "stand for a cause: %d",
    (status, cause) => {
      expect(causeOf(status)).toBe(cause);
    },
  );

  test.each(
    [
      [486, undefined, "busy"],
      [600, undefined, "busy"],
      [480, undefined, "unavailable"],
      [480, 19, "no-answer"],
      [503, 17, "busy"],
      [503, 34, "failed"],
      [404, 17, "not-found"],
      [407, undefined, "forbidden"],
      [488, undefined, "no-common-codec"],
      [302, undefined, "failed"],
    ] as const,
  )("have a name: %d with %j", (status, cause, name) => {
    expect(refusalName(status, cause)).toBe(name);
  });

  test.each(
    [
      ["busy", { status: 486 }],
      [302, { status: 302 }],
      [699, { status: 699 }],
      [17, { status: 486, reason: "Q.850;cause=17" }],
      [127, { status: 500, reason: "Q.850;cause=127" }],
      [64, { status: 480, reason: "Q.850;cause=64" }],
    ] as const,
  )("are said: %j", (why, said) => {
    expect(rejection(why)).toEqual(said);
  });

  test.each([[0], [128], [200], [299], [700], [NaN], [486.5], ["toString"], [undefined]])(
    "are no others: %j",
    (why) => {
      expect(() => rejection(why as RejectReason)).toThrow(RangeError);
    },
  );
});
