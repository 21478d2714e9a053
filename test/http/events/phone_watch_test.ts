import { describe, expect, test } from "bun:test";
import { SeededRandom, SystemClock } from "../../../src/clock/mod.ts";
import { tellNews } from "../../../src/http/events/call_news.ts";
import { PhoneWatch } from "../../../src/http/events/phone_watch.ts";
import { SocketGate } from "../../../src/http/guard/socket_gate.ts";
import type { PhoneHandler } from "../../../src/phone/mod.ts";
import { PhoneSite } from "../../support/phone_site.ts";
import { eventually } from "../../support/wait.ts";

function watchOf(phone: PhoneHandler, signal: AbortSignal): PhoneWatch {
  const time = { clock: new SystemClock(), wallClock: () => 1e12, random: new SeededRandom(1) };
  const sockets = new SocketGate({ most: 1, perClient: 1 });
  return new PhoneWatch({
    phone,
    options: {},
    ...time,
    signal,
    startedAt: 0,
    sockets,
    strangers: sockets,
  }, {
    status: () => ({}),
  });
}

describe("PhoneWatch", () => {
  test("tells viewers what the page of a call was told, whoever found it", async () => {
    const stopping = new AbortController();
    await using site = await PhoneSite.start();
    const watch = watchOf(site.phone, stopping.signal);
    const { call } = await site.call();
    const told: unknown[] = [];
    const watched = watch.seen(call);
    const stop = tellNews(watched, new SystemClock(), ({ type }) => told.push(type));
    const before = watch.feed.number;
    call.history.push({ role: "agent", text: "This was said beside." });
    watched.follow();
    const events = watch.feed.since(before).map(({ bytes }) => new TextDecoder().decode(bytes));
    expect(events.filter((text) => text.includes("said beside")).length).toBe(1);
    expect(told.filter((type) => type === "caption").length).toBeGreaterThan(0);
    stop();
    stopping.abort();
  });

  test("tells of the end of a call once, however long viewers still look at it", async () => {
    const stopping = new AbortController();
    await using site = await PhoneSite.start();
    const watch = watchOf(site.phone, stopping.signal);
    const { call, sip } = await site.call();
    const before = watch.feed.number;
    await sip.hangup();
    await call.ended;
    await eventually("the call is over", () => watch.past.find(call.id) !== undefined);
    // As the rounds in which calls are looked at, and routes that have waited for something, do.
    watch.seen(call).follow();
    await call.ended;
    await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
    const events = watch.feed.since(before).map(({ bytes }) => new TextDecoder().decode(bytes));
    expect(events.filter((text) => text.includes("event: call-ended")).length).toBe(1);
    stopping.abort();
  });

  test("follows the phone no longer when it is not served any more", async () => {
    const stopping = new AbortController();
    await using site = await PhoneSite.start();
    const watch = watchOf(site.phone, stopping.signal);
    stopping.abort();
    const before = watch.feed.number;
    const { sip } = await site.call();
    await sip.hangup();
    expect(watch.feed.number).toBe(before);
  });
});
