import { afterEach, describe, expect, test } from "bun:test";
import { SystemClock } from "../../src/clock/mod.ts";
import {
  AddressInUseError,
  type Datagram,
  type DatagramSocket,
  type DatagramSocketOptions,
  openDatagramSocket,
} from "../../src/udp/mod.ts";

const clock = new SystemClock();
const open: DatagramSocket[] = [];

async function socket(options: Partial<DatagramSocketOptions> = {}): Promise<DatagramSocket> {
  const opened = await openDatagramSocket({ host: "127.0.0.1", port: 0, clock, ...options });
  open.push(opened);
  return opened;
}

async function read(from: DatagramSocket, count: number): Promise<Datagram[]> {
  const reader = from.readable.getReader();
  const datagrams: Datagram[] = [];
  while (datagrams.length < count) datagrams.push((await reader.read()).value!);
  reader.releaseLock();
  return datagrams;
}

/** Waits for what the kernel does in its own time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => clock.setTimer(resolve, 1));
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((socket) => socket.close()));
});

// The two ways into each runtime: asking for a kernel buffer takes node:dgram on Bun and Node.
for (const receiveBufferSize of [undefined, 1 << 20]) {
  describe(`openDatagramSocket() with receiveBufferSize ${receiveBufferSize}`, () => {
    test("keeps the order and the bytes of a burst sent in one turn", async () => {
      const receiver = await socket({ receiveBufferSize, queueLimit: 200 });
      const sender = await socket({ receiveBufferSize });
      for (let i = 0; i < 200; i++) sender.send(new Uint8Array(172).fill(i), receiver.local);
      const datagrams = await read(receiver, 200);
      expect(datagrams.map(({ data }) => data[0])).toEqual(
        Array.from({ length: 200 }, (_, i) => i),
      );
      expect(datagrams.every(({ data }) => data.length === 172 && data[171] === data[0])).toBe(
        true,
      );
      expect(sender.counters).toEqual({ received: 0, dropped: 0, sent: 200, sendErrors: 0 });
      expect(receiver.counters.received).toBe(200);
    });

    test("gives each datagram bytes of its own, its sender and its time of arrival", async () => {
      const receiver = await socket({ receiveBufferSize });
      const sender = await socket({ receiveBufferSize });
      const before = clock.now();
      for (const byte of [1, 2, 3]) sender.send(Uint8Array.of(byte), receiver.local);
      const datagrams = await read(receiver, 3);
      expect(datagrams.map(({ data }) => [...data])).toEqual([[1], [2], [3]]);
      for (const { source, receivedAt, data } of datagrams) {
        expect(source).toEqual(sender.local);
        expect(receivedAt >= before && receivedAt <= clock.now()).toBe(true);
        expect(data.buffer.byteLength < 10_000).toBe(true);
      }
    });

    test("drops the oldest while the reader is behind, and counts them", async () => {
      const receiver = await socket({ receiveBufferSize, queueLimit: 8 });
      const sender = await socket({ receiveBufferSize });
      for (let i = 0; i < 50; i++) sender.send(Uint8Array.of(i), receiver.local);
      await until(() => receiver.counters.dropped === 41);
      // The first had left for the stream's own queue before the reader fell behind.
      expect((await read(receiver, 9)).map(({ data }) => data[0]))
        .toEqual([0, 42, 43, 44, 45, 46, 47, 48, 49]);
      expect(receiver.counters).toEqual({ received: 9, dropped: 41, sent: 0, sendErrors: 0 });
    });

    test("takes what is as long as allowed and drops what is longer", async () => {
      const receiver = await socket({ receiveBufferSize, maxDatagramBytes: 1000 });
      const sender = await socket({ receiveBufferSize });
      sender.send(new Uint8Array(1001), receiver.local);
      sender.send(new Uint8Array(9000), receiver.local);
      sender.send(new Uint8Array(1000).fill(7), receiver.local);
      const [{ data }] = await read(receiver, 1);
      expect(data).toEqual(new Uint8Array(1000).fill(7));
      expect(receiver.counters.dropped).toBe(2);
    });

    test("takes the longest datagram there is when asked to", async () => {
      const receiver = await socket({ receiveBufferSize, maxDatagramBytes: 65_535 });
      const sender = await socket({ receiveBufferSize });
      const data = Uint8Array.from({ length: 65_507 }, (_, i) => i % 251);
      sender.send(data, receiver.local);
      expect((await read(receiver, 1))[0].data).toEqual(data);
    });

    test("outlives an answer that nobody listens, and counts what cannot be sent", async () => {
      const gone = await socket({ receiveBufferSize });
      const nobody = gone.local;
      await gone.close();
      const sender = await socket({ receiveBufferSize });
      const receiver = await socket({ receiveBufferSize });
      for (let i = 0; i < 3; i++) {
        sender.send(new Uint8Array(10), nobody);
        await new Promise<void>((resolve) => clock.setTimer(resolve, 2));
      }
      sender.send(new Uint8Array(10), { address: "example.com", port: 9 });
      sender.send(new Uint8Array(10), { address: "127.0.0.1", port: 0 });
      sender.send(new Uint8Array(10), { address: "127.0.0.1", port: 70_000 });
      sender.send(new Uint8Array(70_000), receiver.local);
      sender.send(Uint8Array.of(1), receiver.local);
      expect((await read(receiver, 1))[0].data).toEqual(Uint8Array.of(1));
      await until(() => sender.counters.sendErrors === 4);
      receiver.send(Uint8Array.of(2), sender.local);
      expect((await read(sender, 1))[0].data).toEqual(Uint8Array.of(2));
    });

    test("speaks IPv6, and IPv4 through an IPv6 socket with plain addresses", async () => {
      const six = await socket({ host: "::1", receiveBufferSize });
      const all = await socket({ host: "::", receiveBufferSize });
      const four = await socket({ receiveBufferSize });
      six.send(Uint8Array.of(6), { address: "::1", port: all.local.port });
      expect((await read(all, 1))[0].source).toEqual(six.local);
      four.send(Uint8Array.of(4), { address: "127.0.0.1", port: all.local.port });
      expect((await read(all, 1))[0].source).toEqual(four.local);
      all.send(Uint8Array.of(5), four.local);
      expect((await read(four, 1))[0].source)
        .toEqual({ address: "127.0.0.1", port: all.local.port });
    });

    test("says that a port is taken, and has freed it when close() resolves", async () => {
      const first = await socket({ receiveBufferSize });
      const { port } = first.local;
      for (let round = 0; round < 20; round++) {
        const again = socket({ port, receiveBufferSize });
        await expect(again).rejects.toThrow(AddressInUseError);
        await expect(again).rejects.toThrow(
          `Cannot listen on udp 127.0.0.1:${port} as another socket holds it: choose another port`,
        );
        await open[0].close();
        open[0] = await openDatagramSocket({ host: "127.0.0.1", port, clock, receiveBufferSize });
      }
    });

    test("ends its stream when closed, twice does no harm, and later sends are counted", async () => {
      const closed = await socket({ receiveBufferSize });
      const reading = closed.readable.getReader().read();
      await Promise.all([closed.close(), closed.close()]);
      expect((await reading).done).toBe(true);
      closed.send(new Uint8Array(1), closed.local);
      expect(closed.counters.sendErrors).toBe(1);
    });

    test("sends what it was given before it closes", async () => {
      const receiver = await socket({ receiveBufferSize, queueLimit: 100 });
      const sender = await socket({ receiveBufferSize });
      for (let i = 0; i < 50; i++) sender.send(Uint8Array.of(i), receiver.local);
      await sender.close();
      expect(sender.counters).toMatchObject({ sent: 50, sendErrors: 0 });
      const datagrams = await read(receiver, 50);
      expect(datagrams.map(({ data }) => data[0])).toEqual(Array.from({ length: 50 }, (_, i) => i));
    });

    test("closes when the reader cancels", async () => {
      const cancelled = await socket({ receiveBufferSize });
      await cancelled.readable.cancel();
      await socket({ port: cancelled.local.port, receiveBufferSize });
    });
  });
}

describe("openDatagramSocket()", () => {
  test.each([
    [{ host: "localhost" }, TypeError],
    [{ host: "" }, TypeError],
    [{ port: -1 }, RangeError],
    [{ port: 65_536 }, RangeError],
    [{ queueLimit: 0 }, RangeError],
    [{ maxDatagramBytes: 1.5 }, RangeError],
  ])("refuses %j", async (options, error) => {
    await expect(socket(options)).rejects.toThrow(error);
  });

  test("names the address that is not this machine's", async () => {
    await expect(socket({ host: "192.0.2.1", port: 5070 })).rejects.toThrow(
      "192.0.2.1:5070 as this machine has no such address, choose one of its own",
    );
  });
});
