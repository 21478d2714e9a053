import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { SipStreamParser } from "../../src/sip/mod.ts";
import { concatBytes } from "../support/bytes.ts";
import { cpuMs } from "../support/cpu_ms.ts";
import { lines, optionsRequest } from "../support/sip_text.ts";

type Item = ReturnType<SipStreamParser["push"]>[number];

const utf8 = new TextEncoder();

/** One word for each item: the Call-ID of a message, the kind of a fault, or `ping`. */
function summary(items: readonly Item[]): string[] {
  return items.map((item) => {
    if ("ping" in item) return "ping";
    if ("fault" in item) return item.fatal ? `${item.fault}!` : item.fault;
    return `${item.headers.get("Call-ID")}:${new TextDecoder().decode(item.body)}`;
  });
}

function message(id: string, body = "", changes: Record<string, string | undefined> = {}) {
  const length = String(utf8.encode(body).length);
  return optionsRequest({ "Call-ID": id, "Content-Length": length, ...changes }, body);
}

describe("SipStreamParser", () => {
  test("gives the same for a stream however it is cut", () => {
    const stream = concatBytes(
      message("1"),
      message("2", "b\u00f6dy\r\n\r\n"),
      lines("", ""),
      message("3", "x", { CSeq: "1 INVITE" }),
      lines(""),
      message("4", "y".repeat(500)),
    );
    const expected = ["1:", "2:b\u00f6dy\r\n\r\n", "ping", "cseq", `4:${"y".repeat(500)}`];
    for (const size of [1, 2, 3, 7, 64, 1000, stream.length]) {
      const parser = new SipStreamParser();
      const items: Item[] = [];
      for (let at = 0; at < stream.length; at += size) {
        items.push(...parser.push(stream.subarray(at, at + size)));
      }
      expect(summary(items)).toEqual(expected);
    }
    const random = new SeededRandom(7);
    for (let round = 0; round < 50; round++) {
      const parser = new SipStreamParser();
      const items: Item[] = [];
      for (let at = 0; at < stream.length;) {
        const end = at + 1 + (random.uint32() % 200);
        items.push(...parser.push(stream.slice(at, end)));
        at = end;
      }
      expect(summary(items)).toEqual(expected);
    }
  });

  test("does not wait for more than a message needs", () => {
    const parser = new SipStreamParser();
    const bytes = message("1", "body");
    expect(parser.push(bytes.subarray(0, -1))).toEqual([]);
    expect(summary(parser.push(bytes.subarray(-1)))).toEqual(["1:body"]);
  });

  test("keeps no hold on the chunks it was given", () => {
    const parser = new SipStreamParser();
    const chunk = message("1", "body");
    const first = parser.push(chunk);
    chunk.fill(0);
    expect(summary(first)).toEqual(["1:body"]);
    const part = message("2", "body").subarray(0, 50);
    expect(parser.push(part)).toEqual([]);
    part.fill(0);
    expect(summary(parser.push(message("2", "body").subarray(50)))).toEqual(["2:body"]);
  });

  test("tells two empty lines, a ping, from one, a pong", () => {
    const parser = new SipStreamParser();
    expect(summary(parser.push(lines("", "")))).toEqual(["ping"]);
    expect(summary(parser.push(lines("")))).toEqual([]);
    expect(summary(parser.push(message("1")))).toEqual(["1:"]);
  });

  test("waits for more of what may become a ping, though it looks like the end of headers", () => {
    for (const start of ["\n\r\n", "\n\n", "\r\n\r", "\r\n"]) {
      const parser = new SipStreamParser();
      expect(parser.push(utf8.encode(start))).toEqual([]);
      expect(summary(parser.push(message("1")))).toEqual(["1:"]);
    }
  });

  test("answers a flood of empty lines once per chunk", () => {
    const parser = new SipStreamParser();
    expect(summary(parser.push(utf8.encode("\r\n".repeat(30_000))))).toEqual(["ping"]);
  });

  test("goes on after a message that is merely wrong", () => {
    const parser = new SipStreamParser();
    const wrong = message("1", "body", { To: undefined });
    expect(summary(parser.push(concatBytes(wrong, message("2"))))).toEqual([
      "missing-header",
      "2:",
    ]);
  });

  test.each<[label: string, bytes: Uint8Array, kind: string]>([
    ["no Content-Length", optionsRequest(), "content-length!"],
    ["Content-Length below zero", message("1", "", { "Content-Length": "-1" }), "content-length!"],
    ["two Content-Lengths", message("1", "", { l: "7" }), "content-length!"],
    ["a body above the limit", message("1", "", { "Content-Length": "1001" }), "too-large!"],
    ["headers above the limit", message("1", "", { Subject: "x".repeat(1000) }), "too-large!"],
    ["headers without end", utf8.encode("x".repeat(1001)), "too-large!"],
    ["another protocol", lines("GET / HTTP/1.1", "Host: a", ""), "start-line!"],
  ])("closes at %s, and reads no more", (_label, bytes, kind) => {
    const parser = new SipStreamParser({ maxHeadBytes: 1000, maxBodyBytes: 1000 });
    expect(summary(parser.push(concatBytes(bytes, message("2"))))).toEqual([kind]);
    expect(parser.push(message("3"))).toEqual([]);
  });

  test("lets a request without Content-Length be answered before the end", () => {
    const [fault] = new SipStreamParser().push(optionsRequest());
    expect("fault" in fault && fault.request?.method).toBe("OPTIONS");
  });

  test("takes linear time for single bytes", () => {
    const parser = new SipStreamParser({ maxHeadBytes: 65_535 });
    const byte = utf8.encode("a");
    const ms = cpuMs(() => {
      for (let i = 0; i < 65_000; i++) parser.push(byte);
    });
    // Searching all again with each byte would be 2 * 10^9 steps.
    expect(ms).toBeLessThan(1000);
  });
});
