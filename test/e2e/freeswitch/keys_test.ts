import { afterAll, describe, expect, test } from "bun:test";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually, wait } from "../../support/wait.ts";
import { PhoneBehind } from "./phone_behind.ts";

describe.skipIf(!hasFreeSwitch)("keys through FreeSWITCH", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let both: PhoneBehind;

  afterAll(async () => {
    await both?.[Symbol.asyncDispose]();
  });

  function keysTold(call: string): string {
    return both.told(call).flatMap(({ digit }) => digit ?? []).join("");
  }

  test("of the caller reach the phone once each, in order", async () => {
    both ??= await PhoneBehind.start();
    const { caller, here } = await both.call();
    await using _ = caller;
    const keys = "12345689*ABCD";
    for (const key of keys) {
      await caller.voice.press(key);
      await caller.voice.say(speech(0, 0.2));
    }
    await eventually("the last key", () => keysTold(here.uuid).length >= keys.length);
    await wait(200);
    expect(keysTold(here.uuid)).toBe(keys);
  }, 30_000);

  test("of the phone reach the caller as RFC 4733 events", async () => {
    both ??= await PhoneBehind.start();
    const { caller, here } = await both.call();
    await using _ = caller;
    await caller.voice.say(speech(0, 0.5));
    await caller.voice.press("0");
    // FreeSWITCH passes events on in step with what the caller sends.
    await caller.voice.say(speech(0, 2));
    expect(keysTold(here.uuid)).toBe("0");
    expect(caller.heard.keys().map(({ digit }) => digit).join("")).toBe("7*A");
  }, 30_000);

  test("of FreeSWITCH reach the phone as RFC 4733 events and as INFO", async () => {
    both ??= await PhoneBehind.start();
    const target = `sofia/sofia_phone/sip:7000@127.0.0.1:${both.freeswitch.phonePort}`;
    for (const kind of ["rfc2833", "info"]) {
      const channel = crypto.randomUUID();
      const options =
        `origination_uuid=${channel},dtmf_type=${kind},sip_h_X-Sofia-Channel=${channel}`;
      const answer = await both.freeswitch.api(`originate {${options}}${target} &park`);
      expect(answer).toBe(`+OK ${channel}`);
      await both.freeswitch.api(`uuid_send_dtmf ${channel} 159D@100`);
      await eventually(`keys by ${kind}`, () => keysTold(channel).length >= 4);
      await wait(200);
      expect(keysTold(channel)).toBe("159D");
      expect(await both.freeswitch.api(`uuid_kill ${channel}`)).toBe("+OK");
    }
    await both.freeswitch.hasChannels(0);
  }, 30_000);
});
