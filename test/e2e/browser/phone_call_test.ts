import { describe, expect, test } from "bun:test";
import { tone } from "../../../src/audio/mod.ts";
import { loopback, type VoiceBackend } from "../../../src/backend/mod.ts";
import { attempts } from "../../support/attempts.ts";
import { BrowserPhone } from "../../support/browser_phone.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { lacksChromium } from "../../support/needs.ts";
import { PhonePage } from "../../support/phone_page.ts";
import { speech } from "../../support/speech.ts";
import { eventually } from "../../support/wait.ts";

const chromium = chromiumOfFile();

/** Somebody who is silent for three seconds and then speaks for as long. */
const INTERRUPTING = {
  sampleRate: 8000,
  samples: Int16Array.from([...new Int16Array(24_000), ...speech(0, 3)]),
};

/** Talks for ten seconds from the start, a word each half second. */
const talker: VoiceBackend = {
  onCallStart: () => Array.from({ length: 20 }, (_, index) => `word${index}`).join(" "),
  transcribe: () => "Stop.",
  generate: () => "",
  speak: (text) => ({
    samples: tone([800], text.split(" ").length * 500, { sampleRate: 16_000, levelDb: -15 }),
    sampleRate: 16_000,
  }),
};

describe.skipIf(lacksChromium())("a call of the telephone's page", () => {
  test(
    "is silent at once when its caller speaks while the agent does, and shows what was not heard",
    () =>
      attempts(async () => {
        await using phone = await BrowserPhone.start({ voiceBackend: talker });
        (await chromium()).speak(INTERRUPTING);
        await using page = await PhonePage.call(await chromium(), phone.page, { record: true });
        await page.until("document.querySelector('.caption.agent del') !== null");
        await page.until("!testSound.heard.slice(-8000).some((value) => Math.abs(value) > 0.01)");
        const { heard, said, sampleRate } = await page.sound();
        const first = said.findIndex((value) => Math.abs(value) > 200);
        const last = heard.findLastIndex((value) => Math.abs(value) > 1000);
        // Who has begun to speak is heard to mean it after some 200 ms of voice; on the way back is the
        // page's own buffer.
        expect((last - first) / sampleRate).toBeLessThan(0.9);
        expect((last - first) / sampleRate).toBeGreaterThan(0);
        expect(await page.text(".caption.agent del")).toMatch(/word19$/);
        expect(page.faults).toEqual([]);
      }),
    120_000,
  );

  test("tells the phone which keys are pressed, by a finger and on a keyboard", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using page = await PhonePage.call(await chromium(), phone.page);
    await page.press("keys");
    await page.page.click(".key[aria-label='Star']");
    for (const key of ["4", "2", "x", "#"] as const) await page.page.keyboard.press(key);
    await eventually("four keys", () => phone.keys.length >= 4);
    expect(phone.keys.map((key) => key[0]).join("")).toBe("*42#");
  }, 60_000);

  test("is over for both when the page hangs up", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using page = await PhonePage.call(await chromium(), `${phone.page}?from=anna&to=desk`);
    const [call] = phone.phone.calls;
    expect([call.info.door, call.info.from.user, call.info.to.user]).toEqual([
      "browser",
      "anna",
      "desk",
    ]);
    await page.press("hangup");
    await page.reaches("over");
    expect(await page.text("#status")).toBe("You have hung up");
    expect((await call.ended).cause).toBe("remote");
    expect(await page.text("#call-label")).toBe("Call again");
    await page.press("call");
    await page.reaches("talking");
    expect(phone.phone.calls.length).toBe(1);
  }, 60_000);

  test("is over for both when the phone hangs up", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using page = await PhonePage.call(await chromium(), phone.page);
    await phone.phone.calls[0].hangup();
    await page.reaches("over");
    expect(await page.text("#status")).toBe("The agent has hung up");
    expect(await page.text("#hint")).toMatch(/^The call lasted 0:\d\d\.$/);
  }, 60_000);

  test("ends when its page is closed", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    const page = await PhonePage.call(await chromium(), phone.page);
    const [call] = phone.phone.calls;
    await page[Symbol.asyncDispose]();
    expect((await call.ended).cause).toBe("remote");
    await eventually("nothing is left", () => phone.phone.calls.length === 0);
  }, 60_000);

  test("is seen on the board while it is", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using board = await PhonePage.open(await chromium(), `${phone.http.url}/`);
    await using page = await PhonePage.call(await chromium(), `${phone.page}?from=anna`);
    await board.until("document.querySelector('#live-list').innerText.includes('anna')");
    await page.press("hangup");
    await page.reaches("over");
    await board.until("document.querySelector('#live-list').innerText.includes('hung up')");
    expect([...board.faults, ...page.faults]).toEqual([]);
  }, 60_000);

  test("measures the way to the phone, and what it keeps against gaps", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using page = await PhonePage.call(await chromium(), phone.page);
    await page.until("/^\\d+ ms$/.test(document.querySelector('#round-trip').textContent)");
    await page.until("/^\\d+ ms$/.test(document.querySelector('#buffer').textContent)");
    expect(await page.text("#delay")).toMatch(/^Round trip \d+ ms, playing \d+ ms$/);
    await page.until("document.querySelector('#timer').textContent === '0:01'");
  }, 60_000);
});
