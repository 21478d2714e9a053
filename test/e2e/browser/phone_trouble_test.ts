import { describe, expect, test } from "bun:test";
import { loopback } from "../../../src/backend/mod.ts";
import { BrowserPhone } from "../../support/browser_phone.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { lacksChromium } from "../../support/needs.ts";
import { PhonePage } from "../../support/phone_page.ts";
import { TcpRelay } from "../../support/tcp_relay.ts";
import { eventually } from "../../support/wait.ts";

const TOKEN = "a-token-of-tests-long-enough";

const chromium = chromiumOfFile({ args: ["--host-resolver-rules=MAP phone.test 127.0.0.1"] });
const deaf = chromiumOfFile({ microphone: false });
/** There is a microphone, and nobody who says yes by themselves. */
const reserved = chromiumOfFile({
  microphone: false,
  args: ["--use-fake-device-for-media-stream"],
});

/** What the page says of a call that did not begin. */
async function faultOf(page: PhonePage): Promise<string> {
  await page.press("call");
  await page.reaches("over");
  return await page.text("#fault strong");
}

describe.skipIf(lacksChromium())("the telephone's page says in words", () => {
  test("that there is no microphone", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using page = await PhonePage.open(await deaf(), phone.page, {
      prepare: (page) =>
        page.browserContext().overridePermissions(new URL(phone.page).origin, ["microphone"]),
    });
    expect(await faultOf(page)).toBe("There is no microphone");
    expect(phone.phone.calls.length).toBe(0);
  }, 60_000);

  test("that the microphone is not allowed", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using page = await PhonePage.open(await reserved(), phone.page, {
      prepare: (page) => page.browserContext().overridePermissions(new URL(phone.page).origin, []),
    });
    expect(await faultOf(page)).toBe("The microphone is not allowed");
  }, 60_000);

  test("that the address is none that browsers trust", async () => {
    await using phone = await BrowserPhone.start({
      voiceBackend: loopback(),
      http: { token: TOKEN },
    });
    const url = phone.page.replace("127.0.0.1", "phone.test");
    await using page = await PhonePage.open(await chromium(), url);
    expect(await faultOf(page)).toBe("Browsers keep the microphone from this address");
    expect(await page.text("#fault")).toMatch(/https and to localhost/);
  }, 60_000);

  test("that all lines are busy", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback(), maxCalls: 1 });
    await using _ = await PhonePage.call(await chromium(), phone.page);
    await using page = await PhonePage.open(await chromium(), phone.page);
    expect(await faultOf(page)).toBe("All lines are busy");
    expect(phone.phone.calls.length).toBe(1);
  }, 60_000);

  test("that the phone is about to stop", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using first = await PhonePage.call(await chromium(), phone.page);
    const drained = phone.phone.drain();
    await using page = await PhonePage.open(await chromium(), phone.page);
    expect(await faultOf(page)).toBe("The phone is about to stop");
    await first.press("hangup");
    await drained;
  }, 60_000);

  test("that the connection is lost, and that the phone is gone", async () => {
    const phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using page = await PhonePage.call(await chromium(), phone.page);
    await phone[Symbol.asyncDispose]();
    await page.reaches("over");
    expect(await page.text("#status")).not.toBe("Connected");
    expect(await faultOf(page)).toBe("The phone does not answer");
  }, 60_000);

  test("that the connection is lost when nothing comes by it any more", async () => {
    await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
    await using relay = await TcpRelay.listen(phone.http.port);
    const url = `http://127.0.0.1:${relay.port}/phone`;
    await using page = await PhonePage.call(await chromium(), url);
    // Nobody closes anything, as when a cable is pulled.
    relay.isFrozen = true;
    await page.reaches("over");
    expect(await page.text("#fault strong")).toBe("The connection is lost");
    expect(await page.text("#status")).toBe("The call was cut off");
  }, 60_000);

  test("that a token is needed, until it is the right one", async () => {
    await using phone = await BrowserPhone.start({
      voiceBackend: loopback(),
      http: { token: TOKEN },
    });
    await using page = await PhonePage.open(await chromium(), phone.page);
    await page.press("call");
    for (const token of ["a wrong one", TOKEN]) {
      await page.page.waitForSelector("dialog #token");
      await page.page.type("#token", token);
      await page.page.keyboard.press("Enter");
      if (token !== TOKEN) await page.page.waitForSelector("#token-wrong");
    }
    await page.reaches("talking");
    expect(phone.phone.calls.length).toBe(1);
    expect(await page.value("document.body.innerText.includes('undefined')")).toBe(false);
  }, 60_000);

  test(
    "nothing, and goes on, when the phone sends it garbage; and the phone likewise",
    async () => {
      await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
      await using page = await PhonePage.open(await chromium(), phone.page);
      const closes = await page.value<number[]>(`Promise.all([
      "no JSON", "[]", "null", '{"type":"hello"}', '{"type":"hello","sampleRate":1}',
      '{"type":"dtmf","digit":"1"}', new Uint8Array(7), new Uint8Array(100000), "x".repeat(200000),
    ].map(async (garbage) => {
      const response = await fetch("tickets", {
        method: "POST", body: "{}", headers: { "content-type": "application/json" },
      });
      const { ticket } = await response.json();
      const socket = new WebSocket("ws://" + location.host + "/phone/socket?ticket=" + ticket);
      await new Promise((resolve) => socket.onopen = resolve);
      socket.send(garbage);
      return await new Promise((resolve) => socket.onclose = ({ code }) => resolve(code));
    }))`);
      expect(closes.length).toBe(9);
      for (const code of closes) expect(code).toBeGreaterThan(1000);
      expect(phone.phone.calls.length).toBe(0);
      await page.press("call");
      await page.reaches("talking");
      await eventually("one call", () => phone.phone.calls.length === 1);
    },
    60_000,
  );
});
