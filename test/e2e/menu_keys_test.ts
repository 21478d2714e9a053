import { describe, expect, test } from "bun:test";
import { tone } from "../../src/audio/mod.ts";
import type { VoiceBackend } from "../../src/backend/mod.ts";
import type { Call, CollectedDigits, MenuEnd } from "../../src/call/mod.ts";
import { PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { claimPorts } from "../support/free_ports.ts";
import { eventually } from "../support/wait.ts";

/** A bot of tones: half a second whatever it says. */
const bot: VoiceBackend = {
  transcribe: () => "",
  generate: () => "",
  speak: () => ({ samples: tone([440], 500), sampleRate: 8000 }),
};

/** A phone in this very process, for as long as `use` takes. */
async function withPhone(
  options: Partial<PhoneHandlerOptions>,
  use: (phone: PhoneHandler, port: number) => Promise<void>,
): Promise<void> {
  await using ports = await claimPorts(8);
  const phone = new PhoneHandler({
    admission: false,
    voiceBackend: bot,
    sipPort: 0,
    rtpStartPort: ports.start,
    rtpEndPort: ports.end,
    detector: "fvad",
    ...options,
  });
  const { port } = await phone.start();
  try {
    await use(phone, port);
  } finally {
    await phone.stop();
  }
}

async function pressByInfo(caller: IndependentCaller, key: string): Promise<void> {
  await caller.info("application/dtmf-relay", `Signal=${key}\r\nDuration=160\r\n`);
}

describe("the keys of a telephone", () => {
  test("are collected in both ways, and hidden from all others", async () => {
    await withPhone({}, async (phone, port) => {
      const shown: string[] = [];
      let digits: CollectedDigits | undefined;
      phone.on("dtmf", ({ digit }) => shown.push(digit));
      phone.on("answered", async ({ call }: { call: Call }) => {
        digits = await call.collectDigits({ prompt: "Your pin?", min: 4, max: 6, mask: true });
      });
      await using caller = await IndependentCaller.call(port);
      await caller.voice.press("4");
      await pressByInfo(caller, "1");
      await caller.voice.press("2");
      await caller.voice.press("2");
      await pressByInfo(caller, "#");
      await eventually("they are collected", () => digits !== undefined);
      expect(digits).toEqual({
        outcome: "collected",
        digits: "4122",
        terminator: "#",
        by: "keys",
        tries: 1,
      });
      await caller.voice.press("7");
      await eventually("the next key is told", () => shown.length === 6);
      expect(shown.join("")).toBe("xxxxx7");
    });
  }, 20_000);

  test("lead through the menus of the phone, until the caller hangs up in the middle", async () => {
    const menu = {
      menus: {
        main: {
          prompt: "Main.",
          options: [{ key: "1", next: "sub" }, { key: "12", next: "main" }],
        },
        sub: { prompt: "Sub.", options: [{ key: "*", next: "back" }] },
      },
    };
    await withPhone({ menu }, async (phone, port) => {
      let end: MenuEnd | undefined;
      let at: () => readonly string[] = () => [];
      const errors: unknown[] = [];
      phone.on("error", ({ error }) => errors.push(error));
      phone.on("answered", ({ call }: { call: Call }) => {
        at = () => call.menu?.path ?? [];
        void call.menu!.ended.then((ended) => end = ended);
      });
      await using caller = await IndependentCaller.call(port);
      await caller.voice.press("1");
      // Not at once, as there is a 12.
      expect(at()).toEqual(["main"]);
      await pressByInfo(caller, "#");
      await eventually("the other menu is asked", () => at().length === 2);
      await caller.voice.press("*");
      await eventually("the first one again", () => at().length === 1);
      expect(await caller.bye()).toBe(200);
      await eventually("the end is told", () => end !== undefined);
      expect(end).toEqual({ outcome: "ended", variables: {}, path: ["main"] });
      expect(errors).toEqual([]);
    });
  }, 20_000);

  test("need menus that can be: the phone says so before there is a call", () => {
    const menu = { prompt: "Main.", options: [{ key: "1", next: "nowhere" }] };
    expect(() => new PhoneHandler({ voiceBackend: bot, menu }))
      .toThrow(
        "Cannot use the menu as menus.menu.options[0].next is one of repeat, back, top, bot, hang-up, return, or of the menus",
      );
  });
});
