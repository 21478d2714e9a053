import { describe, expect, test } from "bun:test";
import { type Random, SeededRandom } from "../../src/clock/mod.ts";
import { EslParser, parseJsonEvent, parsePlainEvent } from "../../src/esl/mod.ts";
import { bytesFromFreeSwitch, ESL_RECORDINGS } from "../support/esl_recording.ts";
import { fuzzRounds } from "../support/fuzz_rounds.ts";
import { HOSTILE_TOKENS, mutate } from "../support/mutate.ts";

// A tenth of what others get: each of these is some kilobytes of events.
const ROUNDS = Math.ceil(fuzzRounds() / 10);
const TIMEOUT_MS = 60_000 + 10 * ROUNDS;

const utf8 = new TextEncoder();
const TOKENS = [
  ...HOSTILE_TOKENS,
  ...[
    "Content-Length: 5\n",
    "Content-Length: -1\n",
    "Content-Length: 99999999\n",
    "\n\n",
    "%",
    "%E",
  ],
  ...["Content-Type: text/event-json\n", "Content-Type: command/reply\n", "ARRAY::a|:b", '{"', "}"],
].map((token) => typeof token === "string" ? utf8.encode(token) : token);

/** Pieces of all recordings, of a size that is quick to break. */
const PIECES = ESL_RECORDINGS.flatMap((name) => {
  const bytes = bytesFromFreeSwitch(name);
  return [0, bytes.length >> 1].map((at) => bytes.subarray(at, at + 8000));
});

/** What comes out of `bytes`, cut by chance: as text, so that it can be compared. */
function cut(bytes: Uint8Array, random: Random): string[] {
  const parser = new EslParser({ maxBodyBytes: 100_000, maxHeadBytes: 20_000 });
  const items: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.uint32() % 2000;
    for (const item of parser.push(bytes.slice(at, end))) {
      items.push("fault" in item ? item.fault : JSON.stringify([...item.headers]) + item.body);
    }
    // A body, a head, and a chunk.
    expect(parser.heldBytes).toBeLessThan(122_001);
    at = end;
  }
  return items;
}

describe("EslParser", () => {
  test("takes whatever comes, and gives the same however it is cut", () => {
    const random = new SeededRandom(11);
    for (let round = 0; round < ROUNDS; round++) {
      const piece = PIECES[round % PIECES.length];
      const bytes = mutate(piece, random, { others: PIECES, tokens: TOKENS });
      const whole = cut(bytes, { uint32: () => 1_999 });
      expect(cut(bytes, random)).toEqual(whole);
    }
  }, TIMEOUT_MS);

  test("has accessors for whatever is in an event, which do not throw", () => {
    const random = new SeededRandom(12);
    const bodies = PIECES.flatMap((piece) =>
      new EslParser().push(piece).flatMap((item) =>
        "fault" in item || item.body.length === 0 ? [] : [item.body]
      )
    );
    expect(bodies.length).toBeGreaterThan(5);
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = mutate(bodies[round % bodies.length], random, { tokens: TOKENS });
      for (const fields of [parsePlainEvent(bytes), parseJsonEvent(bytes)]) {
        if (fields === undefined) continue;
        expect(typeof fields.body).toBe("string");
        for (const name of fields.names()) fields.get(name);
      }
    }
  }, TIMEOUT_MS);

  test("copies each byte a few times at most, however small the chunks", () => {
    // 4 MiB in chunks of 64 bytes: copying all that is held each time would be 137 GB.
    const body = 4 * 1024 * 1024;
    const parser = new EslParser();
    parser.push(utf8.encode(`Content-Length: ${body}\n\n`));
    const chunk = new Uint8Array(64);
    let frames = 0;
    for (let at = 0; at < body; at += chunk.length) frames += parser.push(chunk).length;
    expect(frames).toBe(1);
    expect(parser.heldBytes).toBe(0);
  });

  test("looks at each byte of a head once", () => {
    const parser = new EslParser();
    const head = utf8.encode(`Name: ${"x".repeat(200_000)}\n\n`);
    let frames = 0;
    for (const byte of head) frames += parser.push(Uint8Array.of(byte)).length;
    expect(frames).toBe(1);
  });
});
