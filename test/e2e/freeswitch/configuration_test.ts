import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { EventSocket } from "../../support/event_socket.ts";
import { FreeSwitch, FREESWITCH_BIN, hasFreeSwitch } from "../../support/freeswitch.ts";
import { Program } from "../../support/program.ts";
import { matchSound } from "../../support/sound_match.ts";
import { speech } from "../../support/speech.ts";
import { asExistingInstallation } from "./existing_installation.ts";

const SHIPPED = fileURLToPath(new URL("../../../freeswitch", import.meta.url));

describe.skipIf(!hasFreeSwitch)("freeswitch/ without sofia-phone", () => {
  test.each([["no password", ""], ["the default password", "ClueCon"], ["a quoted nothing", '"x']])(
    "does not start with %s, and says what to set",
    async (_, password) => {
      const folder = await mkdtemp(join(tmpdir(), "sofia-phone-freeswitch-"));
      const folders = ["log", "db", "run"].flatMap((name) => [`-${name}`, folder]);
      const args = ["-nf", "-nonat", "-conf", SHIPPED, ...folders];
      try {
        await using program = new Program(FREESWITCH_BIN, args, {
          env: { SOFIA_PHONE_ESL_PASSWORD: password },
        });
        expect(await program.ended).not.toEqual({ code: 0, signal: null });
        const said = program.stdout + program.stderr;
        expect(said).toContain("Cannot Initialize");
        expect(said).toContain("SET-SOFIA_PHONE_ESL_PASSWORD-TO-A-PASSWORD-OF-YOUR-OWN");
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    20_000,
  );

  test("lets nobody at its event socket who does not know the password", async () => {
    await using freeswitch = await FreeSwitch.start();
    for (const password of ["ClueCon", "", "for-the-tests"]) {
      const login = EventSocket.open(freeswitch.eventPort, password);
      await expect(login).rejects.toThrow("Cannot log in");
    }
    expect(await freeswitch.api("status")).toContain("is ready");
  }, 30_000);

  test("echoes at 9196 what a caller says, and knows no other number", async () => {
    await using freeswitch = await FreeSwitch.start();
    await using caller = await IndependentCaller.call(freeswitch.callersPort, "9196");
    const said = speech(1, 3);
    await caller.voice.say(said);
    const { correlation, levelDb, covered } = matchSound(said, caller.heard.sound());
    expect(correlation).toBeGreaterThan(0.95);
    expect(Math.abs(levelDb)).toBeLessThan(1);
    expect(covered).toBeGreaterThan(0.9);
    for (const number of ["70001", "1234", "sofia_phone"]) {
      await using other = await IndependentCaller.open(freeswitch.callersPort, number);
      expect((await other.invite()).status).toBe(404);
    }
  }, 30_000);

  test("sends away callers whom the list does not allow", async () => {
    await using freeswitch = await FreeSwitch.start({ callers_acl: "rfc1918.auto" });
    await using caller = await IndependentCaller.open(freeswitch.callersPort, "9196");
    expect((await caller.invite()).status).toBe(403);
  }, 30_000);

  test("gives callers the fallback when nobody listens at sofia-phone's port", async () => {
    await using freeswitch = await FreeSwitch.start();
    await using caller = await IndependentCaller.call(freeswitch.callersPort, "7000");
    await caller.hungUp;
    expect(tonesIn(caller.heard.sound())).toEqual([950, 1400, 1800, 950, 1400, 1800]);
    await freeswitch.hasChannels(0);
    expect(await freeswitch.log()).toContain("sofia-phone is lost to");
  }, 30_000);

  test("works in an installation that has files of its own", async () => {
    await using freeswitch = await FreeSwitch.start({}, { arrange: asExistingInstallation });
    await using caller = await IndependentCaller.call(freeswitch.callersPort, "7000");
    await caller.hungUp;
    expect(tonesIn(caller.heard.sound())).toEqual([950, 1400, 1800, 950, 1400, 1800]);
    await using other = await IndependentCaller.open(freeswitch.callersPort, "9196");
    expect((await other.invite()).status).toBe(404);
  }, 30_000);
});

/** The frequencies, in order, of the tones in a sound of 8,000 Hz: by the crossings of 20 ms pieces. */
function tonesIn(sound: Int16Array): number[] {
  const known = [950, 1400, 1800];
  const tones: number[] = [];
  let last: number | undefined;
  for (let start = 0; start + 800 <= sound.length; start += 400) {
    const piece = sound.subarray(start, start + 800);
    const loudest = known.map((hertz) => strength(piece, hertz));
    const best = loudest.indexOf(Math.max(...loudest));
    if (loudest[best] < 500) last = undefined;
    else if (known[best] !== last) tones.push(last = known[best]);
  }
  return tones;
}

/** The amplitude of one frequency in a sound. */
function strength(sound: Int16Array, hertz: number): number {
  let real = 0;
  let imaginary = 0;
  sound.forEach((sample, index) => {
    real += sample * Math.cos(2 * Math.PI * hertz * index / 8000);
    imaginary += sample * Math.sin(2 * Math.PI * hertz * index / 8000);
  });
  return 2 * Math.hypot(real, imaginary) / sound.length;
}
