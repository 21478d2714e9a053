import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { parseMessage, serializeMessage } from "../../src/sip/mod.ts";

const folder = new URL("../../../shared/fixtures/sip/rfc4475/", import.meta.url);
const isAbsent = !existsSync(folder);

/** What the parser says of each; what the user agent then answers (416, 420, 405...) is its own test. */
const VALID: [file: string, expected: string][] = [
  ["wsinv", "INVITE"],
  ["intmeth", "!interesting-Method0123456789_*+`.%indeed'~"],
  ["esc01", "INVITE"],
  ["escnull", "REGISTER"],
  ["esc02", "RE%47IST%45R"],
  ["lwsdisp", "OPTIONS"],
  ["longreq", "INVITE"],
  ["dblreq", "REGISTER"],
  ["semiuri", "OPTIONS"],
  ["transports", "OPTIONS"],
  ["mpart01", "MESSAGE"],
  ["unreason", "200"],
  ["noreason", "100"],
  // Wrong in a field nobody reads, or in a way that may be borne (sections 3.1.2.12, .14 and .15).
  ["baddate", "INVITE"],
  ["badaspec", "OPTIONS"],
  ["baddn", "OPTIONS"],
  // Well-formed, and refused above the parser or not at all (sections 3.2 to 3.4).
  ["badbranch", "OPTIONS"],
  ["unkscm", "OPTIONS"],
  ["novelsc", "OPTIONS"],
  ["unksm2", "REGISTER"],
  ["bext01", "OPTIONS"],
  ["invut", "INVITE"],
  ["regaut01", "REGISTER"],
  ["bcast", "200"],
  ["zeromf", "OPTIONS"],
  ["cparam01", "REGISTER"],
  ["cparam02", "REGISTER"],
  ["regescrt", "REGISTER"],
  ["sdp01", "INVITE"],
  ["inv2543", "INVITE"],
];

const INVALID: [file: string, kind: string, answer: 400 | 505 | undefined][] = [
  ["badinv01", "via", 400],
  ["clerr", "content-length", 400],
  ["ncl", "content-length", 400],
  ["scalar02", "cseq", 400],
  ["scalarlg", "cseq", undefined],
  ["quotbal", "address", 400],
  ["ltgtruri", "request-uri", 400],
  ["lwsruri", "request-uri", 400],
  ["lwsstart", "request-uri", 400],
  ["trws", "start-line", 400],
  ["escruri", "request-uri", 400],
  ["regbadct", "address", 400],
  ["badvers", "version", 505],
  ["mismatch01", "cseq", 400],
  ["mismatch02", "cseq", 400],
  ["bigcode", "start-line", undefined],
  ["insuf", "missing-header", 400],
  ["multi01", "duplicate-header", 400],
  ["mcl01", "content-length", 400],
];

function read(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`${file}.dat`, folder)));
}

const label = isAbsent ? "RFC 4475 (skipped: ../shared/fixtures is absent)" : "RFC 4475";

describe.skipIf(isAbsent)(label, () => {
  test.each(VALID)("%s is read as %s, and can be written again", (file, expected) => {
    const message = parseMessage(read(file));
    if ("fault" in message) throw new TypeError(`${file}: ${message.text}`);
    expect("method" in message ? message.method : String(message.status)).toBe(expected);
    const again = parseMessage(serializeMessage(message));
    if ("fault" in again) throw new TypeError(`${file}, written: ${again.text}`);
    expect([...again.headers].filter(([name]) => name !== "Content-Length")).toEqual(
      [...message.headers].filter(([name]) => name !== "Content-Length"),
    );
    expect(again.body).toEqual(message.body);
  });

  test.each(INVALID)("%s is refused for its %s", (file, kind, answer) => {
    const message = parseMessage(read(file));
    if (!("fault" in message)) throw new TypeError(`${file} was read`);
    expect(message.fault as string).toBe(kind);
    // Responses are dropped, requests answered.
    expect(message.request && message.answerStatus).toBe(answer);
  });

  test("dblreq ends where its Content-Length says, before the second request", () => {
    const message = parseMessage(read("dblreq"));
    expect("body" in message && message.body.length).toBe(0);
  });

  test("intmeth keeps its control characters and its UTF-8", () => {
    const message = parseMessage(read("intmeth"));
    if ("fault" in message) throw new TypeError(message.text);
    expect(message.headers.get("To")).toContain('"BEL:\\\u0007 NUL:\\\0 DEL:\\\u007f"');
    expect(message.headers.get("extensionHeader-!.%*+_`'~")).toBe("\ufeff\u5927\u505c\u96fb");
  });
});
