import { afterAll, describe, expect, test } from "bun:test";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { ControlScene } from "./control_scene.ts";

/** What callers call themselves, and who the phone and a human say they are. */
const CALLERS: readonly (readonly [from: string, user: string, name: string, given: string])[] = [
  ['"Ren%E9" <sip:ren%E9@x>', "ren%E9", "Ren\u00e9", '"Ren\u00e9" <sip:ren%C3%A9@'],
  ['"100%" <sip:100%25@x>', "unknown", "100%", '"100%" <sip:100@'],
  ['"a%0D%0Ab" <sip:a%0D%0Ab@x>', "unknown", "unknown", '"a  b" <sip:ab@'],
  ['"a%0D b" <sip:b%0D%0A%0D%0A@x>', "unknown", "unknown", '"a  b" <sip:b@'],
  ['"z" <sip:a%40b%3Cx%3E@x>', "unknown", "z", '"z" <sip:abx@'],
  ['"a b" <sip:+49%2030@x>', "+49 30", "a b", '"a b" <sip:+4930@'],
  ['"\u{1f600}" <sip:%F0%9F%98%80@x>', "\u{1f600}", "\u{1f600}", '"\u{1f600}" <sip:%F0%9F%98%80@'],
  ['"`id` ${x}" <sip:$(id)@x>', "$(id)", "`id` %{x}", '"`id` % x " <sip:$(id)@'],
];

describe.skipIf(!hasFreeSwitch)("a caller with an odd name", () => {
  let scene: ControlScene;

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  test.each(CALLERS)("%s is through to us, and to a human", async (from, user, name, given) => {
    scene ??= await ControlScene.start();
    const { caller, call } = await scene.call("7000", from);
    await using _ = caller;
    expect(call.info.from).toEqual({ user, name });
    expect((await call.transfer(scene.address(), { timeoutMs: 5000 })).outcome).toBe("completed");
    const leg = await scene.human.next();
    expect(leg.invite.header("From")[0].startsWith(given)).toBe(true);
    leg.hangUp();
    await caller.hungUp;
  }, 60_000);
});
