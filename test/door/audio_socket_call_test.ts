import { describe, expect, test } from "bun:test";
import { SeededRandom, VirtualClock } from "../../src/clock/mod.ts";
import { AudioSocketCall, type AudioSocketCaller } from "../../src/door/audio_socket_call.ts";
import type { DoorPhone } from "../../src/door/mod.ts";
import type { TcpConnection } from "../../src/sip/mod.ts";

/** A connection that keeps what is written, and is closed when it is told to. */
function connection(): TcpConnection & { readonly written: number[][] } {
  const written: number[][] = [];
  const made: TcpConnection & { readonly written: number[][] } = {
    remote: { address: "192.0.2.7", port: 5038 },
    pendingBytes: 0,
    written,
    onData: () => {},
    onClose: () => {},
    write: (data) => void written.push([...data]),
    pause: () => {},
    resume: () => {},
    end: () => made.onClose(undefined),
    destroy: () => made.onClose(undefined),
  };
  return made;
}

const NAME = Uint8Array.from([0x01, 0, 16, ...Array.from({ length: 16 }, (_, n) => n)]);

describe("AudioSocketCall", () => {
  test("waits for whoever knows who calls no longer than for the name of the call", async () => {
    const clock = new VirtualClock();
    const taken: unknown[] = [];
    const phone: DoorPhone = {
      ...{ clock, random: new SeededRandom(1) },
      calls: [],
      take: (leg) => void taken.push(leg),
    };
    const socket = connection();
    const answer = Promise.withResolvers<AudioSocketCaller>();
    const call = new AudioSocketCall(phone, socket, {
      whoIs: () => answer.promise,
      onError: () => {},
    });
    socket.onData(NAME);
    await clock.advance(4999);
    expect(socket.written).toEqual([]);
    await clock.advance(1);
    expect(socket.written).toEqual([[0x00, 0, 0]]);
    await call.ended;
    answer.resolve({});
    await clock.advance(10_000);
    expect(taken).toEqual([]);
  });
});
