import { afterAll, describe, expect, test } from "bun:test";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { hearsItself } from "./likeness.ts";
import { PhoneBehind } from "./phone_behind.ts";

describe.skipIf(!hasFreeSwitch)("a call through FreeSWITCH that is offered to the phone in", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let both: PhoneBehind;

  afterAll(async () => {
    await both?.[Symbol.asyncDispose]();
  });

  // Opus keeps what speech sounds like, not its waveform, so it is held to less.
  test.each(
    [
      ["PCMU", "PCMU", "8000", 0.95],
      ["PCMA", "PCMA", "8000", 0.95],
      ["opus", "opus", "48000", 0.75],
      ["L16", "L16", "8000", 0.95],
      // The phone's own preference decides between two that it is offered.
      ["opus,PCMU", "PCMU", "8000", 0.95],
    ] as const,
  )("%s is heard in %s", async (offered, taken, rate, like) => {
    both ??= await PhoneBehind.start();
    await both.freeswitch.configure({ sofia_phone_codecs: offered });
    const { caller, there } = await both.call();
    await using _ = caller;
    const { freeswitch } = both;
    expect(await freeswitch.variable(there.uuid, "read_codec")).toBe(taken);
    expect(await freeswitch.variable(there.uuid, "read_rate")).toBe(rate);
    const { alike, levelDb, least } = await hearsItself(caller, speech(0, 5), like);
    expect(alike).toBeGreaterThan(least);
    expect(Math.abs(levelDb)).toBeLessThan(1.5);
  }, 60_000);
});
