import { afterAll, describe, expect, test } from "bun:test";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually, wait } from "../../support/wait.ts";
import { PhoneBehind } from "./phone_behind.ts";

describe.skipIf(!hasFreeSwitch)("keys that FreeSWITCH makes a sound of", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let both: PhoneBehind;

  afterAll(async () => {
    await both?.[Symbol.asyncDispose]();
  });

  function keysTold(call: string): string[] {
    return both.told(call).flatMap(({ digit, way }) =>
      digit === undefined ? [] : `${digit} ${way}`
    );
  }

  test.each([["PCMU"], ["PCMA"]])("are heard through %s", async (codec) => {
    both ??= await PhoneBehind.start();
    const target = `sofia/sofia_phone/sip:7000@127.0.0.1:${both.freeswitch.phonePort}`;
    const channel = crypto.randomUUID();
    const options =
      `origination_uuid=${channel},absolute_codec_string=${codec},dtmf_type=none,sip_h_X-Sofia-Channel=${channel}`;
    const answer = await both.freeswitch.api(`originate {${options}}${target} &park`);
    expect(answer).toBe(`+OK ${channel}`);
    const keys = [["1", 697, 1209], ["5", 770, 1336], ["9", 852, 1477], ["D", 941, 1633]] as const;
    for (const [, row, column] of keys) {
      await both.freeswitch.api(
        `uuid_broadcast ${channel} tone_stream://%(100,50,${row},${column})`,
      );
      await wait(400);
    }
    await eventually(`keys through ${codec}`, () => keysTold(channel).length >= keys.length);
    expect(keysTold(channel)).toEqual(keys.map(([key]) => `${key} inband`));
    expect(await both.freeswitch.api(`uuid_kill ${channel}`)).toBe("+OK");
    await both.freeswitch.hasChannels(0);
  }, 30_000);

  test("of a caller are heard in the sound that it puts in their place", async () => {
    both ??= await PhoneBehind.start();
    const { caller, here } = await both.call();
    await using _ = caller;
    const generate = `uuid_broadcast ${here.uuid} start_dtmf_generate:: aleg`;
    expect(await both.freeswitch.api(generate)).toMatch(/^\+OK/);
    await caller.voice.say(speech(0, 0.5));
    const keys = "2580";
    for (const key of keys) {
      await caller.voice.press(key);
      await caller.voice.say(speech(3, 0.4));
    }
    await eventually("the last key", () => keysTold(here.uuid).length >= keys.length);
    await wait(300);
    expect(keysTold(here.uuid)).toEqual([...keys].map((key) => `${key} inband`));
  }, 30_000);
});
