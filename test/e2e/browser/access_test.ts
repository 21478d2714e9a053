import { describe, expect, test } from "bun:test";
import { echo } from "../../../src/backend/mod.ts";
import { barriers } from "../../support/axe.ts";
import { BrowserPhone } from "../../support/browser_phone.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { lacksChromium } from "../../support/needs.ts";
import { PhonePage } from "../../support/phone_page.ts";

const chromium = chromiumOfFile();

const LOOKS = [360, 1280].flatMap((width) =>
  [false, true].map((dark) => [width, dark ? "dark" : "light"] as const)
);

/** How much wider a page is than its window, in CSS pixels. */
const OVERFLOW = "document.documentElement.scrollWidth - innerWidth";

/** A conversation, as the phone tells it: one line still changes, one was cut. */
const SAID = `import("./phone/captions.js").then(({ Captions }) => {
  const captions = new Captions(document.querySelector("#captions"));
  captions.show({ at: 1, who: "agent", text: "Yes, there is one with a view.", cut: "It is 120 euros." });
  captions.show({ at: 2, who: "caller", text: "That sounds", isPartial: true });
})`;

describe.skipIf(lacksChromium())("the pages are for everybody", () => {
  test.each(LOOKS)("the telephone, at %d px, %s", async (width, scheme) => {
    await using phone = await BrowserPhone.start({ voiceBackend: echo(), maxCalls: 1 });
    const look = { width, height: 740, dark: scheme === "dark" };
    await using page = await PhonePage.open(await chromium(), phone.page, look);
    const found: Record<string, unknown> = {};
    const check = async (what: string) => {
      const [wide, faults] = [await page.value<number>(OVERFLOW), await barriers(page.page)];
      if (wide > 0 || faults.length > 0) found[what] = { wide, faults };
    };
    await check("before a call");
    await page.press("call");
    await page.reaches("talking");
    await page.value(SAID);
    await check("in a call");
    await page.press("keys");
    await page.page.click("#sound > summary");
    await check("with keys and settings");
    await page.page.click("#sound > summary");
    await using other = await PhonePage.open(await chromium(), phone.page, look);
    await other.press("call");
    await other.reaches("over");
    const faults = await barriers(other.page);
    expect([found, faults]).toEqual([{}, []]);
    expect([...page.faults, ...other.faults]).toEqual([]);
  }, 90_000);

  test.each(["", "docs"].flatMap((path) => LOOKS.map((look) => [path, ...look] as const)))(
    "/%s, at %d px, %s",
    async (path, width, scheme) => {
      await using phone = await BrowserPhone.start({ voiceBackend: echo() });
      const look = { width, height: 740, dark: scheme === "dark" };
      await using page = await PhonePage.open(await chromium(), `${phone.http.url}/${path}`, look);
      await page.until("document.querySelector('h1') !== null");
      expect(await barriers(page.page)).toEqual([]);
      expect(await page.value<number>(OVERFLOW)).toBeLessThan(1);
      expect(page.faults).toEqual([]);
    },
    90_000,
  );

  test("the telephone is used with nothing but a keyboard", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: echo() });
    await using page = await PhonePage.open(await chromium(), phone.page);
    const focused = () => page.value<string>("document.activeElement.id");
    for (let count = 0; count < 12 && await focused() !== "call"; count++) {
      await page.page.keyboard.press("Tab");
    }
    await page.page.keyboard.press("Enter");
    await page.reaches("talking");
    // Whoever hears the page is where the call can be ended, and hears that it is up.
    expect(await focused()).toBe("hangup");
    expect(await page.text("[role=status]")).toBe("Connected");
    await page.page.keyboard.down("Shift");
    await page.page.keyboard.press("Tab");
    await page.page.keyboard.up("Shift");
    expect(await focused()).toBe("keys");
    await page.page.keyboard.press("Space");
    expect(await page.value("document.querySelector('#keypad').hidden")).toBe(false);
    await page.page.focus("#hangup");
    await page.page.keyboard.press("Enter");
    await page.reaches("over");
    expect(await focused()).toBe("call");
  }, 60_000);
});
