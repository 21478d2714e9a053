import { describe, expect, test } from "bun:test";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { speech } from "../support/speech.ts";
import { eventually, wait } from "../support/wait.ts";

const TELLING = new URL("../support/telling_backend.ts", import.meta.url).pathname;

describe("keys", () => {
  test("reach the backend once each, in order, by RFC 4733 and by SIP INFO", async () => {
    await using phone = await PhoneProcess.start({ backend: TELLING });
    await using caller = await IndependentCaller.call(phone.port);
    await caller.voice.say(speech(3, 0.5));
    for (const key of "0123456789*#ABCD") {
      await caller.voice.press(key);
      await caller.voice.say(speech(3, 0.1));
    }
    const keys = (): string =>
      [...phone.program.stdout.matchAll(/^key (.)$/gm)].map(([, k]) => k).join("");
    await eventually("all keys by RFC 4733", () => keys().length >= 16);
    for (const key of "19#") {
      const relay = `Signal=${key}\r\nDuration=160\r\n`;
      expect((await caller.info("application/dtmf-relay", relay)).status).toBe(200);
    }
    expect((await caller.info("application/dtmf", "*")).status).toBe(200);
    expect((await caller.info("text/x-unknown", "hello")).status).toBe(200);
    await eventually("all keys by INFO", () => keys().length >= 20);
    await wait(100);
    expect(keys()).toBe("0123456789*#ABCD19#*");
  }, 30_000);
});
