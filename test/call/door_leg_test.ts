import { describe, expect, test } from "bun:test";
import { DoorLeg, type DoorLegOptions } from "../../src/call/mod.ts";
import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import { L16 } from "../../src/codec/mod.ts";
import { MessageLine } from "../../src/media/mod.ts";

/** A leg, and what it and its handlers told. */
function leg(options: Partial<DoorLegOptions> = {}) {
  const told: unknown[] = [];
  const made = new DoorLeg({
    id: "1",
    door: "browser",
    from: { user: "alice" },
    to: { user: "desk" },
    remoteAddress: "192.0.2.1",
    line: new MessageLine({
      clock: new VirtualClock(),
      random: new SeededRandom(1),
      name: "x",
      codec: new L16(16_000),
      send: () => {},
    }),
    onRing: () => void told.push("ring"),
    onEarlyMedia: () => void told.push("early"),
    onAnswer: (headers) => void told.push(headers),
    onProbe: () => void told.push("probe"),
    onOver: ({ cause, status }, why) => void told.push([cause, status, why]),
    ...options,
  });
  made.handlers = {
    onConfirmed: () => void told.push("confirmed"),
    onEnded: ({ cause, status, reason }) => void told.push([cause, status, reason]),
  };
  return { leg: made, told };
}

describe("DoorLeg", () => {
  test("rings, has early media and is answered, in that order and once", () => {
    const one = leg();
    const did = [one.leg.ring(), one.leg.progress(), one.leg.answer(new Uint8Array(0), { x: "1" })];
    const again = [one.leg.ring(), one.leg.progress(), one.leg.answer(new Uint8Array(0))];
    expect([did, again]).toEqual([[true, true, true], [false, false, false]]);
    expect(one.told).toEqual(["ring", "early", { x: "1" }, "confirmed"]);
    expect(one.leg.state).toBe("confirmed");
  });

  test("cannot ring where nobody would be told", () => {
    expect(leg({ onRing: undefined }).leg.ring()).toBe(false);
  });

  test.each<[string, (one: DoorLeg) => unknown, unknown[]]>([
    ["refused", (one) => one.reject(486), [["local", 486, "busy"], ["local", 486, undefined]]],
    [
      "refused in words",
      (one) => one.reject(503, { reason: "Too busy", headers: { Reason: "Q.850;cause=42" } }),
      [["local", 503, "Too busy"], ["local", 503, "Q.850;cause=42"]],
    ],
    ["hung up on", (one) => one.hangup(), [
      ["local", 480, "unavailable"],
      ["local", 480, undefined],
    ]],
    ["given up", (one) => one.gone("remote"), [
      ["cancelled", 487, "remote-hangup"],
      ["cancelled", 487, undefined],
    ]],
  ])("is over once when it is %s before the answer", (_, end, expected) => {
    const one = leg();
    end(one.leg);
    one.leg.gone("timeout");
    void one.leg.hangup();
    expect(one.told).toEqual(expected);
    expect([one.leg.state, one.leg.answer(new Uint8Array(0))]).toEqual(["ended", false]);
  });

  test.each<[string, (one: DoorLeg) => unknown, unknown[]]>([
    ["we hang up", (one) => one.hangup(), ["local", undefined, "local-hangup"]],
    [
      "we hang up and say why",
      (one) => one.hangup({ reason: 'Q.850;cause=41;text="Temporary failure"' }),
      ["local", undefined, "Temporary failure"],
    ],
    ["it hangs up", (one) => one.gone("remote"), ["remote", undefined, "remote-hangup"]],
    ["nothing comes any more", (one) => one.gone("timeout"), ["timeout", undefined, "timeout"]],
  ])("says why it is over when %s", (_, end, expected) => {
    const one = leg();
    one.leg.answer(new Uint8Array(0));
    one.leg.probe();
    end(one.leg);
    one.leg.probe();
    expect(one.told.slice(0, 4)).toEqual([{}, "confirmed", "probe", expected]);
    expect(one.told).toHaveLength(5);
  });

  test("has no channel of FreeSWITCH, whatever its caller says", () => {
    const headers = { "x-sofia-channel": "7f3a", shop: "7" };
    expect(leg({ headers }).leg.callInfo.headers).toEqual({ shop: "7" });
  });

  test("refuses what takes a call by SIP", async () => {
    const { leg: one } = leg();
    const [reinvite, refer] = [one.reinvite(), one.refer()].map((asked) =>
      asked.then(() => "", (error: Error) => error.message)
    );
    expect(await one.info()).toBe(501);
    expect(await reinvite).toBe(
      "Cannot change the session as that takes a call by SIP: current value is browser",
    );
    expect(await refer).toBe(
      "Cannot refer the caller to somebody else as that takes a call by SIP: current value is browser",
    );
  });
});
