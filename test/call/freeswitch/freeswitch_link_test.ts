import { describe, expect, test } from "bun:test";
import { FreeSwitchDoor, FreeSwitchLink, type FreeSwitchState } from "../../../src/call/mod.ts";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";
import { EslAuthError, EslClosedError } from "../../../src/esl/mod.ts";
import { commandReply } from "../../support/scripted_esl.ts";
import { bridged, type Fields, serveChannels } from "../../support/virtual_channels.ts";
import { VirtualFreeSwitch } from "../../support/virtual_freeswitch.ts";

interface Scene {
  readonly clock: VirtualClock;
  readonly freeswitch: VirtualFreeSwitch;
  readonly link: FreeSwitchLink;
  readonly states: FreeSwitchState[];
}

function scene(): Scene {
  const clock = new VirtualClock();
  const freeswitch = new VirtualFreeSwitch();
  const states: FreeSwitchState[] = [];
  const link = new FreeSwitchLink({
    password: "p",
    clock,
    random: new SeededRandom(1),
    openSocket: freeswitch.openSocket,
    onState: (state) => void states.push(state),
  });
  return { clock, freeswitch, link, states };
}

async function connected(channels: ReadonlyMap<string, Fields>): Promise<Scene> {
  const made = scene();
  serveChannels(made.freeswitch, channels);
  void made.link.start("127.0.0.1:5070");
  await made.clock.runUntil(made.link.client.connect());
  return made;
}

/** A call that names `sessionId` and whose dialog is `sipCallId`. */
function call(sessionId: string, sipCallId: string) {
  return { info: { sessionId }, sipCallId };
}

describe("FreeSwitchLink", () => {
  test("finds the channel of a call that names it and whose dialog is the other end", async () => {
    const { clock, link } = await connected(bridged("a-1", "b-1", "dialog-1"));
    const channel = await clock.runUntil(link.channelOf(call("a-1", "dialog-1")));
    expect({ ...channel, details: channel?.details.callerName }).toEqual({
      uuid: "a-1",
      legUuid: "b-1",
      profile: "callers",
      destination: "7123",
      context: "callers",
      us: "sofia/sofia_phone/sip:expected@127.0.0.1:5070",
      codecs: undefined,
      details: "Zo\u00eb, 100%",
    });
  });

  test("repeats nothing that a caller has dialled", async () => {
    const channels = bridged("a-1", "b-1", "dialog-1");
    const way = async (uri: string) => {
      channels.set("b-1", { ...channels.get("b-1"), variable_sip_req_uri: uri });
      const { clock, link } = await connected(channels);
      return (await clock.runUntil(link.channelOf(call("a-1", "dialog-1"))))?.us;
    };
    expect(await way("1,user/2@[::1]:5070;transport=tcp")).toBe(
      "sofia/sofia_phone/sip:expected@[::1]:5070;transport=tcp",
    );
    expect(await way("7000@127.0.0.1:5070,user/2")).toBe(undefined);
    expect(await way("")).toBe(undefined);
  });

  test("believes nobody who names the channel of another's call", async () => {
    const { clock, link } = await connected(bridged("a-1", "b-1", "dialog-1"));
    expect(await clock.runUntil(link.channelOf(call("a-1", "dialog-2")))).toBe(undefined);
    // Nor one who names our leg, or the caller's own dialog.
    expect(await clock.runUntil(link.channelOf(call("b-1", "dialog-2")))).toBe(undefined);
    const callers = "cb0b7e58-317e-4a5a-9831-1f9dd5d654a6";
    expect(await clock.runUntil(link.channelOf(call("nobody", callers)))).toBe(undefined);
    expect(clock.now()).toBe(0);
  });

  test.each([
    ["a blank", "a-1 b"],
    ["a line end", "a-1\n\napi shutdown"],
    ["nothing", ""],
    ["10 KB", "x".repeat(10_000)],
  ])("asks FreeSWITCH nothing about a channel whose name is %s", async (_, name) => {
    const { clock, link, freeswitch } = await connected(new Map());
    expect(await clock.runUntil(link.channelOf(call(name, "dialog-1")))).toBe(undefined);
    const asked = freeswitch.last.commands.filter((line) => line.includes("uuid_dump"));
    expect(asked).toEqual(["api uuid_dump dialog-1"]);
  });

  test("waits for a bridge that is about to be, for three seconds", async () => {
    const channels = bridged("a-1", "b-1", "dialog-1");
    const both = channels.get("a-1")!;
    const { variable_signal_bond: bond, ...alone } = both;
    channels.set("a-1", alone);
    const { clock, link } = await connected(channels);
    const later = link.channelOf(call("a-1", "dialog-1"));
    await clock.advance(2500);
    channels.set("a-1", { ...alone, variable_signal_bond: bond });
    expect((await clock.runUntil(later))?.legUuid).toBe("b-1");
    channels.set("a-1", alone);
    const startedAt = clock.now();
    expect(await clock.runUntil(link.channelOf(call("a-1", "dialog-1")))).toBe(undefined);
    expect(clock.now() - startedAt).toBe(2950);
  });

  test("finds the channel of a call of ours where legs are named by their Call-IDs", async () => {
    const channels = bridged("a-1", "dialog-1", "dialog-1");
    const { clock, link } = await connected(channels);
    const channel = await clock.runUntil(link.channelOf(call("dialog-1", "dialog-1")));
    expect([channel?.uuid, channel?.legUuid]).toEqual(["a-1", "dialog-1"]);
  });

  test("says why it can say nothing while there is no connection, and tells when there is", async () => {
    const { clock, freeswitch, link, states } = await connected(bridged("a-1", "b-1", "dialog-1"));
    expect([link.isConnected, states]).toEqual([true, [{ isConnected: true }]]);
    freeswitch.last.drop(new Error("ECONNRESET"));
    const error = await link.channelOf(call("a-1", "dialog-1")).catch((error) => error);
    expect(error).toBeInstanceOf(EslClosedError);
    expect(states.map(({ isConnected }) => isConnected)).toEqual([true, false]);
    await clock.advance(1000);
    expect(states.at(-1)).toEqual({ isConnected: true });
    expect(await clock.runUntil(link.channelOf(call("a-1", "dialog-1")))).toBeDefined();
    await link.close();
    expect(states.at(-1)?.isConnected).toBe(false);
    expect(clock.pending).toBe(0);
  });

  test("tells that its login is refused, and throws nothing", async () => {
    const { clock, freeswitch, link, states } = scene();
    freeswitch.login = "-ERR invalid";
    void link.start("127.0.0.1:5070");
    await clock.advance(1);
    expect(states[0].error).toBeInstanceOf(EslAuthError);
    expect(commandReply(freeswitch.login)).toContain("invalid");
    await link.close();
  });

  test("does not connect when its door cannot be opened", async () => {
    const context = { us: "127.0.0.1:5070", onError: () => {} };
    await using taken = new FreeSwitchDoor({ port: 0 }, context);
    await taken.open();
    const clock = new VirtualClock();
    const { openSocket, sockets } = new VirtualFreeSwitch();
    const door = { port: taken.port };
    const link = new FreeSwitchLink({ password: "p", clock, openSocket, door });
    const error = await link.start("127.0.0.1:5070").catch((error) => error);
    expect(error).toBeInstanceOf(Error);
    await clock.advance(60_000);
    expect([sockets.length, link.client.state]).toEqual([0, "idle"]);
  });
});
