import { afterEach, describe, expect, test } from "bun:test";
import { SeededRandom, SystemClock, VirtualClock } from "../../src/clock/mod.ts";
import {
  type DatagramSocket,
  openDatagramSocket,
  type PortLease,
  PortPool,
  PortsExhaustedError,
} from "../../src/udp/mod.ts";

const host = "127.0.0.1";
const strangers: DatagramSocket[] = [];
const leases: PortLease[] = [];

/** An even port from which on `count` are free now, as the kernel tells by giving one of them. */
async function freeRange(count: number): Promise<number> {
  const clock = new SystemClock();
  for (;;) {
    const probe = await openDatagramSocket({ host, port: 0, clock });
    const start = probe.local.port + probe.local.port % 2;
    await probe.close();
    const opened: DatagramSocket[] = [];
    try {
      for (let port = start; port < start + count; port++) {
        opened.push(await openDatagramSocket({ host, port, clock }));
      }
      return start;
    } catch {
      // Somebody is there: another range.
    } finally {
      await Promise.all(opened.map((socket) => socket.close()));
    }
  }
}

async function acquire(pool: PortPool, options = {}): Promise<PortLease> {
  const lease = await pool.acquire(options);
  leases.push(lease);
  return lease;
}

afterEach(async () => {
  await Promise.all(leases.splice(0).map((lease) => lease.release()));
  await Promise.all(strangers.splice(0).map((socket) => socket.close()));
});

describe("PortPool", () => {
  test("gives pairs of an even and the odd port above, also from an odd start", async () => {
    const start = await freeRange(6);
    const clock = new VirtualClock();
    const pool = new PortPool({ host, start: start + 1, end: start + 5, clock });
    expect(pool.size).toBe(2);
    const ports = [await acquire(pool), await acquire(pool)]
      .map(({ rtp, rtcp }) => [rtp.local.port, rtcp?.local.port]);
    expect(ports).toEqual([[start + 2, start + 3], [start + 4, start + 5]]);
    await expect(pool.acquire()).rejects.toThrow(PortsExhaustedError);
    await expect(pool.acquire()).rejects.toThrow("of 2 pairs 2 are in use and 0 rest");
  });

  test("lets a released pair rest, then gives the one that rested longest", async () => {
    const start = await freeRange(6);
    const clock = new VirtualClock();
    const pool = new PortPool({ host, start, end: start + 5, clock, coolDownMs: 1000 });
    const [a, b, c] = [await acquire(pool), await acquire(pool), await acquire(pool)];
    await b.release();
    await clock.advance(500);
    await Promise.all([a.release(), a.release()]);
    expect([pool.inUse, pool.draining]).toEqual([1, 2]);
    await clock.advance(499);
    await expect(pool.acquire()).rejects.toThrow(PortsExhaustedError);
    await clock.advance(1);
    expect((await acquire(pool)).rtp.local.port).toBe(b.rtp.local.port);
    await expect(pool.acquire()).rejects.toThrow("2 are in use and 1 rest");
    await c.release();
    await clock.advance(1000);
    expect((await acquire(pool)).rtp.local.port).toBe(a.rtp.local.port);
  });

  test("gives a pair that nobody was told of at once again", async () => {
    const start = await freeRange(2);
    const pool = new PortPool({ host, start, end: start + 1, clock: new VirtualClock() });
    const lease = await acquire(pool);
    await lease.release({ unused: true });
    await lease.release();
    expect([pool.inUse, pool.draining]).toEqual([0, 0]);
    expect((await acquire(pool)).rtp.local.port).toBe(start);
  });

  test("passes over a pair of which another program holds either port", async () => {
    const start = await freeRange(6);
    const clock = new VirtualClock();
    for (const port of [start, start + 3]) {
      strangers.push(await openDatagramSocket({ host, port, clock }));
    }
    const pool = new PortPool({ host, start, end: start + 5, clock, coolDownMs: 100 });
    expect((await acquire(pool)).rtp.local.port).toBe(start + 4);
    await expect(pool.acquire()).rejects.toThrow("1 are in use and 2 rest");
    await Promise.all(strangers.map((socket) => socket.close()));
    await clock.advance(100);
    expect((await acquire(pool)).rtp.local.port).toBe(start);
  });

  test("gives up after one round when nothing rests and all is held by another program", async () => {
    const start = await freeRange(4);
    const clock = new VirtualClock();
    for (const port of [start, start + 3]) {
      strangers.push(await openDatagramSocket({ host, port, clock }));
    }
    const pool = new PortPool({ host, start, end: start + 3, clock, coolDownMs: 0 });
    await expect(pool.acquire()).rejects.toThrow(PortsExhaustedError);
  });

  test("opens only the even port when RTCP is muxed", async () => {
    const start = await freeRange(2);
    const clock = new VirtualClock();
    const pool = new PortPool({ host, start, end: start + 1, clock, coolDownMs: 0 });
    const muxed = await acquire(pool, { muxed: true });
    expect(muxed.rtcp).toBe(undefined);
    strangers.push(await openDatagramSocket({ host, port: start + 1, clock }));
    await muxed.release();
    expect(pool.inUse).toBe(0);
  });

  test("never gives a port that is in use, and gets every one back, however calls mix", async () => {
    const random = new SeededRandom(3);
    const start = await freeRange(16);
    const clock = new VirtualClock();
    const pool = new PortPool({ host, start, end: start + 15, clock, coolDownMs: 50 });
    const held = new Map<number, PortLease>();
    const releasedAt = new Map<number, number>();
    for (let step = 0; step < 400; step++) {
      if (random.uint32() % 2 === 0) {
        const lease = await acquire(pool).catch(() => undefined);
        if (!lease) continue;
        const { port } = lease.rtp.local;
        expect(held.has(port)).toBe(false);
        expect(clock.now() - (releasedAt.get(port) ?? -Infinity) >= 50).toBe(true);
        held.set(port, lease);
      } else if (held.size > 0) {
        const [port, lease] = [...held][random.uint32() % held.size];
        held.delete(port);
        await lease.release();
        releasedAt.set(port, clock.now());
      }
      expect(pool.inUse).toBe(held.size);
      await clock.advance(random.uint32() % 20);
    }
    expect(releasedAt.size).toBe(8);
  });

  test.each([
    [0, 100],
    [20_000, 19_999],
    [20_000, 20_000],
    [20_001, 20_002],
    [20_000, 65_536],
    [20_000.5, 20_010],
    [NaN, 20_010],
  ])("refuses the range %d to %d and says what to change", (start, end) => {
    const clock = new VirtualClock();
    const make = () => new PortPool({ host, start, end, clock });
    expect(make).toThrow(RangeError);
    expect(make).toThrow(`current value is ${start} to ${end}`);
  });

  test("passes on what else goes wrong, and loses no port by it", async () => {
    const clock = new VirtualClock();
    const pool = new PortPool({ host: "192.0.2.1", start: 20_000, end: 20_001, clock });
    await expect(pool.acquire()).rejects.toThrow("192.0.2.1:20000");
    expect(pool.inUse).toBe(0);
  });
});
