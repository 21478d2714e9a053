import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../../src/clock/mod.ts";
import {
  EslClient,
  type EslError,
  type EslEvent,
  EslHangupError,
  EslServer,
  type EslSession,
} from "../../../src/esl/mod.ts";
import {
  bytesFromFreeSwitch,
  type ESL_RECORDINGS,
  type EslRecord,
  readEslRecording,
} from "../../support/esl_recording.ts";
import {
  apiResponse,
  commandReply,
  type EslPeer,
  ScriptedEsl,
} from "../../support/scripted_esl.ts";
import { TRANSPORTS } from "./transports.ts";

const decoder = new TextDecoder();

type Name = (typeof ESL_RECORDINGS)[number];

/** The names of the events in a recording, found without any parser of ours. */
function eventsIn(name: Name): string[] {
  const text = new TextDecoder("latin1").decode(bytesFromFreeSwitch(name));
  const pattern =
    /Content-Type: text\/event-(?:plain\n\nEvent-Name: |json\n\n\{"Event-Name":")(\w+)/g;
  return [...text.matchAll(pattern)].map(([, event]) => event);
}

/** What FreeSWITCH sent after each command, and before the first. */
function turnsOf(records: readonly EslRecord[]): { command: string; said: Uint8Array[] }[] {
  const turns: { command: string; said: Uint8Array[] }[] = [{ command: "", said: [] }];
  for (const { from, bytes } of records) {
    if (from === "C") turns.push({ command: decoder.decode(bytes).trimEnd(), said: [] });
    else if (from === "S") turns.at(-1)!.said.push(bytes);
  }
  return turns;
}

/** The next command of those that are recorded, too: ours asks for a few events more. */
async function commandOf(peer: EslPeer): Promise<void> {
  for (;;) {
    const command = await peer.command().catch(() => "");
    if (!command.startsWith("event ")) return;
    peer.write(commandReply("+OK"));
  }
}

/** Plays a recording to a server of ours: after each of its commands, what was said after that one. */
async function playTo(peer: EslPeer, name: Name): Promise<void> {
  for (const { command, said } of turnsOf(readEslRecording(name))) {
    if (command !== "") await commandOf(peer);
    for (const bytes of said) peer.write(bytes);
  }
  peer.end();
}

/** Says what was said in a recording after the greeting, less what came before `from`. */
async function follow(session: EslSession, name: Name, to = 100, from = 0): Promise<void> {
  for (const { command } of turnsOf(readEslRecording(name)).slice(4).slice(from, to)) {
    // What it was answered is the recording's own.
    await session.command(command.split("\n")[0]).catch(() => {});
  }
}

for (const transport of TRANSPORTS) {
  describe(`recorded calls over ${transport}`, () => {
    test.each([["inbound-call-plain"], ["inbound-call-json"]] as const)(
      "are followed by a client: %s",
      async (name) => {
        const turns = turnsOf(readEslRecording(name));
        await using scripted = await ScriptedEsl.listen(async (peer) => {
          await peer.welcome();
          await peer.expect("api go", apiResponse(""));
          // The login and the subscription are told apart by each client; the rest is the recording's.
          const rest = turns.slice(2);
          for (const bytes of rest[0].said) {
            if (!decoder.decode(bytes).startsWith("Content-Type: command/reply")) peer.write(bytes);
          }
          for (const { said } of rest.slice(1)) {
            await peer.command();
            for (const bytes of said) peer.write(bytes);
          }
          peer.end();
        });
        await using client = new EslClient({ port: scripted.port, password: "p", transport });
        const events: EslEvent[] = [];
        client.on("event", (event) => void events.push(event));
        await client.connect();
        const over = new Promise<void>((resolve) =>
          void client.on("reconnecting", () => resolve())
        );
        await client.api("go");
        const answers: string[] = [];
        for (const { command } of turns.slice(3)) {
          const line = command.split("\n")[0];
          const asked = line.startsWith("api ")
            ? client.api(line.slice(4))
            : client.command(line).then(({ text }) => text);
          answers.push(await asked.catch((error: EslError) => error.reply ?? String(error)));
        }
        await over;
        client.close();
        expect(events.map(({ name }) => name)).toEqual(eventsIn(name));
        expect(events.length).toBeGreaterThan(15);
        expect(client.counters.unreadable).toBe(0);
        if (name === "inbound-call-plain") {
          expect(answers[1]).toBe("-ERR nosuchcommand Command not found!");
          expect(answers[2]).toBe("-ERR command not found");
          expect(answers.slice(-2)).toEqual(["-ERR No such channel!", "+OK bye"]);
        }
        const callers = events.filter((event) =>
          event.get("Caller-Caller-ID-Number") === "+15551234"
        );
        expect(callers.length).toBeGreaterThan(5);
        expect(callers.some((event) => event.get("Caller-Caller-ID-Name") === "Zo\u00eb")).toBe(
          true,
        );
        const jobs = events.filter((event) => event.name === "BACKGROUND_JOB");
        expect(jobs.map(({ body }) => body)).toContain(
          "+OK aaaaaaaa-0000-4000-8000-000000000001\n",
        );
      },
    );

    /** What a server of ours sees of a recorded call. */
    async function serve(
      name: Name,
      onSession: (session: EslSession) => Promise<void>,
    ): Promise<{ events: string[]; states: string[]; errors: unknown[] }> {
      const events: string[] = [];
      const states: string[] = [];
      const errors: unknown[] = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      const clock = new VirtualClock();
      await using server = new EslServer({
        port: 0,
        transport,
        onSession: async (session) => {
          session.on("event", ({ name }) => void events.push(name));
          session.on("linger", () => void states.push("linger"));
          session.on("closed", () => void states.push("closed"));
          await onSession(session);
          await session.closed;
          resolve();
        },
        onError: (error) => {
          errors.push(error);
          resolve();
        },
        clock,
      });
      await server.start();
      const peer = await ScriptedEsl.call(server.port);
      const playing = playTo(peer, name);
      await promise;
      // What cannot be used is let go when it is parked: see Parking.
      await clock.advance(1000);
      await playing;
      await peer.closed;
      return { events, states, errors };
    }

    test("are controlled by a session: the caller hangs up", async () => {
      const { events, states, errors } = await serve(
        "outbound-caller-hangs-up",
        async (session) => {
          expect(session.channel.callerNumber).toBe("0000000000");
          expect(session.channel.variable("endpoint_disposition")).toBe("RECEIVED");
          await follow(session, "outbound-caller-hangs-up");
        },
      );
      expect(errors).toEqual([]);
      expect(states).toEqual(["linger", "closed"]);
      expect(events).toEqual(eventsIn("outbound-caller-hangs-up"));
      expect(events).toContain("CHANNEL_HANGUP_COMPLETE");
    });

    test("have a caller whose name is Latin-1", async () => {
      let name: string | undefined;
      let cause: string | undefined;
      const { errors } = await serve("outbound-latin1-name", async (session) => {
        name = session.channel.callerName;
        session.on("closed", () => void (cause = session.hangupCause));
        await follow(session, "outbound-latin1-name");
      });
      expect(errors).toEqual([]);
      expect(name).toContain("\u00e9");
      expect(cause).toBe("USER_BUSY");
    });

    test("tell that the dialplan forgot `full`, and are let go", async () => {
      const { errors, states } = await serve("outbound-not-full", () => Promise.resolve());
      expect(states).toEqual([]);
      expect(errors.map(String).join()).toContain("`socket HOST:PORT async full`");
      expect(errors.map(String).join()).toContain("current value is async single-channel");
    });

    test("end when an application is unknown: what FreeSWITCH does to the caller", async () => {
      let cause: string | undefined;
      let late: unknown;
      const { states, events } = await serve("outbound-unknown-app", async (session) => {
        const lingering = new Promise<void>((resolve) => void session.on("linger", resolve));
        await follow(session, "outbound-unknown-app", 2);
        await lingering;
        cause = session.hangupCause;
        late = await session.execute("bridge", "user/1").catch((error) => error);
        await follow(session, "outbound-unknown-app", 4, 2);
      });
      expect(cause).toBe("DESTINATION_OUT_OF_ORDER");
      expect(late).toBeInstanceOf(EslHangupError);
      expect(states).toEqual(["linger", "closed"]);
      expect(events).toEqual(eventsIn("outbound-unknown-app"));
    });

    test("are bridged, and go on without us", async () => {
      const { events, errors } = await serve("outbound-call", async (session) => {
        await follow(session, "outbound-call");
      });
      expect(errors).toEqual([]);
      expect(events).toEqual(eventsIn("outbound-call"));
      expect(events).toContain("CHANNEL_BRIDGE");
    });
  });
}
