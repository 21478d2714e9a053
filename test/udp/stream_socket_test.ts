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
