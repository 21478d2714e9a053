import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../src/clock/mod.ts";
import { StreamSocket } from "../../src/udp/stream_socket.ts";

describe("StreamSocket.close", () => {
  test("waits 100 ms for a kernel that takes nothing, and counts what was not sent", async () => {
    const clock = new VirtualClock();
    let isClosed = false;
    const socket = new StreamSocket({ clock, queueLimit: 1, maxDatagramBytes: 100 }).attach({
      local: { address: "192.0.2.1", port: 9 },
      send: () => new Promise(() => {}),
      close: () => {
        isClosed = true;
        return Promise.resolve();
      },
    });
    for (let i = 0; i < 3; i++) socket.send(Uint8Array.of(i), { address: "192.0.2.2", port: 9 });
    const closing = socket.close();
    await clock.advance(99);
    expect(isClosed).toBe(false);
    await clock.advance(1);
    await closing;
    expect(isClosed).toBe(true);
    expect(socket.counters).toMatchObject({ sent: 0, sendErrors: 2 });
    expect(clock.pending).toBe(0);
  });
});

describe("StreamSocket.receive", () => {
  test("drops and counts what comes faster than it may, and reads the others", async () => {
    const clock = new VirtualClock();
    const socket = new StreamSocket({
      ...{ clock, queueLimit: 64, maxDatagramBytes: 100, maxPerSecond: 50 },
    }).attach({
      local: { address: "192.0.2.1", port: 9 },
      send: () => {},
      close: () => Promise.resolve(),
    });
    const heard: number[] = [];
    const reading = socket.readable.pipeTo(
      new WritableStream({ write: ({ data }) => void heard.push(data[0]) }),
    );
    for (let n = 0; n < 100; n++) {
      socket.receive(Uint8Array.of(1), "192.0.2.2", 4000);
      for (let i = 0; i < 100; i++) socket.receive(Uint8Array.of(2), "192.0.2.9", 4000);
      await clock.advance(20);
    }
    await socket.close();
    await reading;
    expect(heard.filter((from) => from === 1).length).toBe(100);
    // Two seconds of fifty, and the fifty that may come at once.
    const strangers = heard.filter((from) => from === 2).length;
    expect(strangers).toBeLessThanOrEqual(150);
    expect(socket.counters.received).toBe(100 + strangers);
    expect(socket.counters.dropped).toBe(10_000 - strangers);
  });
});
