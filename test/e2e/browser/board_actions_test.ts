import { describe, expect, test } from "bun:test";
import { BoardPage } from "../../support/board_page.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { lacksChromium } from "../../support/needs.ts";
import { eventually } from "../../support/wait.ts";
import { wireCall } from "../../support/wire_calls.ts";

const chromium = chromiumOfFile();
const CLOSED = "document.querySelector('dialog') === null";

/** A board with one call, which is chosen. */
async function open(): Promise<BoardPage> {
  const prepare = (phone: BoardPage["phone"]) => phone.put(wireCall("a/b"));
  const board = await BoardPage.open(await chromium(), "live/a%2Fb", prepare);
  await board.says(".detail h2", "Ada Berger");
  await board.says("#connection", "live");
  return board;
}

/** What has the keyboard, by its words. */
const FOCUSED = "document.activeElement?.innerText || document.activeElement?.value";

describe.skipIf(lacksChromium())("what the board does to a call", () => {
  test("asks before it hangs up, and a careless Enter does not", async () => {
    await using board = await open();
    await board.page.keyboard.press("x");
    await board.says("dialog", "Hang up on Ada Berger?");
    expect(await board.value(FOCUSED)).toBe("Cancel");
    await board.page.keyboard.press("Enter");
    await board.until(CLOSED);
    expect(board.phone.asked).toEqual([]);
    await board.press("Hang up", ".actions");
    await board.press("Hang up", "dialog");
    await board.until(CLOSED);
    expect(board.phone.asked).toEqual([{ path: "/calls/a%2Fb/hangup", body: {} }]);
    board.phone.end("a/b", { cause: "local" });
    await board.says(".detail .notice", "We hung up");
    await board.until(
      "[...document.querySelectorAll('.actions button')].every((it) => it.disabled)",
    );
  }, 60_000);

  test("has the agent say something", async () => {
    await using board = await open();
    await board.press("Say");
    await board.page.keyboard.type("One moment.");
    await board.press("Say it");
    await board.says("#notices", "It will be said.");
    const body = { text: "One moment.", interrupts: false };
    expect(board.phone.asked).toEqual([{ path: "/calls/a%2Fb/say", body }]);
  }, 60_000);

  test("keeps the words that could not be said, and tells why", async () => {
    await using board = await open();
    board.phone.answer = { outcome: "failed", heard: "", heardMs: 0, error: "No voice is there" };
    await board.press("Say");
    await board.page.keyboard.type("One moment.");
    await board.press("Say it");
    await board.says("dialog .notice", "No voice is there");
    expect(await board.value("document.querySelector('dialog textarea').value")).toBe(
      "One moment.",
    );
  }, 60_000);

  test("closes what it asks when the call ends by itself", async () => {
    await using board = await open();
    await board.press("Transfer");
    await board.page.keyboard.type("1001");
    board.phone.end("a/b");
    await board.until(CLOSED);
    await board.says(".detail .notice", "The other side hung up");
    expect(board.phone.asked).toEqual([]);
    expect(board.faults).toEqual([]);
  }, 60_000);

  test("transfers, and tells in the dialog why it cannot be done", async () => {
    await using board = await open();
    board.phone.problem = { status: 409, detail: "Another transfer is under way" };
    await board.page.keyboard.press("t");
    await board.page.keyboard.type("1001");
    await board.page.keyboard.press("Enter");
    await board.says("dialog .notice", "Another transfer is under way.");
    board.phone.problem = undefined;
    board.phone.answer = { outcome: "busy", cause: "USER_BUSY" };
    await board.page.keyboard.press("Enter");
    await board.says("dialog .notice", "1001 is busy. The caller is back with the agent.");
    board.phone.answer = { outcome: "completed" };
    await board.page.keyboard.press("Enter");
    await board.until(CLOSED);
    await board.says("#notices", "Ada Berger was transferred to 1001.");
    const asked = { path: "/calls/a%2Fb/transfer", body: { to: "1001" } };
    expect(board.phone.asked).toEqual([asked, asked, asked]);
  }, 60_000);

  test("records, and no more", async () => {
    await using board = await open();
    await board.page.keyboard.press("r");
    await eventually("it is asked for", () => board.phone.asked.length === 1);
    board.phone.put({ id: "a/b", isRecording: true });
    await board.until(`document.querySelector(".actions [aria-pressed='true']") !== null`);
    await board.press("Record");
    await eventually("its end is asked for", () => board.phone.asked.length === 2);
    expect(board.phone.asked.map(({ body }) => body)).toEqual([
      { action: "start" },
      { action: "stop" },
    ]);
  }, 60_000);

  test("presses keys, by the pad and by the keyboard", async () => {
    await using board = await open();
    await board.page.keyboard.press("d");
    await board.press("4", "dialog");
    await board.press("2", "dialog");
    await board.page.focus("dialog input");
    await board.page.keyboard.press("End");
    await board.page.keyboard.type("#");
    await board.page.keyboard.press("Enter");
    await board.until(CLOSED);
    expect(board.phone.asked).toEqual([{ path: "/calls/a%2Fb/dtmf", body: { digits: "42#" } }]);
  }, 60_000);

  test("gives the keyboard back to the button that a dialog came from", async () => {
    await using board = await open();
    await board.press("Transfer");
    await board.page.keyboard.press("Escape");
    await board.until(CLOSED);
    expect(await board.value(FOCUSED)).toBe("Transfer");
    // Escape has closed the dialog, and nothing besides.
    expect(await board.text(".detail h2")).toBe("Ada Berger");
    expect(board.faults).toEqual([]);
  }, 60_000);
});
