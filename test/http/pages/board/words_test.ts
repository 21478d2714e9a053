import { describe, expect, test } from "bun:test";
import { pageModule } from "../../../support/page_module.ts";

const { endWords, numberAndWayOf, peerOf, speakerOf, wayOf } = await pageModule<{
  endWords(end: object): string;
  numberAndWayOf(parties: object): string;
  peerOf(parties: object): string;
  wayOf(parties: object): string;
  speakerOf(view: object): { who: string; words: string };
}>("board/words.js");

describe("endWords", () => {
  test.each([
    [{ cause: "remote" }, "The other side hung up"],
    [{ cause: "remote", reason: 'Q.850;cause=16;text="done"' }, "The other side hung up: done"],
    [
      { cause: "remote", reason: 'Q.850;cause=16;text="NORMAL_CLEARING"' },
      "The other side hung up",
    ],
    [{ cause: "local", status: 503, reason: "Too many calls" }, "We hung up: Too many calls"],
    [{ cause: "remote", status: 486 }, "The other side hung up: status 486"],
    [{ cause: "local", transferredTo: "1001" }, "Transferred to 1001"],
    [{ cause: "local", transferredTo: "park" }, "Parked"],
    [{ cause: "media-timeout" }, "Media timeout"],
    [{ cause: "constructor" }, "Constructor"],
    [{ cause: "" }, "Ended"],
  ])("tells %j", (end, words) => {
    expect(endWords(end)).toBe(words);
  });
});

describe("who is in a call", () => {
  const [ada, nobody, desk] = [{ user: "1001", name: "Ada" }, { user: "" }, { user: "desk" }];

  const parties: [parties: object, peer: string, way: string, whole: string][] = [
    [{ direction: "in", from: ada, to: desk }, "Ada", "to desk", "1001 to desk"],
    [{ direction: "in", from: desk, to: { user: "7" } }, "desk", "to 7", "to 7"],
    [{ direction: "in", from: nobody, to: nobody }, "Unknown caller", "to us", "to us"],
    [{ direction: "out", from: ada, to: desk }, "desk", "called by Ada", "called by Ada"],
    [{ direction: "out", from: nobody, to: desk }, "desk", "called by us", "called by us"],
    [
      { direction: "out", from: { user: " ", name: " " }, to: nobody },
      ...["unknown", "called by us", "called by us"] as const,
    ],
  ];

  test.each(parties)("is told of %j", (parties, peer, way, whole) => {
    expect([peerOf(parties), wayOf(parties), numberAndWayOf(parties)]).toEqual([peer, way, whole]);
  });
});

describe("speakerOf", () => {
  const view = { state: "live", speaking: { caller: false, agent: false } };

  test.each([
    [{ state: "arriving" }, "Arriving", ""],
    [{ state: "calling" }, "Ringing", ""],
    [{ isOnHold: true, speaking: { caller: true, agent: false } }, "On hold", ""],
    [{ speaking: { caller: true, agent: true } }, "Both speak", "caller"],
    [{ speaking: { caller: false, agent: true } }, "Agent speaks", "agent"],
    [{}, "Silence", ""],
    [{ isMuted: true }, "Muted", ""],
  ])("tells of %j", (more, words, who) => {
    expect(speakerOf({ ...view, ...more })).toEqual({ who, words });
  });
});
