import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../../src/clock/mod.ts";
import { EslParser } from "../../../src/esl/mod.ts";
import { bytesFromFreeSwitch, ESL_RECORDINGS } from "../../support/esl_recording.ts";
import { mutate } from "../../support/mutate.ts";
import { feed, framesInChunks, plain, TRANSPORTS } from "./transports.ts";

const utf8 = new TextEncoder();

/** Text whose characters are bytes. */
function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** What a recording must be cut into, found out another way: by the bytes as one string. */
function reference(bytes: Uint8Array): unknown[] {
  const text = new TextDecoder("latin1").decode(bytes);
  const frames: unknown[] = [];
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\n\n", at);
    const lines = text.slice(at, end).split("\n").map((line) => line.split(/: ?(.*)/s, 2));
    const headers: Record<string, string> = Object.fromEntries(lines);
    const length = Number(headers["Content-Length"] ?? 0);
    frames.push([headers, text.slice(end + 2, end + 2 + length)]);
    at = end + 2 + length;
  }
  return frames;
}

for (const name of TRANSPORTS) {
  describe(`frames by ${name}`, () => {
    test.each(ESL_RECORDINGS.map((recording) => [recording] as const))(
      "are those of %s, however its bytes are cut",
      async (recording) => {
        const bytes = bytesFromFreeSwitch(recording);
        const expected = reference(bytes);
        expect(expected.length).toBeGreaterThan(2);
        // Single bytes of all of it would take modesl, which looks through a head anew each time, long.
        const some = bytes.subarray(0, 20_000);
        const whole = await framesInChunks(name, some, some.length);
        expect(await framesInChunks(name, some, 1)).toEqual(whole);
        expect(whole.length).toBeGreaterThan(1);
        for (const size of [7, 1000, 4096, 65_536, bytes.length]) {
          expect(await framesInChunks(name, bytes, size)).toEqual(expected);
        }
      },
    );

    test("are the same when cut anywhere by chance", async () => {
      const bytes = bytesFromFreeSwitch("inbound-call-json").subarray(0, 60_000);
      const expected = await framesInChunks(name, bytes, bytes.length);
      const random = new SeededRandom(4);
      for (let round = 0; round < 20; round++) {
        const { socket, frames } = await feed(name);
        for (let at = 0; at < bytes.length;) {
          const end = at + 1 + (random.uint32() % 3000);
          socket.onData(bytes.slice(at, end));
          at = end;
        }
        expect(frames.map(plain)).toEqual(expected);
      }
    });

    test("come at once, when their last byte is there", async () => {
      const { socket, frames } = await feed(name);
      const bytes = utf8.encode("Content-Type: api/response\nContent-Length: 3\n\nabc");
      socket.onData(bytes.subarray(0, -1));
      expect(frames.length).toBe(0);
      socket.onData(bytes.subarray(-1));
      expect(frames.map(plain)).toEqual([
        [{ "Content-Type": "api/response", "Content-Length": "3" }, "abc"],
      ]);
    });

    test("hold nothing of the chunks, whose memory is used again", async () => {
      const { socket, frames } = await feed(name);
      for (
        const text of ["Content-Type: a\nContent-", "Length: 6\n\nbo", "dy!!Content-Type: b\n\n"]
      ) {
        const chunk = utf8.encode(text);
        socket.onData(chunk);
        chunk.fill(0x58);
      }
      expect(frames.map(plain)).toEqual([
        [{ "Content-Type": "a", "Content-Length": "6" }, "body!!"],
        [{ "Content-Type": "b" }, ""],
      ]);
    });

    test("may be 5,000 in one chunk", async () => {
      const { socket, frames } = await feed(name);
      socket.onData(utf8.encode("Content-Type: a\n\n".repeat(5000)));
      expect(frames.length).toBe(5000);
    });

    test("may have the next head right behind a body, and line ends between them", async () => {
      const { socket, frames } = await feed(name);
      socket.onData(utf8.encode("Content-Length: 2\n\n{}Content-Length: 1\n\nx\n\nA: b\n\n"));
      expect(frames.map(plain)).toEqual([
        [{ "Content-Length": "2" }, "{}"],
        [{ "Content-Length": "1" }, "x"],
        [{ A: "b" }, ""],
      ]);
    });

    test("take 8 MiB in chunks of 16 KiB", async () => {
      const { socket, frames } = await feed(name);
      const body = new Uint8Array(8 * 1024 * 1024).fill(0x61);
      socket.onData(utf8.encode(`Content-Type: api/response\nContent-Length: ${body.length}\n\n`));
      for (let at = 0; at < body.length; at += 16_384) {
        socket.onData(body.subarray(at, at + 16_384));
      }
      expect(frames.map(({ body }) => body.length)).toEqual([body.length]);
    });

    test.each([
      ["16 MiB and a byte", "Content-Length: 16777217", "at most 16777216 bytes"],
      ["a number beyond all", "Content-Length: 99999999999999999999", "one whole number"],
      ["a negative number", "Content-Length: -5", "one whole number"],
      ["a fraction", "Content-Length: 1.5", "one whole number"],
      ["hexadecimal", "Content-Length: 0x10", "one whole number"],
      ["no number", "Content-Length: many", "one whole number"],
      ["nothing", "Content-Length:", "one whole number"],
      ["two lengths", "Content-Length: 5\nContent-Length: 6", "one whole number"],
      ["two lengths in two spellings", "content-length: 5\nContent-Length: 6", "one whole number"],
    ])("end with the connection at a body of %s", async (_what, line, why) => {
      const { socket, frames, ends } = await feed(name);
      const bytes = utf8.encode(`A: 1\n\nContent-Type: b\n${line}\n\nabcdefA: 2\n\n`);
      socket.onData(bytes);
      expect(frames.map(plain)).toEqual([[{ A: "1" }, ""]]);
      expect(socket.isDestroyed).toBe(true);
      expect(ends.length).toBe(1);
      expect(ends[0]?.message).toContain(why);
      // What still comes is nobody's.
      socket.onData(bytes);
      expect(frames.length).toBe(1);
    });

    test.each([
      ["no length", "A: 1\n\n", ""],
      ["a length of 0", "A: 1\nContent-Length: 0\n\n", ""],
      ["the same length twice", "A: 1\nContent-Length: 2\nContent-Length: 2\n\nab", "ab"],
      ["a length in small letters", "A: 1\ncontent-length: 2\n\nab", "ab"],
    ])("may have %s", async (_what, text, body) => {
      const { socket, frames } = await feed(name);
      socket.onData(utf8.encode(`${text}B: 2\n\n`));
      expect(frames.length).toBe(2);
      expect((plain(frames[0]) as unknown[])[1]).toBe(body);
      expect(frames[1].headers.get("B")).toBe("2");
    });

    test("end with the connection at a head that does not end", async () => {
      const { socket, frames, ends } = await feed(name);
      for (let i = 0; i < 40 && !socket.isDestroyed; i++) {
        socket.onData(utf8.encode("x".repeat(10_000)));
      }
      expect([frames.length, socket.isDestroyed]).toEqual([0, true]);
      expect(ends[0]?.message).toContain("a head must have at most 262144 bytes");
    });

    test("keep Latin-1, UTF-8 and bare percent signs, in heads and in bodies", async () => {
      const { socket, frames } = await feed(name);
      const body = latin1("Zo\xeb \xff\xfe \xc3\xab");
      socket.onData(latin1(`Name: Zo\xeb 100% %E9 %\nContent-Length: ${body.length}\n\n`));
      socket.onData(body);
      socket.onData(utf8.encode("Name: Zo\u00eb \u{1f600}\nContent-Length: 4\n\n\u{1f600}"));
      expect(frames.map(({ headers }) => headers.get("Name"))).toEqual([
        "Zo\u00eb 100% %E9 %",
        "Zo\u00eb \u{1f600}",
      ]);
      expect([...frames[0].body]).toEqual([...body]);
      expect(new TextDecoder().decode(frames[1].body)).toBe("\u{1f600}");
    });

    test("have values as they are: empty, with colons, of names that mean something", async () => {
      const { socket, frames } = await feed(name);
      socket.onData(
        utf8.encode("A:\nB: x: y\n__proto__: p\nconstructor: c\nno colon\n: z\nA: 2\n\n"),
      );
      const { headers } = frames[0];
      expect([headers.get("A"), headers.get("B")]).toEqual(["", "x: y"]);
      expect([headers.get("__proto__"), headers.get("constructor")]).toEqual(["p", "c"]);
      expect(headers.size).toBe(4);
    });

    test("reach the next listener when one throws", async () => {
      const { socket, frames } = await feed(name, () => {
        throw new Error("listener");
      });
      socket.onData(utf8.encode("A: 1\n\nA: 2\nContent-Length: 1\n\nxA: 3\n\n"));
      expect(frames.map(({ headers }) => headers.get("A"))).toEqual(["1", "2", "3"]);
    });

    test("are those of EslParser for whatever comes, and never an exception", async () => {
      const random = new SeededRandom(5);
      const pieces = ESL_RECORDINGS.map((one) => bytesFromFreeSwitch(one).subarray(0, 3000));
      for (let round = 0; round < 400; round++) {
        const bytes = mutate(pieces[round % pieces.length], random, { others: pieces });
        const expected = new EslParser().push(bytes).filter((item) => "body" in item).map(plain);
        expect(await framesInChunks(name, bytes, 1 + (random.uint32() % 1000))).toEqual(expected);
      }
    });

    test("stop where the connection is closed by who takes them", async () => {
      const fed = await feed(name, () => fed.transport.close("now"));
      fed.socket.onData(utf8.encode("A: 1\n\nA: 2\n\n"));
      expect([fed.frames.length, fed.ends.length]).toEqual([1, 1]);
    });
  });
}
