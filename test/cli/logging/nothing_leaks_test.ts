import { describe, expect, test } from "bun:test";
import { getLogger, reset } from "@logtape/logtape";
import { tone } from "../../../src/audio/mod.ts";
import type { VoiceBackend } from "../../../src/backend/mod.ts";
import { configureLogging } from "../../../src/cli/logging/configure_logging.ts";
import { KnownNumbers } from "../../../src/cli/logging/known_numbers.ts";
import { logPhone } from "../../../src/cli/logging/log_phone.ts";
import { SystemClock } from "../../../src/clock/mod.ts";
import { PhoneHandler } from "../../../src/phone/mod.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { claimPorts } from "../../support/free_ports.ts";
import { speech } from "../../support/speech.ts";
import { eventually } from "../../support/wait.ts";

const CALLER = "+436641234567";
const CALLED = "4711";
const HEARD = "my account is sesame";
const SAID = "your account is opened";

const bot = getLogger(["a-bot"]);

/** A bot that fails with what it knows, and logs it. */
const talkative: VoiceBackend = {
  sampleRate: 8000,
  transcribe: () => HEARD,
  generate: (text, _sessionId, history) => {
    bot.info("heard {text} after {history}", { text, history });
    bot.warn(`a call of ${CALLER} to ${CALLED} (sip:${CALLED}@host)`);
    return `${SAID}.`;
  },
  speak: (text) => {
    if (text.includes("opened")) {
      throw new RangeError(`Cannot speak as it is a secret: current value is ${text}`);
    }
    return { samples: tone([400], 200, { levelDb: -20 }), sampleRate: 8000 };
  },
  onDtmf: (digit) => bot.info("a key", { digit }),
};

describe("the log of a call, at debug", () => {
  test("has no number, key or word of it, and tells what happened all the same", async () => {
    const lines: string[] = [];
    const numbers = new KnownNumbers();
    const clock = new SystemClock();
    const stderr = { write: (text: string) => lines.push(text), on: () => {} };
    await configureLogging(
      {
        ...{ logLevel: "debug", logFile: undefined, logRotateBytes: "off", logRotateFiles: 1 },
        ...{ jsonLogs: true, logUnmasked: false },
      },
      { stderr, clock, isKnown: numbers.has },
    );
    await using rtp = await claimPorts(20);
    const phone = new PhoneHandler({
      ...{ voiceBackend: talkative, sipPort: 0, detector: "energy", maxCalls: 3 },
      ...{ rtpStartPort: rtp.start, rtpEndPort: rtp.end },
    });
    numbers.watch(phone);
    logPhone(phone);
    const { port } = await phone.start();
    try {
      const caller = await IndependentCaller.call(port, CALLED, `<sip:${CALLER}@127.0.0.1>`);
      await caller.voice.say(speech(3, 1.5));
      await caller.voice.say(new Int16Array(8000));
      for (const key of "739") await caller.voice.press(key);
      const all = () => lines.join("");
      await eventually(
        "the log",
        () => all().includes('"type":"failure"') && all().includes("a key"),
      );
      await eventually("keys", () => all().split(" presses ").length > 3);
      await caller.bye();
      await caller.close();
      await eventually("the end", () => all().includes("ended "));
      const text = all();
      for (
        const secret of [CALLER, CALLER.slice(1), "1234567", "664", HEARD, "sesame", SAID, "opened"]
      ) {
        expect([secret, text.includes(secret)]).toEqual([secret, false]);
      }
      expect(text).not.toMatch(/\b4711\b/);
      expect(text).not.toMatch(/"digit":"[0-9]"|presses [0-9]/);
      const entries = lines.map((line) => JSON.parse(line));
      const ofCall = entries.filter(({ logger }) => logger === "sofia-phone.call");
      expect(ofCall.length).toBeGreaterThan(8);
      expect(new Set(ofCall.map(({ call }) => call)).size).toBe(1);
      const arrival = entries.find(({ message }) => message.includes(" arrives "));
      expect(arrival.message).toMatch(/ arrives in from \*\*\*67 to \*\*\*11$/);
      const transcript = entries.find(({ properties }) => properties?.type === "transcript");
      expect(transcript).toMatchObject({ properties: { text: `(${HEARD.length} characters)` } });
      expect(transcript.message).toMatch(new RegExp(`: \\(${HEARD.length} characters\\)$`));
      expect(transcript.turn).toBeGreaterThan(0);
    } finally {
      await phone.stop();
      await reset();
    }
  }, 20_000);
});
