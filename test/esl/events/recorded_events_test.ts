import { describe, expect, test } from "bun:test";
import {
  EslBridgeEvent,
  EslChannelEvent,
  EslClient,
  EslDtmfEvent,
  EslEvent,
  EslExecuteEvent,
  EslHangupEvent,
  EslHeartbeatEvent,
  EslJobEvent,
  EslParser,
  EslRecordEvent,
  parseJsonEvent,
  parsePlainEvent,
} from "../../../src/esl/mod.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";
import { bytesFromFreeSwitch } from "../../support/esl_recording.ts";
import { VirtualFreeSwitch } from "../../support/virtual_freeswitch.ts";

type Name = "inbound-call-json" | "inbound-call-plain" | "outbound-call";

/** The events of a recording, as a client hands them over. */
async function eventsOf(name: Name): Promise<EslEvent[]> {
  const clock = new VirtualClock();
  const freeswitch = new VirtualFreeSwitch();
  const client = new EslClient({ password: "p", clock, openSocket: freeswitch.openSocket });
  await clock.runUntil(client.connect());
  const events: EslEvent[] = [];
  client.on("event", (event) => void events.push(event));
  for (const item of new EslParser().push(bytesFromFreeSwitch(name))) {
    if ("fault" in item || !item.headers.get("Content-Type")?.startsWith("text/event")) continue;
    const head = [...item.headers].map(([key, value]) => `${key}: ${value}\n`).join("");
    freeswitch.last.say(`${head}\n${new TextDecoder().decode(item.body)}`);
  }
  client.close();
  return events;
}

/** The first event of a name, of the class it must be of. */
function first<T extends EslEvent>(
  events: readonly EslEvent[],
  name: string,
  type: new (...args: never[]) => T,
): T {
  const found = events.find((event) => event.name === name);
  if (!(found instanceof type)) throw new Error(`${name} is not there, or of another class`);
  return found;
}

for (const recording of ["inbound-call-json", "inbound-call-plain"] as const) {
  describe(`the events of ${recording}`, () => {
    test("say who calls whom", async () => {
      const events = await eventsOf(recording);
      const inbound = events.find((event) =>
        event instanceof EslChannelEvent && event.direction === "inbound"
      ) as EslChannelEvent;
      expect(inbound.name).toBe("CHANNEL_CREATE");
      expect(inbound.callerName).toBe("Zo\u00eb");
      expect(inbound.callerNumber).toBe("+15551234");
      expect(inbound.destination).toBe("100");
      expect(inbound.uuid).toMatch(/^[0-9a-f-]{36}$/);
      expect(inbound.channelName).toContain("sofia/internal/");
      expect(inbound.sipCallId).toMatch(/^[0-9a-f-]{36}$/);
      expect(inbound.answerState).toBe("ringing");
      expect(new Date(inbound.at!).getUTCFullYear()).toBe(2026);
      const bridge = first(events, "CHANNEL_BRIDGE", EslBridgeEvent);
      expect(bridge.aUuid).toBe(bridge.uuid);
      expect(bridge.bUuid).toBe(bridge.otherUuid);
      expect(bridge.callState).toBe("ACTIVE");
    });

    test("say what was pressed, recorded and done", async () => {
      const events = await eventsOf(recording);
      const keys = events.filter((event) => event instanceof EslDtmfEvent);
      expect(keys.map(({ digit, durationMs, source }) => [digit, durationMs, source])).toEqual([
        ["1", 200, "RTP"],
        ["2", 200, "RTP"],
        ["#", 200, "RTP"],
      ]);
      const stop = first(events, "RECORD_STOP", EslRecordEvent);
      expect([stop.path, stop.recordedMs]).toEqual(["/var/rec/call.wav", 1000]);
      const job = first(events, "BACKGROUND_JOB", EslJobEvent);
      expect(job.jobUuid).toBe("33333333-3333-4333-8333-333333333333");
      expect(job.command).toBe("originate");
      expect(job.argument).toContain("origination_caller_id_name=Zo\u00eb");
      expect(job.result).toBe("+OK aaaaaaaa-0000-4000-8000-000000000001");
    });

    test("say why it ended and how long it was", async () => {
      const hangup = first(await eventsOf(recording), "CHANNEL_HANGUP_COMPLETE", EslHangupEvent);
      expect([hangup.cause, hangup.causeCode]).toEqual(["NORMAL_CLEARING", 16]);
      expect(hangup.durationMs).toBeGreaterThan(1000);
      expect(hangup.billedMs).toBeGreaterThan(1000);
      expect(hangup.disposition).toMatch(/^(send|recv)_bye$/);
    });
  });
}

describe("typed events", () => {
  test("say that FreeSWITCH is alive and what was executed", async () => {
    const heartbeat = first(await eventsOf("inbound-call-json"), "HEARTBEAT", EslHeartbeatEvent);
    expect([heartbeat.sessions, heartbeat.maxSessions, heartbeat.uptimeMs]).toEqual([
      2,
      1000,
      60_036,
    ]);
    expect(heartbeat.idlePercent).toBeGreaterThan(0);
    const done = first(
      await eventsOf("outbound-call"),
      "CHANNEL_EXECUTE_COMPLETE",
      EslExecuteEvent,
    );
    expect([done.application, done.response]).toEqual(["answer", "_none_"]);
    expect(done.applicationUuid).toBe("11111111-1111-4111-8111-111111111111");
  });

  test("have nothing where nothing is, and throw at nothing that is there", () => {
    const classes = [
      EslBridgeEvent,
      EslChannelEvent,
      EslDtmfEvent,
      EslExecuteEvent,
      EslHangupEvent,
      EslHeartbeatEvent,
      EslJobEvent,
      EslRecordEvent,
    ];
    const odd =
      '{"Unique-ID":[],"DTMF-Digit":"\u{1f600}","DTMF-Duration":"x","Call-Direction":"up"}';
    for (const type of classes) {
      for (const text of ["{}", odd]) {
        const event = new type(parseJsonEvent(new TextEncoder().encode(text))!);
        const names = Object.getOwnPropertyNames(type.prototype).filter((one) =>
          one !== "constructor"
        );
        for (const name of names) {
          const value = (event as unknown as Record<string, unknown>)[name];
          expect([name, value]).toEqual([name, name === "result" ? "" : undefined]);
        }
        expect([event.name, event.at, event.body]).toEqual(["", undefined, ""]);
      }
    }
  });

  test("have all values of a field, in both ways to write them", () => {
    const utf8 = new TextEncoder();
    const json = new EslEvent(parseJsonEvent(utf8.encode('{"a":["x","y z"],"b":"1"}'))!);
    const plain = new EslEvent(
      parsePlainEvent(utf8.encode("a: ARRAY%3A%3Ax%7C%3Ay%20z\nb: 1\n\n")),
    );
    for (const event of [json, plain]) {
      expect(event.getAll("a")).toEqual(["x", "y z"]);
      expect(event.get("a")).toBe("x");
      expect([event.getAll("b"), event.getAll("c")]).toEqual([["1"], []]);
      expect([...event.names()]).toEqual(["a", "b"]);
    }
  });

  test.each([
    ["Content-Length: 4\n\n\u00e9\u00e9and more", "\u00e9\u00e9"],
    ["Content-Length: 99\n\nshort", "short"],
    ["Content-Length: -1\n\nx", ""],
    ["Content-Length: x\n\nx", ""],
    ["A: 1\n\nx", ""],
    ["A: 1", ""],
    ["", ""],
  ])("count the bytes of the body inside a plain event: %j", (text, body) => {
    expect(parsePlainEvent(new TextEncoder().encode(text)).body).toBe(body);
  });
});
