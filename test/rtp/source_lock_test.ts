import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import type { RtpAddress } from "../../src/rtp/rtp_address.ts";
import type { ReceivedRtpPacket } from "../../src/rtp/rtp_packet.ts";
import { SourceLock } from "../../src/rtp/source_lock.ts";

const PEER: RtpAddress = { address: "192.0.2.1", port: 4000 };
const PRIVATE: RtpAddress = { address: "10.0.0.7", port: 4000 };
const NAT: RtpAddress = { address: "198.51.100.9", port: 31337 };
const STRANGER: RtpAddress = { address: "192.0.2.1", port: 4002 };

function packet(sequenceNumber: number, receivedAt: number, ssrc = 7): ReceivedRtpPacket {
  return {
    payloadType: 0,
    marker: false,
    sequenceNumber: sequenceNumber & 0xffff,
    timestamp: sequenceNumber * 160,
    ssrc,
    payload: new Uint8Array(0),
    receivedAt,
    kind: "audio",
  };
}

/** Sends `count` packets, 20 ms apart; tells the sequence numbers that got through. */
function send(
  lock: SourceLock,
  from: RtpAddress,
  { at = 0, count = 1, first = 0, ssrc = 7, stepMs = 20 }: {
    at?: number;
    count?: number;
    first?: number;
    ssrc?: number;
    stepMs?: number;
  } = {},
): number[] {
  const through: number[] = [];
  for (let i = 0; i < count; i++) {
    const packets = lock.push(packet(first + i, at + i * stepMs, ssrc), from);
    through.push(...packets.map(({ sequenceNumber }) => sequenceNumber));
  }
  return through;
}

describe("SourceLock, the address from SDP", () => {
  test("is trusted from its first packet", () => {
    const lock = new SourceLock({ signalled: PEER });
    expect(lock.remote).toEqual(PEER);
    expect(send(lock, PEER, { count: 3 })).toEqual([0, 1, 2]);
    expect(lock.remote).toEqual(PEER);
  });

  test("is the same however it is written", () => {
    const lock = new SourceLock({ signalled: { address: "2001:DB8:0::1", port: 4000 } });
    expect(send(lock, { address: "2001:db8::1", port: 4000 })).toEqual([0]);
    const mapped = new SourceLock({ signalled: PEER });
    expect(send(mapped, { address: "::ffff:192.0.2.1", port: 4000 })).toEqual([0]);
  });

  test("takes its place back from a stranger with one packet", () => {
    const lock = new SourceLock({ signalled: PEER });
    expect(send(lock, STRANGER, { count: 4 })).toEqual([0, 1, 2, 3]);
    expect(lock.remote).toEqual(STRANGER);
    expect(send(lock, PEER, { at: 80, first: 900 })).toEqual([900]);
    expect(lock.remote).toEqual(PEER);
    expect(send(lock, STRANGER, { at: 90, first: 4, count: 50, stepMs: 10 })).toEqual([]);
    expect(lock.counters.moves).toBe(1);
  });
});

describe("SourceLock, a phone behind NAT", () => {
  test("is followed after four packets in sequence, and none of them is lost", () => {
    const lock = new SourceLock({ signalled: PRIVATE });
    expect(send(lock, NAT, { count: 3, first: 65534 })).toEqual([]);
    expect(lock.remote).toEqual(PRIVATE);
    expect(send(lock, NAT, { at: 60, first: 65537 })).toEqual([65534, 65535, 0, 1]);
    expect(lock.remote).toEqual(NAT);
    expect(send(lock, NAT, { at: 80, first: 65538, count: 2 })).toEqual([2, 3]);
    expect(lock.counters).toEqual({ wrongSource: 0, wrongSsrc: 0, moves: 0, ssrcChanges: 0 });
  });

  test("is followed where SDP has not said anything yet", () => {
    const lock = new SourceLock();
    expect(lock.remote).toBeUndefined();
    expect(send(lock, NAT, { count: 4 })).toEqual([0, 1, 2, 3]);
  });

  test("proves nothing with a burst, or with numbers that do not follow each other", () => {
    const burst = new SourceLock({ signalled: PRIVATE });
    expect(send(burst, NAT, { count: 40, stepMs: 1 })).toEqual([]);
    expect(send(burst, NAT, { at: 5000, first: 42, count: 6, stepMs: 1 })).toEqual([]);
    const random = new SeededRandom(1);
    const scattered = new SourceLock({ signalled: PRIVATE });
    for (let i = 0; i < 1000; i++) {
      expect(scattered.push(packet(random.uint32(), i * 20), NAT)).toEqual([]);
    }
    const changing = new SourceLock({ signalled: PRIVATE });
    for (let i = 0; i < 1000; i++) {
      expect(changing.push(packet(i, i * 20, i), NAT)).toEqual([]);
    }
    expect(changing.counters.wrongSource).toBe(999);
  });

  test("is followed over a line that loses every fifth packet, with what it sent before", () => {
    const lock = new SourceLock({ signalled: PRIVATE });
    const through = [0, 1, 2, 4, 5, 6, 7, 9].flatMap((n) => lock.push(packet(n, n * 20), NAT));
    expect(through.map(({ sequenceNumber }) => sequenceNumber)).toEqual([0, 1, 2, 4, 5, 6, 7, 9]);
  });

  test("is followed past a packet that came twice", () => {
    const lock = new SourceLock({ signalled: PRIVATE });
    const through = [0, 1, 1, 2, 3].flatMap((n) => lock.push(packet(n, n * 20), NAT));
    expect(through.length).toBe(4);
  });

  test("is followed to another port when the old one fell silent", () => {
    const lock = new SourceLock({ signalled: PRIVATE });
    send(lock, NAT, { count: 50 });
    const rebound = { ...NAT, port: 40000 };
    const through = send(lock, rebound, { at: 1000, first: 50, count: 150 });
    expect(through[0]).toBe(50 + 99); // the first after two seconds of silence
    expect(through.at(-1)).toBe(199);
    expect(lock.remote).toEqual(rebound);
    expect(lock.counters.moves).toBe(1);
  });

  test("is followed through a flood of others that each send one packet", () => {
    const lock = new SourceLock({ signalled: PRIVATE });
    let port = 1024;
    while (port < 2000) lock.push(packet(0, 0), { ...STRANGER, port: port++ });
    const through: ReceivedRtpPacket[] = [];
    for (let n = 0; n < 4; n++) {
      through.push(...lock.push(packet(n, n * 20), NAT));
      for (let i = 0; i < 30; i++) {
        expect(lock.push(packet(n, n * 20 + 1), { ...STRANGER, port: port++ })).toEqual([]);
      }
    }
    expect(through.length).toBe(4);
  });
});

describe("SourceLock, somebody else", () => {
  test("who knows everything but the address does not get a packet in while the peer sends", () => {
    const lock = new SourceLock({ signalled: PEER });
    for (let n = 0; n < 500; n++) {
      expect(lock.push(packet(n, n * 20), PEER).length).toBe(1);
      expect(lock.push(packet(n + 1, n * 20 + 10), STRANGER)).toEqual([]);
    }
    expect(lock.counters.wrongSource).toBe(500);
    expect(lock.remote).toEqual(PEER);
  });

  test("who sent while the peer did gets nothing of that in when the peer falls silent", () => {
    const lock = new SourceLock({ signalled: PEER });
    for (let n = 0; n < 10; n++) {
      lock.push(packet(n, n * 20), PEER);
      lock.push(packet(n, n * 20 + 1), STRANGER);
    }
    expect(send(lock, STRANGER, { at: 2180, first: 10, count: 4 })).toEqual([10, 11, 12, 13]);
  });

  test("who showed three packets in one silence does not pass with the first of the next", () => {
    const lock = new SourceLock({ signalled: PRIVATE });
    send(lock, NAT, { count: 10 });
    expect(send(lock, STRANGER, { at: 3000, count: 3 })).toEqual([]);
    expect(send(lock, NAT, { at: 3100, first: 10 })).toEqual([10]);
    expect(send(lock, STRANGER, { at: 6000, first: 3, count: 3 })).toEqual([]);
  });

  test("who took the place of a silent peer is out with the peer's next packet", () => {
    const lock = new SourceLock({ signalled: PRIVATE });
    send(lock, NAT, { count: 100 });
    expect(send(lock, STRANGER, { at: 4100, first: 1, count: 20 }).length).toBe(20);
    expect(lock.remote).toEqual(STRANGER);
    expect(send(lock, NAT, { at: 4500, first: 100 })).toEqual([100]);
    expect(send(lock, STRANGER, { at: 4501, first: 21, count: 90 })).toEqual([]);
  });

  test("who comes from where the peer was, but with another SSRC, has to prove itself", () => {
    const lock = new SourceLock({ signalled: PRIVATE });
    send(lock, NAT, { count: 100 });
    send(lock, STRANGER, { at: 4100, count: 20 });
    expect(send(lock, NAT, { at: 4500, first: 100, ssrc: 8 })).toEqual([]);
    expect(lock.remote).toEqual(STRANGER);
  });

  test("with an SSRC of its own waits for ten seconds of silence, once the peer was heard", () => {
    const lock = new SourceLock({ signalled: PEER });
    send(lock, PEER, { count: 50 });
    // Whom it did not hear for a second pauses, as the caller listens.
    expect(send(lock, STRANGER, { at: 3000, count: 390, ssrc: 8 })).toEqual([]);
    expect(lock.remote).toEqual(PEER);
    expect(send(lock, STRANGER, { at: 10_980, count: 4, ssrc: 8 })).toEqual([0, 1, 2, 3]);
    expect(send(lock, PEER, { at: 11_100, first: 50 })).toEqual([50]);
  });

  test("who was there first, briefly, does not come back over the peer that stayed", () => {
    const lock = new SourceLock({ signalled: PRIVATE });
    expect(send(lock, STRANGER, { count: 4 }).length).toBe(4);
    expect(send(lock, NAT, { at: 100, count: 150, ssrc: 8 }).length).toBeGreaterThan(50);
    expect(lock.remote).toEqual(NAT);
    expect(lock.push(packet(4, 3101), STRANGER)).toEqual([]);
    expect(lock.remote).toEqual(NAT);
  });

  test("is never followed if the call says so", () => {
    const lock = new SourceLock({ signalled: PEER, probationPackets: Infinity });
    expect(send(lock, STRANGER, { count: 1000 })).toEqual([]);
    expect(send(lock, PEER)).toEqual([0]);
  });

  test("may not send RTCP either", () => {
    const lock = new SourceLock({ signalled: PEER });
    expect([PEER, { ...PEER, port: 4001 }].map((from) => lock.trusts(from))).toEqual([true, true]);
    expect([STRANGER, NAT, { ...NAT, port: 4000 }].some((from) => lock.trusts(from))).toBe(false);
    expect(new SourceLock().trusts(PEER)).toBe(false);
  });

  // Everything but the address is as the attackers like it: they copy the peer's numbers, follow
  // them, burst, flood with ports. From the peer's first packet on not one of theirs may pass.
  test.each([["from SDP", PEER], ["behind NAT", NAT]])(
    "never leaks while the real peer sends, at random (%s)",
    (_, real) => {
      for (let seed = 0; seed < 40; seed++) {
        const random = new SeededRandom(seed);
        const lock = new SourceLock({ signalled: real === NAT ? PRIVATE : PEER });
        let now = send(lock, real, { count: 4 }).length * 20;
        let sequence = 4;
        for (let step = 0; step < 500; step++) {
          now += random.uint32() % 40;
          if (random.uint32() % 4 === 0) {
            // The peer pauses at times, always for less than a stranger has to wait.
            if (random.uint32() % 50 === 0) now += 1500;
            expect(lock.push(packet(sequence++, now), real).length).toBe(1);
            continue;
          }
          const from = random.uint32() % 2
            ? STRANGER
            : { address: real.address, port: 1024 + random.uint32() % 100 };
          const burst = 1 + random.uint32() % 8;
          const first = sequence + random.uint32() % 3;
          for (let i = 0; i < burst; i++) {
            const ssrc = random.uint32() % 4 === 0 ? 8 : 7;
            expect(lock.push(packet(first + i, now, ssrc), from)).toEqual([]);
          }
        }
        expect(lock.remote).toEqual(real);
      }
    },
  );
});

describe("SourceLock, the SSRC", () => {
  test("changes after two packets in sequence, neither of them lost", () => {
    const lock = new SourceLock({ signalled: PEER });
    send(lock, PEER, { count: 3 });
    expect(send(lock, PEER, { at: 60, first: 500, ssrc: 8 })).toEqual([]);
    expect(send(lock, PEER, { at: 80, first: 501, ssrc: 8 })).toEqual([500, 501]);
    expect(lock.ssrc).toBe(8);
    expect(lock.counters.ssrcChanges).toBe(1);
  });

  test("does not change for every second packet being another's", () => {
    const lock = new SourceLock({ signalled: PEER });
    for (let n = 0; n < 100; n++) {
      expect(lock.push(packet(n, n * 20), PEER).length).toBe(1);
      expect(lock.push(packet(n, n * 20 + 1, 8), PEER)).toEqual([]);
    }
    expect(lock.ssrc).toBe(7);
    expect(lock.counters.wrongSsrc).toBe(90); // and ten are held
  });

  test("does not change for single packets of others between those of the stream", () => {
    const lock = new SourceLock({ signalled: PEER });
    for (let n = 0; n < 100; n++) {
      expect(lock.push(packet(n, n * 20), PEER).length).toBe(1);
      expect(lock.push(packet(n, n * 20 + 1, 8), PEER)).toEqual([]);
      expect(lock.push(packet(0, n * 20 + 2, 1000 + n), PEER)).toEqual([]);
    }
    expect(lock.ssrc).toBe(7);
    expect(lock.counters.wrongSsrc).toBeGreaterThan(190);
  });

  test("changes though a late packet of the old stream comes between, and loses nothing", () => {
    const lock = new SourceLock({ signalled: PEER });
    send(lock, PEER, { count: 3 });
    expect(send(lock, PEER, { at: 60, first: 500, ssrc: 8 })).toEqual([]);
    expect(send(lock, PEER, { at: 61, first: 3 })).toEqual([3]);
    expect(send(lock, PEER, { at: 80, first: 501, ssrc: 8, count: 2 })).toEqual([500, 501, 502]);
  });
});

describe("SourceLock.signal", () => {
  test("with the same address, as in a session refresh, changes nothing", () => {
    const lock = new SourceLock({ signalled: PRIVATE });
    send(lock, NAT, { count: 4 });
    lock.signal({ ...PRIVATE });
    expect(lock.remote).toEqual(NAT);
    expect(send(lock, NAT, { at: 80, first: 4 })).toEqual([4]);
  });

  test("with nowhere, as in an old phone's hold, changes nothing", () => {
    const lock = new SourceLock({ signalled: PEER });
    send(lock, PEER);
    lock.signal({ address: "0.0.0.0", port: 4000 });
    lock.signal({ ...PEER, port: 0 });
    expect(lock.remote).toEqual(PEER);
    expect(send(lock, PEER, { at: 20, first: 1 })).toEqual([1]);
  });

  test("with another address moves there at once, and the old one has to prove itself", () => {
    const lock = new SourceLock({ signalled: PEER });
    send(lock, PEER, { count: 10 });
    lock.signal(NAT);
    expect(lock.remote).toEqual(NAT);
    expect(send(lock, PEER, { at: 200, first: 10 })).toEqual([]);
    expect(send(lock, NAT, { at: 201, first: 800, ssrc: 9 })).toEqual([800]);
    expect(send(lock, PEER, { at: 220, first: 11, count: 90 })).toEqual([]);
  });

  test("with the address that is trusted already keeps it", () => {
    const lock = new SourceLock();
    send(lock, NAT, { count: 4 });
    lock.signal(NAT);
    expect(lock.ssrc).toBe(7);
    expect(send(lock, NAT, { at: 80, first: 4 })).toEqual([4]);
  });

  test("with another address forgets who was trusted before", () => {
    const lock = new SourceLock({ signalled: PRIVATE });
    send(lock, NAT, { count: 100 });
    send(lock, STRANGER, { at: 4100, count: 20 });
    lock.signal({ ...PRIVATE, port: 5000 });
    expect(send(lock, NAT, { at: 4500, first: 100 })).toEqual([]);
  });
});
