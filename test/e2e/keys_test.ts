import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { speech } from "../support/speech.ts";
import { eventually, wait } from "../support/wait.ts";

const TELLING = new URL("../support/telling_backend.ts", import.meta.url).pathname;

describe("keys", () => {
  let phone: PhoneProcess;
  let before = 0;

  beforeAll(async () => {
    phone = await PhoneProcess.start({ backend: TELLING });
  });

  afterAll(() => phone[Symbol.asyncDispose]());

  /** Waits for as many keys as `wanted` has, and a little for one too many. */
  async function expectKeys(wanted: string): Promise<void> {
    const keys = (): string =>
      [...phone.program.stdout.matchAll(/^key (.)$/gm)].map(([, key]) => key).join("").slice(
        before,
      );
    await eventually(`keys ${wanted}`, () => keys().length >= wanted.length);
    await wait(200);
    expect(keys()).toBe(wanted);
    before += wanted.length;
  }

  test(
    "by RFC 4733 reach the backend once each, in order, also when packets are lost",
    async () => {
      await using caller = await IndependentCaller.call(phone.port);
      await caller.voice.say(speech(3, 0.5));
      for (const key of "0123456789*#ABCD") {
        // Every third of the eight packets of a press, which are five reports and three ends.
        await caller.voice.press(key, (index) => index % 3 === 0 ? "lost" : "arrives");
        await caller.voice.say(speech(3, 0.1));
      }
      await expectKeys("0123456789*#ABCD");
    },
    20_000,
  );

  test("by SIP INFO reach the backend, and other INFO is taken, too", async () => {
    await using caller = await IndependentCaller.call(phone.port);
    for (const key of "19#") {
      const relay = `Signal=${key}\r\nDuration=160\r\n`;
      expect((await caller.info("application/dtmf-relay", relay)).status).toBe(200);
    }
    expect((await caller.info("application/dtmf", "*")).status).toBe(200);
    expect((await caller.info("text/x-unknown", "hello")).status).toBe(200);
    await expectKeys("19#*");
  }, 20_000);

  test("after a hold are not late", async () => {
    await using caller = await IndependentCaller.call(phone.port);
    await caller.voice.say(speech(3, 0.5));
    await caller.invite("sendonly");
    await caller.voice.say(speech(3, 1));
    await caller.invite("sendrecv");
    await caller.voice.say(speech(3, 0.5));
    await caller.voice.press("5");
    await expectKeys("5");
  }, 20_000);
});
