import { describe, expect, test } from "bun:test";
import { attempts } from "../support/attempts.ts";
import { Baresip } from "../support/baresip.ts";
import { lacks } from "../support/needs.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { speech } from "../support/speech.ts";
import { matchSpeech } from "../support/speech_match.ts";
import { wait } from "../support/wait.ts";

const TELLING = new URL("../support/telling_backend.ts", import.meta.url).pathname;

/** Ten seconds, so that the file does not begin anew in a call. */
const spoken = { sampleRate: 8000, samples: speech(0, 10) };

function address(phone: PhoneProcess): string {
  return `sip:agent@127.0.0.1:${phone.port}`;
}

describe.skipIf(lacks("baresip"))("baresip", () => {
  test("hears what it says, as loud as it says it, until it hangs up", () =>
    attempts(async () => {
      await using phone = await PhoneProcess.start();
      await using telephone = await Baresip.start(spoken);
      await telephone.command("dial", address(phone));
      await telephone.event("CALL_ESTABLISHED");
      await wait(6000);
      await telephone.command("hangup");
      await telephone.event("CALL_CLOSED");
      const { said, heard } = await telephone.stop();
      const match = matchSpeech(said.samples, heard.samples);
      expect(match.correlation).toBeGreaterThan(0.95);
      expect(Math.abs(match.levelDb)).toBeLessThan(1);
      expect(match.covered).toBeGreaterThan(0.8);
      expect((await phone.stop()).code).toBe(0);
    }), 120_000);

  test("is hung up on by a phone that must go", () =>
    attempts(async () => {
      await using phone = await PhoneProcess.start({ args: ["--drain-ms", "300"] });
      await using telephone = await Baresip.start(spoken);
      await telephone.command("dial", address(phone));
      await telephone.event("CALL_ESTABLISHED");
      phone.program.kill("SIGTERM");
      await telephone.event("CALL_CLOSED");
      expect((await phone.program.ended).code).toBe(0);
    }), 120_000);

  test("holds, resumes, presses a key and is still there", () =>
    attempts(async () => {
      await using phone = await PhoneProcess.start({ backend: TELLING });
      await using telephone = await Baresip.start(spoken);
      await telephone.command("dial", address(phone));
      await telephone.event("CALL_ESTABLISHED");
      await wait(500);
      await telephone.command("hold");
      await wait(1000);
      await telephone.command("resume");
      await wait(500);
      // Its sound after a hold is judged in sound_test.ts: baresip 1.0 itself plays nothing after one.
      await telephone.command("sndcode", "5");
      await phone.program.says(/^key 5$/m);
      await wait(500);
      await telephone.command("hangup");
      await telephone.event("CALL_CLOSED");
      expect(phone.program.stdout.match(/^key 5$/gm)).toHaveLength(1);
      expect((await phone.stop()).code).toBe(0);
    }), 120_000);
});
