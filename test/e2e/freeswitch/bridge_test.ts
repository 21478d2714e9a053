import { afterAll, describe, expect, test } from "bun:test";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually } from "../../support/wait.ts";
import { hearsItself } from "./likeness.ts";
import { PhoneBehind } from "./phone_behind.ts";

describe.skipIf(!hasFreeSwitch)("a call through FreeSWITCH", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let both: PhoneBehind;

  afterAll(async () => {
    await both?.[Symbol.asyncDispose]();
  });

  /** Nothing is left of a call, on either side. */
  async function isOver(call: string): Promise<void> {
    await both.freeswitch.hasChannels(0);
    await eventually("the phone tells the end", () => both.told(call).at(-1)?.what === "ended");
    expect(both.told(call).filter(({ what }) => what === "error")).toEqual([]);
  }

  test("is named by its caller's channel, knows both numbers, and sounds the same", async () => {
    both ??= await PhoneBehind.start();
    const { caller, here, there } = await both.call("7123");
    await using _ = caller;
    const { alike, levelDb, least } = await hearsItself(caller, speech(0, 5));
    expect(alike).toBeGreaterThan(least);
    expect(Math.abs(levelDb)).toBeLessThan(1);
    expect(both.told(here.uuid)[0]).toEqual({
      what: "answered",
      call: here.uuid,
      from: { user: "caller", name: "Independent" },
      to: "7123",
    });
    // What FreeSWITCH itself counted of the packets the phone sends it.
    await both.freeswitch.api(`uuid_set_media_stats ${there.uuid}`);
    const packets = await both.freeswitch.variable(there.uuid, "rtp_audio_in_media_packet_count");
    expect(Number(packets)).toBeGreaterThan(240);
    expect(await caller.bye()).toBe(200);
    await isOver(here.uuid);
  }, 60_000);

  test("can be hung up by the caller, by FreeSWITCH on either leg, and by the phone", async () => {
    both ??= await PhoneBehind.start();
    const endings: ((here: string, there: string) => Promise<unknown>)[] = [
      (here) => both.freeswitch.api(`uuid_kill ${here}`),
      (_, there) => both.freeswitch.api(`uuid_kill ${there}`),
    ];
    for (const end of endings) {
      const { caller, here, there } = await both.call();
      await using _ = caller;
      await caller.voice.say(speech(0, 0.5));
      expect(await end(here.uuid, there.uuid)).toBe("+OK");
      await caller.hungUp;
      await isOver(here.uuid);
      expect(both.told(here.uuid).at(-1)?.cause).toBe("remote");
    }
    const { caller, here } = await both.call();
    await using _ = caller;
    await caller.voice.say(speech(0, 0.5));
    await caller.voice.press("#");
    await caller.hungUp;
    await isOver(here.uuid);
    expect(both.told(here.uuid).at(-1)?.cause).toBe("local");
  }, 60_000);

  test("may carry INFO of any kind, which the phone takes with 200", async () => {
    both ??= await PhoneBehind.start();
    const { caller, here, there } = await both.call();
    await using _ = caller;
    const callId = await both.freeswitch.variable(there.uuid, "sip_call_id");
    const trace = await both.freeswitch.trace(async () => {
      for (const type of ["message/update_display", "text/plain", "application/x-unheard-of"]) {
        const headers = { profile: "sofia_phone", "call-id": callId, "content-type": type };
        await both.freeswitch.events.sendEvent("SEND_INFO", headers, "hello");
      }
      await caller.voice.say(speech(0, 1));
    });
    expect(trace.match(/^INFO sip:/gm)).toHaveLength(3);
    expect(trace.match(/^SIP\/2.0 200 [^]*?^CSeq: \d+ INFO/gm)).toHaveLength(3);
    expect(await caller.bye()).toBe(200);
    await isOver(here.uuid);
  }, 60_000);
});
