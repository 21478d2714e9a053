import { describe, expect, test } from "bun:test";
import { BoardPage } from "../../support/board_page.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { lacksChromium } from "../../support/needs.ts";
import { wireCall } from "../../support/wire_calls.ts";

const chromium = chromiumOfFile();

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
      await board.press("Try now");
      await board.until("document.querySelector('#lost').hidden");
      await board.says("#live-count", "2 calls");
      await board.says("#live-list", "1008");
      await board.says("#live-list .row.over", "Ended while this page was away");
      expect(await board.text("#live-list .row.over .name")).toBe("1007");
      expect(board.faults).toEqual([]);
    },
    60_000,
  );

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

  test("leads to the history for a call that is over", async () => {
    await using board = await BoardPage.open(await chromium(), "live/gone");
    await board.until("location.hash === '#history/gone'");
    await board.says("#notices", "The call cannot be shown. There is no such call.");
  }, 60_000);
});
