import { afterAll, describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../../src/audio/mod.ts";
import type { StreamBackend } from "../../../src/backend/mod.ts";
import { type Call, CallRefusedError } from "../../../src/call/mod.ts";
import { type CallProgress, PhoneHandler, type TrunkState } from "../../../src/phone/mod.ts";
import { claimPorts, type PortRange } from "../../support/free_ports.ts";
import { type FreeSwitch, hasFreeSwitch } from "../../support/freeswitch.ts";
import { eventually } from "../../support/wait.ts";
import { ACCOUNT, startProvider } from "./provider.ts";

/** Hears for all to see, and says what it is given. */
class Ear {
  /** Share of frames that are louder than -30 dBFS, and their loudest sample. */
  loud = 0;
  readonly backend: StreamBackend = () => ({
    writable: new WritableStream<AudioFrame>({
      write: ({ samples }) => {
        if (samples.some((sample) => Math.abs(sample) > 1000)) this.loud++;
      },
    }),
    readable: new ReadableStream<AudioFrame>(),
  });
}

describe.skipIf(!hasFreeSwitch)("a trunk to a real FreeSWITCH", () => {
  let provider: FreeSwitch;
  let phone: PhoneHandler;
  let ports: PortRange;
  const ear = new Ear();
  const states: TrunkState[] = [];

  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  async function start(): Promise<void> {
    if (phone !== undefined) return;
    ({ freeswitch: provider } = await startProvider());
    ports = await claimPorts(100);
    phone = new PhoneHandler({
      admission: false,
      voiceBackend: ear.backend,
      sipPort: 0,
      rtpStartPort: ports.start,
      rtpEndPort: ports.end,
      trunks: [{
        name: "provider",
        server: `127.0.0.1:${provider.callersPort}`,
        domain: ACCOUNT.realm,
        username: ACCOUNT.username,
        password: ACCOUNT.password,
        expiresS: 60,
      }],
    });
    phone.on("trunk", (state) => states.push(state));
    await phone.start();
  }

  afterAll(async () => {
    await phone?.stop();
    await provider?.[Symbol.asyncDispose]();
    await ports?.[Symbol.asyncDispose]();
  });

  async function refusal(to: string, options = {}): Promise<CallRefusedError> {
    const error = await phone.call(to, options).then(() => undefined, (error) => error);
    expect(error).toBeInstanceOf(CallRefusedError);
    return error as CallRefusedError;
  }

  test("knows where we are once we have given our password", async () => {
    await start();
    await eventually("it is registered", () => phone.trunks[0].state === "registered");
    expect(await provider.api("sofia status profile callers reg")).toContain(
      `${ACCOUNT.username}@${ACCOUNT.realm}`,
    );
  }, 60_000);

  test("takes a call of ours, whose channel has the name we gave it, and is heard", async () => {
    await start();
    ear.loud = 0;
    const call = await phone.call("1");
    expect(await provider.variable(call.id, "destination_number")).toBe("1");
    expect(await provider.variable(call.id, "user_name")).toBe(ACCOUNT.username);
    // Half a second of beep is 25 frames.
    await eventually("its beep is heard", () => ear.loud >= 24);
    await call.hangup();
    await provider.hasChannels(0);
    expect(ear.loud).toBeLessThan(28);
  }, 60_000);

  test("calls us by where we have registered", async () => {
    await start();
    const answered = new Promise<Call>((resolve) =>
      phone.on("answered", ({ call }) => resolve(call))
    );
    const user = `${ACCOUNT.username}@${ACCOUNT.realm}`;
    await provider.api(
      `originate {origination_caller_id_number=4711}user/${user} &playback(tone_stream://%(500,0,700))`,
    );
    const call = await answered;
    expect(call.info.direction ?? "in").toBe("in");
    expect(call.info.from.user).toBe("4711");
    expect(call.info.to.user).toBe(ACCOUNT.username);
    await call.ended;
    await provider.hasChannels(0);
  }, 60_000);

  test("says why it does not connect us", async () => {
    await start();
    expect(await refusal("2")).toMatchObject({ outcome: "busy", status: 486, q850: 17 });
    expect(await refusal("3")).toMatchObject({ outcome: "not-found", status: 404, q850: 1 });
    const rang: CallProgress[] = [];
    const timeout = await refusal("4", {
      ringTimeoutMs: 1000,
      onProgress: (progress: CallProgress) => rang.push(progress),
    });
    expect(timeout).toMatchObject({ outcome: "no-answer", status: 408, q850: 19 });
    expect(rang.map(({ status }) => status)).toContain(180);
    await provider.hasChannels(0);
    const controller = new AbortController();
    const signal = controller.signal;
    const given = await refusal("4", { signal, onProgress: () => controller.abort() });
    expect(given).toMatchObject({ outcome: "cancelled", status: 487 });
    await provider.hasChannels(0);
    const auth = { ...ACCOUNT, password: "wrong" };
    expect(await refusal("1", { auth })).toMatchObject({ outcome: "forbidden", status: 403 });
  }, 60_000);

  test("is heard before it answers", async () => {
    await start();
    ear.loud = 0;
    let packetsBefore = 0;
    const call = await phone.call("5", {
      onProgress: ({ call, status, hasSound }) => {
        if (status !== 183) return;
        expect(hasSound).toBe(true);
        void eventually("its ringing is heard", () => {
          packetsBefore = Math.max(packetsBefore, call.media?.statistics.rtp.packets ?? 0);
          return call.state !== "calling";
        });
      },
    });
    // A second of sound came before; nothing of it is the backend's.
    expect(packetsBefore).toBeGreaterThan(40);
    expect(ear.loud).toBe(0);
    await call.hangup();
    await provider.hasChannels(0);
  }, 60_000);

  test("tells that the other side has hung up", async () => {
    await start();
    const call = await phone.call("7");
    const end = await call.ended;
    expect(end.cause).toBe("remote");
    expect(end.reason).toContain("cause=16");
    expect(end.durationMs).toBeGreaterThan(900);
  }, 60_000);

  test("is left when the phone stops: its registration is taken back", async () => {
    await start();
    await phone.stop();
    expect(states.at(-1)?.state).toBe("unregistered");
    expect(await provider.api("sofia status profile callers reg")).toContain(
      "Total items returned: 0",
    );
  }, 60_000);
});
