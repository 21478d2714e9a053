import { describe, expect, test } from "bun:test";
import { SipStatusError } from "../../../src/sip/mod.ts";
import { controlScene } from "./control_scene.ts";

/** A call that came without FreeSWITCH, whose peer does with a REFER what `refer` says. */
function direct(refer?: NonNullable<Parameters<typeof controlScene>[0]>["refer"]) {
  return controlScene({ claim: undefined, refer });
}

describe("SipControl", () => {
  test("asks the other side to call the target, and hangs up when it has", async () => {
    const { controls, outcome, log, freeswitch } = await direct();
    expect(await outcome(controls.transfer("1002"))).toEqual({ outcome: "completed" });
    const way = ["leaves to 1002", "REFER sip:1002@192.0.2.20", "hung up", "hears us"];
    expect(log).toEqual(["hears silence", ...way]);
    expect(freeswitch.targets).toEqual([]);
  });

  test.each([
    [486, "busy", "USER_BUSY"],
    [603, "refused", "CALL_REJECTED"],
    [404, "unreachable", "UNALLOCATED_NUMBER"],
    [480, "no-answer", "NO_USER_RESPONSE"],
  ])("keeps the caller when it reports %i", async (status, result, cause) => {
    const { controls, outcome, log } = await direct(() => Promise.resolve(status));
    const told = await outcome<unknown>(controls.transfer("sip:bob@x"));
    expect(told).toEqual({ outcome: result, cause });
    expect(log.slice(-2)).toEqual(["leaves to undefined", "hears us"]);
  });

  test("keeps the caller when the other side does no transfers, or tells nothing", async () => {
    const refuse = (status: number) => () => Promise.reject(new SipStatusError("no", { status }));
    const declines = await direct(refuse(603));
    const declined = await declines.outcome(declines.controls.transfer("1002"));
    expect([declined.outcome, declined.cause]).toEqual(["refused", "CALL_REJECTED"]);
    const silent = await direct(refuse(408));
    expect((await silent.outcome(silent.controls.transfer("1002"))).outcome).toBe("timeout");
    expect(silent.log.at(-1)).toBe("hears us");
  });

  test("waits no longer when it is told to give up", async () => {
    const controller = new AbortController();
    const { controls, outcome, log, clock } = await direct(() => new Promise(() => {}));
    const transfer = controls.transfer("1002", { signal: controller.signal });
    await clock.advance(1000);
    controller.abort();
    expect(await outcome(transfer)).toEqual({ outcome: "cancelled" });
    expect(log.at(-1)).toBe("hears us");
  });

  test("says which things need FreeSWITCH", async () => {
    const { controls, outcome } = await direct();
    const asked: (() => Promise<unknown>)[] = [
      () => controls.park(),
      () => controls.variable("x"),
      () => controls.setVariable("x", "y"),
      () => controls.transfer("1002", { afterwards: "return" }),
      () => controls.transfer("user/1002"),
    ];
    for (const ask of asked) expect(await outcome(ask())).toBeInstanceOf(TypeError);
  });

  test("hangs up with a cause that the other side can read", async () => {
    const { controls, outcome, log } = await direct();
    await outcome(controls.hangup("USER_BUSY"));
    expect(log).toEqual(['hung up: Q.850;cause=17;text="USER_BUSY"']);
  });

  test("is what controls a call that names a channel it is not", async () => {
    const { controls, outcome, log, freeswitch } = await controlScene({ claim: "x-1" });
    expect((await outcome(controls.transfer("1002"))).outcome).toBe("completed");
    expect(log).toContain("REFER sip:1002@192.0.2.20");
    expect(freeswitch.targets).toEqual([]);
  });
});
