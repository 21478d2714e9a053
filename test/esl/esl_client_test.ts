import { describe, expect, test } from "bun:test";
import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import {
  EslAuthError,
  EslClient,
  type EslClientOptions,
  EslClosedError,
  type EslError,
  EslHangupError,
  EslRefusedError,
  EslTimeoutError,
} from "../../src/esl/mod.ts";
import { commandReply, jsonEvent } from "../support/scripted_esl.ts";
import { VirtualFreeSwitch } from "../support/virtual_freeswitch.ts";

interface Scene {
  readonly clock: VirtualClock;
  readonly freeswitch: VirtualFreeSwitch;
  readonly client: EslClient;
  /** What the client told of itself, in order. */
  readonly told: string[];
}

function scene(options: Partial<EslClientOptions> = {}): Scene {
  const clock = new VirtualClock();
  const freeswitch = new VirtualFreeSwitch();
  const { openSocket } = freeswitch;
  const random = new SeededRandom(1);
  const client = new EslClient({ password: "p", clock, random, openSocket, ...options });
  const told: string[] = [];
  client.on("connected", ({ isFirst }) => void told.push(isFirst ? "connected" : "again"));
  client.on("resynced", ({ channels }) => void told.push(`${channels.map(({ uuid }) => uuid)}`));
  client.on("reconnecting", ({ tries }) => void told.push(`try ${tries}`));
  client.on("closed", () => void told.push("closed"));
  return { clock, freeswitch, client, told };
}

async function connected(options: Partial<EslClientOptions> = {}): Promise<Scene> {
  const made = scene(options);
  await made.clock.runUntil(made.client.connect());
  return made;
}

/** Attaches to a promise at once, so that none is rejected with nobody looking. */
function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.then((value) => value, (error) => error);
}

describe("EslClient", () => {
  test("logs in, subscribes to what was named and what it lives on, and asks for the channels", async () => {
    const { freeswitch, client, told } = await connected({
      events: ["CHANNEL_ANSWER", "DTMF"],
      customEvents: ["sofia::register"],
    });
    expect(client.state).toBe("connected");
    expect(freeswitch.last.commands).toEqual([
      "auth p",
      "event json BACKGROUND_JOB CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP_COMPLETE HEARTBEAT " +
      "CHANNEL_ANSWER DTMF CUSTOM sofia::register",
      "api show channels as json",
      "api status",
    ]);
    expect(told).toEqual(["connected", ""]);
    client.close();
    expect(told.at(-1)).toBe("closed");
  });

  test("never subscribes to ALL, or to what is no name", async () => {
    const make = (events: string[]) => () => new EslClient({ password: "p", events });
    for (const name of ["ALL", "all"]) expect(make([name])).toThrow("must be named one by one");
    for (const name of ["A B", "", "A\nB"]) expect(make([name])).toThrow(TypeError);
    const { client } = await connected();
    expect(await outcome(client.subscribe(["ALL"]))).toBeInstanceOf(RangeError);
    expect(() => new EslClient({ password: "a\nb" })).toThrow("must be one line");
    client.close();
  });

  test("resolves a job with its own report and an application with its own end", async () => {
    const { clock, freeswitch, client } = await connected();
    const jobs = [client.bgapi("one"), client.bgapi("two"), client.bgapi("three")];
    const results = jobs.map(outcome);
    const done = [
      outcome(client.execute("u1", "playback", "a.wav")),
      outcome(client.execute("u2", "set", "a=b")),
    ];
    await clock.advance(1);
    const ids = freeswitch.last.commands.flatMap((command) =>
      /(?:Job|Event)-UUID: (.*)/.exec(command)?.[1] ?? []
    );
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    freeswitch.event({
      "Event-Name": "BACKGROUND_JOB",
      "Job-UUID": ids[2],
      _body: "-ERR NO_ANSWER\n",
    });
    freeswitch.event({ "Event-Name": "BACKGROUND_JOB", "Job-UUID": ids[0], _body: "+OK 1\n" });
    freeswitch.event({ "Event-Name": "BACKGROUND_JOB", "Job-UUID": "another", _body: "+OK ?\n" });
    freeswitch.event({ "Event-Name": "BACKGROUND_JOB", "Job-UUID": ids[1], _body: "+OK 2\n" });
    freeswitch.event({
      "Event-Name": "CHANNEL_EXECUTE_COMPLETE",
      "Application-UUID": ids[4],
      "Application-Response": "second",
    });
    freeswitch.event({
      "Event-Name": "CHANNEL_EXECUTE_COMPLETE",
      "Application-UUID": ids[3],
      "Application-Response": "first",
    });
    const [one, two, three] = await Promise.all(results);
    expect([one, two]).toEqual(["+OK 1", "+OK 2"]);
    expect((three as EslError).reply).toBe("-ERR NO_ANSWER");
    const responses = await Promise.all(done);
    expect(responses.map((event) => (event as { response: string }).response)).toEqual([
      "first",
      "second",
    ]);
    expect(clock.pending).toBe(1);
    client.close();
  });

  test("rejects what a channel does when it hangs up, and what it is asked for after that", async () => {
    const { clock, freeswitch, client } = await connected();
    const playing = outcome(client.execute("u1", "playback", "a.wav"));
    const other = outcome(client.execute("u2", "playback", "a.wav"));
    await clock.advance(1);
    const hangup = {
      "Event-Name": "CHANNEL_HANGUP_COMPLETE",
      "Unique-ID": "u1",
      "Hangup-Cause": "USER_BUSY",
    };
    freeswitch.event(hangup);
    const error = await playing as EslError;
    expect(error).toBeInstanceOf(EslHangupError);
    expect(error.reply).toBe("USER_BUSY");
    expect(await outcome(client.execute("u1", "answer"))).toBeInstanceOf(EslHangupError);
    client.close();
    expect(await other).toBeInstanceOf(EslClosedError);
  });

  test("executes nothing that FreeSWITCH does not know, as that would hang up the caller", async () => {
    const { freeswitch, client } = await connected();
    const error = await outcome(client.execute("u1", "nosuchapp", "x"));
    expect(error).toBeInstanceOf(EslRefusedError);
    expect((error as Error).message).toContain("current value is nosuchapp");
    // Once to know them, and not again for a name that is unknown the first time.
    const asked = () =>
      freeswitch.last.commands.filter((one) => one === "api show application as json").length;
    expect(asked()).toBe(1);
    await outcome(client.execute("u1", "nosuchapp"));
    expect(asked()).toBe(2);
    expect(freeswitch.last.commands.some((command) => command.includes("sendmsg"))).toBe(false);
    client.close();
  });

  test("gives up on an answer when its time is up, and takes it for nobody else's when it comes", async () => {
    const { clock, freeswitch, client } = await connected({ commandTimeoutMs: 1000 });
    freeswitch.answers.set("slow", () => undefined);
    freeswitch.answers.set("quick", () => undefined);
    const slow = outcome(client.command("slow"));
    await clock.advance(999);
    const quick = outcome(client.command("quick"));
    await clock.advance(1);
    expect(await slow).toBeInstanceOf(EslTimeoutError);
    freeswitch.last.say(commandReply("+OK slow") + commandReply("+OK quick"));
    expect((await quick as { text: string }).text).toBe("+OK quick");
    const job = outcome(client.bgapi("long", { timeoutMs: 5000 }));
    await clock.advance(5000);
    expect(await job).toBeInstanceOf(EslTimeoutError);
    client.close();
  });

  test("lets only so many commands wait", async () => {
    const { freeswitch, client } = await connected({ maxPendingCommands: 2 });
    freeswitch.answers.set("x", () => undefined);
    const waiting = [outcome(client.command("x")), outcome(client.command("x"))];
    const third = await outcome(client.command("x"));
    expect((third as Error).message).toContain("at most 2 commands may wait");
    client.close();
    for (const one of await Promise.all(waiting)) expect(one).toBeInstanceOf(EslClosedError);
  });

  test("comes back with growing waits, subscribes as before, and says no command twice", async () => {
    const { clock, freeswitch, client, told } = await connected({ minBackoffMs: 100 });
    await client.subscribe(["DTMF"], ["sofia::register"]);
    await client.filter({ header: "Unique-ID", value: "u1" });
    freeswitch.answers.set("api lost", () => undefined);
    const lost = outcome(client.api("lost"));
    freeswitch.isUp = false;
    freeswitch.last.drop();
    expect(await lost).toBeInstanceOf(EslClosedError);
    expect(await outcome(client.api("meanwhile"))).toBeInstanceOf(EslClosedError);
    await client.subscribe(["CHANNEL_PARK"]);
    await clock.advance(1400);
    expect(told.slice(2)).toEqual(["try 1", "try 2", "try 3", "try 4", "try 5"]);
    freeswitch.isUp = true;
    freeswitch.channels = [{ uuid: "u1", direction: "inbound" }];
    await clock.runUntil(() => client.state === "connected");
    await clock.advance(1);
    expect(told.slice(7)).toEqual(["again", "u1"]);
    expect(freeswitch.last.commands).toEqual([
      "auth p",
      "filter Event-Name BACKGROUND_JOB",
      "filter Event-Name HEARTBEAT",
      "filter Unique-ID u1",
      "event json BACKGROUND_JOB CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP_COMPLETE HEARTBEAT DTMF " +
      "CHANNEL_PARK CUSTOM sofia::register",
      "api show channels as json",
      "api status",
    ]);
    // After a success the first wait is short again.
    freeswitch.last.drop();
    await clock.advance(100);
    expect(told.slice(9)).toEqual(["try 1", "again", "u1"]);
    client.close();
    expect(clock.pending).toBe(0);
  });

  test("waits from half of a time to all of it, by chance", async () => {
    const delays: number[] = [];
    const { clock, freeswitch, client } = scene({ minBackoffMs: 100, maxBackoffMs: 800 });
    client.on("reconnecting", ({ delayMs }) => void delays.push(delayMs));
    freeswitch.isUp = false;
    const connecting = outcome(client.connect());
    await clock.advance(5000);
    const full = [100, 200, 400, 800, 800, 800];
    for (const [i, ms] of full.entries()) {
      expect(delays[i]).toBeGreaterThan(ms / 2 - 1);
      expect(delays[i]).toBeLessThan(ms + 1);
    }
    expect(new Set(delays).size).toBe(delays.length);
    client.close();
    expect(await connecting).toBeInstanceOf(EslClosedError);
    expect(clock.pending).toBe(0);
  });

  test("takes a connection for dead that says nothing, and one that does not let it in", async () => {
    const { clock, freeswitch, client, told } = await connected({ silenceMs: 60_000 });
    await clock.advance(59_000);
    freeswitch.event({ "Event-Name": "HEARTBEAT" });
    await clock.advance(59_000);
    expect(told.length).toBe(2);
    await clock.advance(1_001);
    expect(told.slice(2, 3)).toEqual(["try 1"]);
    await clock.runUntil(() => client.state === "connected");
    freeswitch.answers.set("auth", () => undefined);
    freeswitch.last.drop();
    const error = new Promise<EslError>((resolve) => {
      client.on("reconnecting", ({ error, tries }) => tries === 2 && resolve(error));
    });
    await clock.advance(11_000);
    expect((await error).message).toContain("Cannot log in as it takes more than 10000 ms");
    client.close();
  });

  test("says what had no answer when FreeSWITCH stands still right after the login", async () => {
    const { clock, freeswitch, client } = scene();
    freeswitch.answers.set("api status", () => undefined);
    const error = new Promise<EslError>((resolve) => {
      client.on("reconnecting", ({ error }) => resolve(error));
    });
    const connecting = client.connect();
    await clock.advance(10_500);
    expect((await error).message).toContain("`api status` as it has no answer in 10000 ms");
    freeswitch.answers.delete("api status");
    await clock.runUntil(connecting);
    client.close();
  });

  test("gives up where its first password is wrong, and not where one has worked", async () => {
    const first = scene();
    first.freeswitch.login = "-ERR invalid";
    const refused = outcome(first.client.connect());
    await first.clock.advance(1);
    expect(await refused).toBeInstanceOf(EslAuthError);
    expect(first.client.state).toBe("closed");
    expect(await outcome(first.client.connect())).toBeInstanceOf(EslClosedError);
    const { clock, freeswitch, client, told } = await connected();
    freeswitch.login = "-ERR invalid";
    freeswitch.last.drop();
    await clock.advance(2000);
    expect(told.at(-1)).toMatch(/^try [2-9]/);
    freeswitch.login = "+OK accepted";
    await clock.runUntil(() => client.state === "connected");
    client.close();
  });

  test("asks again while the table of channels lags behind the count", async () => {
    const { clock, freeswitch, client, told } = scene();
    freeswitch.count = 1;
    const connecting = client.connect();
    await clock.advance(250);
    expect(told).toEqual(["connected"]);
    freeswitch.channels = [{ uuid: "u9" }];
    await clock.runUntil(connecting);
    expect(told).toEqual(["connected", "u9"]);
    // Where they never agree, it takes what there is.
    freeswitch.count = 7;
    freeswitch.last.drop();
    await clock.advance(2000);
    expect(told.slice(2)).toEqual(["try 1", "again", "u9"]);
    client.close();
  });

  test("holds the network while listeners are slow, loses nothing, and measures the lag", async () => {
    const { clock, freeswitch, client } = await connected({ maxWaitingEvents: 10 });
    const seen: string[] = [];
    client.on("CHANNEL_PARK", (event) => {
      seen.push(event.uuid ?? "");
      clock.stall(1);
    });
    const events = Array.from(
      { length: 50 },
      (_, i) => jsonEvent({ "Event-Name": "CHANNEL_PARK", "Unique-ID": `${i}` }),
    );
    freeswitch.last.say(events.join(""));
    // A slice of 2 ms at once; the others wait for their turn.
    expect(seen.length).toBe(2);
    expect(freeswitch.last.isPaused).toBe(true);
    await clock.advance(100);
    expect(seen).toEqual(events.map((_, i) => `${i}`));
    expect(freeswitch.last.isPaused).toBe(false);
    expect(client.counters.holds).toBe(1);
    expect(client.lag.count).toBe(50);
    // The last came in the third millisecond, after the first two had been listened to, and was the 50th.
    expect(client.lag.max).toBe(47);
    client.close();
  });

  test("hands over what has come before it tells that the connection is lost", async () => {
    const { clock, freeswitch, client, told } = await connected();
    const job = outcome(client.bgapi("x"));
    await clock.advance(0);
    const id = /Job-UUID: (.*)/.exec(freeswitch.last.commands.at(-1)!)?.[1] ?? "";
    client.on("CHANNEL_PARK", () => {
      told.push("park");
      clock.stall(1);
    });
    const park = jsonEvent({ "Event-Name": "CHANNEL_PARK" });
    const done = jsonEvent({ "Event-Name": "BACKGROUND_JOB", "Job-UUID": id, _body: "+OK done" });
    freeswitch.last.say(park.repeat(8) + done);
    freeswitch.last.drop();
    expect(await outcome(client.api("late"))).toBeInstanceOf(EslClosedError);
    await clock.advance(10);
    expect(await job).toBe("+OK done");
    expect(told.slice(2)).toEqual([...Array.from({ length: 8 }, () => "park"), "try 1"]);
    client.close();
  });

  test("tells of nothing after it was closed", async () => {
    const { clock, freeswitch, client } = await connected();
    let parked = 0;
    client.on("CHANNEL_PARK", () => {
      parked++;
      client.close();
    });
    freeswitch.last.say(jsonEvent({ "Event-Name": "CHANNEL_PARK" }).repeat(3));
    await clock.advance(10);
    expect(parked).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test("shows no password in an error", async () => {
    const { freeswitch, client, clock } = scene({ password: "s3cret" });
    freeswitch.login = "-ERR invalid";
    const refused = outcome(client.connect());
    await clock.advance(1);
    const error = await refused as Error;
    expect(`${error.message} ${(error.cause as Error).message}`).not.toContain("s3cret");
  });

  test.each([
    [{ commandTimeoutMs: 0 }],
    [{ jobTimeoutMs: Number.NaN }],
    [{ maxPendingCommands: 0 }],
    [{ maxWaitingEvents: -1 }],
    [{ minBackoffMs: 0 }],
    [{ minBackoffMs: 10, maxBackoffMs: 5 }],
  ])("has no use for %j", (options) => {
    expect(() => new EslClient({ password: "p", ...options })).toThrow(RangeError);
  });
});
