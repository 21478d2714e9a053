import { describe, expect, test } from "bun:test";
import type { HistoryEntry } from "../../../src/backend/mod.ts";
import { FreeSwitchLink } from "../../../src/call/mod.ts";
import { SeededRandom } from "../../../src/clock/mod.ts";
import { bridged, type Fields, serveChannels } from "../../support/virtual_channels.ts";
import { VirtualFreeSwitch } from "../../support/virtual_freeswitch.ts";
import { FakeCall, SessionScene } from "./session_scene.ts";

const QUESTION = { role: "caller" as const, text: "Two pizzas, please." };

/** A scene in which a process has died in the middle of what its agent was saying. */
async function cut() {
  const scene = new SessionScene();
  const one = scene.process();
  await scene.clock.runUntil(one.sessions.start());
  const call = await scene.call(one);
  call.history.push({ role: "agent", text: "Hello." }, QUESTION);
  call.memory.set("order", { pizzas: 2 });
  call.memory.set("card", "4111", { persist: false });
  call.media!.progress = { heard: "That will be", unheard: "twenty euros.", position: 2 };
  await scene.clock.advance(300);
  return { scene, one, call };
}

/** The connection to a FreeSWITCH that has these channels. */
async function linked(scene: SessionScene, channels: ReadonlyMap<string, Fields>) {
  const freeswitch = new VirtualFreeSwitch();
  serveChannels(freeswitch, channels);
  const link = new FreeSwitchLink({
    ...{ password: "p", clock: scene.clock, random: new SeededRandom(1) },
    openSocket: freeswitch.openSocket,
  });
  void link.start("127.0.0.1:5070");
  await scene.clock.runUntil(link.client.connect());
  return { freeswitch, link };
}

describe("Sessions", () => {
  test("give a call that comes back all that it had, and nothing that was not to be kept", async () => {
    const { scene } = await cut();
    expect(JSON.stringify([...scene.store.calls.values()])).not.toMatch(/4111|secret/);
    const two = scene.process();
    await scene.clock.runUntil(two.sessions.start());
    const call = await scene.call(two, "c-1", "d-2");
    const history: HistoryEntry[] = [
      { role: "agent", text: "Hello." },
      QUESTION,
      { role: "agent", text: "That will be", interrupted: true },
    ];
    expect(call.history).toEqual(history);
    const startedAt = 1_800_000_000_000;
    expect(call.info.resumed).toEqual({
      ...{ times: 1, startedAt },
      history: history.map((entry) => ({ ...entry, at: startedAt })),
      saying: { heard: "That will be", unheard: "twenty euros." },
    });
    expect(call.memory.get("order")).toEqual({ pizzas: 2 });
    expect(call.memory.get("card")).toBe(undefined);
    expect(two.events).toEqual([{ type: "resumed", times: 1 }]);
  });

  test("keep when each thing was said, over many cuts", async () => {
    const { scene } = await cut();
    for (let times = 1; times <= 3; times++) {
      await scene.clock.advance(10_000);
      const next = scene.process();
      await scene.clock.runUntil(next.sessions.start());
      const call = await scene.call(next, "c-1", `d-${times + 1}`);
      call.history.push({ role: "caller", text: String(times) });
      await scene.clock.advance(300);
    }
    const at = scene.store.calls.get("c-1")!.history.map(({ at }) => at! - 1_800_000_000_000);
    expect(at.map((ms) => Math.round(ms / 1000))).toEqual([0, 0, 0, 11, 21, 31]);
  });

  test("know a call after each of many cuts, and count them", async () => {
    const { scene } = await cut();
    for (let times = 1; times <= 5; times++) {
      const next = scene.process();
      const call = await scene.call(next, "c-1", `d-${times + 1}`);
      expect(call.info.resumed?.times).toBe(times);
      call.history.push({ role: "caller", text: String(times) });
      call.memory.set("order", { pizzas: times });
      next.sessions.changed(call);
      await scene.clock.advance(10);
    }
    const { history, memory, epoch } = scene.store.calls.get("c-1")!;
    expect(history.slice(3).map(({ text }) => text)).toEqual(["1", "2", "3", "4", "5"]);
    expect({ memory, epoch }).toEqual({ memory: { order: { pizzas: 5 } }, epoch: 6 });
  });

  test("let a process that is slow to die not write over the one that has the call", async () => {
    const { scene, one, call: old } = await cut();
    const two = scene.process();
    const call = await scene.call(two, "c-1", "d-2");
    old.history.push({ role: "agent", text: "late" });
    one.sessions.changed(old);
    await scene.clock.advance(10);
    old.memory.set("order", { pizzas: 9 });
    await scene.clock.advance(60_000);
    expect(one.events).toEqual([{ type: "taken" }]);
    old.end({});
    call.history.push({ role: "caller", text: "new" });
    two.sessions.changed(call);
    await scene.clock.advance(1000);
    const { history, isLive } = scene.store.calls.get("c-1")!;
    expect([history.at(-1)?.text, isLive]).toEqual(["new", true]);
  });

  test("give nobody's history to a stranger who names the session", async () => {
    const { scene } = await cut();
    const two = scene.process();
    const thief = await scene.call(two, "c-1", "d-2", "203.0.113.9");
    expect(thief.history).toEqual([]);
    expect(thief.info.resumed).toBe(undefined);
    expect(thief.info.sessionId).toBe("d-2");
    expect(two.events).toEqual([
      { type: "disbelieved", claimed: "c-1", remoteAddress: "203.0.113.9" },
    ]);
    // And the caller itself has lost nothing by it.
    const back = await scene.call(two, "c-1", "d-3");
    expect(back.history.length).toBe(3);
    expect(back.info.resumed?.saying).toEqual({ heard: "That will be", unheard: "twenty euros." });
  });

  test("let nobody take a live call by its name, whatever address it writes", async () => {
    const { scene, one, call } = await cut();
    const thief = await scene.call(one, "c-1", "d-2");
    expect(thief.history).toEqual([]);
    expect(call.state).toBe("live");
    expect(scene.store.calls.get("c-1")?.epoch).toBe(1);
  });

  test("let nobody have the name of a call that comes in the same moment", async () => {
    const scene = new SessionScene();
    const one = scene.process();
    const calls = ["d-1", "d-2"].map((dialog) => new FakeCall("c-1", dialog));
    const arrived = calls.map((call) => one.sessions.arrive(call, "10.0.0.1"));
    await scene.clock.runUntil(Promise.all(arrived));
    expect(calls.map(({ info }) => info.sessionId)).toEqual(["c-1", "d-2"]);
    const [first, second] = calls.map((call) => call.answer());
    first.memory.set("order", 1);
    second.memory.set("order", 2);
    await scene.clock.advance(300);
    expect([...scene.store.calls].map(([id, { memory }]) => [id, memory])).toEqual([
      ["c-1", { order: 1 }],
    ]);
  });

  test("believe FreeSWITCH and not an address, where FreeSWITCH can be asked", async () => {
    const { scene } = await cut();
    const channels = bridged("c-1", "leg-2", "d-true");
    const { link } = await linked(scene, channels);
    const two = scene.process({ link });
    const thief = await scene.call(two, "c-1", "d-false");
    expect([thief.history.length, thief.rings]).toEqual([0, 1]);
    const call = await scene.call(two, "c-1", "d-true", "203.0.113.9");
    expect([call.history.length, call.rings]).toEqual([3, 1]);
  });

  test("ask FreeSWITCH before it has bridged the call, and again while it is too early", async () => {
    const { scene } = await cut();
    const channels = bridged("c-1", "leg-2", "d-2");
    const { variable_signal_bond: bond, ...caller } = channels.get("c-1")!;
    const { variable_sip_call_id: dialog, ...leg } = channels.get("leg-2")!;
    channels.set("c-1", { ...caller, variable_originate_signal_bond: bond });
    channels.set("leg-2", leg);
    const { link } = await linked(scene, channels);
    const two = scene.process({ link });
    const call = new FakeCall("c-1", "d-2");
    const arriving = two.sessions.arrive(call, "10.0.0.1");
    await scene.clock.advance(100);
    expect(call.history).toEqual([]);
    channels.set("leg-2", { ...leg, variable_sip_call_id: dialog });
    await scene.clock.runUntil(arriving);
    expect(call.history.length).toBe(3);
  });

  test("take a live call of ours over when FreeSWITCH says that its leg is another now", async () => {
    const { scene } = await cut();
    const channels = bridged("c-1", "leg-2", "d-2");
    const { link } = await linked(scene, channels);
    const two = scene.process({ link });
    const first = await scene.call(two, "c-1", "d-2");
    first.history.push({ role: "caller", text: "not written yet" });
    for (const [name, fields] of bridged("c-1", "leg-3", "d-3")) channels.set(name, fields);
    const second = await scene.call(two, "c-1", "d-3");
    expect(second.history.at(-1)?.text).toBe("not written yet");
    expect([first.state, second.state]).toEqual(["ended", "live"]);
    await scene.clock.advance(1000);
    const { epoch, isLive } = scene.store.calls.get("c-1")!;
    expect({ epoch, isLive }).toEqual({ epoch: 3, isLive: true });
  });

  test.each([
    ["hung up", { cause: "remote" as const, reason: "Q.850;cause=16" }, false],
    ["hung up without a reason", { cause: "remote" as const }, false],
    ["was transferred", { cause: "local" as const, transferredTo: "sip:a@b" }, false],
    ["was ended by us", { cause: "local" as const }, false],
    ["was lost by FreeSWITCH", { cause: "remote" as const, reason: "Q.850;cause=41" }, true],
    ["was not heard", { cause: "remote" as const, reason: 'SIP;text="MEDIA_TIMEOUT"' }, true],
    ["failed here", { cause: "local" as const, error: new Error("chain") }, true],
    ["did not answer", { cause: "timeout" as const }, true],
  ])("say of a call that %s whether it may come back", async (_, end, isLive) => {
    const { scene, call } = await cut();
    call.end(end);
    await scene.clock.advance(10);
    expect(scene.store.calls.get("c-1")?.isLive).toBe(isLive);
    const again = await scene.call(scene.process(), "c-1", "d-2");
    expect(again.info.resumed?.saying?.unheard).toBe(isLive ? "twenty euros." : undefined);
    expect(again.history.length).toBe(isLive ? 3 : 0);
  });

  test("do not have said again what was heard after they looked last", async () => {
    const { scene, call } = await cut();
    call.media!.progress = undefined;
    call.history.push({ role: "agent", text: "That will be twenty" });
    call.end({ cause: "timeout" });
    await scene.clock.advance(10);
    const { saying, history } = scene.store.calls.get("c-1")!;
    expect(saying).toEqual({ heard: "That will be twenty", unheard: "euros." });
    expect(history.at(-1)).toMatchObject({
      ...{ role: "agent", text: "That will be twenty", interrupted: true },
    });
  });

  test("have said again all of what was not begun when they looked last", async () => {
    const { scene, call } = await cut();
    call.history.push({ role: "agent", text: "Yes." });
    call.media!.progress = { heard: "", unheard: "Yes. Two.", position: 3 };
    await scene.clock.advance(300);
    call.end({ cause: "timeout" });
    await scene.clock.advance(10);
    expect(scene.store.calls.get("c-1")?.saying).toEqual({ heard: "", unheard: "Yes. Two." });
  });

  test("write all there is before we cut calls off ourselves, with what was being said", async () => {
    const { scene, one, call } = await cut();
    call.media!.progress = { heard: "That will be twenty", unheard: "euros.", position: 2 };
    await scene.clock.runUntil(one.sessions.suspend(1000));
    // The end of the conversation writes down what was heard of it.
    call.media!.progress = undefined;
    call.history.push({ role: "agent", text: "That will be twenty" });
    await call.hangup();
    await scene.clock.runUntil(one.sessions.stop(1000));
    const { isLive, saying, history } = scene.store.calls.get("c-1")!;
    expect({ isLive, saying, last: history.at(-1) }).toMatchObject({
      isLive: true,
      saying: { heard: "That will be twenty", unheard: "euros." },
      last: { role: "agent", text: "That will be twenty", interrupted: true },
    });
    expect(history.length).toBe(3);
  });

  test("tell of a call that does not come back, with all that is known of it, and forget it", async () => {
    const { scene, one } = await cut();
    await one.sessions.stop(0);
    const two = scene.process({ resumeWithinMs: 120_000, keepEndedMs: 60_000 });
    await scene.clock.runUntil(two.sessions.start());
    const late = new FakeCall("c-1", "d-2");
    await scene.clock.advance(160_000);
    expect(two.events.map(({ type }) => type)).toEqual(["lost"]);
    expect(two.events[0]).toMatchObject({
      stored: { id: "c-1", memory: { order: { pizzas: 2 } } },
    });
    expect(scene.store.calls.size).toBe(0);
    await scene.clock.runUntil(two.sessions.arrive(late, "10.0.0.1"));
    expect(late.history).toEqual([]);
  });

  test("take the live calls of another process for what they are, however long they last", async () => {
    const scene = new SessionScene();
    const [one, two] = [scene.process(), scene.process()];
    await scene.clock.runUntil(one.sessions.start());
    await scene.call(one);
    await scene.clock.advance(300);
    await scene.clock.runUntil(two.sessions.start());
    await scene.clock.advance(20 * 60_000);
    expect([...one.events, ...two.events]).toEqual([]);
    expect(scene.store.calls.get("c-1")?.isLive).toBe(true);
  });

  test("forget calls that are over when their time has come", async () => {
    const { scene, call } = await cut();
    call.end({});
    await scene.clock.advance(3_500_000);
    expect(scene.store.calls.size).toBe(1);
    await scene.clock.advance(200_000);
    expect(scene.store.calls.size).toBe(0);
  });

  test("write nothing of calls that did not come through FreeSWITCH, or were never answered", async () => {
    const scene = new SessionScene();
    const one = scene.process();
    await scene.clock.runUntil(one.sessions.start());
    await scene.call(one, "", "d-1");
    const call = new FakeCall("c-9", "d-9");
    await scene.clock.runUntil(one.sessions.arrive(call, "10.0.0.1"));
    // As an application does that decides on calls.
    call.memory.set("queue", "sales");
    await scene.clock.runUntil(one.sessions.suspend(100));
    call.end({ cause: "cancelled" });
    await scene.clock.advance(60_000);
    expect(scene.store.writes).toBe(0);
  });

  test("let a call that is cancelled while it comes back come back once more", async () => {
    const { scene } = await cut();
    const two = scene.process();
    const call = new FakeCall("c-1", "d-2");
    await scene.clock.runUntil(two.sessions.arrive(call, "10.0.0.1"));
    call.end({ cause: "cancelled" });
    await scene.clock.advance(10);
    const back = await scene.call(two, "c-1", "d-3");
    expect(back.history.length).toBe(3);
    expect(back.info.resumed?.saying).toEqual({ heard: "That will be", unheard: "twenty euros." });
  });
});

describe("Sessions on a store that is in trouble", () => {
  test("answer calls without it, tell of it once, and write all when it works again", async () => {
    const scene = new SessionScene();
    scene.store.mode = "full";
    const one = scene.process();
    await scene.clock.runUntil(one.sessions.start());
    one.events.length = 0;
    const calls: FakeCall[] = [];
    for (const id of ["c-1", "c-2", "c-3"]) calls.push(await scene.call(one, id, id));
    one.events.length = 0;
    for (let second = 0; second < 60; second++) {
      for (const call of calls) call.history.push({ role: "caller", text: String(second) });
      await scene.clock.advance(1000);
    }
    expect(one.events.map(({ type }) => type)).toEqual(["trouble"]);
    scene.store.recover();
    await scene.clock.advance(31_000);
    expect(one.events.map(({ type }) => type)).toEqual(["trouble", "recovered"]);
    const written = [...scene.store.calls.values()].map(({ history }) => history.length);
    expect(written).toEqual([60, 60, 60]);
  });

  test("try nothing again after they have stopped", async () => {
    const { scene, one, call } = await cut();
    scene.store.mode = "hangs";
    call.memory.set("order", 3);
    await scene.clock.advance(10);
    await scene.clock.runUntil(one.sessions.stop(100));
    scene.store.recover("full");
    await scene.clock.advance(60_000);
    expect(one.sessions.writes.failed).toBe(1);
  });

  test("wait for one that hangs no longer than a second, and queue nothing", async () => {
    const { scene, one, call } = await cut();
    scene.store.mode = "hangs";
    const before = scene.clock.now();
    const next = await scene.call(one, "c-2", "d-2");
    expect(scene.clock.now() - before).toBeLessThan(1001);
    for (let word = 0; word < 1000; word++) {
      call.history.push({ role: "caller", text: String(word) });
      next.history.push({ role: "caller", text: String(word) });
      await scene.clock.advance(250);
    }
    const { writes } = scene.store;
    scene.store.recover();
    await scene.clock.advance(1000);
    expect(scene.store.writes - writes).toBeLessThan(6);
    expect(scene.store.calls.get("c-1")?.history.length).toBe(1003);
    expect(scene.store.calls.get("c-2")?.history.length).toBe(1000);
    expect(one.events.map(({ type }) => type)).toEqual(["trouble", "recovered"]);
  });

  test("take a call back though it cannot be claimed", async () => {
    const { scene } = await cut();
    const two = scene.process();
    const call = new FakeCall("c-1", "d-2");
    const { claim } = scene.store;
    scene.store.claim = () => Promise.reject(new Error("EIO"));
    await scene.clock.runUntil(two.sessions.arrive(call, "10.0.0.1"));
    expect(call.history.length).toBe(3);
    scene.store.claim = claim;
    call.answer();
    await scene.clock.runUntil(two.sessions.start());
    await scene.clock.advance(500);
    expect(scene.store.calls.get("c-1")?.epoch).toBe(2);
    expect(two.events.map(({ type }) => type)).toEqual(["trouble", "resumed"]);
  });
});

describe("the options of sessions", () => {
  test.each([
    ["no place", { store: undefined }, "current value is none"],
    ["two places", { folder: "x" }, "current value is both"],
    ["no time", { resumeWithinMs: 100 }, "current value is 100"],
    ["NaN", { keepEndedMs: NaN }, "current value is NaN"],
  ])("are refused with %s", (_, options, message) => {
    expect(() => new SessionScene().process(options)).toThrow(message);
  });
});
