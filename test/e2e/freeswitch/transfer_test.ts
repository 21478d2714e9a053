import { afterAll, describe, expect, test } from "bun:test";
import { EslClosedError } from "../../../src/esl/mod.ts";
import type { CalleeLeg } from "../../support/caller/independent_callee.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { TcpRelay } from "../../support/tcp_relay.ts";
import { eventually, wait } from "../../support/wait.ts";
import { ControlScene } from "./control_scene.ts";
import { hearsItself, likeness } from "./likeness.ts";

/** Rings, and does no more. */
const ring = (leg: CalleeLeg): void => leg.ring();
/** Rings, and answers. */
const answer = (leg: CalleeLeg): void => {
  leg.ring();
  leg.answer();
};

/** Whether what one says is what the other hears, by tries as a busy machine leaves packets out. */
async function hears(
  say: (sound: Int16Array) => Promise<void>,
  heard: { clear(): void; sound(): Int16Array },
): Promise<boolean> {
  for (let tries = 0; tries < 4; tries++) {
    heard.clear();
    const said = speech(2 * tries, 2);
    await say(said);
    await wait(300);
    if (likeness(said, heard.sound()).alike > 0.5) return true;
  }
  return false;
}

describe.skipIf(!hasFreeSwitch)("a transfer through FreeSWITCH", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let scene: ControlScene;

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  test("joins the caller with the target, and ends with it", async () => {
    scene ??= await ControlScene.start();
    scene.onCall = answer;
    const { caller, call } = await scene.call();
    await using _ = caller;
    const { outcome, channel } = await call.transfer(scene.address(), { timeoutMs: 5000 });
    expect(outcome).toBe("completed");
    const leg = await scene.human.next();
    expect(leg.invite.header("From")[0]).toContain('"Independent" <sip:caller@');
    expect((await call.ended).transferredTo).toBe(scene.address());
    expect(await scene.freeswitch.api(`uuid_exists ${channel}`)).toBe("true");
    expect(await scene.freeswitch.variable(channel!, "bridge_uuid")).toBe(call.id);
    expect(await hears((sound) => caller.voice.say(sound), leg.heard)).toBe(true);
    expect(await hears((sound) => leg.voice.say(sound), caller.heard)).toBe(true);
    expect(await scene.freeswitch.channels()).toBe(2);
    leg.hangUp();
    await caller.hungUp;
    await scene.freeswitch.hasChannels(0);
    expect(scene.errors).toEqual([]);
  }, 60_000);

  test("reaches an extension of the caller's dialplan, and tells why it cannot", async () => {
    scene ??= await ControlScene.start();
    scene.onCall = (leg) =>
      /sip:busy@/.test(leg.invite.startLine) ? leg.refuse("486 No") : answer(leg);
    const { caller, call } = await scene.call();
    await using _ = caller;
    expect(await call.transfer("8busy")).toEqual({ outcome: "busy", cause: "USER_BUSY" });
    await scene.human.next();
    const nowhere = { outcome: "unreachable", cause: "NO_ROUTE_DESTINATION" } as const;
    expect(await call.transfer("12345")).toEqual(nowhere);
    expect((await call.transfer("8desk", { timeoutMs: 5000 })).outcome).toBe("completed");
    const leg = await scene.human.next();
    expect(await hears((sound) => caller.voice.say(sound), leg.heard)).toBe(true);
    expect(await caller.bye()).toBe(200);
    expect(await leg.over).toBe("BYE");
    await scene.freeswitch.hasChannels(0);
  }, 60_000);

  test("leaves the caller in the conversation when the target is not to be had", async () => {
    scene ??= await ControlScene.start();
    const { caller, call } = await scene.call();
    await using _ = caller;
    const failures = [
      ["486 Busy Here", "busy", "USER_BUSY"],
      ["603 Decline", "refused", "CALL_REJECTED"],
      ["404 Not Found", "unreachable", "UNALLOCATED_NUMBER"],
      ["480 Gone", "no-answer", "NO_USER_RESPONSE"],
      ["503 No", "unreachable", "NORMAL_TEMPORARY_FAILURE"],
    ] as const;
    for (const [status, outcome, cause] of failures) {
      scene.onCall = (leg) => leg.refuse(status);
      expect(await call.transfer(scene.address())).toEqual({ outcome, cause });
      await scene.human.next();
    }
    const nobody = await call.transfer("sip:nobody@127.0.0.1:9", { timeoutMs: 2000 });
    expect(nobody.outcome).toBe("unreachable");
    scene.onCall = ring;
    const startedAt = performance.now();
    const rang = await call.transfer(scene.address(), { timeoutMs: 2000 });
    expect(rang).toEqual({ outcome: "no-answer", cause: "NO_ANSWER" });
    expect(performance.now() - startedAt).toBeGreaterThan(1900);
    expect(await (await scene.human.next()).over).toBe("CANCEL");
    expect([call.state, await scene.freeswitch.channels()]).toEqual(["live", 2]);
    const { alike, least } = await hearsItself(caller, speech(0, 3));
    expect(alike).toBeGreaterThan(least);
    expect(await caller.bye()).toBe(200);
    await scene.freeswitch.hasChannels(0);
  }, 60_000);

  test("gives up when it is told to, and lets nobody ring for a caller who is gone", async () => {
    scene ??= await ControlScene.start();
    scene.onCall = ring;
    const { caller, call } = await scene.call();
    await using _ = caller;
    const controller = new AbortController();
    const told = call.transfer(scene.address(), { signal: controller.signal });
    const first = await scene.human.next();
    controller.abort();
    expect(await told).toEqual({ outcome: "cancelled", cause: "ORIGINATOR_CANCEL" });
    expect(await first.over).toBe("CANCEL");
    expect(call.state).toBe("live");
    const left = call.transfer(scene.address());
    const second = await scene.human.next();
    expect(await caller.bye()).toBe(200);
    expect(await left).toEqual({ outcome: "ended" });
    expect(await second.over).toBe("CANCEL");
    await scene.freeswitch.hasChannels(0);
  }, 60_000);

  test("leaves nobody alone when the target answers as the caller hangs up", async () => {
    scene ??= await ControlScene.start();
    const outcomes: string[] = [];
    // Around the time at which both are told, a little earlier and a little later.
    for (let round = 0; round < 12; round++) {
      scene.onCall = ring;
      const { caller, call } = await scene.call();
      const transfer = call.transfer(scene.address());
      const leg = await scene.human.next();
      const answered = wait(round % 4).then(() => leg.answer());
      const gone = wait(round >> 2).then(() => caller.bye());
      await Promise.all([answered, gone, leg.over]);
      outcomes.push((await transfer).outcome);
      await caller.close();
      await scene.freeswitch.hasChannels(0);
    }
    expect(outcomes.filter((one) => one !== "ended" && one !== "completed")).toEqual([]);
    expect(scene.errors).toEqual([]);
  }, 60_000);

  test("brings the caller back to us when the target hangs up, if that is asked for", async () => {
    scene ??= await ControlScene.start();
    scene.onCall = answer;
    const { caller, call } = await scene.call();
    await using _ = caller;
    const { outcome } = await call.transfer(scene.address(), { afterwards: "return" });
    expect(outcome).toBe("completed");
    const leg = await scene.human.next();
    expect(await hears((sound) => caller.voice.say(sound), leg.heard)).toBe(true);
    leg.hangUp();
    await eventually(
      "the caller is back",
      () => scene.phone.calls.some(({ id }) => id === call.id),
    );
    const { alike, least } = await hearsItself(caller, speech(0, 3));
    expect(alike).toBeGreaterThan(least);
    expect(caller.asked).not.toContain("BYE");
    expect(await caller.bye()).toBe(200);
    await scene.freeswitch.hasChannels(0);
  }, 60_000);

  test("is one at a time for a call, and no matter of the other calls", async () => {
    scene ??= await ControlScene.start();
    scene.onCall = ring;
    const one = await scene.call();
    const other = await scene.call();
    await using _ = one.caller;
    await using __ = other.caller;
    const first = one.call.transfer(scene.address("one"));
    const second = await one.call.transfer(scene.address("two")).catch((error) => error);
    expect(second).toBeInstanceOf(TypeError);
    const third = other.call.transfer(scene.address("three"));
    const legs = [await scene.human.next(), await scene.human.next()];
    const called = legs.map(({ invite }) => /sip:(\w+)@/.exec(invite.startLine)?.[1]);
    expect(called.sort()).toEqual(["one", "three"]);
    for (const leg of legs) leg.answer();
    expect([(await first).outcome, (await third).outcome]).toEqual(["completed", "completed"]);
    await one.caller.bye();
    await other.caller.bye();
    await scene.freeswitch.hasChannels(0);
  }, 60_000);

  test("does not touch the call whose channel somebody else has named", async () => {
    scene ??= await ControlScene.start();
    scene.onCall = answer;
    const { caller, call } = await scene.call();
    await using _ = caller;
    const before = scene.human.legs.length;
    const headers = { "X-Sofia-Channel": call.id };
    await using liar = await IndependentCaller.open(scene.freeswitch.phonePort, "7000", headers);
    expect((await liar.invite()).status).toBe(200);
    await eventually("the liar", () => scene.phone.calls.length === 2);
    const false_ = scene.phone.calls.find((one) => one !== call)!;
    expect(false_.id).not.toBe(call.id);
    // The liar is asked itself, by REFER, and has its own call only to give away.
    const { outcome } = await false_.transfer(scene.address(), { timeoutMs: 1000 });
    expect(outcome).toBe("unreachable");
    expect(liar.asked).toContain("REFER");
    expect(await false_.variable("x").catch((error) => error)).toBeInstanceOf(TypeError);
    expect(scene.human.legs.length).toBe(before);
    expect(call.state).toBe("live");
    await liar.bye();
    expect(await caller.bye()).toBe(200);
    await scene.freeswitch.hasChannels(0);
  }, 60_000);

  test(
    "goes on when the connection is cut meanwhile, and is refused while there is none",
    async () => {
      scene ??= await ControlScene.start();
      await scene.phone.stop();
      await using relay = await TcpRelay.listen(scene.freeswitch.eventPort);
      await scene.startPhone({ freeswitch: { port: relay.port, maxBackoffMs: 100 } });
      scene.onCall = ring;
      {
        const { caller, call } = await scene.call();
        await using _ = caller;
        const transfer = call.transfer(scene.address());
        const leg = await scene.human.next();
        relay.cut();
        await wait(50);
        leg.answer();
        expect((await transfer).outcome).toBe("completed");
        expect(await hears((sound) => caller.voice.say(sound), leg.heard)).toBe(true);
        await caller.bye();
        await scene.freeswitch.hasChannels(0);
      }
      const { caller, call } = await scene.call();
      await using _ = caller;
      const lost = call.transfer(scene.address());
      const leg = await scene.human.next();
      relay.target = 0;
      relay.cut();
      leg.refuse("486 Busy Here");
      await wait(200);
      const another = await call.transfer("8desk").catch((error) => error);
      expect(another).toBeInstanceOf(TypeError);
      relay.target = scene.freeswitch.eventPort;
      // Nobody has heard why.
      expect((await lost).outcome).toBe("timeout");
      relay.target = 0;
      relay.cut();
      await eventually("the loss", () => !scene.phone.freeswitch!.isConnected);
      const refused = await call.transfer("8desk").catch((error) => error);
      expect(refused).toBeInstanceOf(EslClosedError);
      expect(call.state).toBe("live");
      const { alike, least } = await hearsItself(caller, speech(0, 3));
      expect(alike).toBeGreaterThan(least);
      expect(await caller.bye()).toBe(200);
      await scene.freeswitch.hasChannels(0);
    },
    60_000,
  );

  test(
    "leaves nobody for ever in the air when our process dies while the target rings",
    async () => {
      scene ??= await ControlScene.start();
      scene.onCall = ring;
      await using phone = await scene.startTransferring(scene.address());
      await using caller = await IndependentCaller.call(scene.freeswitch.callersPort, "7000");
      const leg = await scene.human.next();
      phone.kill("SIGKILL");
      caller.heard.clear();
      // The dialplan's fallback: the caller stays, and hears something.
      await eventually("the fallback's tones", () => caller.heard.arrivals.length > 50);
      expect(caller.asked).toEqual([]);
      const answeredAt = performance.now();
      leg.answer();
      expect(await leg.over).toBe("BYE");
      expect(performance.now() - answeredAt).toBeLessThan(13_000);
      await caller.hungUp;
      await scene.freeswitch.hasChannels(0);
    },
    60_000,
  );
});
