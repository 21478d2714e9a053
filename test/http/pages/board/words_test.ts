import { describe, expect, test } from "bun:test";
import { pageModule } from "../../../support/page_module.ts";

const { endWords, speakerOf } = await pageModule<{
  endWords(end: object): string;
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
