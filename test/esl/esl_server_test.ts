import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../src/clock/mod.ts";
import {
  EslClosedError,
  type EslError,
  EslHangupError,
  EslServer,
  type EslServerOptions,
  type EslSession,
} from "../../src/esl/mod.ts";
import {
  apiResponse,
  commandReply,
  type EslPeer,
  jsonEvent,
  ScriptedEsl,
} from "../support/scripted_esl.ts";
import { eventually } from "../support/wait.ts";

/** The answer to `connect`. */
function channelData(uuid: string, mode = "Socket-Mode: async\nControl: full"): string {
  const head = "Event-Name: CHANNEL_DATA\nUnique-ID: ";
  return `${head}${uuid}\nvariable_name: a%20b\nContent-Type: command/reply\nReply-Text: %2BOK%0A\n${mode}\n\n`;
}

/** FreeSWITCH as far as the end of the first words. */
async function callIn(port: number, uuid: string): Promise<EslPeer> {
  const peer = await ScriptedEsl.call(port);
  await peer.expect("connect", channelData(uuid));
  await peer.expect("linger 10", commandReply("+OK will linger 10 seconds"));
  await peer.expect("myevents json", commandReply("+OK Events Enabled"));
  await peer.expect("event json BACKGROUND_JOB ", commandReply("+OK event listener enabled json"));
  return peer;
}

/** A server, and a session at a time. */
async function serving(
  options: Partial<EslServerOptions> = {},
): Promise<{
  clock: VirtualClock;
  server: EslServer;
  errors: unknown[];
  next: () => Promise<EslSession>;
  stop: () => Promise<void>;
}> {
  const clock = new VirtualClock();
  const errors: unknown[] = [];
  const sessions: EslSession[] = [];
  const waiting: ((session: EslSession) => void)[] = [];
  const server = new EslServer({
    port: 0,
    clock,
    onSession: (session) => {
      const wanted = waiting.shift();
      if (wanted === undefined) sessions.push(session);
      else wanted(session);
    },
    onError: (error) => void errors.push(error),
    ...options,
  });
  await server.start();
  const next = () => {
    const session = sessions.shift();
    if (session !== undefined) return Promise.resolve(session);
    return new Promise<EslSession>((resolve) => void waiting.push(resolve));
  };
  const stop = async () => {
    const stopped = server.stop();
    // Until FreeSWITCH has parked the last call for sure: see Parking.
    await clock.advance(1000);
    await stopped;
  };
  return { clock, server, errors, next, stop };
}

const APPLICATIONS = apiResponse(
  JSON.stringify({ rows: ["answer", "bridge", "hangup", "playback"].map((name) => ({ name })) }),
);

describe("EslServer", () => {
  test("answers, bridges, follows and hangs up a call", async () => {
    const { server, errors, next, stop } = await serving();
    const peer = await callIn(server.port, "u1");
    const session = await next();
    expect([session.uuid, session.channel.variable("name"), session.state]).toEqual([
      "u1",
      "a b",
      "up",
    ]);
    const answered = session.answer();
    await peer.expect("api show application as json", APPLICATIONS);
    const execute = await peer.expect("sendmsg u1", commandReply("+OK"));
    expect(execute).toContain("\nexecute-app-name: answer\nevent-lock: true\nEvent-UUID: ");
    const done = (command: string) =>
      jsonEvent({
        "Event-Name": "CHANNEL_EXECUTE_COMPLETE",
        "Unique-ID": "u1",
        "Application-UUID": /Event-UUID: (.*)/.exec(command)?.[1] ?? "",
        "Application-Response": "_none_",
      });
    peer.write(done(execute));
    expect((await answered).response).toBe("_none_");
    const bridged = session.bridge("user/1");
    const bridge = await peer.expect("sendmsg u1", commandReply("+OK"));
    expect(bridge).toContain("\nexecute-app-name: bridge\nexecute-app-arg: user/1\n");
    const failed = bridged.catch((error) => error);
    const hungup = session.hangup("USER_BUSY");
    const hangup = await peer.expect("sendmsg u1", commandReply("+OK"));
    expect(hangup).toBe("sendmsg u1\ncall-command: hangup\nhangup-cause: USER_BUSY");
    await hungup;
    const lingered = new Promise<void>((resolve) => void session.on("linger", resolve));
    peer.write(
      "Content-Type: text/disconnect-notice\nContent-Disposition: linger\nContent-Length: 0\n\n",
    );
    await lingered;
    expect(session.state).toBe("hung up");
    expect(session.hangupCause).toBe(undefined);
    peer.write(jsonEvent({
      "Event-Name": "CHANNEL_HANGUP_COMPLETE",
      "Unique-ID": "u1",
      "Hangup-Cause": "USER_BUSY",
    }));
    const error = await failed as EslError;
    expect(error).toBeInstanceOf(EslHangupError);
    expect(error.reply).toBe("USER_BUSY");
    expect(session.hangupCause).toBe("USER_BUSY");
    expect(await session.answer().catch((error) => error)).toBeInstanceOf(EslHangupError);
    // It can still be asked what became of it.
    const asked = session.api("uuid_exists u1");
    await peer.expect("api uuid_exists u1", apiResponse("false"));
    expect(await asked).toBe("false");
    peer.write(
      "Content-Type: text/disconnect-notice\nContent-Disposition: disconnect\nContent-Length: 3\n\nbye",
    );
    peer.end();
    await session.closed;
    expect([session.state, server.sessions.size, errors.length]).toEqual(["closed", 0, 0]);
    await stop();
  });

  test("keeps a broken session from the others", async () => {
    const { server, errors, next, stop } = await serving();
    const good = await callIn(server.port, "good");
    const session = await next();
    const bad = await callIn(server.port, "bad");
    const broken = await next();
    const event = jsonEvent({ "Event-Name": "CHANNEL_PARK" });
    broken.on("CHANNEL_PARK", () => {
      throw new Error("mine");
    });
    const lost = broken.command("x").catch((error) => error);
    await bad.command();
    bad.write(`${event}Content-Type: api/response\nContent-Length: -1\n\n`);
    expect(await lost).toBeInstanceOf(EslClosedError);
    await broken.closed;
    expect(errors.map(String)).toEqual(["Error: mine"]);
    const rude = await ScriptedEsl.call(server.port);
    await rude.command();
    rude.reset();
    await rude.closed;
    const asked = session.api("still");
    await good.expect("api still", apiResponse("yes"));
    expect(await asked).toBe("yes");
    await stop();
    await good.closed;
    expect(server.sessions.size).toBe(0);
  });

  test("lets a call go when what handles it fails", async () => {
    const { clock, server, errors, stop } = await serving({
      onSession: () => Promise.reject(new Error("handler")),
    });
    const peer = await callIn(server.port, "u1");
    await eventually("the failure", () => errors.length === 1);
    await clock.advance(1000);
    expect(await peer.command()).toBe("exit");
    peer.end();
    await peer.closed;
    expect(errors.map(String)).toEqual(["Error: handler"]);
    await stop();
  });

  test.each([
    ["async single-channel", "Socket-Mode: async\nControl: single-channel"],
    ["static full", "Socket-Mode: static\nControl: full"],
  ])("has no use for a socket that is %s", async (mode, lines) => {
    const told = Promise.withResolvers<unknown>();
    const { clock, server, stop } = await serving({ onError: told.resolve });
    const peer = await ScriptedEsl.call(server.port);
    await peer.expect("connect", channelData("u1", lines));
    await told.promise;
    await clock.advance(1000);
    expect(await peer.command()).toBe("exit");
    peer.end();
    expect((await told.promise as EslError).message).toContain(`current value is ${mode}`);
    await stop();
  });

  test("takes only so many calls at once, and strands no caller that is too many", async () => {
    const { clock, server, errors, next, stop } = await serving({ maxSessions: 1 });
    const first = await callIn(server.port, "u1");
    const session = await next();
    const second = await ScriptedEsl.call(server.port);
    await second.expect("connect", channelData("u2"));
    await eventually("the refusal", () => errors.length === 1);
    expect(String(errors[0])).toContain("there may be 1 at once at most");
    // Not before FreeSWITCH has parked it: see Parking.
    await clock.advance(999);
    expect(second.commands).toEqual(["connect"]);
    await clock.advance(1);
    expect(await second.command()).toBe("exit");
    second.end();
    await second.closed;
    const closed = session.close();
    await clock.advance(1);
    await closed;
    expect(await first.command()).toBe("exit");
    first.end();
    await first.closed;
    const third = await callIn(server.port, "u3");
    const fresh = await next();
    // It says itself that it is parked, so that nobody need wait.
    const parked = new Promise<void>((resolve) => void fresh.on("CHANNEL_PARK", () => resolve()));
    third.write(jsonEvent({ "Event-Name": "CHANNEL_PARK", "Unique-ID": "u3" }));
    await parked;
    await stop();
    expect(await third.command()).toBe("exit");
    await third.closed;
  });

  test("waits only so long for the first words", async () => {
    const told = Promise.withResolvers<unknown>();
    const { clock, server, stop } = await serving({ onError: told.resolve });
    const silent = await ScriptedEsl.call(server.port);
    expect(await silent.command()).toBe("connect");
    await clock.advance(5000);
    expect(String(await told.promise)).toContain("first words take more than 5000 ms");
    await silent.closed;
    expect(clock.pending).toBe(0);
    await stop();
  });

  test.each([[{ maxSessions: 0 }], [{ lingerMs: 0 }], [{ handshakeTimeoutMs: Number.NaN }]])(
    "cannot be made of %j",
    (options) => {
      expect(() => new EslServer({ onSession: () => {}, ...options })).toThrow(RangeError);
    },
  );

  test("says when its port is taken, and can start once only", async () => {
    const { server, stop } = await serving();
    const { port } = server;
    const other = new EslServer({ port, onSession: () => {} });
    const error = await other.start().catch((error) => error);
    expect((error as { code: string }).code).toBe("EADDRINUSE");
    expect(String(await server.start().catch((error) => error))).toContain("listens already");
    await stop();
    expect(server.port).toBe(0);
  });
});
