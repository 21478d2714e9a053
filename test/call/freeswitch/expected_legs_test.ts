import { describe, expect, test } from "bun:test";
import { ExpectedLegs } from "../../../src/call/mod.ts";
import { SeededRandom } from "../../../src/clock/mod.ts";
import type { SipCall } from "../../../src/sip/mod.ts";

/** A leg that names a token, and what it was refused with. */
function legOf(token: string | undefined) {
  const refused: number[] = [];
  const headers = new Map(token === undefined ? [] : [["X-Sofia-Expected", token]]);
  const leg = {
    request: { headers },
    reject: (status: number) => refused.push(status) > 0,
  } as unknown as SipCall;
  return { leg, refused };
}

describe("ExpectedLegs", () => {
  test("hand over what was asked for, once, and leave callers alone", () => {
    const legs = new ExpectedLegs(new SeededRandom(1));
    const taken: SipCall[] = [];
    const { token } = legs.expect((leg) => void taken.push(leg));
    const { leg, refused } = legOf(token);
    expect(legs.take(legOf(undefined).leg)).toBe(false);
    expect([legs.take(leg), taken, refused]).toEqual([true, [leg], []]);
    expect([legs.take(leg), taken.length, refused]).toEqual([true, 1, [480]]);
  });

  test("refuse a leg that comes when nobody waits for it any more", () => {
    const legs = new ExpectedLegs(new SeededRandom(1));
    const expected = legs.expect(() => expect("it").toBe("not taken"));
    expected[Symbol.dispose]();
    const { leg, refused } = legOf(expected.token);
    expect([legs.take(leg), refused]).toEqual([true, [480]]);
  });
});
