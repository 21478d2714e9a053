import { describe, expect, test } from "bun:test";
import { EslClosedError, EslError } from "../../../src/esl/mod.ts";
import { apiResponse } from "../../support/scripted_esl.ts";
import { type ControlScene, controlScene } from "./control_scene.ts";

/** Lets what was set off come to rest. */
const MOMENT = 1;

/** The commands about channels, in order. */
function asked({ freeswitch }: ControlScene): string[] {
  return freeswitch.last.commands.filter((line) =>
    /^(bg)?api (uuid_(?!dump)|originate|sched_)/.test(line)
  )
    .map((line) => line.split("\n")[0].replace(/\{.*\}/, "{}"));
}

/** A scene in which a target rings. */
async function ringing(target = "1002", options: Parameters<typeof controlScene>[0] = {}) {
  const scene = await controlScene(options);
  const controller = new AbortController();
  const transfer = scene.controls.transfer(target, {
    timeoutMs: 20_000,
    signal: controller.signal,
  });
  await scene.clock.advance(MOMENT);
  return { ...scene, transfer, controller, target: scene.freeswitch.targets[0] };
}

describe("FreeSwitchControl", () => {
  test("calls the target while the caller stays, and bridges the two when it answers", async () => {
    const scene = await ringing();
    const { freeswitch, log, outcome, transfer, target } = scene;
    expect(target.command).toContain("originate_timeout=21,");
    expect(target.command).toContain("origination_caller_id_number=1001,");
    expect(target.command).toContain(`origination_uuid=${target.uuid},`);
    expect(target.command).toContain("park_timeout=10:NORMAL_TEMPORARY_FAILURE}");
    expect(target.command).toMatch(/\}loopback\/1002\/callers &park$/);
    expect(log).toEqual(["hears ringback"]);
    freeswitch.answer(target);
    expect(await outcome(transfer)).toEqual({ outcome: "completed", channel: target.uuid });
    expect(asked(scene).at(-1)).toBe(`api uuid_bridge a-1 ${target.uuid}`);
    const ended = ["leaves to 1002", "ended by FreeSWITCH", "hears us"];
    expect(log).toEqual(["hears ringback", ...ended]);
    expect(scene.clock.pending).toBe(1);
  });

  test.each(
    [
      ["1002", "loopback/1002/callers"],
      ["+4930-1", "loopback/+4930-1/callers"],
      [
        "sip:bob@[2001:db8::1]:5070;transport=tcp",
        "sofia/callers/sip:bob@[2001:db8::1]:5070;transport=tcp",
      ],
      ["tel:+49-30-12.34", "loopback/+4930" + "1234/callers"],
      ["user/1001@example.org", "user/1001@example.org"],
      ["sofia/gateway/trunk/+4930", "sofia/gateway/trunk/+4930"],
    ],
  )("calls %s as %s", async (name, dial) => {
    const { target } = await ringing(name);
    expect(target.command.endsWith(`}${dial} &park`)).toBe(true);
  });

  test("calls by the gateway and the profile that its user has named", async () => {
    const options = { numbers: "sofia/gateway/trunk/{number}", profile: "external" };
    const number = await ringing("4930", options);
    expect(number.target.command).toContain("}sofia/gateway/trunk/4930 ");
    const address = await ringing("sip:bob@example.org", options);
    expect(address.target.command).toContain("}sofia/external/sip:bob@example.org ");
  });

  test.each([
    ["USER_BUSY", "busy"],
    ["NO_ANSWER", "no-answer"],
    ["NO_USER_RESPONSE", "no-answer"],
    ["CALL_REJECTED", "refused"],
    ["UNALLOCATED_NUMBER", "unreachable"],
    ["INVALID_GATEWAY", "unreachable"],
    ["A_CAUSE_OF_THE_FUTURE", "unreachable"],
  ])("lets the conversation go on after %s, which is %s", async (cause, outcome) => {
    const { freeswitch, log, transfer, target, ...scene } = await ringing();
    freeswitch.refuse(target, cause);
    expect(await scene.outcome<unknown>(transfer)).toEqual({ outcome, cause });
    expect(log).toEqual(["hears ringback", "hears us"]);
    const again = scene.controls.transfer("1003");
    await scene.clock.advance(MOMENT);
    freeswitch.answer(freeswitch.targets[1]);
    expect((await scene.outcome(again)).outcome).toBe("completed");
  });

  test("stops the ringing when the caller has hung up, and when it is told to", async () => {
    const gone = await ringing();
    gone.freeswitch.hangUpCaller();
    expect(await gone.outcome(gone.transfer)).toEqual({ outcome: "ended" });
    expect(asked(gone)).toContain(`api uuid_kill ${gone.target.uuid} ORIGINATOR_CANCEL`);
    const told = await ringing();
    told.controller.abort();
    const cancelled = { outcome: "cancelled", cause: "ORIGINATOR_CANCEL" } as const;
    expect(await told.outcome(told.transfer)).toEqual(cancelled);
    expect(told.freeswitch.legs.has(told.target.uuid)).toBe(false);
    expect(told.log).toEqual(["hears ringback", "hears us"]);
  });

  test("ends a target that is there only after the caller is gone", async () => {
    const { freeswitch, clock, target, transfer, ...scene } = await ringing();
    // FreeSWITCH has the job and not the channel yet.
    const channel = freeswitch.legs.get(target.uuid)!;
    freeswitch.legs.delete(target.uuid);
    freeswitch.hangUpCaller();
    await clock.advance(500);
    freeswitch.legs.set(target.uuid, channel);
    expect(await scene.outcome(transfer)).toEqual({ outcome: "ended" });
    expect(freeswitch.legs.has(target.uuid)).toBe(false);
  });

  test("ends a target that has answered a caller who is gone in the same moment", async () => {
    const { freeswitch, target, transfer, ...scene } = await ringing();
    freeswitch.legs.delete("a-1");
    freeswitch.answer(target);
    await scene.clock.advance(MOMENT);
    expect(freeswitch.legs.has(target.uuid)).toBe(false);
    freeswitch.hangUpCaller();
    expect(await scene.outcome(transfer)).toEqual({ outcome: "ended" });
  });

  test("takes the caller back when the target has hung up before they were bridged", async () => {
    const { freeswitch, target, transfer, ...scene } = await ringing();
    freeswitch.answer(target);
    freeswitch.legs.delete(target.uuid);
    expect((await scene.outcome(transfer)).outcome).toBe("unreachable");
    expect(scene.log.slice(-2)).toEqual(["leaves to undefined", "hears us"]);
  });

  test("sets the way back just before the caller leaves, and not for a target that is busy", async () => {
    const scene = await controlScene();
    const { clock, freeswitch, controls, outcome } = scene;
    const busy = controls.transfer("1002", { afterwards: "return" });
    await clock.advance(MOMENT);
    freeswitch.refuse(freeswitch.targets[0], "USER_BUSY");
    await outcome(busy);
    expect(asked(scene).filter((line) => line.includes("uuid_setvar"))).toEqual([]);
    const transfer = controls.transfer("1002", { afterwards: "return" });
    await clock.advance(MOMENT);
    freeswitch.answer(freeswitch.targets[1]);
    expect((await outcome(transfer)).outcome).toBe("completed");
    expect(asked(scene).slice(-2)).toEqual([
      "api uuid_setvar a-1 transfer_after_bridge 7123:XML:callers",
      `api uuid_bridge a-1 ${freeswitch.targets[1].uuid}`,
    ]);
  });

  test("calls no human whom it could not tell about the caller", async () => {
    const { freeswitch, outcome, controls } = await controlScene();
    freeswitch.legs.set("b-1", { ...freeswitch.legs.get("b-1"), variable_sip_req_uri: "7123" });
    const error = await outcome(controls.transfer("1002", { brief: "Alice." }).catch((e) => e));
    expect(error).toBeInstanceOf(EslError);
    expect(freeswitch.targets).toEqual([]);
  });

  test("promises no way back to a number that would be more than one", async () => {
    const { freeswitch, controls, outcome } = await controlScene();
    const caller = freeswitch.legs.get("a-1")!;
    freeswitch.legs.set("a-1", { ...caller, "Caller-Destination-Number": "1:inline:x" });
    const refused = await outcome<unknown>(controls.transfer("1002", { afterwards: "return" }));
    expect(String(refused)).toContain("what it dialled must be a number");
    expect(freeswitch.targets).toEqual([]);
  });

  test("finds the target again when the connection was cut while it rang", async () => {
    const answered = await ringing("1002", { minBackoffMs: 100 });
    answered.freeswitch.last.drop(new Error("ECONNRESET"));
    const leg = answered.freeswitch.legs.get(answered.target.uuid)!;
    await answered.clock.advance(1000);
    expect(answered.log).toEqual(["hears ringback"]);
    answered.freeswitch.legs.set(answered.target.uuid, { ...leg, "Answer-State": "answered" });
    expect((await answered.outcome(answered.transfer)).outcome).toBe("completed");
    const lost = await ringing("1002", { minBackoffMs: 100 });
    lost.freeswitch.last.drop(new Error("ECONNRESET"));
    lost.freeswitch.legs.delete(lost.target.uuid);
    const { outcome, error } = await lost.outcome(lost.transfer);
    expect(outcome).toBe("timeout");
    expect(error).toBeInstanceOf(EslClosedError);
  });

  test("gives up on a connection that does not come back, when nothing rings any more", async () => {
    const { freeswitch, clock, transfer, log, ...scene } = await ringing();
    freeswitch.isUp = false;
    freeswitch.last.drop(new Error("ECONNRESET"));
    const startedAt = clock.now();
    expect((await scene.outcome(transfer)).outcome).toBe("timeout");
    expect(clock.now() - startedAt).toBeLessThan(36_000);
    expect(log.at(-1)).toBe("hears us");
  });

  test("bridges again when the connection is cut just over the bridge", async () => {
    const { freeswitch, target, transfer, ...scene } = await ringing("1002", { minBackoffMs: 100 });
    let cuts = 0;
    const bridge = freeswitch.answers.get("api uuid_bridge ")!;
    freeswitch.answers.set("api uuid_bridge ", (command) => {
      if (cuts++ > 0) return bridge(command);
      freeswitch.last.drop(new Error("ECONNRESET"));
      return undefined;
    });
    freeswitch.answer(target);
    expect((await scene.outcome(transfer)).outcome).toBe("completed");
    expect(cuts).toBe(2);
  });

  test("leaves no human on the line whose caller hangs up over the bridge", async () => {
    const { freeswitch, target, transfer, ...scene } = await ringing();
    // As the real one: it says yes, and parks for ever whom it has nobody for.
    freeswitch.answers.set("api uuid_bridge ", () => {
      freeswitch.hangUpCaller();
      return apiResponse(`+OK ${target.uuid}\n`);
    });
    freeswitch.answer(target);
    expect(await scene.outcome(transfer)).toEqual({ outcome: "ended" });
    expect(freeswitch.legs.has(target.uuid)).toBe(false);
  });

  test.each([[0], [-1], [NaN], [Infinity], [2 ** 31], ["5" as unknown as number]])(
    "refuses a timeoutMs of %s, which would be no time or for ever",
    async (timeoutMs) => {
      const { controls, outcome, freeswitch, log } = await controlScene();
      expect(await outcome<unknown>(controls.transfer("1002", { timeoutMs })))
        .toBeInstanceOf(RangeError);
      expect(await outcome<unknown>(controls.park({ timeoutMs }))).toBeInstanceOf(RangeError);
      expect([freeswitch.targets, log]).toEqual([[], []]);
    },
  );

  test("does one thing at a time", async () => {
    const { freeswitch, target, transfer, controls, ...scene } = await ringing();
    const second = await controls.transfer("1003").catch((error) => error);
    expect(second).toBeInstanceOf(TypeError);
    expect(await controls.park().catch((error) => error)).toBeInstanceOf(TypeError);
    freeswitch.refuse(target, "USER_BUSY");
    expect((await scene.outcome(transfer)).outcome).toBe("busy");
    expect(freeswitch.targets.length).toBe(1);
  });

  test("says what is missing when there is no connection, or nobody has named one", async () => {
    const cut = await controlScene();
    cut.freeswitch.isUp = false;
    cut.freeswitch.last.drop(new Error("ECONNRESET"));
    const lost = await cut.outcome<unknown>(cut.controls.transfer("1002"));
    expect(lost).toBeInstanceOf(EslClosedError);
    expect(String(lost)).toContain("current state is waiting");
    const unlinked = await controlScene({ isLinked: false });
    const unnamed = await unlinked.outcome<unknown>(unlinked.controls.transfer("1002"));
    expect(String(unnamed)).toContain("the phone's option `freeswitch`");
    expect([...cut.log, ...unlinked.log]).toEqual([]);
  });

  test("parks the caller, and brings it back", async () => {
    const scene = await controlScene();
    const { freeswitch, controls, outcome, log } = scene;
    freeswitch.answers.set("api uuid_transfer a-1 m:^:endless_playback:", () => {
      queueMicrotask(() => freeswitch.onLegEnded("NORMAL_CLEARING"));
      return "Content-Type: api/response\nContent-Length: 4\n\n+OK\n";
    });
    const hear = "local_stream://moh";
    const parked = await outcome(controls.park({ hear, timeoutMs: 90_000 }));
    expect(log).toEqual(["leaves to park", "ended by FreeSWITCH"]);
    await outcome(parked.bringBack());
    expect(asked(scene)).toEqual([
      "api sched_hangup +90 a-1 NORMAL_CLEARING",
      "api uuid_transfer a-1 m:^:endless_playback:local_stream://moh inline default",
      "api sched_del a-1",
      "api uuid_transfer a-1 7123 XML callers",
    ]);
    const nasty = await outcome<unknown>(
      (await controlScene()).controls.park({ hear: "a^hangup" }),
    );
    expect(nasty).toBeInstanceOf(TypeError);
  });

  test("reads and sets variables of the caller, and hangs up on it with a cause", async () => {
    const scene = await controlScene();
    const { freeswitch, controls, outcome, log } = scene;
    freeswitch.answers.set(
      "api uuid_getvar ",
      () => "Content-Type: api/response\nContent-Length: 4\n\ngold",
    );
    expect(await outcome(controls.variable("tier"))).toBe("gold");
    await outcome(controls.setVariable("tier", "silver, 100%"));
    await outcome(controls.hangup("USER_BUSY"));
    expect(asked(scene)).toEqual([
      "api uuid_getvar a-1 tier",
      "api uuid_setvar a-1 tier silver,\\s100%",
      "api uuid_kill a-1 USER_BUSY",
    ]);
    expect(log).toEqual(["ended by FreeSWITCH"]);
    expect(await outcome<unknown>(controls.hangup("BORED"))).toBeInstanceOf(RangeError);
  });

  test("ends our leg where FreeSWITCH cannot hang up: gone, cut off over it, or silent", async () => {
    const reason = 'hung up: Q.850;cause=17;text="USER_BUSY"';
    const gone = await controlScene();
    gone.freeswitch.answers.set("api uuid_kill ", () => apiResponse("-ERR No such channel!\n"));
    await gone.outcome(gone.controls.hangup("USER_BUSY"));
    expect(gone.log).toEqual([reason]);

    const cut = await controlScene();
    cut.freeswitch.answers.set("api uuid_dump ", () => void cut.freeswitch.last.drop());
    await cut.outcome(cut.controls.hangup("USER_BUSY"));
    expect([cut.log, cut.clock.now()]).toEqual([[reason], 0]);

    const silent = await controlScene();
    silent.freeswitch.answers.set("api uuid_dump ", () => undefined);
    await silent.outcome(silent.controls.hangup("USER_BUSY"));
    expect([silent.log, silent.clock.now()]).toEqual([[reason], 5000]);
  });

  test("hangs up with a cause before the answer, and does nothing after the end", async () => {
    const arriving = await controlScene({ isLive: false });
    await arriving.outcome(arriving.controls.hangup("USER_BUSY"));
    expect(arriving.log).toEqual(['hung up: Q.850;cause=17;text="USER_BUSY"']);
    expect(asked(arriving)).toEqual([]);
    const over = await controlScene();
    over.freeswitch.hangUpCaller();
    expect(await over.outcome(over.controls.hangup("USER_BUSY"))).toBe(undefined);
    expect(over.log).toEqual(["ended by FreeSWITCH"]);
  });
});
