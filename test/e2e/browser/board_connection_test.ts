import { describe, expect, test } from "bun:test";
import { BoardPage } from "../../support/board_page.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { lacksChromium } from "../../support/needs.ts";
import { eventually } from "../../support/wait.ts";
import { wireCall } from "../../support/wire_calls.ts";

const chromium = chromiumOfFile();

/** Presses the button, also in the moment in which the page has come back by itself. */
const TRY_NOW = "document.querySelector('#lost button').click()";

describe.skipIf(lacksChromium())("the board's connection", () => {
  test(
    "says that it is lost, comes back by itself, and knows what has happened meanwhile",
    async () => {
      await using board = await BoardPage.open(await chromium(), "live", (phone) => {
        phone.put(wireCall("stays"));
        phone.put(wireCall("goes", { from: { user: "1007" } }));
      });
      await board.says("#live-count", "2 calls");
      await board.says("#connection", "live");
      board.phone.isDown = true;
      board.phone.cut();
      await board.says("#lost", "The connection to the phone is lost");
      await board.says("#lost", "The phone does not answer.");
      board.phone.calls.delete("goes");
      board.phone.put(wireCall("new", { from: { user: "1008" } }));
      board.phone.isDown = false;
      await board.value(TRY_NOW);
      await board.until("document.querySelector('#lost').hidden");
      await board.says("#live-count", "2 calls");
      await board.says("#live-list", "1008");
      await board.says("#live-list .row.over", "Ended while this page was away");
      expect(await board.text("#live-list .row.over .name")).toBe("1007");
      expect(board.faults).toEqual([]);
    },
    60_000,
  );

  test("knows what was said in an open call while it was away", async () => {
    const said = (turn: number, text: string) => ({ at: 1000 * turn, turn, who: "caller", text });
    await using board = await BoardPage.open(await chromium(), "live/a", (phone) => {
      phone.put({ ...wireCall("a"), transcript: [said(1, "Before.")] });
    });
    await board.says(".talk", "Before.");
    await board.says("#connection", "live");
    board.phone.isDown = true;
    board.phone.cut();
    await board.says("#connection", "no connection");
    board.phone.calls.set("a", {
      ...board.phone.calls.get("a")!,
      transcript: [said(1, "Before."), said(2, "Meanwhile.")],
    });
    board.phone.isDown = false;
    await board.value(TRY_NOW);
    await board.says(".talk", "Meanwhile.");
    expect(board.faults).toEqual([]);
  }, 60_000);

  test("takes no call for over that came while it was asked which there are", async () => {
    await using board = await BoardPage.open(await chromium(), "live", (phone) => {
      phone.put(wireCall("gone", { from: { user: "1007" } }));
    });
    await board.says("#live-count", "1 call");
    const { promise, resolve } = Promise.withResolvers<void>();
    board.phone.calls.delete("gone");
    board.phone.holdCalls = promise;
    board.phone.cut();
    await board.value(TRY_NOW);
    await eventually("the page hears again", () => board.phone.viewers === 1);
    await board.says("#connection", "live");
    board.phone.put(wireCall("new", { from: { user: "1008" } }));
    await board.says("#live-list", "1008");
    resolve();
    await board.says("#live-list .row.over", "Ended while this page was away");
    await board.says("#live-count", "1 call");
    expect(await board.text("#live-list .row:not(.over) .name")).toBe("1008");
  }, 60_000);

  test("shows a caller who was cut off and is back as a call that lives", async () => {
    await using board = await BoardPage.open(await chromium(), "live/a", (phone) => {
      phone.put(wireCall("a"));
    });
    await board.says(".detail h2", "Ada Berger");
    await board.says("#connection", "live");
    board.phone.end("a", { cause: "unseen" });
    await board.says(".detail .notice", "Ended while this page was away");
    board.phone.put(wireCall("a", { startedAt: Date.now() }));
    await board.until("document.querySelector('#live-list .row.over') === null");
    await board.until("document.querySelector('.detail .notice').hidden");
    await board.says("#live-count", "1 call");
    expect(board.faults).toEqual([]);
  }, 60_000);

  test(
    "asks for the token until it is right, keeps it in the tab, and sends it with all",
    async () => {
      await using board = await BoardPage.open(await chromium(), "history", (phone) => {
        phone.token = "open sesame";
        phone.put(wireCall("a"));
      });
      await board.says("dialog", "This phone asks for a token");
      await board.page.keyboard.type("guess");
      await board.page.keyboard.press("Enter");
      await board.says("dialog .notice", "That is not its token.");
      // Escape does not lead past it.
      await board.page.keyboard.press("Escape");
      await board.page.keyboard.type("open sesame");
      await board.page.keyboard.press("Enter");
      await board.says("#connection", "live");
      expect(await board.value("document.querySelectorAll('dialog').length")).toBe(0);
      expect(await board.value("sessionStorage['sofia-phone.token']")).toBe("open sesame");
      expect(await board.value("Object.values(localStorage).join()")).not.toContain("sesame");
      await board.page.reload();
      await board.says("#connection", "live");
      await board.page.keyboard.press("1");
      await board.says("#live-list", "Ada Berger");
      expect(board.faults).toEqual([]);
    },
    60_000,
  );

  test("shows the calls at an address that no page has written", async () => {
    await using board = await BoardPage.open(await chromium(), "live/%", (phone) => {
      phone.put(wireCall("a"));
    });
    await board.says("#notices", "The call cannot be shown.");
    await board.page.evaluate("location.hash = 'live'");
    await board.says("#live-list", "Ada Berger");
    await board.says(".detail-pane", "No call is chosen");
    expect(board.faults).toEqual([]);
  }, 60_000);

  test("leads to the history for a call that is over", async () => {
    await using board = await BoardPage.open(await chromium(), "live/gone");
    await board.until("location.hash === '#history/gone'");
    await board.says("#notices", "The call cannot be shown. There is no such call.");
  }, 60_000);
});
