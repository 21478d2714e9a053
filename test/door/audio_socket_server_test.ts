import { afterEach, describe, expect, test } from "bun:test";
import { loopback } from "../../src/backend/mod.ts";
import type { Call } from "../../src/call/mod.ts";
import { AudioSocketServer, type AudioSocketServerOptions } from "../../src/door/mod.ts";
import { PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { eventually } from "../support/wait.ts";
import { AsteriskPeer } from "./asterisk_peer.ts";

const UUID = "40325ec2-5efd-4bd3-805f-53576e581d13";

const cleanUps: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A phone, its door, and how an Asterisk connects to it. */
async function start(
  options: AudioSocketServerOptions = {},
  phoneOptions: Partial<PhoneHandlerOptions> = {},
) {
  const phone = new PhoneHandler({
    voiceBackend: loopback(),
    // Other tests on this machine are no reason to refuse a call of these.
    admission: false,
    sipPort: 0,
    ...SOUND_PORTS,
    ...phoneOptions,
  });
  await phone.start();
  cleanUps.push(() => phone.stop());
  const server = new AudioSocketServer(phone, { port: 0, ...options });
  const { port } = await server.start();
  cleanUps.push(() => server.stop());
  const calls: Call[] = [];
  const keys: string[] = [];
  phone.on("answered", ({ call }) => void calls.push(call));
  phone.on("dtmf", ({ digit }) => void keys.push(digit));
  const connect = async () => {
    const peer = await AsteriskPeer.connect(port);
    cleanUps.push(() => Promise.resolve(peer.leave()));
    return peer;
  };
  return { phone, server, calls, keys, connect };
}

function ramp(length: number): number[] {
  return Array.from({ length }, (_, n) => 1000 + (n * 7919) % 20_011);
}

describe("AudioSocketServer", () => {
  test.each([[0x10, 8000], [0x12, 16_000], [0x16, 48_000]])(
    "hears sound of the kind %d and sends it back",
    async (kind, rate) => {
      const { calls, connect } = await start();
      const peer = await connect();
      peer.name(UUID);
      peer.sound(new Array(rate / 50).fill(0), kind);
      await eventually("the answer", () => calls.length === 1);
      await eventually("the echo", () => {
        peer.sound(new Array(rate / 50).fill(777), kind);
        return peer.samples.includes(777);
      });
      expect(new Set(peer.kinds)).toEqual(new Set([kind]));
      expect(peer.heard[0].length).toBe(rate / 50 * 2);
      const [{ id, info, media }] = calls;
      expect([id, info.door, info.from.user]).toEqual([UUID, "audiosocket", "anonymous"]);
      expect(String(media!.chain)).toContain(`decode L16 ${rate / 1000} kHz`);
    },
  );

  test("knows who calls by the name of the call, and refuses whom it does not know", async () => {
    const { phone, calls, connect } = await start({
      whoIs: (uuid) => uuid === UUID ? { from: "1001", to: "7000", name: "Ann" } : undefined,
    });
    const known = await connect();
    known.name(UUID);
    known.sound(ramp(160));
    await eventually("the answer", () => calls.length === 1);
    expect(calls[0].info.from).toEqual({ user: "1001", name: "Ann" });
    expect(calls[0].info.to).toEqual({ user: "7000" });
    const unknown = await connect();
    unknown.name(UUID.replace("4", "5"));
    await unknown.closed;
    expect(unknown.kinds).toEqual([0x00]);
    expect(phone.counters.offered).toBe(1);
  });

  test("is told keys, and that the caller has hung up", async () => {
    const { calls, keys, connect } = await start();
    const peer = await connect();
    peer.name(UUID);
    peer.sound(ramp(160));
    await eventually("the answer", () => calls.length === 1);
    for (const key of ["7", "*", "q"]) peer.key(key);
    peer.frame(0x03);
    peer.frame(0x00);
    expect((await calls[0].ended).cause).toBe("remote");
    await peer.closed;
    expect(keys).toEqual(["7", "*"]);
  });

  test("tells an error of Asterisk's, and a connection that breaks", async () => {
    const { calls, connect } = await start();
    const [one, two] = [await connect(), await connect()];
    for (const peer of [one, two]) {
      peer.name(UUID);
      peer.sound(ramp(160));
    }
    await eventually("the answers", () => calls.length === 2);
    one.frame(0xff, Buffer.from([2]));
    two.leave();
    const ends = await Promise.all(calls.map(({ ended }) => ended));
    expect(ends.map(({ cause }) => cause)).toEqual(["remote", "remote"]);
    expect(ends.map(({ reason }) => reason).toSorted()).toEqual(["error 2", undefined]);
  });

  test("ends a flood of frames, and no other call", async () => {
    const { calls, connect } = await start();
    const [one, two] = [await connect(), await connect()];
    for (const peer of [one, two]) {
      peer.name(UUID);
      peer.sound(ramp(160));
    }
    await eventually("the answers", () => calls.length === 2);
    for (let n = 0; n < 5000; n++) one.sound(ramp(160));
    const end = await Promise.race(calls.map(({ ended }) => ended));
    expect(end.reason).toBe("a flood of frames");
    expect(calls.filter(({ state }) => state === "live")).toHaveLength(1);
  });

  test("hangs up by a frame that says so", async () => {
    const { calls, connect } = await start();
    const peer = await connect();
    peer.name(UUID);
    peer.sound(ramp(160));
    await eventually("the answer", () => calls.length === 1);
    await calls[0].hangup();
    await peer.closed;
    expect(peer.kinds.at(-1)).toBe(0x00);
  });

  test("takes a call in whose sound nothing comes for 8 kHz", async () => {
    const { calls, connect } = await start();
    const peer = await connect();
    peer.name(UUID);
    await eventually("sound", () => peer.heard.length > 2);
    expect(peer.kinds[0]).toBe(0x10);
    expect(calls).toHaveLength(1);
  });

  test.each([
    ["no UUID first", Buffer.from([0x10, 0, 2, 1, 1])],
    ["a short UUID", Buffer.from([0x01, 0, 2, 1, 1])],
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")],
    ["TLS", Buffer.from([0x16, 3, 1, 2, 0, ...new Array(0x301).fill(1)])],
    [
      "sound of 96 kHz",
      Buffer.from([1, 0, 16, ...new Array(16).fill(7), 0x17, 0, 2, 0, 0]),
    ],
  ])("refuses %s", async (_, bytes) => {
    const { phone, connect } = await start();
    const peer = await connect();
    peer.write(bytes);
    await peer.closed;
    expect(peer.kinds).toEqual([0x00]);
    expect(phone.counters.offered).toBe(0);
  });

  test("passes over frames of kinds that it does not know, and another UUID", async () => {
    const { calls, connect } = await start();
    const peer = await connect();
    peer.name(UUID);
    peer.frame(0x02, Buffer.from([0, 20]));
    peer.name(UUID.replace("4", "5"));
    peer.frame(0x77, Buffer.alloc(700, 7));
    await eventually("the answer", () => calls.length === 1);
    await eventually("the echo", () => {
      peer.frame(0x02);
      peer.sound(new Array(160).fill(777));
      return peer.samples.includes(777);
    });
    expect([calls[0].id, calls[0].state]).toEqual([UUID, "live"]);
  });

  test("names each call, though a dialplan gives all of them one UUID", async () => {
    const asked: string[] = [];
    const { calls, connect } = await start({
      whoIs: (uuid) => {
        asked.push(uuid);
        return {};
      },
    });
    for (const peer of [await connect(), await connect()]) {
      peer.name(UUID);
      peer.sound(ramp(160));
    }
    await eventually("the answers", () => calls.length === 2);
    expect(asked).toEqual([UUID, UUID]);
    expect(calls[0].id).toBe(UUID);
    expect(calls[1].id).toMatch(/^[0-9a-f-]{36}$/);
    expect(calls[1].id).not.toBe(UUID);
  });

  test("closes what is too much, and what comes from elsewhere", async () => {
    const { server, calls, connect } = await start({ maxConnections: 1 });
    const [one, two] = [await connect(), await connect()];
    await two.closed;
    one.name(UUID);
    one.sound(ramp(160));
    await eventually("the answer", () => calls.length === 1);
    expect([server.connections, server.counters]).toEqual([
      1,
      { connections: 2, turnedAway: 1 },
    ]);
    const elsewhere = await start({ trusted: ["192.0.2.1"] });
    const peer = await elsewhere.connect();
    await peer.closed;
    expect(elsewhere.server.counters.turnedAway).toBe(1);
  });

  test("ends its calls when it is stopped", async () => {
    const { server, phone, calls, connect } = await start();
    const [peer, unnamed] = [await connect(), await connect()];
    peer.name(UUID);
    peer.sound(ramp(160));
    await eventually("the answer", () => calls.length === 1);
    await server.stop();
    await Promise.all([peer.closed, unnamed.closed]);
    await calls[0].ended;
    expect([server.connections, phone.calls.length]).toEqual([0, 0]);
  });
});
