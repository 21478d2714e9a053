import { describe, expect, test } from "bun:test";
import {
  type FreeSwitchLink,
  leftRecordings,
  type RecordingsOptions,
  repairRecordings,
} from "../../../src/call/mod.ts";
import { Phone, runs, setUp, START, TalkingCall } from "./recordings_scene.ts";

describe("Recordings", () => {
  test.each<[string, Partial<RecordingsOptions>, boolean, boolean]>([
    ["always", {}, true, true],
    ["on demand", { policy: "onDemand" }, false, true],
    ["never", { policy: "never" }, false, false],
    [
      "as a function says",
      { policy: ({ from }) => from.user === "alice" ? "always" : "never" },
      true,
      true,
    ],
    ["never, as a function says", { policy: () => "never" }, false, false],
    ["as is decided later", { policy: () => Promise.resolve("always") }, true, true],
  ])("record %s", async (_, options, isRecorded, mayBe) => {
    const { clock, disk, phone } = setUp(options);
    const call = new TalkingCall(clock);
    phone.recordings.answered(call);
    await clock.advance(1);
    expect(phone.recordings.of(call) !== undefined).toBe(isRecorded);
    if (mayBe) phone.recordings.record(call);
    else expect(() => phone.recordings.record(call)).toThrow("it is never");
    await call.say(5, 1000);
    call.end();
    await clock.runUntil(phone.recordings.stop(1000));
    expect([...disk.files.keys()]).toEqual(mayBe ? ["/rec/alice.wav"] : []);
    if (mayBe) expect(runs(disk, "/rec/alice.wav")).toEqual([[5, 1000]]);
  });

  test("do without a recording when its policy or its name fails, and say so", async () => {
    const error = new Error("no idea");
    const failing: Partial<RecordingsOptions>[] = [
      { policy: () => Promise.reject(error) },
      {
        policy: () => {
          throw error;
        },
      },
      {
        fileName: () => {
          throw error;
        },
      },
    ];
    for (const options of failing) {
      const { clock, disk, phone } = setUp(options);
      const call = new TalkingCall(clock);
      phone.recordings.answered(call);
      await clock.advance(1);
      expect(phone.events).toEqual([{ type: "trouble", path: "", error }]);
      expect([disk.files.size, phone.recordings.of(call)]).toEqual([0, undefined]);
    }
  });

  test.each<[string, unknown]>([
    ["true", () => true],
    ["nothing", () => undefined],
    ["Always", () => Promise.resolve("Always")],
    ["null", () => Promise.resolve(null)],
  ])(
    "say so when a function decides for %s, by which nobody knows what is meant",
    async (value, policy) => {
      const { clock, phone } = setUp({ policy: policy as RecordingsOptions["policy"] });
      const call = new TalkingCall(clock);
      phone.recordings.answered(call);
      await clock.advance(1);
      const { error } = phone.events[0] as { error?: unknown };
      expect(String(error)).toContain('Cannot record as the policy is "always"');
      expect(String(error)).toContain(
        `current value is ${value === "nothing" ? "undefined" : value}`,
      );
      expect([phone.types, phone.recordings.of(call)]).toEqual([["trouble"], undefined]);
    },
  );

  test("do not begin when it is decided too late", async () => {
    let decide: (policy: "always") => void = () => {};
    const { clock, disk, phone } = setUp({
      policy: () => new Promise((resolve) => decide = resolve),
    });
    const call = new TalkingCall(clock);
    phone.recordings.answered(call);
    await call.say(1, 100);
    call.end();
    await clock.advance(1);
    decide("always");
    await clock.advance(100);
    expect([disk.files.size, phone.types]).toEqual([0, []]);
  });

  test("refuse options that cannot work, and calls that are not live", async () => {
    expect(() => setUp({ folder: "" })).toThrow("a folder");
    expect(() => setUp({ policy: "sometimes" as never })).toThrow("sometimes");
    expect(() => setUp({ fileName: "{who}" })).toThrow("{who}");
    const { clock, phone } = setUp();
    const over = new TalkingCall(clock);
    over.end();
    phone.recordings.answered(over);
    const ringing = { ...new TalkingCall(clock), media: undefined };
    expect(() => phone.recordings.record(ringing)).toThrow("has to be live");
    await clock.advance(1);
    await clock.runUntil(phone.recordings.stop());
    expect(() => phone.recordings.record(over)).toThrow("it is over");
    expect(() => setUp({ by: "freeswitch" })).toThrow("`freeswitch`");
    expect(() => setUp({ by: "nobody" as never })).toThrow("nobody");
  });

  test("give one recording while it lasts, and another after it, under names of their own", async () => {
    const { clock, disk, phone } = setUp({ policy: "onDemand" });
    const call = new TalkingCall(clock);
    const first = phone.recordings.record(call);
    expect(phone.recordings.record(call)).toBe(first);
    await call.say(1, 600);
    await clock.runUntil(first.stop());
    await call.say(2, 600);
    const second = phone.recordings.record(call, { fileName: "again/{from}" });
    const other = new TalkingCall(clock, "alice", "s2");
    const third = phone.recordings.record(other);
    await call.say(3, 600);
    call.end();
    other.end();
    await clock.runUntil(phone.recordings.stop(1000));
    expect([first.path, second.path, third.path]).toEqual([
      "/rec/alice.wav",
      "/rec/again/alice.wav",
      "/rec/alice-2.wav",
    ]);
    expect(runs(disk, first.path)).toEqual([[1, 600]]);
    expect(runs(disk, second.path)).toEqual([[3, 600]]);
    expect(await third.ended).toMatchObject({ outcome: "finished", durationMs: 0 });
  });

  test("go on in the file of a call that comes back after a crash, with the gap as silence", async () => {
    const { clock, disk, phone } = setUp();
    const call = new TalkingCall(clock);
    phone.recordings.answered(call);
    // 2.3 s: what is not in a whole block is lost with the process.
    await call.say(1, 2300);
    await clock.advance(1500);
    const next = new Phone(clock, disk);
    await next.recordings.start();
    const back = new TalkingCall(clock);
    const stranger = new TalkingCall(clock, "bob", "s9");
    next.recordings.answered(back);
    next.recordings.answered(stranger);
    await back.say(2, 1700);
    back.end();
    stranger.end();
    await clock.runUntil(next.recordings.stop(1000));
    expect(next.events[0]).toEqual({ type: "started", path: "/rec/alice.wav", resumed: true });
    expect(runs(disk, "/rec/alice.wav")).toEqual([[1, 2000], [0, 1800], [2, 1700]]);
    expect([...disk.files.keys()].sort()).toEqual(["/rec/alice.wav", "/rec/bob.wav"]);
  });

  test("go on in the file of a call that another process hands over while both run", async () => {
    const { clock, disk, phone } = setUp();
    const next = new Phone(clock, disk);
    await next.recordings.start();
    const call = new TalkingCall(clock);
    const other = new TalkingCall(clock, "bob", "s2");
    phone.recordings.answered(call);
    await call.say(1, 2300);
    phone.recordings.leave();
    phone.recordings.answered(other);
    await call.say(1, 700);
    call.end();
    const back = new TalkingCall(clock);
    next.recordings.answered(Object.assign(back, { info: { ...back.info, resumed: {} } }));
    await back.say(2, 4000);
    back.end();
    other.end();
    await clock.runUntil(phone.recordings.stop());
    await clock.runUntil(next.recordings.stop());
    expect(phone.events).toMatchObject([
      { type: "started", resumed: false },
      { type: "started", resumed: false },
      { type: "ended", outcome: "left", path: "/rec/alice.wav", durationMs: 3000 },
      { type: "ended", outcome: "left", path: "/rec/bob.wav" },
    ]);
    expect(next.events).toMatchObject([
      { type: "started", resumed: true, path: "/rec/alice.wav" },
      { type: "ended", outcome: "finished", durationMs: 7000 },
    ]);
    // Nothing is lost: what was said while the file was looked for was kept in memory.
    expect(runs(disk, "/rec/alice.wav")).toEqual([[1, 3000], [2, 4000]]);
    expect([...disk.files.keys()].sort()).toEqual([
      "/rec/alice.wav",
      "/rec/bob.wav.note",
      "/rec/bob.wav.part",
    ]);
  });

  test("begin another file for a call that comes back with another codec", async () => {
    const { clock, disk, phone } = setUp();
    const call = new TalkingCall(clock);
    phone.recordings.answered(call);
    await call.say(1, 2300);
    const next = new Phone(clock, disk, { resumeWithinMs: 5000 });
    await next.recordings.start();
    const back = new TalkingCall(clock, "alice", "s1", 16_000);
    next.recordings.answered(back);
    await back.say(2, 6000);
    back.end();
    await clock.runUntil(next.recordings.stop(1000));
    expect(runs(disk, "/rec/alice.wav")).toEqual([[1, 2000]]);
    expect(runs(disk, "/rec/alice-2.wav")).toEqual([[2, 6000]]);
  });

  test("make whole files of those whose calls do not come back", async () => {
    const { clock, disk, phone } = setUp();
    phone.recordings.answered(new TalkingCall(clock, "nobody", "s0"));
    const call = new TalkingCall(clock);
    phone.recordings.answered(call);
    await call.say(1, 2300);
    disk.files.set("/rec/torn.wav.note", { bytes: new Uint8Array(3), size: 3, writtenAt: 0 });
    const next = new Phone(clock, disk);
    await next.recordings.start();
    await clock.advance(59_000);
    expect(next.types).toEqual([]);
    await clock.advance(2000);
    expect(next.events).toMatchObject([{
      type: "repaired",
      recording: { path: "/rec/alice.wav", sessionId: "s1", durationMs: 2000, startedAt: START },
    }]);
    expect(runs(disk, "/rec/alice.wav")).toEqual([[1, 2000]]);
    expect([...disk.files.keys()]).toEqual(["/rec/alice.wav"]);
  });

  test("leave a file alone that another process writes", async () => {
    const { clock, disk, phone } = setUp();
    const call = new TalkingCall(clock);
    phone.recordings.answered(call);
    await call.say(1, 2300);
    const repairing = repairRecordings("/rec", { clock, disk });
    await call.say(1, 3000);
    expect(await clock.runUntil(repairing)).toEqual([]);
    call.end();
    await clock.runUntil(phone.recordings.stop(1000));
    expect(runs(disk, "/rec/alice.wav")).toEqual([[1, 5300]]);
  });

  test("are repaired by hand, too", async () => {
    const { clock, disk, phone } = setUp();
    const call = new TalkingCall(clock);
    phone.recordings.answered(call);
    await call.say(1, 2300);
    const [recording] = await clock.runUntil(repairRecordings("/rec", { clock, disk }));
    expect(recording).toMatchObject({ path: "/rec/alice.wav", durationMs: 2000 });
    expect(await clock.runUntil(repairRecordings("/rec", { clock, disk }))).toEqual([]);
    expect([...disk.files.keys()]).toEqual(["/rec/alice.wav"]);
  });

  test("leave the note of a file alone that is about to be made", async () => {
    const { clock, disk, phone } = setUp();
    const call = new TalkingCall(clock);
    phone.recordings.answered(call);
    await call.say(1, 1000);
    const note = disk.files.get("/rec/alice.wav.note")!;
    disk.files.set("/rec/new.wav.note", note);
    expect((await leftRecordings(disk, "/rec")).map(({ path }) => path)).toEqual([
      "/rec/alice.wav",
    ]);
    expect(disk.files.has("/rec/new.wav.note")).toBe(true);
    await leftRecordings(disk, "/rec", { tidy: true });
    expect(disk.files.has("/rec/new.wav.note")).toBe(false);
  });

  test("begin anew after one by FreeSWITCH that has failed, on a broken disk too", async () => {
    const link = { channelOf: () => Promise.resolve(undefined), client: { on: () => () => {} } };
    const { clock, disk, phone } = setUp({
      ...{ by: "freeswitch", policy: "onDemand", upload: () => {} },
      freeswitch: link as unknown as FreeSwitchLink,
    });
    disk.find = () => Promise.reject(new Error("EIO"));
    const call = Object.assign(new TalkingCall(clock), { sipCallId: "c1" });
    const first = phone.recordings.record(call);
    expect((await clock.runUntil(first.ended)).outcome).toBe("failed");
    await clock.advance(1);
    expect(phone.types).toEqual(["ended", "trouble"]);
    expect(phone.recordings.record(call)).not.toBe(first);
  });
});
