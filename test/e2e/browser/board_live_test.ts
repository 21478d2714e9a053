import { describe, expect, test } from "bun:test";
import { BoardPage } from "../../support/board_page.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { lacksChromium } from "../../support/needs.ts";
import { wireCall, wireStatus, wireTalk } from "../../support/wire_calls.ts";

const chromium = chromiumOfFile();
const HOSTILE = '<img src=x onerror="document.title=1">';

/** The texts of all elements. */
function texts(selector: string): string {
  return `[...document.querySelectorAll(${JSON.stringify(selector)})].map((it) => it.innerText)`;
}

describe.skipIf(lacksChromium())("the board of live calls", () => {
  test("says what to do while there is none, and shows one as soon as it comes", async () => {
    await using board = await BoardPage.open(await chromium(), "live");
    await board.says("#live-pane .empty", "No calls yet");
    await board.says("#connection", "live");
    board.phone.tell("status", wireStatus({ calls: 0 }));
    await board.says("#live-pane .empty", "sip:bot@127.0.0.1:5070");
    board.phone.put(wireCall("a"));
    await board.says("#live-list .row", "Ada Berger");
    board.phone.put({ id: "a", speaking: { caller: true, agent: false } });
    await board.says("#live-list .speaks", "Caller speaks");
    board.phone.put({ id: "a", isOnHold: true });
    await board.says("#live-list .speaks", "On hold");
    board.phone.end("a", { cause: "local", transferredTo: "1001" });
    await board.says("#live-list .speaks", "Transferred to 1001");
    expect(board.faults).toEqual([]);
  }, 60_000);

  test(
    "shows what was said, what of it was cut, and where the time of each answer went",
    async () => {
      await using board = await BoardPage.open(await chromium(), "live/a", (phone) => {
        const call = wireCall("a");
        phone.put({ ...call, ...wireTalk(call.answeredAt as number) });
      });
      await board.says(".talk", "Below the house.");
      expect(await board.text(".talk li:nth-child(3) .words")).toContain("Yes, a double room. ");
      expect(await board.text(".talk li:nth-child(3) s")).toContain("With a view.");
      expect(await board.text(".talk li:nth-child(3) s .heard")).toContain(
        "Not heard by the caller",
      );
      expect(await board.value(texts(".turns .total"))).toEqual(["1.70 s", "586 ms"]);
      expect(await board.value(texts(".turns > li:nth-child(2) .parts li"))).toEqual([
        "Transcript: 96 ms",
        "First word: 312 ms",
        "First sound: 164 ms",
        "First packet: 14 ms",
      ].map((words) => expect.stringContaining(words.split(": ")[1])));
      expect(await board.text(".turns .verdict")).toBe(
        "Slow: 88 % of it was the model's first word",
      );
      expect(await board.text(".turns .chip.caller")).toBe(
        "Interrupted after 2.00 s, silent in 184 ms",
      );
      expect(await board.text(".quality")).toContain("Excellent");
      expect(board.faults).toEqual([]);
    },
    60_000,
  );

  test("follows a sentence while it is said", async () => {
    await using board = await BoardPage.open(
      await chromium(),
      "live/a",
      (phone) => phone.put(wireCall("a")),
    );
    await board.says(".detail", "Nothing was said yet");
    await board.says("#connection", "live");
    const said = { at: Date.now(), turn: 1, who: "caller" };
    board.phone.tell("transcript", {
      id: "a",
      entry: { ...said, text: "A roof", isPartial: true },
    });
    await board.says(".talk .partial", "A roof …");
    board.phone.tell("transcript", { id: "a", entry: { ...said, text: "A room" } });
    await board.says(".talk li:not(.partial)", "A room");
    expect(await board.value("document.querySelectorAll('.talk li').length")).toBe(1);
  }, 60_000);

  test("shows the keys that are pressed, and what fails in the call and in the phone", async () => {
    await using board = await BoardPage.open(
      await chromium(),
      "live/a",
      (phone) => phone.put(wireCall("a")),
    );
    await board.says("#connection", "live");
    for (const digit of "4#") board.phone.tell("dtmf", { id: "a", digit, way: "rtp" });
    await board.says(".detail .chips", "4#");
    for (let i = 0; i < 2; i++) {
      board.phone.tell("error", { id: "a", error: "The model is gone" });
      board.phone.tell("error", { error: "The disk is full" });
    }
    await board.says(".detail .troubles", "The model is gone");
    await board.says("#notices", "In the phone: The disk is full");
    expect(await board.value(texts(".troubles li, #notices .notice"))).toHaveLength(2);
  }, 60_000);

  test("draws the voices of both sides, each in its half", async () => {
    await using board = await BoardPage.open(
      await chromium(),
      "live/a",
      (phone) => phone.put(wireCall("a")),
    );
    await board.says("#connection", "live");
    const inked = (half: string) =>
      `(() => { const c = document.querySelector(".wave canvas"), h = c.height / 2;
        const from = ${half} ? 0 : Math.ceil(h) + 2;
        const { data } = c.getContext("2d").getImageData(0, from, c.width, Math.floor(h) - 2);
        return data.some((byte, i) => i % 4 === 3 && byte > 0); })()`;
    const levels = { caller: [0.5, 0.5, 0.5, 0.5], agent: [0, 0, 0, 0] };
    board.phone.tell("levels", { at: Date.now(), calls: { a: levels } });
    await board.until(inked("true"));
    expect(await board.value(inked("false"))).toBe(false);
  }, 60_000);

  test("takes what callers say of themselves for text, and never for markup", async () => {
    await using board = await BoardPage.open(await chromium(), "live/a", (phone) => {
      const from = { user: HOSTILE, name: HOSTILE };
      const call = wireCall("a", { from, to: { user: HOSTILE }, codec: HOSTILE, door: HOSTILE });
      const entry = { at: call.answeredAt, turn: 0, who: "caller", text: HOSTILE, cut: HOSTILE };
      const timing = { ...wireTalk(0).timings[0], failures: [HOSTILE] };
      phone.put({ ...call, transcript: [entry], timings: [timing] });
    });
    await board.says(".talk", HOSTILE);
    await board.says("#live-list .name", HOSTILE);
    await board.says(".detail-head", HOSTILE);
    board.phone.tell("status", wireStatus({ trunks: [{ name: HOSTILE, state: "failed" }] }));
    await board.says("#top .lines", HOSTILE);
    board.phone.end("a", { cause: HOSTILE, reason: HOSTILE });
    await board.says(".detail .notice", HOSTILE);
    expect(await board.value("document.querySelectorAll('img').length")).toBe(0);
    expect(await board.page.title()).toContain("Calls");
    expect(board.faults).toEqual([]);
  }, 60_000);

  test("makes rows for the calls in sight, however many there are", async () => {
    await using board = await BoardPage.open(await chromium(), "live", (phone) => {
      for (let i = 0; i < 300; i++) {
        phone.put(wireCall(`c${i}`, { from: { user: String(i) }, startedAt: 1000 - i }));
      }
    });
    await board.says("#live-count", "300 calls");
    const rows = "document.querySelectorAll('#live-list .row').length";
    expect(await board.value(rows)).toBeLessThan(25);
    await board.page.focus("#live-list");
    await board.page.keyboard.press("End");
    await board.until(`[...document.querySelectorAll("#live-list .active .name")]
      .some((it) => it.innerText === "299")`);
    expect(await board.value(rows)).toBeLessThan(25);
    await board.page.type("#live-filters input", "29");
    await board.says("#live-count", "13 of 300 calls");
  }, 60_000);

  test("says how the phone is, and how a drain gets on", async () => {
    await using board = await BoardPage.open(await chromium(), "live");
    await board.says("#connection", "live");
    const draining = { left: 3, of: 12, elapsedMs: 42_000, limitMs: 300_000 };
    const load = { isOverloaded: true, latenessMs: 31.2 };
    board.phone.tell("status", wireStatus({ load, isDraining: true, draining, isReady: false }));
    await board.says("#top .lateness", "overloaded");
    expect(await board.text("#top .lateness")).toContain("31.2 ms");
    expect(await board.text("#top")).toContain("FreeSWITCH connected");
    expect(await board.text("#top .group")).toMatch(/Answered\s+12\s+Refused\s+2\s+Failed\s+1/);
    expect(await board.text("#draining")).toContain("3 of 12 calls left, 0:42 of at most 5:00");
  }, 60_000);
});
