import { describe, expect, test } from "bun:test";
import { type Call, mock, PhoneHandler } from "../../../mod.ts";
import { type CalleeLeg, IndependentCallee } from "../../support/caller/independent_callee.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { attempts } from "../../support/attempts.ts";
import { likeness } from "../../e2e/freeswitch/likeness.ts";
import { claimPorts } from "../../support/free_ports.ts";
import { speech } from "../../support/speech.ts";
import { eventually, wait } from "../../support/wait.ts";

/** What the human is told, as sound. */
const BRIEF = { samples: speech(4, 1), sampleRate: 8000 };

/** A phone that a caller has called straight, and somebody else whom the caller can be given to. */
async function scene(onCall?: (leg: CalleeLeg) => void) {
  const ports = await claimPorts(40);
  const human = await IndependentCallee.open(onCall);
  const phone = new PhoneHandler({
    admission: false,
    voiceBackend: mock(),
    sipPort: 0,
    rtpStartPort: ports.start,
    rtpEndPort: ports.end,
    codecs: ["PCMU"],
    detector: "fvad",
  });
  const errors: unknown[] = [];
  phone.on("error", ({ error }) => void errors.push(error));
  const { port } = await phone.start();
  const caller = await IndependentCaller.call(port);
  let call: Call | undefined;
  await eventually("the call", () => (call = phone.calls[0])?.state === "live");
  return {
    human,
    phone,
    caller,
    call: call!,
    errors,
    target: `sip:human@127.0.0.1:${human.port}`,
    async [Symbol.asyncDispose]() {
      await caller[Symbol.asyncDispose]();
      await phone.stop();
      await human[Symbol.asyncDispose]();
      await ports[Symbol.asyncDispose]();
    },
  };
}

describe("a transfer of a call that came straight", () => {
  test("is done by the caller's telephone, which is hung up on when it has worked", async () => {
    await using all = await scene();
    const asked: string[] = [];
    all.caller.onRefer = (target) => {
      asked.push(target);
      return Promise.resolve(200);
    };
    expect(await all.call.transfer(all.target)).toEqual({ outcome: "completed" });
    expect(asked).toEqual([all.target]);
    await all.caller.hungUp;
    expect((await all.call.ended).transferredTo).toBe(all.target);
  }, 20_000);

  test("leaves the caller in the conversation when it has not", async () => {
    await using all = await scene();
    all.caller.onRefer = () => Promise.resolve(486);
    const busy = await all.call.transfer(all.target);
    expect(busy).toEqual({ outcome: "busy", cause: "USER_BUSY" });
    all.caller.onRefer = undefined;
    const unable = await all.call.transfer(all.target);
    expect([unable.outcome, unable.cause]).toEqual(["unreachable", "SERVICE_NOT_IMPLEMENTED"]);
    expect(all.call.state).toBe("live");
    expect(all.caller.asked).not.toContain("BYE");
  }, 20_000);

  test("lets the caller's telephone take our place with a human who was told first", async () => {
    // The brief is said once: what a busy machine leaves out of it is only heard in another call.
    await attempts(async () => {
      await using all = await scene();
      const replaced: string[] = [];
      all.caller.onRefer = async (target) => {
        const [uri, replaces] = target.split("?Replaces=");
        expect(uri).toBe(`sip:human@127.0.0.1:${all.human.port}`);
        replaced.push(decodeURIComponent(replaces));
        const headers = { Replaces: replaced[0] };
        const next = await IndependentCaller.open(all.human.port, "human", headers);
        const { status } = await next.invite();
        await next.close();
        return status;
      };
      const transfer = all.call.transfer(all.target, { brief: { say: BRIEF, acceptKey: "1" } });
      const first = await all.human.next();
      await eventually("the brief", () => first.heard.arrivals.length > 80);
      expect(likeness(BRIEF.samples, first.heard.sound()).alike).toBeGreaterThan(0.2);
      await first.voice.press("1");
      expect(await transfer).toEqual({ outcome: "completed" });
      const second = await all.human.next();
      const callId = first.invite.header("Call-ID")[0];
      const from = /tag=([^;]+)/.exec(first.invite.header("From")[0])?.[1];
      expect(second.invite.header("Replaces")[0].startsWith(`${callId};to-tag=`)).toBe(true);
      expect(second.invite.header("Replaces")[0].endsWith(`;from-tag=${from}`)).toBe(true);
      await first.over;
      await all.caller.hungUp;
      expect((await all.call.ended).transferredTo).toBe(all.target);
      expect(all.errors).toEqual([]);
    });
  }, 60_000);

  test("joins the two through us where the caller's telephone cannot do that", async () => {
    await using all = await scene();
    const outcome = await all.call.transfer(all.target, { brief: BRIEF });
    expect(outcome).toEqual({ outcome: "completed" });
    const leg = await all.human.next();
    for (const [from, to] of [[all.caller, leg], [leg, all.caller]] as const) {
      const said = speech(0, 1);
      // A busy machine leaves packets out: the best of several tries is the proof, and a quarter of the
      // pieces at their place is no accident.
      await attempts(async () => {
        to.heard.clear();
        await from.voice.say(said);
        await wait(200);
        expect(likeness(said, to.heard.sound()).alike).toBeGreaterThan(0.2);
      });
    }
    await all.caller.voice.press("5");
    await all.caller.voice.press("#");
    await leg.voice.press("9");
    await eventually("the keys of both", () => {
      const keys = [leg, all.caller].map(({ heard }) => heard.keys().map(({ digit }) => digit));
      return keys.join(" ") === "5,# 9";
    });
    leg.hangUp();
    await all.caller.hungUp;
    expect((await all.call.ended).transferredTo).toBe(all.target);
    expect(all.errors).toEqual([]);
  }, 60_000);

  test(
    "keeps the caller when the human is busy, does not answer, or does not want it",
    async () => {
      await using all = await scene((leg) => leg.refuse("486 Busy Here"));
      const brief = { say: BRIEF, acceptKey: "1", decideMs: 200 };
      const busy = await all.call.transfer(all.target, { brief });
      expect(busy).toEqual({ outcome: "busy", cause: "USER_BUSY" });
      await all.human.next();
      all.human.onCall = (leg) => leg.answer();
      expect(await all.call.transfer(all.target, { brief })).toEqual({ outcome: "declined" });
      expect(await (await all.human.next()).over).toBe("BYE");
      all.human.onCall = (leg) => leg.ring();
      const rang = await all.call.transfer(all.target, { brief, timeoutMs: 300 });
      expect(["no-answer", "unreachable"]).toContain(rang.outcome);
      const leg = await all.human.next();
      expect(await leg.over).toBe("CANCEL");
      const gone = all.call.transfer(all.target, { brief });
      const last = await all.human.next();
      await all.caller.bye();
      expect(await gone).toEqual({ outcome: "ended" });
      expect(await last.over).toBe("CANCEL");
    },
    20_000,
  );
});
