import { describe, expect, test } from "bun:test";
import { FreeSwitchLink, type SessionEvent, SwitchWatch } from "../../../src/call/mod.ts";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";
import { apiResponse } from "../../support/scripted_esl.ts";
import { bridged, type Fields, serveChannels } from "../../support/virtual_channels.ts";
import { VirtualFreeSwitch } from "../../support/virtual_freeswitch.ts";

const BRIDGE = "{x=1}sofia/sofia_phone/sip:7123@127.0.0.1:5070";

/** A row of `show channels` for a caller. */
function row(uuid: string, application: string, argument = ""): Fields {
  return { uuid, direction: "inbound", application, application_data: argument };
}

interface Scene {
  readonly clock: VirtualClock;
  readonly freeswitch: VirtualFreeSwitch;
  readonly link: FreeSwitchLink;
  readonly channels: Map<string, Fields>;
  readonly events: SessionEvent[];
  readonly calls: ReturnType<typeof callOf>[];
  readonly waiting: string[];
  readonly gone: string[];
  watch: SwitchWatch | undefined;
}

function callOf(channel: string, sipCallId: string) {
  const call = {
    info: { sessionId: channel, headers: { "x-sofia-channel": channel } },
    ...{ sipCallId, wasAnswered: true, hangups: 0 },
    hangup: (): Promise<void> => Promise.resolve(void call.hangups++),
  };
  return call;
}

/** A watch that has compared once. */
async function watched(arrange: (scene: Scene) => void): Promise<Scene> {
  const clock = new VirtualClock();
  const freeswitch = new VirtualFreeSwitch();
  const link = new FreeSwitchLink({
    ...{ password: "p", clock, random: new SeededRandom(1) },
    openSocket: freeswitch.openSocket,
  });
  const channels = new Map<string, Fields>();
  serveChannels(freeswitch, channels);
  freeswitch.answers.set("api uuid_getvar ", (command) => {
    const [, , uuid, name] = command.split(" ");
    return apiResponse(channels.get(uuid)?.[`variable_${name}`] ?? "_undef_");
  });
  const scene: Scene = {
    ...{ clock, freeswitch, link, channels },
    ...{ events: [], calls: [], waiting: [], gone: [], watch: undefined },
  };
  arrange(scene);
  scene.watch = new SwitchWatch({
    ...{ clock, link, address: "127.0.0.1:5070" },
    calls: () => scene.calls,
    waiting: () => scene.waiting,
    onGone: (id) => {
      scene.gone.push(id);
      scene.waiting.splice(scene.waiting.indexOf(id), 1);
      return Promise.resolve();
    },
    onEvent: (_, event) => void scene.events.push(event),
  });
  void link.start("127.0.0.1:5070");
  await clock.runUntil(link.client.connect());
  await clock.advance(1);
  return scene;
}

/** What FreeSWITCH was told to do. */
function told({ freeswitch }: Scene): string[] {
  return freeswitch.sockets.flatMap(({ commands }) => commands).filter((command) =>
    /uuid_(break|transfer|kill)/.test(command)
  );
}

describe("SwitchWatch", () => {
  test("brings back who waits in the music of our dialplan, and disturbs nobody else", async () => {
    const scene = await watched(({ freeswitch, channels }) => {
      freeswitch.channels = [
        row("w-1", "playback"),
        row("w-2", "playback"),
        row("f-1", "playback"),
        row("x-1", "voicemail"),
        row("b-1", "bridge", "user/1000"),
        { ...row("o-1", "park"), direction: "outbound" },
      ];
      for (const uuid of ["w-1", "w-2"]) {
        channels.set(uuid, { "Unique-ID": uuid, variable_sofia_phone_state: "waiting" });
      }
      channels.set("f-1", { "Unique-ID": "f-1", variable_sofia_phone_state: "fallback" });
    });
    expect(told(scene)).toEqual(["api uuid_break w-1 all", "api uuid_break w-2 all"]);
    expect(scene.events).toEqual([
      { type: "fetched", channel: "w-1" },
      { type: "fetched", channel: "w-2" },
    ]);
  });

  test("brings back a stored caller in a dialplan of another make, by the number it dialled", async () => {
    const scene = await watched(({ freeswitch, channels, waiting }) => {
      freeswitch.channels = [row("c-1", "playback")];
      const { variable_signal_bond: _, ...alone } = bridged("c-1", "l-1", "d-1").get("c-1")!;
      channels.set("c-1", alone);
      waiting.push("c-1");
    });
    expect(told(scene)).toEqual(["api uuid_transfer c-1 7123 XML callers"]);
  });

  test("tells of a caller whose number no command can hold, and brings back the others", async () => {
    const scene = await watched(({ freeswitch, channels, waiting }) => {
      const numbers = ["7 1 2 3", "-both", "7'1", "", "7123"];
      freeswitch.channels = numbers.map((_, index) => row(`c-${index}`, "playback"));
      for (const [index, number] of numbers.entries()) {
        const uuid = `c-${index}`;
        const { variable_signal_bond: _, ...alone } = bridged(uuid, "l-1", "d-1").get(uuid)!;
        channels.set(uuid, { ...alone, "Caller-Destination-Number": number });
        waiting.push(uuid);
      }
    });
    expect(told(scene)).toEqual(["api uuid_transfer c-4 7123 XML callers"]);
    const types = scene.events.map(({ type }) => type);
    expect(types).toEqual(["trouble", "trouble", "trouble", "trouble", "fetched"]);
    expect(scene.events.map((event) => "error" in event ? String(event.error) : "")[1])
      .toContain('current value is "-both"');
  });

  test("after a start takes callers at once from legs to a process that is no more", async () => {
    const scene = await watched(({ freeswitch, channels, calls }) => {
      freeswitch.channels = [
        row("c-1", "bridge", BRIDGE),
        row("c-2", "bridge", BRIDGE),
        row("c-3", "bridge", BRIDGE.replace("5070", "5999")),
      ];
      for (const n of [1, 2, 3]) {
        for (const [name, fields] of bridged(`c-${n}`, `l-${n}`, `d-${n}`)) {
          channels.set(name, fields);
        }
      }
      calls.push(callOf("other", "d-2"));
    });
    expect(told(scene)).toEqual(["api uuid_transfer c-1 7123 XML callers"]);
    expect(scene.events[0]).toEqual({ type: "zombie", where: "freeswitch", channel: "c-1" });
  });

  test("later waits for a second look, as a call may have just ended here", async () => {
    const scene = await watched(() => {});
    scene.freeswitch.channels = [row("c-1", "bridge", BRIDGE)];
    for (const [name, fields] of bridged("c-1", "l-1", "d-1")) scene.channels.set(name, fields);
    await scene.clock.advance(10_100);
    expect(told(scene)).toEqual([]);
    await scene.clock.advance(10_100);
    expect(told(scene)).toEqual(["api uuid_transfer c-1 7123 XML callers"]);
  });

  test("ends a call of ours whose channel is gone, once, and none that never had one there", async () => {
    const scene = await watched(({ freeswitch, calls }) => {
      freeswitch.channels = [row("c-1", "bridge", BRIDGE)];
      calls.push(callOf("c-1", "d-1"), callOf("c-2", "d-2"));
    });
    scene.freeswitch.channels = [];
    await scene.clock.advance(10_100);
    expect(scene.calls.map(({ hangups }) => hangups)).toEqual([0, 0]);
    await scene.clock.advance(10_100);
    expect(scene.calls.map(({ hangups }) => hangups)).toEqual([1, 0]);
    expect(scene.events).toEqual([{ type: "zombie", where: "here", channel: "c-1" }]);
  });

  test("ends calls at once when FreeSWITCH itself was started again", async () => {
    const scene = await watched(() => {});
    scene.calls.push(callOf("c-1", "d-1"));
    scene.freeswitch.event({
      "Event-Name": "CHANNEL_BRIDGE",
      ...{ "Bridge-A-Unique-ID": "c-1", "Bridge-B-Unique-ID": "l-1", "Unique-ID": "c-1" },
    });
    await scene.clock.advance(10);
    scene.freeswitch.last.drop();
    await scene.clock.advance(2000);
    expect(scene.calls[0].hangups).toBe(1);
  });

  test("ends no call that FreeSWITCH has just bridged and does not list yet", async () => {
    const scene = await watched(({ freeswitch }) => {
      freeswitch.answers.set("api uuid_exists ", () => apiResponse("true"));
    });
    scene.calls.push(callOf("c-1", "d-1"));
    scene.freeswitch.event({
      "Event-Name": "CHANNEL_BRIDGE",
      ...{ "Bridge-A-Unique-ID": "c-1", "Bridge-B-Unique-ID": "l-1", "Unique-ID": "c-1" },
    });
    await scene.clock.advance(10);
    scene.freeswitch.last.drop();
    await scene.clock.advance(2000);
    expect([scene.calls[0].hangups, scene.events]).toEqual([0, []]);
    expect(scene.freeswitch.sockets.at(-1)!.commands).toContain("api uuid_exists c-1");
  });

  test("forgets stored calls that FreeSWITCH does not have, at the second look", async () => {
    const scene = await watched(({ freeswitch, waiting }) => {
      freeswitch.channels = [row("c-2", "bridge", "user/1000")];
      waiting.push("c-1", "c-2");
    });
    expect(scene.gone).toEqual([]);
    await scene.clock.advance(10_100);
    expect([scene.gone, scene.waiting]).toEqual([["c-1"], ["c-2"]]);
  });

  test("does not bring back again who is on its way", async () => {
    const scene = await watched(({ freeswitch, channels }) => {
      freeswitch.channels = [row("w-1", "playback")];
      channels.set("w-1", { "Unique-ID": "w-1", variable_sofia_phone_state: "waiting" });
    });
    scene.freeswitch.last.drop();
    await scene.clock.advance(1000);
    expect(told(scene).length).toBe(1);
    await scene.clock.advance(10_100);
    expect(told(scene).length).toBe(2);
  });

  test("leaves callers and calls alone once it is stopped, also in the midst of a comparison", async () => {
    const scene = await watched(({ freeswitch, channels, calls }) => {
      freeswitch.channels = [row("w-1", "playback"), row("c-1", "bridge", BRIDGE)];
      channels.set("w-1", { "Unique-ID": "w-1", variable_sofia_phone_state: "answered" });
      calls.push(callOf("c-1", "d-1"));
    });
    scene.channels.set("w-1", { "Unique-ID": "w-1", variable_sofia_phone_state: "waiting" });
    scene.freeswitch.answers.set("api uuid_getvar ", () => {
      scene.watch?.stop();
      return apiResponse("waiting");
    });
    await scene.clock.advance(10_001);
    scene.freeswitch.channels = [];
    await scene.clock.advance(60_000);
    expect({ told: told(scene), events: scene.events, hangups: scene.calls[0].hangups })
      .toEqual({ told: [], events: [], hangups: 0 });
  });
});
