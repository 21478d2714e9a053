import { afterAll, describe, expect, test } from "bun:test";
import { EslServer, type EslSession } from "../../../src/esl/mod.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { freePort } from "../../support/free_ports.ts";
import { FreeSwitch, hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually } from "../../support/wait.ts";
import { hearsItself } from "./likeness.ts";

describe.skipIf(!hasFreeSwitch)("the dialplan that hands a call over by socket", () => {
  let freeswitch: FreeSwitch;
  let port: number;

  afterAll(async () => {
    await freeswitch?.[Symbol.asyncDispose]();
  });

  async function start(): Promise<FreeSwitch> {
    if (freeswitch !== undefined) return freeswitch;
    port = await freePort();
    freeswitch = await FreeSwitch.start({
      sofia_phone_socket_numbers: "^8\\d\\d\\d$",
      sofia_phone_socket_port: port,
    });
    return freeswitch;
  }

  /** A server that bridges its calls to FreeSWITCH's echo. */
  async function serve(onBridged: (session: EslSession) => void): Promise<EslServer> {
    const server = new EslServer({
      port,
      onSession: async (session) => {
        onBridged(session);
        await session.bridge("loopback/9196/callers");
        // Which lets the call go: the dialplan decides what becomes of it.
        throw new Error("The bridge is over");
      },
    });
    await server.start();
    return server;
  }

  test("lets the server bridge, and hangs up when the other side does", async () => {
    const { callersPort } = await start();
    const sessions: EslSession[] = [];
    await using _ = await serve((session) => void sessions.push(session));
    await using caller = await IndependentCaller.call(callersPort, "8000");
    expect(await freeswitch.variable(sessions[0].uuid, "sofia_phone_number")).toBe("8000");
    const { alike, least } = await hearsItself(caller, speech(2, 3));
    expect(alike).toBeGreaterThan(least);
    const other = await freeswitch.variable(sessions[0].uuid, "bridge_uuid");
    await freeswitch.api(`uuid_kill ${other}`);
    await caller.hungUp;
    await freeswitch.hasChannels(0);
  }, 60_000);

  test("keeps the caller in music when the connection is lost, and asks for another", async () => {
    await start();
    const sessions: EslSession[] = [];
    const first = await serve((session) => void sessions.push(session));
    await freeswitch.configure({ sofia_phone_patience: 10, sofia_phone_patience_new: 10 });
    await using caller = await IndependentCaller.call(freeswitch.callersPort, "8000");
    await caller.voice.say(speech(0, 1));
    await first.stop();
    const other = await freeswitch.variable(sessions[0].uuid, "bridge_uuid");
    await freeswitch.api(`uuid_kill ${other} MEDIA_TIMEOUT`);
    await eventually("music", () => caller.heard.sound().slice(-400).some((one) => one > 500));
    await using _ = await serve((session) => void sessions.push(session));
    await eventually("the call is there again", () => sessions.length === 2);
    expect(sessions[1].uuid).toBe(sessions[0].uuid);
    expect(await caller.bye()).toBe(200);
    await freeswitch.hasChannels(0);
  }, 60_000);

  test("gives callers the fallback when nobody listens", async () => {
    await start();
    await freeswitch.configure({ sofia_phone_patience_new: 1 });
    await using caller = await IndependentCaller.call(freeswitch.callersPort, "8000");
    await caller.hungUp;
    expect(await freeswitch.log()).toContain("the fallback takes over");
    await freeswitch.hasChannels(0);
  }, 60_000);
});
