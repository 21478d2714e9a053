import { afterEach, describe, expect, test } from "bun:test";
import { loopback } from "../../src/backend/mod.ts";
import { AudioSocketCall, type AudioSocketCaller } from "../../src/door/audio_socket_call.ts";
import type { AudioSocketCallOptions } from "../../src/door/mod.ts";
import type { TcpConnection } from "../../src/sip/mod.ts";
import { type DoorScene, doorScene } from "./door_scene.ts";

/** Asterisk's end of a connection that is no network, and what it was sent. */
class Line {
  readonly written: Uint8Array[] = [];
  /** Closes the connection when it is told that there is no more. */
  isPolite = true;
  /** Bytes that it has not read. */
  unread = 0;
  readonly connection: TcpConnection;

  constructor() {
    // deno-lint-ignore no-this-alias -- the door's end is an object of its own
    const line = this;
    const close = () => this.connection.onClose(undefined);
    this.connection = {
      remote: { address: "192.0.2.7", port: 5038 },
      get pendingBytes() {
        return line.unread;
      },
      onData: () => {},
      onClose: () => {},
      write: (data) => void this.written.push(data),
      pause: () => {},
      resume: () => {},
      end: () => void (this.isPolite && close()),
      destroy: close,
    };
  }

  frame(kind: number, payload: Uint8Array = new Uint8Array(0)): void {
    const head = [kind, payload.length >> 8, payload.length & 0xff];
    this.connection.onData(Uint8Array.from([...head, ...payload]));
  }

  /** Names the call. */
  name(): void {
    this.frame(0x01, Uint8Array.from({ length: 16 }, (_, n) => n));
  }

  /** The kinds of all that it was sent. */
  get kinds(): number[] {
    return this.written.map(([kind]) => kind);
  }
}

const SOUND = new Uint8Array(320).fill(7);

let scene: DoorScene;
afterEach(() => scene.stop());

async function open(options: Partial<AudioSocketCallOptions> = {}) {
  scene = await doorScene(loopback());
  const line = new Line();
  const whole = { whoIs: () => ({}), onError: () => {}, ...options };
  return { line, call: new AudioSocketCall(scene.phone, line.connection, whole) };
}

/** Says something for `ms` milliseconds. */
async function speak(line: Line, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 20) {
    line.frame(0x10, SOUND);
    await scene.clock.advance(20);
  }
}

describe("AudioSocketCall", () => {
  test("waits for whoever knows who calls no longer than for the name of the call", async () => {
    const answer = Promise.withResolvers<AudioSocketCaller>();
    const { line, call } = await open({ whoIs: () => answer.promise });
    line.name();
    await scene.clock.advance(4999);
    expect(line.written).toEqual([]);
    await scene.clock.advance(1);
    expect(line.kinds).toEqual([0x00]);
    await call.ended;
    answer.resolve({});
    await scene.clock.advance(10_000);
    expect(scene.phone.counters.offered).toBe(0);
  });

  test("hears the second that was said before it is known who calls", async () => {
    const answer = Promise.withResolvers<AudioSocketCaller>();
    const { line } = await open({ whoIs: () => answer.promise });
    line.name();
    await speak(line, 1200);
    answer.resolve({});
    await scene.clock.advance(1);
    const { received } = scene.calls[0].media!.statistics.socket;
    expect(received).toBe(50);
  });

  test("tells what it throws that looks for who calls, and refuses the call", async () => {
    const errors: unknown[] = [];
    const { line } = await open({
      whoIs: () => Promise.reject("no database"),
      onError: (error) => errors.push(error),
    });
    line.name();
    await scene.clock.advance(1);
    expect([errors, line.kinds]).toEqual([["no database"], [0x00]]);
    expect(scene.phone.counters.offered).toBe(0);
  });

  test("passes over sound of another rate in the midst of a call", async () => {
    const { line } = await open();
    line.name();
    await speak(line, 100);
    const heard = () => scene.calls[0].media!.statistics.socket.received;
    const before = heard();
    line.frame(0x12, new Uint8Array(640));
    await scene.clock.advance(20);
    expect(heard()).toBe(before);
    await speak(line, 100);
    expect(heard()).toBe(before + 5);
  });

  test("sends nothing more to who does not read, and lets it go after a quarter of a minute", async () => {
    const { line } = await open();
    line.name();
    await speak(line, 1000);
    const before = line.written.length;
    expect(before).toBeGreaterThan(20);
    line.unread = 8001;
    await speak(line, 14_000);
    expect([line.written.length - before, scene.calls[0].state]).toEqual([0, "live"]);
    await speak(line, 2000);
    expect((await scene.calls[0].ended).cause).toBe("timeout");
  });

  test("goes on with who reads again, and counts anew from there", async () => {
    const { line } = await open();
    line.name();
    for (let round = 0; round < 3; round++) {
      line.unread = 8001;
      await speak(line, 10_000);
      line.unread = 8000;
      const before = line.written.length;
      await speak(line, 200);
      expect(line.written.length - before).toBeGreaterThan(5);
    }
    expect(scene.calls[0].state).toBe("live");
  });

  test("breaks with who does not close, two seconds after the end", async () => {
    const { line, call } = await open();
    line.isPolite = false;
    line.name();
    await speak(line, 100);
    let isOver = false;
    void call.ended.then(() => isOver = true);
    call.hangup();
    await scene.clock.advance(1900);
    expect([line.kinds.at(-1), isOver]).toEqual([0x00, false]);
    await scene.clock.advance(200);
    expect(isOver).toBe(true);
  });
});
