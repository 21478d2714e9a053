import { describe, expect, test } from "bun:test";
import { JitterBuffer, type JitterStatistics } from "../../src/jitter/mod.ts";
import type { ReceivedRtpPacket } from "../../src/rtp/mod.ts";
import { audio, audios, event, G711, listen, noise, spell, TICKS } from "./line.ts";

type Row = [
  pattern: string,
  packets: ReceivedRtpPacket[],
  spelled: string,
  counted: Partial<JitterStatistics>,
];

/** The packets as the sender numbers them when it sends no others between them. */
function renumbered(packets: ReceivedRtpPacket[], from = 0): ReceivedRtpPacket[] {
  return packets.map((packet, i) => ({ ...packet, sequenceNumber: (from + i) & 0xffff }));
}

/** The packets as they come after `ms` on the way more. */
function delayed(packets: ReceivedRtpPacket[], ms: number): ReceivedRtpPacket[] {
  return packets.map((packet) => ({ ...packet, receivedAt: packet.receivedAt + ms }));
}

/** The packets as a sender numbers and stamps them that began elsewhere. */
function shifted(packets: ReceivedRtpPacket[], numbers: number, ticks: number, ssrc = 1) {
  return packets.map((packet) => ({
    ...packet,
    ssrc,
    sequenceNumber: (packet.sequenceNumber + numbers) & 0xffff,
    timestamp: (packet.timestamp + ticks) >>> 0,
  }));
}

const rows: Row[] = [
  ["in order", audios(0, 5), "0 1 2 3 4", { delivered: 5 }],
  ["one lost", [...audios(0, 2), ...audios(3, 6)], "0 1 - 3 4 5", { lost: 1, concealedMs: 20 }],
  ["three lost", [...audios(0, 2), ...audios(5, 7)], "0 1 - - - 5 6", { lost: 3 }],
  [
    "one lost and the next ones again and again",
    [...audios(0, 2), audio(3), audio(5), audio(7), audio(8)],
    "0 1 - 3 - 5 - 7 8",
    { lost: 3 },
  ],
  [
    "two that changed places",
    [...audios(0, 2), audio(3), audio(2, { receivedAt: 85 }), audio(4)],
    "0 1 2 3 4",
    { reordered: 1, lost: 0, late: 0 },
  ],
  [
    "one after its deadline",
    [...audios(0, 2), audio(2, { receivedAt: 130 }), ...audios(3, 8)],
    "0 1 - 3 4 5 6 7",
    { late: 1, lost: 1, delivered: 7 },
  ],
  [
    "duplicates: of the last, of an older, of one that waits",
    [
      ...audios(0, 3),
      audio(2, { receivedAt: 61 }),
      audio(0, { receivedAt: 62 }),
      audio(4, { receivedAt: 80 }),
      audio(4, { receivedAt: 81 }),
      audio(3, { receivedAt: 82 }),
    ],
    "0 1 2 3 4",
    { duplicates: 3, delivered: 5, lost: 0 },
  ],
  [
    "over the wrap of both counters, with a loss and a swap",
    shifted(
      [audio(0), audio(1), audio(3), audio(2, { receivedAt: 81 }), audio(5), audio(6)],
      65534,
      2 ** 32 - 3 * TICKS,
    ),
    "0 1 2 3 - 5 6",
    { reordered: 1, lost: 1, late: 0, timestampJumps: 0 },
  ],
  ["nothing at all", [], "_x17", { silenceMs: 340, received: 0 }],
  ["a caller who begins late", delayed(audios(0, 3), 200), "_x8 0 1 2", { delivered: 3 }],
  [
    "silence suppression: timestamps go on, numbers do not",
    renumbered([...audios(0, 3), ...audios(13, 15)]),
    "0 1 2 - - - _x7 13 14",
    { lost: 0, timestampJumps: 0, leadMs: 0 },
  ],
  [
    "comfort noise",
    renumbered([...audios(0, 3), noise(3), ...audios(13, 15)]),
    "0 1 2 _x10 13 14",
    { comfortNoise: 1, concealedMs: 0, silenceMs: 200, leadMs: 0 },
  ],
  [
    "comfort noise, and the first word after it lost",
    renumbered([...audios(0, 3), noise(3), ...audios(12, 15)]).filter((_, i) => i !== 4),
    "0 1 2 _x9 - 13 14",
    { lost: 1, comfortNoise: 1 },
  ],
  [
    "comfort noise repeated",
    renumbered([...audios(0, 3), noise(3), noise(5), noise(7), audio(9)]),
    "0 1 2 _x6 9",
    { comfortNoise: 3, silenceMs: 120 },
  ],
  [
    "a key pressed in mid-speech",
    [...audios(0, 3), ...[3, 4, 5, 6, 7].map((n) => event(n, 3)), ...audios(8, 10)],
    "0 1 2 _x5 8 9",
    { events: 5, lost: 0, concealedMs: 0 },
  ],
  [
    "a key pressed while the sound goes on",
    renumbered([0, 1, 2, 3, 4].flatMap((n) => [audio(n), event(n, 0)])),
    "0 1 2 3 4",
    { events: 5, delivered: 5, leadMs: 0 },
  ],
  [
    "a key pressed, one of its packets lost, the end sent three times at once",
    [
      ...audios(0, 3),
      event(3, 3),
      event(5, 3),
      event(6, 3, { receivedAt: 121 }),
      event(7, 3, { receivedAt: 122 }),
      ...shifted(audios(6, 8), 2, 0),
    ],
    "0 1 2 _ _ _ 6 7",
    { events: 4, lost: 1, concealedMs: 0 },
  ],
  [
    "a key pressed while the sound goes on, of which one packet is lost",
    renumbered([0, 1, 2, 3, 4].flatMap((n) => [audio(n), event(n, 0)])).filter((_, i) => i !== 4),
    "0 1 - 3 4",
    { events: 5, delivered: 4, lost: 1, strays: 0 },
  ],
  [
    "keys before any sound",
    [...[0, 1, 2].map((n) => event(n, 0)), ...audios(5, 7)],
    "_ _ _ 5 6",
    { events: 3, delivered: 2, lost: 0 },
  ],
  [
    "a payload of another codec's",
    [audio(0), audio(1, { payload: new Uint8Array(0) }), audio(2)],
    "0 - 2",
    { invalid: 1, lost: 1 },
  ],
  [
    "a jump of the timestamps by ten hours",
    [...audios(0, 3), ...shifted(audios(3, 6), 0, 288_000_000)],
    "0 1 2 3 4 5",
    { timestampJumps: 1, delivered: 6 },
  ],
  [
    "a jump of the timestamps back",
    [...audios(0, 3), ...shifted(audios(3, 6), 0, -80_000)],
    "0 1 2 3 4 5",
    { timestampJumps: 1, delivered: 6 },
  ],
  [
    "a jump of the sequence by 65,535 packets",
    [...audios(0, 3), ...shifted(audios(3, 7), 65_535, 65_535 * TICKS)],
    "0 1 2 4 5 6",
    { strays: 1, timestampJumps: 1, lost: 0 },
  ],
  [
    "a jump of the sequence by 30,000 packets",
    [...audios(0, 3), ...shifted(audios(3, 7), 30_000, 30_000 * TICKS)],
    "0 1 2 4 5 6",
    { strays: 1, resyncs: 1, lost: 0 },
  ],
  [
    "a sequence that began anew, without a word",
    [...audios(0, 3), ...shifted(audios(3, 7), 40_000, 123_456_789)],
    "0 1 2 4 5 6",
    { strays: 1, resyncs: 1 },
  ],
  [
    "a single stray packet",
    [...audios(0, 3), ...shifted([audio(3)], 20_000, 9_999_999), ...audios(3, 5)],
    "0 1 2 3 4",
    { strays: 1, resyncs: 0, lost: 0 },
  ],
  [
    "strays whose numbers follow each other, with good packets between them",
    [
      ...audios(0, 2),
      ...shifted([audio(2, { receivedAt: 45 })], 20_000, 9_999_999),
      audio(2),
      ...shifted([audio(3, { receivedAt: 65 })], 20_000, 9_999_999),
      audio(3),
    ],
    "0 1 2 3",
    { strays: 2, resyncs: 0 },
  ],
  [
    "another SSRC, whose numbers have been seen before, and two of which change places",
    [
      ...audios(0, 5),
      ...[5, 7, 6, 8].map((n, i) => {
        return audio(n, { ssrc: 2, sequenceNumber: n - 4, receivedAt: 120 + 15 * i });
      }),
    ],
    "0 1 2 3 4 5 6 7 8",
    { resyncs: 1, duplicates: 0, reordered: 1 },
  ],
  [
    "another SSRC, with stragglers of the former",
    [
      ...audios(0, 3),
      ...shifted(audios(3, 6), 777, 4711, 2),
      audio(3, { receivedAt: 81 }),
      audio(4, { receivedAt: 101 }),
    ],
    "0 1 2 3 4 5",
    { resyncs: 1, late: 2 },
  ],
  [
    "another SSRC while a packet waits",
    [...audios(0, 2), audio(3), ...shifted(audios(4, 6), 777, 4711, 2)],
    "0 1 - 3 4 5",
    { resyncs: 1, lost: 1 },
  ],
  [
    "an SSRC that comes back",
    [
      ...audios(0, 2),
      ...shifted(audios(2, 4), 777, 4711, 2),
      ...audios(15, 17),
    ],
    "0 1 2 3 - - - _x7 15 16",
    { resyncs: 2 },
  ],
  [
    "a sender whose timestamps stand still",
    audios(0, 4).map((packet) => ({ ...packet, timestamp: 5 })),
    "0 1 2 3",
    { timestampJumps: 3, delivered: 4 },
  ],
];

describe("JitterBuffer passes on", () => {
  test.each(rows)("%s", (_, packets, spelled, counted) => {
    const last = packets.at(-1)?.receivedAt ?? 381;
    const { frames, buffer } = listen(packets, last + 1);
    expect(spell(frames)).toBe(spelled);
    expect(buffer.statistics).toMatchObject(counted);
    expectConserved(buffer.statistics);
    let end = 0;
    for (const { timestamp, duration } of frames) {
      expect(timestamp).toBe(end);
      end += duration;
    }
  });
});

function expectConserved(statistics: JitterStatistics): void {
  const { delivered, comfortNoise, events, duplicates, late, strays, invalid, waiting } =
    statistics;
  expect(delivered + comfortNoise + events + duplicates + late + strays + invalid + waiting)
    .toBe(statistics.received);
}

describe("JitterBuffer", () => {
  test("puts three packets in order that come the wrong way round", () => {
    const backwards = [4, 3, 2].map((n, i) => audio(n, { receivedAt: 100 + i }));
    const { frames, buffer } = listen([...audios(0, 2), ...backwards], 110, { deadlineMs: 80 });
    expect(spell(frames)).toBe("0 1 2 3 4");
    expect(frames.slice(2).map(({ at }) => at)).toEqual([102, 102, 102]);
    expect(buffer.statistics.reordered).toBe(2);
  });

  test("gives the last lost frame the payload after the gap, and no other", () => {
    const { frames } = listen([audio(0), ...audios(3, 5)], 101);
    expect(spell(frames)).toBe("0 - - 3 4");
    expect(frames.map(({ next }) => next?.[0])).toEqual([
      undefined,
      undefined,
      3,
      undefined,
      undefined,
    ]);
  });

  test("keeps the comfort noise payload on the silence it describes, until there is sound", () => {
    const { frames } = listen(renumbered([audio(0), noise(1), audio(4)]), 160);
    expect(frames.map(({ kind, payload }) => kind === "silence" ? [...payload] : kind)).toEqual([
      "audio",
      [60],
      [60],
      [60],
      "audio",
      "lost",
    ]);
  });

  test("says when it must be polled: a frame after the start and the deadline, then every frame", () => {
    const buffer = new JitterBuffer(G711);
    expect(buffer.nextDeadline()).toBeUndefined();
    expect(buffer.poll(1000)).toEqual([]);
    expect(buffer.nextDeadline()).toBe(1060);
    expect(buffer.poll(1059.9)).toEqual([]);
    expect(buffer.poll(1060)).toHaveLength(1);
    expect(buffer.nextDeadline()).toBe(1080);
  });

  test("fills one frame a poll, so that packets that lie ready come before made-up sound", () => {
    const buffer = new JitterBuffer({ ...G711, startAt: 0 });
    for (const packet of audios(0, 5)) buffer.push(packet);
    expect(spell(buffer.poll(500))).toBe("-");
    expect(buffer.nextDeadline()! < 500).toBe(true);
    const waiting = delayed(audios(5, 10), 400);
    expect(spell(waiting.flatMap((packet) => buffer.push(packet)))).toBe("5 6 7 8 9");
  });

  test("gives up all at once what a flush finds waiting", () => {
    const buffer = new JitterBuffer({ ...G711, deadlineMs: 120 });
    for (const packet of [audio(0), audio(3), audio(5)]) buffer.push(packet);
    expect(buffer.statistics.waiting).toBe(2);
    expect(spell(buffer.flush())).toBe("- - 3 - 5");
    expect(buffer.flush()).toEqual([]);
  });

  test("holds no more than 64 packets, whatever the sender does", () => {
    const buffer = new JitterBuffer({ ...G711, startAt: 0 });
    buffer.push(audio(0));
    let most = 0;
    for (let n = 2; n < 200; n++) {
      buffer.push(audio(n, { receivedAt: 21, timestamp: 2 * TICKS }));
      most = Math.max(most, buffer.statistics.waiting);
    }
    expect(most).toBe(64);
  });

  test.each([
    ["clockRate", 0, "Cannot make a jitter buffer as clockRate must be above 0"],
    ["frameMs", NaN, "frameMs must be above 0"],
    ["deadlineMs", 500, "deadlineMs must be from 30 to 120: current value is 500"],
    ["minDeadlineMs", 50, "deadlineMs must be from 50 to 120: current value is 40"],
    ["catchUpMs", -1, "catchUpMs must be 0 or more: current value is -1"],
  ])("refuses %s %d", (name, value, message) => {
    expect(() => new JitterBuffer({ ...G711, [name]: value })).toThrow(RangeError);
    expect(() => new JitterBuffer({ ...G711, [name]: value })).toThrow(message);
  });
});
