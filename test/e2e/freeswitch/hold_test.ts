import { afterAll, describe, expect, test } from "bun:test";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually, wait } from "../../support/wait.ts";
import { hearsItself } from "./likeness.ts";
import { PhoneBehind } from "./phone_behind.ts";

describe.skipIf(!hasFreeSwitch)("a call through FreeSWITCH", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let both: PhoneBehind;

  afterAll(async () => {
    await both?.[Symbol.asyncDispose]();
  });

  test("outlives a hold longer than the media timeout, and sounds the same after it", async () => {
    both ??= await PhoneBehind.start();
    const { caller, here, there } = await both.call();
    await using _ = caller;
    await caller.voice.say(speech(0, 1));
    for (const round of [1, 2]) {
      expect(await both.freeswitch.api(`uuid_hold ${there.uuid}`)).toContain("+OK");
      // 2.5 times as long as FreeSWITCH waits for a packet of a call that is not on hold.
      await wait(2500);
      expect(await both.freeswitch.channels()).toBe(2);
      expect(await both.freeswitch.api(`uuid_hold off ${there.uuid}`)).toContain("+OK");
      await caller.voice.say(speech(0, 0.5));
      const { alike, levelDb, least } = await hearsItself(caller, speech(2 * round, 3));
      expect(alike).toBeGreaterThan(least);
      expect(Math.abs(levelDb)).toBeLessThan(1);
    }
    expect(await caller.bye()).toBe(200);
    await both.freeswitch.hasChannels(0);
    await eventually("the phone's end", () => both.told(here.uuid).at(-1)?.what === "ended");
  }, 60_000);

  test("is refreshed by a session timer, and lives on", async () => {
    both ??= await PhoneBehind.start();
    const target = `sofia/sofia_phone/sip:7000@127.0.0.1:${both.freeswitch.phonePort}`;
    const channel = crypto.randomUUID();
    // RFC 4028 allows no less than 90 s, and asks for a refresh at half of it.
    const options = `origination_uuid=${channel},sofia_session_timeout=90`;
    const trace = await both.freeswitch.trace(async () => {
      const answer = await both.freeswitch.api(`originate {${options}}${target} &park`);
      expect(answer).toBe(`+OK ${channel}`);
      // The acknowledgement of the invitation comes first, that of the refresh is what is waited for.
      while ((await both.freeswitch.log()).split("\nACK sip:").length < 3) {
        expect(await both.freeswitch.api(`uuid_exists ${channel}`)).toBe("true");
        await wait(500);
      }
    });
    expect(await both.freeswitch.api(`uuid_exists ${channel}`)).toBe("true");
    // The invitation, and what refreshed the call. A busy phone's answers come more than once.
    const agreed = trace.matchAll(
      /^SIP\/2.0 200 OK[^]*?^CSeq: (\d+) INVITE[^]*?^Session-Expires: (\S+)/gm,
    );
    const terms = new Map([...agreed].map(([, sequence, term]) => [sequence, term]));
    expect([...terms.values()]).toEqual(["90;refresher=uac", "90;refresher=uac"]);
    await both.freeswitch.api(`uuid_kill ${channel}`);
  }, 110_000);
});
