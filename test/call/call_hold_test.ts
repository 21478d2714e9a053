import { describe, expect, test } from "bun:test";
import type { Floor, Guest } from "../../src/backend/mod.ts";
import { CallHold, type HoldHost } from "../../src/call/call_hold.ts";

/** A call of which a hold sees only this. */
function scene(
  options: { refuses?: boolean; isThroughFreeSwitch?: boolean; taken?: boolean } = {},
) {
  const log: string[] = [];
  const errors: unknown[] = [];
  let refuses = options.refuses === true;
  let isHeld = false;
  let guest: Guest | undefined;
  const floor: Partial<Floor> = {
    connect: (seated) => {
      guest = seated;
      log.push("music");
      return new Promise(() => {});
    },
    release: () => {
      isHeld = false;
      log.push("release");
    },
  };
  const host: HoldHost = {
    leg: {
      reinvite: (sdp) => {
        log.push(`reinvite ${new TextDecoder().decode(sdp)}`);
        return refuses ? Promise.reject(new Error("488")) : Promise.resolve(sdp);
      },
    },
    sound: {
      redirect: (direction) => new TextEncoder().encode(direction),
      accept: () => Promise.resolve(),
      withdraw: () => void log.push("withdraw"),
    },
    isThroughFreeSwitch: options.isThroughFreeSwitch === true,
    media: () => ({
      takeFloor: () => {
        if (options.taken || isHeld) throw new TypeError("taken");
        isHeld = true;
        return floor as Floor;
      },
    }),
    onError: (error) => void errors.push(error),
  };
  const hold = new CallHold(host);
  return { hold, log, errors, refuse: (now: boolean) => refuses = now, guest: () => guest! };
}

describe("CallHold", () => {
  test("tells the other side, plays, and takes it back; a second time does nothing", async () => {
    const { hold, log } = scene();
    await Promise.all([hold.hold({}), hold.hold({})]);
    expect(hold.isHeld).toBe(true);
    expect(log).toEqual(["reinvite sendonly", "music"]);
    await Promise.all([hold.unhold(), hold.unhold()]);
    expect(hold.isHeld).toBe(false);
    expect(log.slice(2)).toEqual(["reinvite sendrecv", "release"]);
  });

  test("plays a sign of life where no music is named, for ever", async () => {
    const { hold, guest } = scene();
    await hold.hold({});
    const reader = guest().readable.getReader();
    const frames = [];
    for (let i = 0; i < 600; i++) frames.push((await reader.read()).value!);
    const isLoud = frames.map(({ samples }) => samples.some((sample) => sample !== 0));
    // Half a second of each five.
    expect(isLoud.slice(0, 25).every((loud) => loud)).toBe(true);
    expect(isLoud.slice(25, 250).some((loud) => loud)).toBe(false);
    expect(isLoud.slice(500, 525).every((loud) => loud)).toBe(true);
  });

  test("does not tell FreeSWITCH, unless it is asked to", async () => {
    const { hold, log } = scene({ isThroughFreeSwitch: true });
    await hold.hold({});
    await hold.unhold();
    expect(log).toEqual(["music", "release"]);
    await hold.hold({ signalled: true });
    expect(log.at(-2)).toBe("reinvite sendonly");
  });

  test("changes nothing where the other side refuses", async () => {
    const { hold, log, refuse } = scene({ refuses: true });
    await expect(hold.hold({})).rejects.toThrow("488");
    expect(hold.isHeld).toBe(false);
    expect(log).toEqual(["reinvite sendonly", "withdraw", "release"]);
    refuse(false);
    await hold.hold({});
    refuse(true);
    await expect(hold.unhold()).rejects.toThrow("488");
    expect(hold.isHeld).toBe(true);
    refuse(false);
    await hold.unhold();
    expect(hold.isHeld).toBe(false);
  });

  test("leaves the floor to whoever has it, and the call alone when the music cannot be read", async () => {
    const taken = scene({ taken: true });
    await expect(taken.hold.hold({})).rejects.toThrow("taken");
    const { hold, log } = scene();
    await expect(hold.hold({ music: "/no/such/file.wav" })).rejects.toThrow("no such file");
    expect([...taken.log, ...log]).toEqual([]);
  });
});
