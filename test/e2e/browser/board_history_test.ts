import { describe, expect, test } from "bun:test";
import { BoardPage } from "../../support/board_page.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { lacksChromium } from "../../support/needs.ts";
import { wirePast, wireRecording } from "../../support/wire_calls.ts";
import type { WirePhone } from "../../support/wire_phone.ts";

const chromium = chromiumOfFile({ args: ["--autoplay-policy=no-user-gesture-required"] });

function prepare(phone: WirePhone): void {
  const refused = { cause: "local", status: 503, reason: "Too many calls" };
  const never = { from: { user: "1007" }, answeredAt: undefined, durationMs: 0, end: refused };
  phone.past.set("answered", { ...wirePast("answered"), hasRecording: true });
  phone.past.set("refused", { ...wirePast("refused", never), transcript: [], timings: [] });
  phone.recordings.set("answered", wireRecording(12));
}

describe.skipIf(lacksChromium())("the board of past calls", () => {
  test("lists them, and finds them by what became of them and by words", async () => {
    await using board = await BoardPage.open(await chromium(), "history", prepare);
    await board.says("#history-count", "2 calls");
    await board.page.select("#history-filters select", "refused");
    await board.says("#history-count", "1 call found");
    await board.says("#history-list .row", "We hung up: Too many calls");
    await board.page.select("#history-filters select", "");
    await board.page.type("#history-filters input", "ada recept");
    await board.says("#history-list .row .name", "Ada Berger");
    expect(await board.text("#history-count")).toBe("1 call found");
    await board.page.type("#history-filters input", " nobody");
    await board.says("#history-pane .empty", "No call is like that");
  }, 60_000);

  test("finds a call by what was said in it, however long ago that was", async () => {
    await using board = await BoardPage.open(await chromium(), "history", (phone) => {
      for (let i = 0; i < 250; i++) {
        const from = { user: String(2000 + i) };
        const startedAt = new Date(Date.UTC(2026, 10, 27) - 60_000 * i).toISOString();
        phone.past.set(`p${i}`, { ...wirePast(`p${i}`, { from, startedAt }), transcript: [] });
      }
      const said = [{ at: 1, turn: 1, who: "caller", text: "Is there a sauna?" }];
      phone.past.set("p240", { ...phone.past.get("p240")!, transcript: said } as never);
    });
    await board.says("#history-count", "100 calls so far");
    await board.says("#history-list", "2000");
    await board.press("Load earlier calls");
    await board.says("#history-count", "200 calls so far");
    // The keys of a search make one question, not one each.
    await board.page.type("#history-filters input", "SAUNA");
    await board.says("#history-count", "1 call found");
    // Rows are drawn with the next frame.
    await board.says("#history-list .row .name", "2240");
    expect(board.phone.searches).toEqual([
      "limit=100",
      "limit=100&before=151",
      "limit=100&q=SAUNA",
    ]);
    await board.page.keyboard.press("Enter");
    await board.page.click("#history-list .row");
    await board.says(".talk", "Is there a sauna?");
    await board.page.keyboard.press("j");
    // To choose a call asks for that call alone.
    expect(board.phone.searches.length).toBe(3);
    expect(board.faults).toEqual([]);
  }, 60_000);

  test("shows a new call among those that are searched for only if it is one of them", async () => {
    await using board = await BoardPage.open(await chromium(), "history", prepare);
    await board.page.type("#history-filters input", "1009");
    await board.says("#history-pane .empty", "No call is like that");
    await board.says("#connection", "live");
    for (const [id, user] of [["other", "1008"], ["new", "1009"]]) {
      const past = wirePast(id, { from: { user } });
      board.phone.past.set(id, past);
      const { transcript: _, timings: __, ...shown } = past;
      board.phone.tell("record", shown);
    }
    await board.says("#history-list .row .name", "1009");
    expect(await board.text("#history-count")).toBe("1 call found");
  }, 60_000);

  test("says that it cannot be read, and is read when that is tried again", async () => {
    await using board = await BoardPage.open(await chromium(), "live", prepare);
    await board.says("#connection", "live");
    board.phone.isDown = true;
    await board.page.evaluate("location.hash = 'history'");
    await board.says("#history-pane .empty", "The phone does not answer.");
    board.phone.isDown = false;
    await board.press("Try again");
    await board.says("#history-count", "2 calls");
  }, 60_000);

  test("gets a call as soon as that is over", async () => {
    await using board = await BoardPage.open(await chromium(), "history", prepare);
    await board.says("#history-count", "2 calls");
    await board.says("#connection", "live");
    const { transcript: _, timings: __, ...past } = wirePast("new", { from: { user: "1009" } });
    board.phone.tell("record", past);
    await board.says("#history-count", "3 calls");
    await board.says("#history-list", "1009");
  }, 60_000);

  test("tells all that is known of a call without sound and words", async () => {
    await using board = await BoardPage.open(await chromium(), "history/refused", prepare);
    await board.says(".detail", "There is no recording of this call.");
    expect(await board.text(".detail")).toContain("No words of this call were kept.");
    expect(await board.text(".detail .chips")).toContain("Too many calls");
    expect(await board.text(".facts")).toContain("excellent, MOS 4.36, 0.2 % lost");
  }, 60_000);

  test("plays a recording in place, from wherever one likes", async () => {
    await using board = await BoardPage.open(await chromium(), "history/answered", prepare);
    await board.says(".player", "0:00 of 0:12");
    await board.page.focus(".player input");
    await board.page.keyboard.press("ArrowRight");
    await board.says(".player", "0:05 of 0:12");
    const place = "document.querySelector('.player input').getAttribute('aria-valuetext')";
    expect(await board.value(place)).toBe("5 seconds of 12 seconds");
    // The line that is said at this time is marked.
    await board.says(".talk [aria-current]", "Have you a room?");
    await board.page.keyboard.press("p");
    await board.until("document.querySelector('.player button').ariaLabel === 'Pause'");
    await board.until("document.querySelector('.player input').value > 5.2");
    await board.page.keyboard.press("p");
    await board.until("document.querySelector('.player button').ariaLabel === 'Play'");
    await board.page.locator(".talk li:nth-child(5) .at").click();
    await board.says(".talk [aria-current]", "Below the house.");
    await board.says(".player", "0:10 of 0:12");
    expect(board.faults).toEqual([]);
  }, 60_000);

  test("draws each side of a recording where it is heard", async () => {
    await using board = await BoardPage.open(await chromium(), "history/answered", prepare);
    await board.says(".player", "of 0:12");
    // A quarter and three quarters of the way, above the line and below it.
    const inked = (x: number, y: number) =>
      `(() => { const c = document.querySelector(".player canvas"), w = c.width >> 4, h = c.height >> 3;
        const { data } = c.getContext("2d").getImageData(c.width * ${x}, c.height * ${y}, w, h);
        return data.some((byte, i) => i % 4 === 3 && byte > 60); })()`;
    await board.until(inked(0.2, 0.3));
    expect(await board.value(inked(0.2, 0.6))).toBe(false);
    expect(await board.value(inked(0.7, 0.3))).toBe(false);
    expect(await board.value(inked(0.7, 0.6))).toBe(true);
  }, 60_000);

  test("says so when a recording cannot be had", async () => {
    await using board = await BoardPage.open(await chromium(), "history/answered", (phone) => {
      prepare(phone);
      phone.recordings.set("answered", new TextEncoder().encode("this is no sound at all"));
    });
    await board.says(".player", "The recording cannot be played. The recording is no WAV file.");
    expect(await board.value("document.querySelector('.player button').disabled")).toBe(true);
  }, 60_000);
});
