import { describe, expect, test } from "bun:test";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { freePort } from "../../support/free_ports.ts";
import { phoneCommand, RUNTIME } from "../../support/phone_process.ts";
import { Program } from "../../support/program.ts";
import { ROOT } from "../../support/source_files.ts";
import { eventually } from "../../support/wait.ts";
import { audibleMs, listen } from "./listening.ts";

/** Listens until something is said, and no longer. */
async function hears(caller: IndependentCaller): Promise<void> {
  for (let tries = 0; audibleMs(await listen(caller, 200)) < 60; tries++) {
    if (tries > 50) throw new Error("Nothing was said in 10 s");
  }
}

/** Presses a key as SIP INFO tells it. */
async function pressByInfo(caller: IndependentCaller, key: string): Promise<void> {
  const { status } = await caller.info(
    "application/dtmf-relay",
    `Signal=${key}\r\nDuration=160\r\n`,
  );
  expect(status).toBe(200);
}

describe("phone_menu.ts", () => {
  test(
    "leads through its menus by keys of both ways, to the bot and back, and hangs up",
    async () => {
      const port = await freePort();
      const [command, args] = phoneCommand(RUNTIME, []);
      const env = { SOFIA_PHONE_SIP_PORT: String(port) };
      const file = args.map((arg) =>
        arg.endsWith("mod.ts") ? `${ROOT}examples/phone_menu.ts` : arg
      );
      await using program = new Program(command, file, { env });
      await program.says(/^ready: dial \S+$/m, 20_000);
      await using caller = await IndependentCaller.call(port);
      await hears(caller);
      // Both keys are pressed over the welcome, by one who knows the way.
      await caller.voice.press("1");
      await caller.voice.press("1");
      await hears(caller);
      // A key that comes in both ways is one press: the way changes with another key.
      for (const key of "41") await caller.voice.press(key);
      for (const key of "22") await pressByInfo(caller, key);
      // What is asked about the booking flushes keys: it has to be heard first.
      await listen(caller, 1000);
      await hears(caller);
      await caller.voice.press("1");
      await eventually("the booking is cancelled", () => /^cancelled 4122$/m.test(program.stdout));
      await hears(caller);
      await caller.voice.press("2");
      // Said whole, before the bot has the caller.
      while (audibleMs(await listen(caller, 600)) > 0);
      await caller.voice.press("5");
      await hears(caller);
      await pressByInfo(caller, "*");
      await hears(caller);
      await caller.voice.press("9");
      await Promise.race([caller.hungUp, listen(caller, 8000)]);
      expect(caller.asked).toContain("BYE");
      await eventually("the end is told", () => /left the menu/.test(program.stdout));
      expect(program.stdout).toMatch(/ left the menu at main: hung-up$/m);
      expect(program.stderr).toBe("");
      expect(await program.stop(10_000)).toEqual({ code: 0, signal: null });
    },
    60_000,
  );
});
