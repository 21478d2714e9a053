import { describe, expect, test } from "bun:test";
import { FreeSwitchKeys, FreeSwitchLink } from "../../../src/call/mod.ts";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";
import { jsonEvent } from "../../support/scripted_esl.ts";
import { bridged, serveChannels } from "../../support/virtual_channels.ts";
import { VirtualFreeSwitch } from "../../support/virtual_freeswitch.ts";

/** A FreeSWITCH with the caller's channel a-1, bridged to the dialog dialog-1. */
async function scene() {
  const clock = new VirtualClock();
  const freeswitch = new VirtualFreeSwitch();
  serveChannels(freeswitch, bridged("a-1", "b-1", "dialog-1"));
  const link = new FreeSwitchLink({
    password: "p",
    clock,
    random: new SeededRandom(1),
    openSocket: freeswitch.openSocket,
  });
  const keys = new FreeSwitchKeys(link);
  void link.start("127.0.0.1:5070");
  await clock.runUntil(link.client.connect());
  const press = (uuid: string, digit: string) =>
    freeswitch.last.say(jsonEvent({
      "Event-Name": "DTMF",
      "Unique-ID": uuid,
      "DTMF-Digit": digit,
      "DTMF-Duration": "1600",
    }));
  return { clock, freeswitch, link, keys, press };
}

/** A call that names `sessionId` and whose dialog is `sipCallId`; and the keys that it is told. */
function call(sessionId: string, sipCallId: string, hasTelephoneEvents = false) {
  const told: string[] = [];
  const over = Promise.withResolvers<void>();
  return {
    info: { sessionId },
    sipCallId,
    media: { hasTelephoneEvents },
    told,
    hangUp: over.resolve,
    ended: over.promise,
    keys: {
      tell: (way: string, digit: string, ms: number) => void told.push(`${way} ${digit} ${ms}`),
    },
  };
}

describe("FreeSwitchKeys", () => {
  test("tells a call the keys of its channel, in order", async () => {
    const { clock, freeswitch, keys, press } = await scene();
    const one = call("a-1", "dialog-1");
    keys.watch(one);
    for (const digit of "12#") press("a-1", digit);
    await clock.advance(100);
    expect(one.told).toEqual(["esl 1 200", "esl 2 200", "esl # 200"]);
    const asked = freeswitch.last.commands.filter((line) => line.includes("uuid_dump"));
    press("a-1", "4");
    await clock.advance(100);
    expect(one.told.at(-1)).toBe("esl 4 200");
    // The proof is asked for once.
    expect(freeswitch.last.commands.filter((line) => line.includes("uuid_dump"))).toEqual(asked);
  });

  test("tells nobody the keys of a channel that only claims to be its own", async () => {
    const { clock, keys, press } = await scene();
    const [honest, thief] = [call("a-1", "dialog-1"), call("a-1", "dialog-2")];
    keys.watch(thief);
    keys.watch(honest);
    press("a-1", "9");
    press("b-1", "8");
    press("nobody", "7");
    await clock.advance(2000);
    expect([honest.told, thief.told]).toEqual([["esl 9 200"], []]);
  });

  test("leaves keys that come in RTP to RTP", async () => {
    const { clock, freeswitch, keys, press } = await scene();
    const one = call("a-1", "dialog-1", true);
    keys.watch(one);
    press("a-1", "1");
    await clock.advance(100);
    expect(one.told).toEqual([]);
    expect(freeswitch.last.commands.filter((line) => line.includes("uuid_dump"))).toEqual([]);
  });

  test("tells nothing that is no key, nor to a call that is over", async () => {
    const { clock, keys, press } = await scene();
    const one = call("a-1", "dialog-1");
    keys.watch(one);
    for (const odd of ["", "55", "E", "w", "%"]) press("a-1", odd);
    await clock.advance(100);
    one.hangUp();
    await clock.advance(0);
    press("a-1", "5");
    await clock.advance(100);
    expect(one.told).toEqual([]);
  });

  test("asks again when the connection was lost before the proof came", async () => {
    const { clock, freeswitch, keys, press, link } = await scene();
    const one = call("a-1", "dialog-1");
    keys.watch(one);
    const answer = freeswitch.answers.get("api uuid_dump ");
    freeswitch.answers.set("api uuid_dump ", () => undefined);
    press("a-1", "1");
    await clock.advance(10);
    freeswitch.last.drop();
    if (answer !== undefined) freeswitch.answers.set("api uuid_dump ", answer);
    await clock.advance(60_000);
    expect(link.isConnected).toBe(true);
    press("a-1", "2");
    await clock.advance(100);
    expect(one.told).toEqual(["esl 2 200"]);
  });
});
