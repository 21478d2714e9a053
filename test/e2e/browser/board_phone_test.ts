import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { mock } from "../../../src/backend/mod.ts";
import { serveHttp } from "../../../src/http/mod.ts";
import { PhoneHandler } from "../../../src/phone/mod.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { claimPorts, freePort } from "../../support/free_ports.ts";
import { lacksChromium } from "../../support/needs.ts";
import { speech } from "../../support/speech.ts";

const chromium = chromiumOfFile({ args: ["--autoplay-policy=no-user-gesture-required"] });
const TOKEN = "sixteen-letters-long";
const SCRIPT = [{
  hears: "Have you a room?",
  says: "Yes, a double room with a view of the harbour.",
}];

/** Hears what the page plays: how loud the loudest of it was, by side. */
const WITNESS = `globalThis.loudest = [0, 0];
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...rest) {
  if (to instanceof AudioDestinationNode) {
    const split = new ChannelSplitterNode(this.context, { numberOfOutputs: 2 });
    connect.call(this, split);
    [0, 1].forEach((side) => {
      const ear = new AnalyserNode(this.context, { fftSize: 2048 });
      connect.call(split, ear, side);
      const samples = new Float32Array(2048);
      setInterval(() => {
        ear.getFloatTimeDomainData(samples);
        loudest[side] = Math.max(loudest[side], ...samples.map(Math.abs));
      }, 50);
    });
  }
  return connect.call(this, to, ...rest);
};`;

/** A phone that is served, with somebody who calls it. */
async function withPhone(run: (url: string, caller: IndependentCaller) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), "board-"));
  await using rtp = await claimPorts(20);
  const phone = new PhoneHandler({
    voiceBackend: mock({ greeting: "Harbour Hotel.", script: SCRIPT }),
    sipPort: await freePort(),
    rtpStartPort: rtp.start,
    rtpEndPort: rtp.end,
    recording: { folder, policy: "onDemand" },
    // Other tests keep the machine busy.
    admission: false,
  });
  const { port } = await phone.start();
  const server = await serveHttp({ phone, port: 0, token: TOKEN });
  try {
    await using caller = await IndependentCaller.call(port, "reception", "<sip:ada@127.0.0.1>");
    await run(`${server.url}/`, caller);
  } finally {
    await server.stop();
    await phone.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until an element has these words. */
async function says(page: Page, selector: string, words: string): Promise<void> {
  await page.waitForFunction(
    `document.querySelector(${JSON.stringify(selector)})?.innerText.includes(${
      JSON.stringify(words)
    })`,
    { polling: 50, timeout: 20_000 },
  );
}

describe.skipIf(lacksChromium())("the board of a real phone", () => {
  test(
    "shows a call, lets it be heard, recorded and ended, and plays it when it is over",
    async () => {
      await withPhone(async (url, caller) => {
        const faults: string[] = [];
        const page = await (await chromium()).openPage(url, {
          width: 1440,
          prepare: async (page) => {
            page.on("pageerror", (error) => faults.push(String(error)));
            await page.evaluateOnNewDocument(WITNESS);
          },
        });
        await page.waitForSelector("dialog input");
        await page.keyboard.type(TOKEN);
        await page.keyboard.press("Enter");
        await says(page, "#live-list", "ada");
        await page.focus("#live-list");
        await page.keyboard.press("Enter");
        await says(page, ".detail h2", "ada");
        await page.keyboard.press("r");
        await says(page, ".detail .chips", "recording");
        await page.keyboard.press("l");
        await page.waitForSelector(".actions [aria-pressed=true]");
        await caller.voice.say(speech(0, 2));
        await says(page, ".talk .caller", "Have you a room?");
        await says(page, ".talk", "Yes, a double room with a view of the harbour.");
        await page.waitForFunction("loudest[0] > 0.05 && loudest[1] > 0.05", { polling: 50 });
        // Its answer is over, and so it is known where its time went.
        await says(page, ".turns .total", "ms");
        await says(page, ".quality", "MOS 4");
        await page.keyboard.press("x");
        await page.waitForSelector("dialog .danger");
        await page.focus("dialog .danger");
        await page.keyboard.press("Enter");
        await caller.hungUp;
        await says(page, ".detail .notice", "We hung up");
        await page.keyboard.press("2");
        await says(page, "#history-list", "ada");
        await page.focus("#history-list");
        await page.keyboard.press("Enter");
        await says(page, ".player", "0:00 of");
        await says(page, ".detail .talk", "Have you a room?");
        await page.keyboard.press("p");
        await page.waitForFunction("document.querySelector('.player input').value > 0.5", {
          polling: 50,
        });
        expect(faults).toEqual([]);
        await page.close();
      });
    },
    90_000,
  );
});
