import { afterAll, describe, expect, test } from "bun:test";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EslAuthError,
  EslClient,
  type EslClientOptions,
  type EslDtmfEvent,
  type EslError,
  EslHangupError,
  EslRefusedError,
  EslServer,
  type EslSession,
  originate,
  showChannels,
  uuidExists,
  uuidGetvar,
  uuidKill,
  uuidRecord,
  uuidSendDtmf,
} from "../../../src/esl/mod.ts";
import { freePort } from "../../support/free_ports.ts";
import { FreeSwitch, hasFreeSwitch, PASSWORD } from "../../support/freeswitch.ts";
import { TcpRelay } from "../../support/tcp_relay.ts";
import { eventually, wait } from "../../support/wait.ts";
import { TRANSPORTS } from "../../esl/conformance/transports.ts";

/** All that FreeSWITCH could cut or change, and a caller could be called. */
const NASTY = ' a,b\'c \\d=e\\s |x 100% %E9 "q" Zo\u00eb \u{1f600} $1 [x] <y> ';
/** FreeSWITCH's own echo, without a phone. */
const ECHO = "loopback/9196/callers";
const EVENTS = ["CHANNEL_CREATE", "CHANNEL_ANSWER", "CHANNEL_HANGUP_COMPLETE", "DTMF"];

/** What a promise rejects with. */
async function failureOf(promise: Promise<unknown>): Promise<EslError> {
  const outcome = await promise.then(() => undefined, (error) => error);
  if (outcome === undefined) throw new Error("It should have been rejected");
  return outcome;
}

for (const transport of TRANSPORTS) {
  describe.skipIf(!hasFreeSwitch)(`the event socket of FreeSWITCH over ${transport}`, () => {
    /** Started by the first test: what comes before all has less time than a busy machine takes. */
    let freeswitch: FreeSwitch;
    let servedPort = 0;

    /** A dialplan that hands 7001 over to us, and hangs up with a cause of its own afterwards. */
    async function start(): Promise<FreeSwitch> {
      servedPort = await freePort();
      const socket = (number: number, mode: string) =>
        `<extension name="socket${number}"><condition field="destination_number" expression="^${number}$">
          <action application="socket" data="127.0.0.1:${servedPort} ${mode}"/>
          <action application="hangup" data="CALL_REJECTED"/></condition></extension>`;
      return await FreeSwitch.start({}, {
        arrange: (folder) =>
          writeFile(
            join(folder, "standalone/echo.xml"),
            // FreeSWITCH drops the lines that say include.
            `<include>
              ${socket(7001, "async full")}
              ${socket(7002, "async")}
              <extension name="echo"><condition field="destination_number" expression="^9196$">
              <action application="answer"/><action application="echo"/></condition></extension>
            </include>`,
          ),
      });
    }

    async function client(options: Partial<EslClientOptions> = {}): Promise<EslClient> {
      freeswitch ??= await start();
      const { eventPort: port } = freeswitch;
      const made = new EslClient({
        port,
        password: PASSWORD,
        transport,
        events: EVENTS,
        ...options,
      });
      await made.connect();
      return made;
    }

    afterAll(async () => {
      await freeswitch?.[Symbol.asyncDispose]();
    });

    test("lets nobody in with a wrong password", async () => {
      freeswitch ??= await start();
      const { eventPort: port } = freeswitch;
      await using wrong = new EslClient({ port, password: "ClueCon", transport });
      const error = await failureOf(wrong.connect());
      expect(error).toBeInstanceOf(EslAuthError);
      expect(error.reply).toBe("-ERR invalid");
    }, 60_000);

    test.each([["json"], ["plain"]] as const)(
      "makes a call, tells of it, and ends it: events as %s",
      async (format) => {
        await using to = await client({ format });
        const events: [string, string | undefined][] = [];
        to.on("event", ({ name, uuid }) => void events.push([name, uuid]));
        expect(await to.api("status")).toContain("is ready");
        expect((await failureOf(to.api("nosuch"))).reply).toBe("-ERR nosuch Command not found!");
        expect((await failureOf(to.command("bogus"))).reply).toBe("-ERR command not found");
        const variables = { mine: NASTY, origination_caller_id_name: NASTY };
        const uuid = await originate(to, { target: ECHO, variables });
        expect(await uuidGetvar(to, uuid, "mine")).toBe(NASTY);
        expect(await uuidGetvar(to, uuid, "none")).toBe(undefined);
        const error = await failureOf(to.execute(uuid, "nosuchapp"));
        expect(error).toBeInstanceOf(EslRefusedError);
        // FreeSWITCH would have hung up.
        expect(await uuidExists(to, uuid)).toBe(true);
        const set = await to.execute(uuid, "set", `other=${NASTY.trim()}`);
        expect([set.application, set.uuid]).toEqual(["set", uuid]);
        expect(await uuidGetvar(to, uuid, "other")).toBe(NASTY.trim());
        const keys: EslDtmfEvent[] = [];
        to.on("DTMF", (event) => void keys.push(event));
        await to.api(`uuid_recv_dtmf ${uuid} 1#@100`);
        await eventually("two keys", () => keys.length >= 2);
        await uuidSendDtmf(to, uuid, "2");
        expect(keys.slice(0, 2).map(({ digit }) => digit)).toEqual(["1", "#"]);
        const sleeping = to.execute(uuid, "sleep", "60000");
        const behind = failureOf(to.execute(uuid, "sleep", "60000"));
        // The application is under way when its argument shows.
        for (let isSleeping = false; !isSleeping;) {
          const channels = await showChannels(to);
          isSleeping = channels.some((one) => one.uuid === uuid && one.application === "sleep");
        }
        await uuidKill(to, uuid, "USER_BUSY");
        expect((await sleeping).hangupCause).toBe("USER_BUSY");
        const end = await behind;
        expect(end).toBeInstanceOf(EslHangupError);
        expect(end.reply).toBe("USER_BUSY");
        expect((await failureOf(uuidKill(to, uuid))).reply).toBe("-ERR No such channel!");
        const own = events.filter(([, of]) => of === uuid).map(([name]) => name);
        for (const name of ["CHANNEL_CREATE", "CHANNEL_ANSWER", "CHANNEL_HANGUP_COMPLETE"]) {
          expect(own.filter((one) => one === name)).toEqual([name]);
        }
        await freeswitch.hasChannels(0);
      },
      60_000,
    );

    test("refuses what cannot be called, with the cause", async () => {
      await using to = await client();
      const error = await failureOf(originate(to, { target: "loopback/0/nowhere" }));
      expect(error).toBeInstanceOf(EslRefusedError);
      expect(error.reply).toBe("-ERR NO_ROUTE_DESTINATION");
    }, 60_000);

    test("records, and tells when", async () => {
      await using to = await client({ events: ["RECORD_START", "RECORD_STOP"] });
      const paths: (string | undefined)[] = [];
      to.on("RECORD_START", ({ path }) => void paths.push(path));
      to.on("RECORD_STOP", ({ path }) => void paths.push(path));
      const uuid = await originate(to, { target: ECHO });
      const path = join(tmpdir(), `sofia-phone-esl-${uuid}.wav`);
      await uuidRecord(to, uuid, "start", path);
      await eventually("the recording", () => paths.length === 1);
      await uuidRecord(to, uuid, "stop", path);
      await eventually("its end", () => paths.length === 2);
      expect(paths).toEqual([path, path]);
      // FreeSWITCH keeps no recording of less than three seconds.
      await rm(path, { force: true });
      await uuidKill(to, uuid);
      await freeswitch.hasChannels(0);
    }, 60_000);

    test("tells of all that happens to 100 calls at once, and answers meanwhile", async () => {
      await using to = await client();
      await to.api("fsctl sps 1000");
      // What may begin in a second is counted anew with the next one.
      await wait(1100);
      const counts = new Map<string, number>();
      to.on("event", ({ name, uuid }) => {
        const key = `${name} ${uuid}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      });
      const calls = await Promise.all(
        Array.from({ length: 100 }, () => originate(to, { target: ECHO })),
      );
      expect(new Set(calls).size).toBe(100);
      expect(await Promise.all(calls.map((uuid) => uuidExists(to, uuid)))).not.toContain(false);
      await Promise.all(calls.map((uuid) => uuidKill(to, uuid)));
      await freeswitch.hasChannels(0, 20_000);
      const happened = ["CHANNEL_CREATE", "CHANNEL_ANSWER", "CHANNEL_HANGUP_COMPLETE"];
      const told = () =>
        calls.flatMap((uuid) => happened.map((one) => counts.get(`${one} ${uuid}`)));
      await eventually("the last event", () => !told().includes(undefined));
      expect(new Set(told())).toEqual(new Set([1]));
      expect([to.counters.strayReplies, to.counters.unreadable]).toEqual([0, 0]);
      expect(to.lag.count).toBe(to.counters.events);
    }, 60_000);

    test("is found again after cuts of the connection, with the call that went on", async () => {
      freeswitch ??= await start();
      await using relay = await TcpRelay.listen(freeswitch.eventPort);
      await using to = await client({ port: relay.port, minBackoffMs: 20 });
      const uuid = await originate(to, { target: ECHO });
      const resyncs: string[][] = [];
      to.on("resynced", ({ channels }) => void resyncs.push(channels.map(({ uuid }) => uuid)));
      for (let cut = 1; cut <= 5; cut++) {
        const lost = failureOf(to.execute(uuid, "sleep", "1"));
        relay.cut();
        await lost;
        await eventually(`resync ${cut}`, () => resyncs.length === cut);
        expect(resyncs[cut - 1]).toContain(uuid);
        expect(await uuidExists(to, uuid)).toBe(true);
      }
      await uuidKill(to, uuid);
      await freeswitch.hasChannels(0);
    }, 60_000);

    test("hands calls over by `async full`: answered, bridged, hung up", async () => {
      await using to = await client();
      const sessions: EslSession[] = [];
      await using server = new EslServer({
        port: servedPort,
        transport,
        lingerMs: 2000,
        onSession: (session) => void sessions.push(session),
      });
      await server.start();
      const called = originate(to, { target: "loopback/7001/callers", variables: { mine: NASTY } });
      await eventually("a session", () => sessions.length === 1);
      const [session] = sessions;
      const events: string[] = [];
      session.on("event", ({ name }) => void events.push(name));
      expect(session.channel.destination).toBe("7001");
      expect((await session.answer()).application).toBe("answer");
      const uuid = await called;
      expect(await failureOf(session.execute("nosuchapp"))).toBeInstanceOf(EslRefusedError);
      expect(session.state).toBe("up");
      expect(await session.bgapi("status")).toContain("is ready");
      expect(await session.api(`uuid_exists ${session.uuid}`)).toBe("true");
      const bridged = session.bridge(ECHO);
      await eventually("a bridge", () => events.includes("CHANNEL_BRIDGE"));
      await uuidKill(to, uuid);
      expect((await bridged).hangupCause).toBe("NORMAL_CLEARING");
      await session.closed;
      expect(session.hangupCause).toBe("NORMAL_CLEARING");
      expect(events.filter((name) => name === "CHANNEL_HANGUP_COMPLETE").length).toBe(1);
      expect(server.sessions.size).toBe(0);
      await freeswitch.hasChannels(0);
    }, 60_000);

    test("goes on with the dialplan when we let a call go, or it was not `full`", async () => {
      await using to = await client();
      const errors: unknown[] = [];
      await using server = new EslServer({
        port: servedPort,
        transport,
        onSession: (session) => session.close(),
        onError: (error) => void errors.push(error),
      });
      await server.start();
      // Too early an end would leave the caller parked for ever, now and then.
      const gone = await Promise.all(
        Array.from(
          { length: 20 },
          () => failureOf(originate(to, { target: "loopback/7001/callers" })),
        ),
      );
      expect(new Set(gone.map(({ reply }) => reply))).toEqual(new Set(["-ERR CALL_REJECTED"]));
      expect(errors).toEqual([]);
      const narrow = await failureOf(originate(to, { target: "loopback/7002/callers" }));
      expect(narrow.reply).toBe("-ERR CALL_REJECTED");
      expect(errors.map(String).join()).toContain("async full");
      await freeswitch.hasChannels(0);
    }, 60_000);

    test("is found again after a restart, as another one", async () => {
      freeswitch ??= await start();
      await using relay = await TcpRelay.listen(freeswitch.eventPort);
      await using to = await client({ port: relay.port, minBackoffMs: 50, maxBackoffMs: 200 });
      const uuid = await originate(to, { target: ECHO });
      const told: string[] = [];
      to.on("reconnecting", () => void told.push("reconnecting"));
      to.on("resynced", ({ channels }) => void told.push(`${channels.length} channels`));
      const lost = failureOf(to.execute(uuid, "sleep", "60000"));
      relay.target = 0;
      await freeswitch[Symbol.asyncDispose]();
      await lost;
      freeswitch = await start();
      relay.target = freeswitch.eventPort;
      await eventually("the next one", () => told.includes("0 channels"));
      expect(told[0]).toBe("reconnecting");
      expect(await uuidExists(to, uuid)).toBe(false);
      const next = await originate(to, { target: ECHO });
      await uuidKill(to, next);
      await freeswitch.hasChannels(0);
    }, 60_000);
  });
}
