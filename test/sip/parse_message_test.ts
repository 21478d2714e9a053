import { describe, expect, test } from "bun:test";
import { parseMessage, type SipFault, type SipMessage } from "../../src/sip/mod.ts";
import { cpuMs } from "../support/cpu_ms.ts";
import { lines, optionsRequest } from "../support/sip_text.ts";

const utf8 = new TextEncoder();

function faultOf(message: SipMessage | SipFault): SipFault | undefined {
  return "fault" in message ? message : undefined;
}

function requestOf(bytes: Uint8Array): Extract<SipMessage, { method: string }> {
  const message = parseMessage(bytes);
  if (!("method" in message)) throw new TypeError(`No request: ${JSON.stringify(message)}`);
  return message;
}

describe("parseMessage", () => {
  test("reads a request", () => {
    const request = requestOf(optionsRequest({ "Content-Length": "4" }, "v=0\n"));
    expect(request.method).toBe("OPTIONS");
    expect(request.uri).toBe("sip:bob@192.0.2.2");
    expect(request.headers.get("CSeq")).toBe("63104 OPTIONS");
    expect(new TextDecoder().decode(request.body)).toBe("v=0\n");
  });

  test("reads a response, whose reason may be empty or any UTF-8", () => {
    const fields = [...new TextDecoder().decode(optionsRequest()).split("\r\n").slice(1, -2), ""];
    for (
      const [line, reason] of [["SIP/2.0 180 Klingelt \u00fc", "Klingelt \u00fc"], [
        "sip/2.0 180 ",
        "",
      ], [
        "SIP/2.0 180",
        "",
      ]]
    ) {
      const response = parseMessage(lines(line, ...fields));
      if (!("status" in response)) throw new TypeError(JSON.stringify(response));
      expect([response.status, response.reason]).toEqual([180, reason]);
    }
  });

  test("unfolds a header, and drops the blanks around it", () => {
    const request = requestOf(optionsRequest({ Subject: " \t one\r\n\t two\r\n   three \t" }));
    expect(request.headers.get("s")).toBe("one two three");
  });

  test("takes blanks before the colon, empty lines before the start, and bare LF", () => {
    const text = new TextDecoder().decode(optionsRequest());
    const loose = `\r\n\r\n${text.replace("Via:", "Via \t:").replaceAll("\r\n", "\n")}`;
    expect(requestOf(utf8.encode(loose)).headers.has("Via")).toBe(true);
  });

  test("reads names that are Latin-1 rather than UTF-8", () => {
    const bytes = optionsRequest({ Subject: "Zo#" });
    bytes[bytes.indexOf("#".charCodeAt(0))] = 0xeb;
    expect(requestOf(bytes).headers.get("Subject")).toBe("Zo\u00eb");
  });

  test("drops what follows the body", () => {
    expect(requestOf(optionsRequest({ l: "2" }, "abcdef")).body).toEqual(utf8.encode("ab"));
    expect(requestOf(optionsRequest({ l: "0" }, "abcdef")).body.length).toBe(0);
  });

  test("without a Content-Length takes all the rest of the datagram", () => {
    expect(requestOf(optionsRequest({}, "abcdef")).body).toEqual(utf8.encode("abcdef"));
  });

  test("bears with a Content-Length that says the same twice", () => {
    const request = requestOf(optionsRequest({ "Content-Length": "2", l: "2" }, "abc"));
    expect(request.body.length).toBe(2);
  });

  test.each<[label: string, changes: Record<string, string | undefined>, kind: string]>([
    ["no Via", { Via: undefined }, "missing-header"],
    ["no From", { From: undefined }, "missing-header"],
    ["no To", { To: undefined }, "missing-header"],
    ["no Call-ID", { "Call-ID": undefined }, "missing-header"],
    ["no CSeq", { CSeq: undefined }, "missing-header"],
    ["an empty Call-ID", { "Call-ID": "" }, "missing-header"],
    ["two From", { f: "<sip:b@192.0.2.3>;tag=2" }, "duplicate-header"],
    ["two Call-ID", { i: "b" }, "duplicate-header"],
    ["two Content-Type", { c: "a/b", "Content-Type": "c/d" }, "duplicate-header"],
    ["another method in CSeq", { CSeq: "1 INVITE" }, "cseq"],
    ["CSeq of 2^31", { CSeq: "2147483648 OPTIONS" }, "cseq"],
    ["CSeq of 64 bits", { CSeq: "36893488147419103232 OPTIONS" }, "cseq"],
    ["CSeq below zero", { CSeq: "-1 OPTIONS" }, "cseq"],
    ["CSeq in hexadecimal", { CSeq: "0x1 OPTIONS" }, "cseq"],
    ["CSeq without a method", { CSeq: "1" }, "cseq"],
    ["Max-Forwards above 255", { "Max-Forwards": "256" }, "max-forwards"],
    ["Max-Forwards of words", { "Max-Forwards": "many" }, "max-forwards"],
    ["Content-Length below zero", { "Content-Length": "-1" }, "content-length"],
    ["Content-Length of words", { "Content-Length": "4 bytes" }, "content-length"],
    ["an empty Content-Length", { "Content-Length": "" }, "content-length"],
    ["Content-Length beyond 2^53", { "Content-Length": "9".repeat(20) }, "content-length"],
    ["Content-Length beyond the end", { "Content-Length": "1" }, "content-length"],
    ["two Content-Lengths", { "Content-Length": "0", l: "1" }, "content-length"],
    ["a Via of no address", { Via: "SIP/2.0/UDP ;branch=z9hG4bK1" }, "via"],
    ["a Via of another protocol", { Via: "HTTP/1.1/TCP 192.0.2.1" }, "via"],
    ["an empty Via in a list", { Via: "SIP/2.0/UDP 192.0.2.1,,SIP/2.0/UDP 192.0.2.2" }, "via"],
    ["a hundred and one Vias", { v: Array(100).fill("SIP/2.0/UDP a").join() }, "via"],
    ["a quote that does not end", { To: '"Bob <sip:bob@192.0.2.2>' }, "address"],
    ["a From of two addresses", { From: "<sip:a@b>, <sip:c@d>" }, "address"],
    ["two tags", { From: "<sip:a@b>;tag=1;tag=2" }, "address"],
    ["a Contact with bare headers", { Contact: "sip:a@b?Route=c" }, "address"],
    ["a Contact of no URI", { Contact: "<sip:>" }, "address"],
    ["* among Contacts", { Contact: "*, <sip:a@b>" }, "address"],
    ["a Record-Route that is cut", { "Record-Route": "<sip:a@b;lr" }, "address"],
    ["a name with a space", { "X Y": "1" }, "header-syntax"],
    ["a lone CR in a value", { Subject: "a\rb" }, "header-syntax"],
    ["a NUL in a value", { Subject: "a\0b" }, "header-syntax"],
    ["a lone CR in a folded value", { Subject: "a\r\n b\rc" }, "header-syntax"],
  ])("counts %s by its kind and can answer 400", (_label, changes, kind) => {
    const fault = faultOf(parseMessage(optionsRequest(changes)));
    expect(fault?.fault as string).toBe(kind);
    expect(fault?.answerStatus).toBe(400);
    expect(fault?.fatal).toBe(false);
    expect(fault?.request?.method).toBe("Via" in changes && !changes.Via ? undefined : "OPTIONS");
  });

  test.each([
    ["a URI of two words", "OPTIONS sip:bob@192.0.2.2 ;lr SIP/2.0", "request-uri"],
    ["two spaces", "OPTIONS  sip:bob@192.0.2.2 SIP/2.0", "request-uri"],
    ["a URI in brackets", "OPTIONS <sip:bob@192.0.2.2> SIP/2.0", "request-uri"],
    ["a URI with headers", "OPTIONS sip:bob@192.0.2.2?a=b SIP/2.0", "request-uri"],
    ["a URI without a scheme", "OPTIONS bob SIP/2.0", "request-uri"],
    ["a port beyond 65535", "OPTIONS sip:bob@192.0.2.2:65536 SIP/2.0", "request-uri"],
    ["no URI", "OPTIONS SIP/2.0", "start-line"],
    ["a space at the end", "OPTIONS sip:bob@192.0.2.2 SIP/2.0 ", "start-line"],
    ["no version", "OPTIONS sip:bob@192.0.2.2", "start-line"],
    ["another version", "OPTIONS sip:bob@192.0.2.2 SIP/3.0", "version"],
    ["another protocol", "GET / HTTP/1.1", "start-line"],
    ["a method of odd letters", "OPT{ONS sip:bob@192.0.2.2 SIP/2.0", "start-line"],
    ["a lone CR", "OPTIONS sip:bob\r@192.0.2.2 SIP/2.0", "start-line"],
    ["a NUL in the reason", "SIP/2.0 200 O\0K", "start-line"],
    ["a status of four digits", "SIP/2.0 2000 OK", "start-line"],
    ["a status below 100", "SIP/2.0 099 OK", "start-line"],
    ["a status of 700", "SIP/2.0 700 OK", "start-line"],
    ["a status of two digits", "SIP/2.0 99 OK", "start-line"],
    ["a response of another version", "SIP/1.0 200 OK", "version"],
  ])("refuses a start line with %s", (_label, line, kind) => {
    const [, ...rest] = new TextDecoder().decode(optionsRequest()).split("\r\n");
    const fault = faultOf(parseMessage(utf8.encode([line, ...rest].join("\r\n"))));
    expect(fault?.fault as string).toBe(kind);
    expect(fault?.answerStatus).toBe(kind === "version" ? 505 : 400);
  });

  test.each<[label: string, bytes: Uint8Array, kind: string]>([
    ["nothing", new Uint8Array(0), "start-line"],
    ["empty lines only", lines("", "", ""), "start-line"],
    ["a keep-alive of NULs", new Uint8Array(4), "start-line"],
    ["headers without an end", optionsRequest().slice(0, -2), "no-end-of-headers"],
  ])("says what is wrong with %s", (_label, bytes, kind) => {
    expect(faultOf(parseMessage(bytes))?.fault as string).toBe(kind);
  });

  test("never offers to answer an ACK", () => {
    const text = new TextDecoder().decode(optionsRequest({ CSeq: "-1 ACK" }));
    const fault = faultOf(parseMessage(utf8.encode(text.replace("OPTIONS", "ACK"))));
    expect(fault?.fault).toBe("cseq");
    expect(fault?.request).toBeUndefined();
  });

  test("keeps the headers that come after a broken one, to answer with", () => {
    const fault = faultOf(
      parseMessage(lines("OPTIONS sip:a@b SIP/2.0", "oh no", "v: x", "i: 7", "")),
    );
    expect(fault?.fault).toBe("header-syntax");
    expect(fault?.request?.headers.get("Call-ID")).toBe("7");
  });

  test("keeps to its limits", () => {
    const many = optionsRequest(
      Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`X${i}`, "1"])),
    );
    expect(faultOf(parseMessage(many, { maxHeaders: 14 }))?.fault).toBe("too-many-headers");
    expect(faultOf(parseMessage(many, { maxHeaders: 15 }))).toBeUndefined();
    const head = optionsRequest();
    const headBytes = head.length - 2;
    expect(faultOf(parseMessage(head, { maxHeadBytes: headBytes - 1 }))?.answerStatus).toBe(513);
    expect(faultOf(parseMessage(head, { maxHeadBytes: headBytes }))).toBeUndefined();
    const body = optionsRequest({}, "123");
    expect(faultOf(parseMessage(body, { maxBodyBytes: 2 }))?.fault).toBe("too-large");
    expect(faultOf(parseMessage(body, { maxBodyBytes: 3 }))).toBeUndefined();
  });

  test("takes linear time on 64 kB that were made to be slow", () => {
    const pieces = [
      '"',
      '",',
      "<",
      "\\",
      ";",
      ";a",
      "\r\n ",
      "\n",
      "a\r\n",
      "a:\r\n",
      "/",
      "@",
      "%41",
      ":",
    ];
    const frames: ((piece: string) => Uint8Array)[] = [
      (piece) => optionsRequest({ Contact: piece }),
      (piece) => optionsRequest({ Contact: `"${piece}` }),
      (piece) => optionsRequest({ Contact: `<sip:a@b>${piece}` }),
      (piece) => optionsRequest({ Via: `SIP/2.0/UDP${piece}` }),
      (piece) => utf8.encode(`OPTIONS sip:${piece} SIP/2.0\r\nVia: x\r\n\r\n`),
      (piece) => utf8.encode(piece),
    ];
    for (const piece of pieces) {
      for (const frame of frames) {
        const bytes = frame(piece.repeat(65_000 / piece.length));
        // Quadratic time over 65,000 bytes is seconds; the best of three is without the compiler's.
        const times = [1, 2, 3].map(() =>
          cpuMs(() => parseMessage(bytes, { maxHeadBytes: 65_535 }))
        );
        expect(Math.min(...times)).toBeLessThan(50);
      }
    }
  });
});
