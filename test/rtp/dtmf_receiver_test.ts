import { describe, expect, test } from "bun:test";
import { type DtmfEvent, DtmfReceiver } from "../../src/rtp/dtmf_receiver.ts";
import { serializeTelephoneEvent } from "../../src/rtp/telephone_event.ts";
import type { RtpPacket } from "../../src/rtp/rtp_packet.ts";

interface Report {
  readonly key?: number;
  readonly at?: number;
  readonly ticks?: number;
  readonly end?: boolean;
  readonly ssrc?: number;
}

function report({ key = 5, at = 1000, ticks = 160, end = false, ssrc = 7 }: Report): RtpPacket {
  const payload = serializeTelephoneEvent({ event: key, end, volume: 10, duration: ticks });
  return { payloadType: 101, marker: false, sequenceNumber: 0, timestamp: at, ssrc, payload };
}

/** Pushes one report each 20 ms; tells what came out as short words. */
function run(reports: readonly Report[], receiver = new DtmfReceiver()): string[] {
  const events = reports.flatMap((entry, index) => receiver.push(report(entry), index * 20));
  return events.map(word);
}

function word({ type, digit, durationMs, endedBy }: DtmfEvent): string {
  return type === "start" ? `${digit} down` : `${digit} up ${durationMs} ${endedBy}`;
}

describe("DtmfReceiver", () => {
  test("gives one start and one end for updates and three end packets", () => {
    const end = { ticks: 640, end: true };
    const all = [{ ticks: 160 }, { ticks: 320 }, { ticks: 480 }, end, end, end];
    const receiver = new DtmfReceiver();
    expect(run(all, receiver)).toEqual(["5 down", "5 up 80 packet"]);
    expect(receiver.counters).toEqual({
      presses: 1,
      repeated: 2,
      lostEnds: 0,
      malformed: 0,
      otherEvents: 0,
    });
  });

  test("tells when the key went down, by both clocks, and how loud it was", () => {
    const [start] = new DtmfReceiver().push(report({ at: 4000 }), 33);
    expect(start).toEqual({
      type: "start",
      digit: "5",
      durationMs: 20,
      timestamp: 4000,
      receivedAt: 33,
      volume: -10,
    });
  });

  test("tells the same digit twice in a row apart by its timestamp", () => {
    expect(run([
      { at: 1000, ticks: 640, end: true },
      { at: 1000, ticks: 640, end: true },
      { at: 2440, ticks: 160 },
      { at: 1000, ticks: 640, end: true },
      { at: 2440, ticks: 640, end: true },
    ])).toEqual(["5 down", "5 up 80 packet", "5 down", "5 up 80 packet"]);
  });

  test("ends a press at the next one when its end packets are lost", () => {
    expect(run([{ ticks: 800 }, { key: 6, at: 3000 }, { key: 6, at: 3000, end: true }])).toEqual([
      "5 down",
      "5 up 100 next-key",
      "6 down",
      "6 up 20 packet",
    ]);
  });

  test("hears a press of which only an end packet arrived", () => {
    expect(run([{ ticks: 640, end: true }])).toEqual(["5 down", "5 up 80 packet"]);
  });

  test("ends a press of which nothing is heard any more, and ignores what comes after", () => {
    const receiver = new DtmfReceiver();
    expect(receiver.push(report({ ticks: 320 }), 0).map(word)).toEqual(["5 down"]);
    expect(receiver.poll(199)).toEqual([]);
    expect(receiver.poll(200).map(word)).toEqual(["5 up 40 timeout"]);
    expect(receiver.poll(400)).toEqual([]);
    expect(receiver.push(report({ ticks: 4000 }), 500)).toEqual([]);
    expect(receiver.push(report({ ticks: 4160, end: true }), 520)).toEqual([]);
    expect(receiver.counters.lostEnds).toBe(1);
  });

  test("does not end a press because its own packets came late", () => {
    const receiver = new DtmfReceiver();
    receiver.push(report({ ticks: 320 }), 0);
    expect(receiver.push(report({ ticks: 4000, end: true }), 450).map(word)).toEqual([
      "5 up 500 packet",
    ]);
  });

  test("ends a press by sound sent well after it, not by sound sent beside it", () => {
    const receiver = new DtmfReceiver();
    receiver.push(report({ at: 1000, ticks: 320 }), 0);
    expect(receiver.audio(1160, 5)).toEqual([]);
    expect(receiver.audio(1800, 10)).toEqual([]);
    expect(receiver.audio(3000, 15).map(word)).toEqual(["5 up 40 audio"]);
    expect(receiver.audio(3160, 20)).toEqual([]);
  });

  test("joins the segments of a press longer than 65,535 ticks", () => {
    const second = 1000 + 0xffff;
    expect(run([
      { ticks: 0xff00 },
      { ticks: 0xffff },
      { at: second, ticks: 97 },
      { at: 1000, ticks: 0xffff },
      { at: second, ticks: 8000, end: true },
      { at: second, ticks: 8000, end: true },
    ])).toEqual(["5 down", "5 up 9191.875 packet"]);
  });

  test("joins segments over the wrap of the timestamp and over a lost border", () => {
    const first = 2 ** 32 - 1000;
    const third = (first + 2 * 0xffff) % 2 ** 32;
    expect(run([
      { at: first, ticks: 0xff00 },
      { at: (first + 0xffff) % 2 ** 32, ticks: 320 },
      { at: third, ticks: 160 },
      { at: third, ticks: 320, end: true },
    ])).toEqual(["5 down", `5 up ${(2 * 0xffff + 320) / 8} packet`]);
  });

  test("goes on ignoring the segments of a press it took for over", () => {
    const receiver = new DtmfReceiver();
    receiver.push(report({ ticks: 0xff00 }), 0);
    receiver.poll(1000);
    const later = [
      { at: 1000 + 0xffff, ticks: 160 },
      { at: 1000 + 0xffff, ticks: 320 },
      { at: 1000 + 2 * 0xffff, ticks: 160, end: true },
    ];
    expect(later.flatMap((entry, i) => receiver.push(report(entry), 1100 + i * 20))).toEqual([]);
    expect(receiver.counters.presses).toBe(1);
  });

  test("takes packets that move the timestamp along during one press for one press", () => {
    expect(
      run([
        { at: 1000, ticks: 160 },
        { at: 1160, ticks: 320 },
        { at: 1320, ticks: 480 },
        { at: 1480, ticks: 640, end: true },
        { at: 1640, ticks: 640, end: true },
      ]).map((text) => text.replace(/[\d.]+ packet/, "packet")),
    ).toEqual(["5 down", "5 up packet"]);
  });

  test("hears a digit again from a peer whose timestamp stands still while a key is down", () => {
    expect(run([{ ticks: 640, end: true }, { at: 1320 }, { at: 1320, ticks: 320, end: true }]))
      .toEqual(["5 down", "5 up 80 packet", "5 down", "5 up 40 packet"]);
  });

  test("takes the longest of the durations when packets overtake each other", () => {
    expect(run([{ ticks: 640 }, { ticks: 320 }, { key: 6, at: 4000 }])[1]).toBe("5 up 80 next-key");
  });

  test("notices that a key is up with whatever packet comes next", () => {
    const receiver = new DtmfReceiver();
    receiver.push(report({ ticks: 320 }), 0);
    expect(receiver.push(report({ key: 40 }), 300).map(word)).toEqual(["5 up 40 timeout"]);
  });

  test("hears a digit from a peer whose timestamp stands still, once the last is long over", () => {
    const receiver = new DtmfReceiver();
    receiver.push(report({ end: true }), 0);
    expect(receiver.push(report({ end: true }), 1000)).toEqual([]);
    expect(receiver.push(report({ end: true }), 6001).map(word)).toEqual([
      "5 down",
      "5 up 20 packet",
    ]);
  });

  test("hears a digit after the peer's timestamps jumped back", () => {
    expect(run([{ at: 900_000, end: true }, { at: 500, end: true }])).toEqual([
      "5 down",
      "5 up 20 packet",
      "5 down",
      "5 up 20 packet",
    ]);
  });

  test("starts anew with another sender, at the same timestamp too", () => {
    expect(run([{ ticks: 320 }, { ssrc: 8, ticks: 160, end: true }])).toEqual([
      "5 down",
      "5 up 40 new-source",
      "5 down",
      "5 up 20 packet",
    ]);
  });

  test("reads two keys in one packet", () => {
    const payload = Uint8Array.of(1, 0x8a, 1, 0x40, 2, 0x8a, 1, 0x40);
    const packet = { ...report({}), payload };
    const receiver = new DtmfReceiver();
    const first = receiver.push(packet, 0);
    expect(first.map(word)).toEqual(["1 down", "1 up 40 packet", "2 down", "2 up 40 packet"]);
    expect(receiver.push(packet, 20)).toEqual([]);
  });

  test("knows all seventeen keys and counts other events and malformed packets", () => {
    const receiver = new DtmfReceiver();
    const keys = Array.from({ length: 18 }, (_, key) => ({ key, at: key * 1000, end: true }));
    const digits = run(keys, receiver).filter((text) => text.endsWith("down")).map((t) => t[0]);
    expect(digits.join("")).toBe("0123456789*#ABCDF");
    receiver.push({ ...report({}), payload: Uint8Array.of(1, 2, 3) }, 1000);
    expect(receiver.counters.otherEvents).toBe(1);
    expect(receiver.counters.malformed).toBe(1);
  });

  test("counts durations by the clock rate of SDP", () => {
    const receiver = new DtmfReceiver({ clockRate: 48000 });
    const [, end] = receiver.push(report({ ticks: 4800, end: true }), 0);
    expect(end.durationMs).toBe(100);
  });

  test("ends a press when the call ends", () => {
    const receiver = new DtmfReceiver();
    receiver.push(report({ ticks: 320 }), 0);
    expect(receiver.close(30).map(word)).toEqual(["5 up 40 close"]);
    expect(receiver.close(31)).toEqual([]);
  });
});
