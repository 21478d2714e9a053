import { describe, expect, test } from "bun:test";
import { BoardPage } from "../../support/board_page.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { lacksChromium } from "../../support/needs.ts";
import { textOf } from "../../support/source_files.ts";
import {
  wireCall,
  wirePast,
  wireRecording,
  wireStatus,
  wireTalk,
} from "../../support/wire_calls.ts";
import type { WirePhone } from "../../support/wire_phone.ts";

const chromium = chromiumOfFile();

function prepare(phone: WirePhone): void {
  const call = wireCall("a", { isRecording: true });
  phone.put({ ...call, ...wireTalk(call.answeredAt as number) });
  for (let i = 0; i < 20; i++) {
    phone.put(wireCall(`c${i}`, { from: { user: `100${i}` }, startedAt: 1000 - i }));
  }
  phone.past.set("p", { ...wirePast("p"), hasRecording: true });
  phone.recordings.set("p", wireRecording(12));
}

/** What axe-core finds that is serious, each with where. */
async function faultsOf(board: BoardPage): Promise<string[]> {
  if (await board.value("typeof globalThis.axe") === "undefined") {
    await board.page.evaluate(textOf("node_modules/axe-core/axe.min.js"));
  }
  return await board.value(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.html.slice(0, 120))))`);
}

/** What has the keyboard: its id, its role or its words. */
const FOCUSED = `(() => { const it = document.activeElement;
  return it.id || it.getAttribute("aria-label") || it.innerText?.trim() || it.className || it.tagName; })()`;

describe.skipIf(lacksChromium())("the board is for everybody", () => {
  // Layout is of the width and contrast of the scheme, so two of the four show all there is to find.
  const looks = [["at 360 px, light", 360, false], ["at 1440 px, dark", 1440, true]] as const;

  test.each(looks)("%s", async (_, width, dark) => {
    const size = { width, height: 800, dark };
    await using board = await BoardPage.open(await chromium(), "live", prepare, size);
    await board.says("#live-list", "Ada Berger");
    await board.says("#connection", "live");
    board.phone.tell("status", wireStatus({ isDraining: true }));
    await board.says("#top", "0.8 ms");
    const found: Record<string, string[]> = {};
    const wide: Record<string, number> = {};
    const look = async (name: string) => {
      found[name] = await faultsOf(board);
      wide[name] = await board.value("document.documentElement.scrollWidth - innerWidth");
    };
    await look("list");
    await board.page.evaluate("location.hash = 'live/a'");
    await board.says(".talk", "Below the house.");
    await look("call");
    for (const key of ["?", "s", "d", "x"] as const) {
      await board.page.keyboard.press(key);
      await board.until(
        "document.querySelector('dialog')?.getAnimations().every((it) => it.playState === 'finished')",
      );
      await look(`dialog of ${key}`);
      await board.page.keyboard.press("Escape");
      await board.until("document.querySelector('dialog') === null");
    }
    await board.page.evaluate("location.hash = 'history/p'");
    await board.says(".player", "0:00 of 0:12");
    await look("past");
    expect(Object.entries(found).filter(([, faults]) => faults.length > 0)).toEqual([]);
    expect(Object.entries(wide).filter(([, px]) => px > 0)).toEqual([]);
    expect(board.faults).toEqual([]);
  }, 60_000);

  test("by the keyboard alone: from the list into a call, round it, and back", async () => {
    await using board = await BoardPage.open(await chromium(), "live", prepare);
    await board.says("#live-list", "Ada Berger");
    await board.page.keyboard.press("Tab");
    expect(await board.value(FOCUSED)).toBe("skip");
    await board.page.keyboard.press("Enter");
    expect(await board.value(FOCUSED)).toBe("live-list");
    await board.page.keyboard.press("ArrowDown");
    await board.says("#live-list .active .name", "1000");
    await board.page.keyboard.press("Home");
    await board.says("#live-list .active .name", "Ada Berger");
    const named = "document.querySelector('#live-list').getAttribute('aria-activedescendant')";
    expect(await board.value(`document.querySelector(".active").id === ${named}`)).toBe(true);
    await board.page.keyboard.press("Enter");
    await board.until("document.querySelector('.detail h2')?.innerText");
    await board.page.keyboard.press("Tab");
    expect(await board.value(FOCUSED)).toBe("Listen in");
    await board.page.keyboard.press("ArrowRight");
    expect(await board.value(FOCUSED)).toBe("Say");
    await board.page.keyboard.press("End");
    expect(await board.value(FOCUSED)).toBe("Hang up");
    await board.page.keyboard.press("Escape");
    await board.until(`${FOCUSED} === "live-list"`);
    expect(await board.value("location.hash")).toBe("#live");
  }, 60_000);

  test("keys of one letter can be turned off, and are letters in a field", async () => {
    await using board = await BoardPage.open(await chromium(), "live/a", prepare);
    await board.says(".detail h2", "Ada Berger");
    await board.page.keyboard.press("/");
    await board.page.keyboard.type("x?");
    expect(await board.value("document.querySelectorAll('dialog').length")).toBe(0);
    await board.page.focus("#help");
    await board.page.keyboard.press("?");
    await board.page.locator("dialog input[type=checkbox]").click();
    await board.page.keyboard.press("Escape");
    await board.until("document.querySelector('dialog') === null");
    await board.page.keyboard.press("x");
    expect(await board.value("document.querySelectorAll('dialog').length")).toBe(0);
    await board.page.keyboard.press("?");
    await board.says("dialog", "Hang up");
  }, 60_000);

  test("nothing moves by itself for who does not want that", async () => {
    const still = { name: "prefers-reduced-motion", value: "reduce" };
    await using board = await BoardPage.open(await chromium(), "live/a", prepare, {
      prepare: async (page) => {
        await page.evaluateOnNewDocument(`globalThis.drawn = 0;
          const clear = CanvasRenderingContext2D.prototype.clearRect;
          CanvasRenderingContext2D.prototype.clearRect = function (...box) {
            globalThis.drawn++; return clear.apply(this, box); };`);
      },
    });
    await board.says(".detail h2", "Ada Berger");
    await board.page.emulateMediaFeatures([still]);
    await board.value(
      "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))",
    );
    const drawn = await board.value("drawn");
    for (let i = 0; i < 10; i++) {
      await board.value("new Promise((resolve) => requestAnimationFrame(resolve))");
    }
    expect(await board.value("drawn")).toBe(drawn);
  }, 60_000);

  test("its colours can be chosen, and the choice is kept", async () => {
    await using board = await BoardPage.open(await chromium(), "live", prepare, { dark: true });
    const ground = "getComputedStyle(document.body).backgroundColor";
    expect(await board.value(ground)).toBe("rgb(13, 18, 20)");
    await board.press("Change to the light scheme");
    expect(await board.value(ground)).toBe("rgb(243, 245, 242)");
    await board.page.reload();
    expect(await board.value(ground)).toBe("rgb(243, 245, 242)");
  }, 60_000);
});
