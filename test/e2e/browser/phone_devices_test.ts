import { describe, expect, test } from "bun:test";
import { loopback } from "../../../src/backend/mod.ts";
import { BrowserPhone } from "../../support/browser_phone.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { lacksChromium } from "../../support/needs.ts";
import { PhonePage } from "../../support/phone_page.ts";
import { eventually } from "../../support/wait.ts";

const chromium = chromiumOfFile();

/** Notes what the page asks of microphones and what it gets; `testHold` keeps them waiting. */
const WATCH = `(() => {
  const { getUserMedia } = MediaDevices.prototype;
  globalThis.testAsked = [];
  globalThis.testStreams = [];
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    testAsked.push(constraints.audio);
    const stream = await getUserMedia.call(this, constraints);
    await globalThis.testHold;
    testStreams.push(stream);
    return stream;
  };
})()`;

/** Whether each microphone that was opened is still open. */
const OPEN = "testStreams.map((stream) => stream.getTracks()[0].readyState === 'live').join()";

async function call(url: string): Promise<PhonePage> {
  return await PhonePage.call(await chromium(), url, {
    prepare: async (page) => void await page.evaluateOnNewDocument(WATCH),
  });
}

describe.skipIf(lacksChromium())("the devices of the telephone's page", () => {
  test("are changed in the middle of a call", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using page = await call(phone.page);
    await page.page.click("#sound > summary");
    await page.page.click("#filters");
    await page.until(`${OPEN} === 'false,true'`);
    expect(await page.value("testAsked.map((audio) => audio.echoCancellation)")).toEqual([
      false,
      true,
    ]);
    expect(await page.text("#status")).toBe("Connected");
    await page.page.click("#status");
    await page.until("!document.querySelector('#sound').open");
    expect(page.faults).toEqual([]);
  }, 60_000);

  test("may go away: another one takes the place of the microphone", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using page = await call(phone.page);
    await page.press("mute");
    await page.value("testStreams[0].getTracks()[0].dispatchEvent(new Event('ended')), 0");
    await page.until(
      "document.querySelector('#notice').textContent.includes('Another one has taken its place')",
    );
    // Who was muted stays so.
    expect(await page.value("testStreams[1].getTracks()[0].enabled")).toBe(false);
    await page.value(
      `MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError")), 0`,
    );
    await page.value("testStreams[1].getTracks()[0].dispatchEvent(new Event('ended')), 0");
    await page.until(
      "document.querySelector('#notice').textContent.includes('You can still listen')",
    );
    expect(await page.text("#status")).toBe("Connected");
    expect(page.faults).toEqual([]);
  }, 60_000);

  test("are let go of when the call is over, also one that is opened only then", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using page = await call(phone.page);
    await page.value(
      "globalThis.testHold = new Promise((resolve) => globalThis.testGo = resolve), 0",
    );
    await page.page.click("#sound > summary");
    await page.page.click("#filters");
    await page.until("testAsked.length === 2");
    // The settings lie over the button, until they are left.
    await page.page.keyboard.press("Escape");
    await page.until("!document.querySelector('#sound').open");
    expect(await page.value("document.activeElement.tagName")).toBe("SUMMARY");
    await page.press("hangup");
    await page.reaches("over");
    await page.value("testGo(), 0");
    await page.until(`${OPEN} === 'false,false'`);
    // Nor is one left open by a call that was given up before the phone was reached.
    await page.value(
      "globalThis.testHold = new Promise((resolve) => globalThis.testGo = resolve), 0",
    );
    await page.press("call");
    await page.until("testAsked.length === 3");
    await page.press("hangup");
    await page.value("testGo(), 0");
    await page.until(`${OPEN} === 'false,false,false'`);
    await eventually("nothing is left", () => phone.phone.calls.length === 0);
    expect(page.faults).toEqual([]);
  }, 60_000);

  test("may have any rate", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    for (const sampleRate of [8000, 11_025, 192_000]) {
      await using page = await PhonePage.call(await chromium(), phone.page, {
        prepare: async (page) =>
          void await page.evaluateOnNewDocument(
            `globalThis.AudioContext = class extends AudioContext {
            constructor(options) { super({ ...options, sampleRate: ${sampleRate} }); }
          }`,
          ),
      });
      await page.until("/^\\d+ ms$/.test(document.querySelector('#buffer').textContent)");
      const [call] = phone.phone.calls;
      await eventually(
        `sound of ${sampleRate} Hz`,
        () => call.media!.statistics.rtp.datagrams > 25,
      );
      await page.press("hangup");
      await eventually("nothing is left", () => phone.phone.calls.length === 0);
      expect(page.faults).toEqual([]);
    }
  }, 60_000);

  test(
    "speak to those who read: the newest caption is in view, unless its reader has gone back",
    async () => {
      await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
      await using page = await call(phone.page);
      const say = (from: number, to: number) =>
        page.value(`import("./phone/captions.js").then(({ Captions }) => {
        globalThis.testCaptions ??= new Captions(document.querySelector("#captions"));
        for (let at = ${from}; at < ${to}; at++) {
          testCaptions.show({ at, who: at % 2 ? "agent" : "caller", text: "Line " + at });
        }
      })`);
      const rest =
        "(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('#captions'))";
      await say(0, 40);
      expect(await page.value(rest)).toBeLessThan(2);
      await page.value("document.querySelector('#captions').scrollTop = 0");
      await say(40, 45);
      expect(await page.value("document.querySelector('#captions').scrollTop")).toBe(0);
    },
    60_000,
  );
});
