import { describe, expect, test } from "bun:test";
import { tone } from "../../../src/audio/mod.ts";
import { echo, loopback } from "../../../src/backend/mod.ts";
import { attempts } from "../../support/attempts.ts";
import { bandsDb } from "../../support/bands.ts";
import { BrowserPhone } from "../../support/browser_phone.ts";
import { chromiumOfFile } from "../../support/chromium_of_file.ts";
import { narrowBand } from "../../support/narrow_band.ts";
import { lacksChromium } from "../../support/needs.ts";
import { PhonePage } from "../../support/phone_page.ts";
import { speech } from "../../support/speech.ts";
import { matchSpeech } from "../../support/speech_match.ts";
import { toneShare } from "../../support/tone_share.ts";
import { eventually, wait } from "../../support/wait.ts";

const chromium = chromiumOfFile();

/** Two seconds of a recorded voice, with a pause before it in which the call settles. */
const VOICE = speech(0, 2);
const spoken = { sampleRate: 8000, samples: Int16Array.from([...new Int16Array(8000), ...VOICE]) };

/** Bands of the telephone's width, in Hz. */
const BANDS = [200, 400, 800, 1600, 3200];

/** A microphone that hears one tone for ten seconds. */
function humming(frequency: number) {
  return {
    sampleRate: 48_000,
    samples: tone([frequency], 10_000, { sampleRate: 48_000, levelDb: -14 }),
  };
}

describe.skipIf(lacksChromium())("the telephone's page", () => {
  test(
    "lets a recorded voice talk to the echo bot, and hear itself as it was",
    () =>
      attempts(async () => {
        await using phone = await BrowserPhone.start({ voiceBackend: echo() });
        let isPlayed = false;
        // The greeting, of turn 0, is played too.
        phone.phone.on("conversation", ({ event: { type, turn } }) => {
          isPlayed ||= type === "played" && turn > 0;
        });
        (await chromium()).speak(spoken);
        await using page = await PhonePage.call(await chromium(), phone.page, { record: true });
        await eventually("the echo is played", () => isPlayed, 15_000);
        // What left last has still to arrive and be played.
        await wait(400);
        const { heard, said, sampleRate } = await page.sound();
        const captions = await page.value<string[]>(
          "[...document.querySelectorAll('.caption')].map((it) => it.innerText.replace(/\\s+/g, ' '))",
        );
        await page.press("hangup");
        await page.reaches("over");
        const narrow = narrowBand(heard, sampleRate);
        // The greeting comes first, and is no echo.
        const match = matchSpeech(VOICE, narrow.subarray(8000));
        expect(match.correlation).toBeGreaterThan(0.9);
        expect(Math.abs(match.levelDb)).toBeLessThan(1);
        expect(match.covered).toBeGreaterThan(0.95);
        const wanted = bandsDb(narrowBand(said, sampleRate), 8000, BANDS);
        const got = bandsDb(narrow.subarray(8000), 8000, BANDS);
        got.forEach((level, band) => expect(Math.abs(level - wanted[band])).toBeLessThan(1.5));
        expect(toneShare(narrow.subarray(0, 8000), 660)).toBeGreaterThan(0.8);
        expect(captions).toEqual(["You utterance 1", "Agent utterance 1"]);
        expect(page.faults).toEqual([]);
      }),
    120_000,
  );

  test(
    "carries what no telephone does: a tone of 9,000 Hz comes back as loud as it went",
    () =>
      attempts(async () => {
        await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
        (await chromium()).speak(humming(9000));
        await using page = await PhonePage.call(await chromium(), phone.page, { record: true });
        await wait(2500);
        const { heard, said, sampleRate } = await page.sound();
        const level = (sound: Int16Array) =>
          bandsDb(sound.subarray(-sampleRate), sampleRate, [8500, 9500])[0];
        expect(Math.abs(level(heard) - level(said))).toBeLessThan(0.7);
      }),
    120_000,
  );

  test("keeps two callers apart", () =>
    attempts(async () => {
      await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
      (await chromium()).speak(humming(500));
      await using one = await PhonePage.call(await chromium(), phone.page, { record: true });
      await one.until("testSound.said.some((value) => value > 0.1)");
      (await chromium()).speak(humming(1300));
      await using other = await PhonePage.call(await chromium(), phone.page, { record: true });
      await wait(2000);
      const [first, second] = await Promise.all([one.sound(), other.sound()]);
      expect(phone.phone.calls.length).toBe(2);
      const last = ({ heard, sampleRate }: typeof first) =>
        narrowBand(heard.subarray(-sampleRate), sampleRate);
      expect(toneShare(last(first), 500)).toBeGreaterThan(0.9);
      expect(toneShare(last(first), 1300)).toBeLessThan(0.01);
      expect(toneShare(last(second), 1300)).toBeGreaterThan(0.9);
      expect(toneShare(last(second), 500)).toBeLessThan(0.01);
    }), 120_000);

  test(
    "sends nothing of a caller who is muted, until it is not any more",
    () =>
      attempts(async () => {
        await using phone = await BrowserPhone.start({ voiceBackend: loopback() });
        (await chromium()).speak(humming(700));
        await using page = await PhonePage.call(await chromium(), phone.page, { record: true });
        await page.until("testSound.heard.some((value) => value > 0.1)");
        await page.page.keyboard.press("m");
        expect(await page.value("document.querySelector('#mute').ariaPressed")).toBe("true");
        await wait(1200);
        const { heard, sampleRate } = await page.sound();
        const loudest = heard.subarray(-sampleRate * 0.4).reduce(
          (a, b) => Math.max(a, Math.abs(b)),
          0,
        );
        expect(loudest).toBeLessThan(30);
        expect(await page.text("#speaking")).toBe("You are muted");
        await page.press("mute");
        await page.until("testSound.heard.slice(-4000).some((value) => value > 0.1)");
      }),
    120_000,
  );
});
