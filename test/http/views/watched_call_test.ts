import { describe, expect, test } from "bun:test";
import { SystemClock } from "../../../src/clock/mod.ts";
import { WatchedCall } from "../../../src/http/views/watched_call.ts";
import { PhoneSite } from "../../support/phone_site.ts";

describe("WatchedCall", () => {
  test("has what was said in another process before what is said in this one", async () => {
    await using site = await PhoneSite.start();
    const { call } = await site.call();
    // As of a caller who was cut off and comes back.
    call.history.splice(0, Infinity, { role: "agent", text: "Good day." });
    const watched = new WatchedCall(call, { clock: new SystemClock(), wallClock: () => 1e12 });
    watched.answered();
    watched.note({ type: "reply-end", turn: 0, at: 0, text: "We were cut off." });
    expect(watched.detail().transcript.map(({ text }) => text))
      .toEqual(["Good day.", "We were cut off."]);
  });
});
