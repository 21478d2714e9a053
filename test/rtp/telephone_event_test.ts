import { describe, expect, test } from "bun:test";
import {
  digitOf,
  eventOf,
  parseTelephoneEvents,
  serializeTelephoneEvent,
} from "../../src/rtp/telephone_event.ts";

describe("parseTelephoneEvents", () => {
  test("reads what FreeSWITCH sends while a key is down and when it is up", () => {
    expect(parseTelephoneEvents(Uint8Array.of(0x0b, 0x0d, 0x05, 0xa0))).toEqual([
      { event: 11, end: false, volume: 13, duration: 1440 },
    ]);
    expect(parseTelephoneEvents(Uint8Array.of(0x0b, 0x8d, 0x06, 0x40))).toEqual([
      { event: 11, end: true, volume: 13, duration: 1600 },
    ]);
  });

  test("does not take the reserved bit for volume", () => {
    expect(parseTelephoneEvents(Uint8Array.of(1, 0x4a, 0, 160))[0].volume).toBe(10);
  });

  test("reads several keys in a row", () => {
    const payload = Uint8Array.of(1, 0x8a, 1, 0x90, 2, 0x0a, 0, 0x50);
    expect(parseTelephoneEvents(payload).map(({ event, end }) => [event, end])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  test.each([
    ["of zeros", [5, 0x8a, 1, 64, 0, 0, 0, 0]],
    ["after a key that is still down", [5, 0x0a, 1, 64, 7, 0x0a, 1, 64]],
    ["of less than a report", [5, 0x8a, 1, 64, 1, 2, 3]],
  ])("takes padding %s for no key", (_, payload) => {
    expect(parseTelephoneEvents(Uint8Array.from(payload)).map(({ event }) => event)).toEqual([5]);
  });

  test.each([[0], [1], [3]])("finds no report in %d bytes", (length) => {
    expect(parseTelephoneEvents(new Uint8Array(length))).toEqual([]);
  });
});

test("serializeTelephoneEvent gives back every field at its limits", () => {
  for (const event of [0, 16, 255]) {
    for (const volume of [0, 63]) {
      for (const duration of [0, 160, 0xffff]) {
        const report = { event, volume, duration, end: duration > 0 };
        expect(parseTelephoneEvents(serializeTelephoneEvent(report))).toEqual([report]);
      }
    }
  }
});

test("digitOf and eventOf name the seventeen keys and no others", () => {
  const keys = [..."0123456789*#ABCDF"];
  expect(keys.map(eventOf)).toEqual(keys.map((_, index) => index));
  expect(keys.map((_, index) => digitOf(index))).toEqual(keys);
  expect(eventOf("d")).toBe(15);
  expect(["E", "", "12", " ", "é"].map(eventOf)).toEqual(new Array(5).fill(undefined));
  expect(digitOf(17)).toBeUndefined();
});
