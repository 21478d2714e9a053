import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { SeededRandom } from "../../src/clock/mod.ts";
import {
  DigestClient,
  formatNameAddr,
  formatSdp,
  formatUri,
  formatVia,
  hasToken,
  parseMessage,
  parseNameAddrs,
  parseSdp,
  parseSessionExpires,
  parseUri,
  parseVias,
  SdpNegotiation,
  serializeMessage,
  type SipFault,
  SipHeaders,
  type SipMessage,
  SipStreamParser,
} from "../../src/sip/mod.ts";
import { fuzzRounds } from "../support/fuzz_rounds.ts";
import { mutate } from "../support/mutate.ts";
import { readPcap } from "../support/pcap.ts";
import { lines, optionsRequest } from "../support/sip_text.ts";

const ROUNDS = fuzzRounds();
const TIMEOUT_MS = 60_000 + ROUNDS;

const rfc4475 = new URL("../../../shared/fixtures/sip/rfc4475/", import.meta.url);
const torture = existsSync(rfc4475)
  ? readdirSync(rfc4475).filter((name) => name.endsWith(".dat")).sort()
    .map((name) => new Uint8Array(readFileSync(new URL(name, rfc4475))))
  : [];
const captured = readPcap(
  new URL("../fixtures/rtp/freeswitch-call-with-dtmf.pcap", import.meta.url),
).filter(({ destination }) => [5260, 5270].includes(destination.port)).map(({ payload }) =>
  payload
);
const challenged = optionsRequest({
  "WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth,auth-int", algorithm=MD5-sess',
  Authorization: 'Digest username="u", realm="r", nonce="m", nc=00000002',
  "Session-Expires": "1800;refresher=uas",
  Supported: "timer, path",
  Route: '<sip:a@b;lr>, "C" <sip:[::1]:5070>',
});
const messages = [...torture, ...captured, challenged];

const bodies = [
  ...captured.map((bytes) => parseMessage(bytes))
    .flatMap((message) => "body" in message && message.body.length > 0 ? [message.body] : []),
  lines(
    "v=0",
    "o=- 1 1 IN IP6 ::1",
    "c=IN IP6 ::1",
    "m=audio 9 RTP/AVP 96 0",
    "a=rtpmap:96 opus/48000/2",
    "a=rtcp:10 IN IP6 ::1",
    "a=rtcp-mux",
    "a=maxptime:40",
    "m=video 0 RTP/SAVPF 97",
    "a=inactive",
  ),
];

/** Everything the layers above do with a message: none of it may throw. */
function use(message: SipMessage, client: DigestClient): void {
  const { headers } = message;
  for (const via of parseVias(headers) ?? []) formatVia(via);
  for (const name of ["From", "To", "Contact", "Route", "Record-Route", "Refer-To"]) {
    for (const address of parseNameAddrs(headers.getAll(name)) ?? []) {
      formatNameAddr(address);
      const uri = parseUri(address.uri);
      if (uri !== undefined) formatUri(uri);
    }
  }
  parseSessionExpires(headers.get("Session-Expires") ?? "");
  hasToken(headers.getAll("Supported"), "timer");
  if ("method" in message) {
    client.answer({ status: 401, reason: "", headers, body: message.body }, message);
  }
}

/** The answer to what could not be read can be written, whatever it has to repeat. */
function refuse({ answerStatus, text, request }: SipFault): void {
  if (request === undefined) return;
  const headers = new SipHeaders();
  for (const name of ["Via", "From", "To", "Call-ID", "CSeq"]) {
    for (const value of request.headers.getAll(name)) headers.append(name, value);
  }
  serializeMessage({ status: answerStatus, reason: text, headers, body: request.body });
}

describe(`mutations, ${ROUNDS} of each kind${torture.length ? "" : " (RFC 4475 is absent)"}`, () => {
  test("of messages are read or refused; what is read can be used, written and read again", () => {
    const random = new SeededRandom(4475);
    const client = new DigestClient({ username: "u", password: "p", realm: "r" }, random);
    const seen = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = mutate(messages[round % messages.length], random, { others: messages });
      const message = parseMessage(bytes);
      const kind = "fault" in message ? message.fault : "message";
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      if ("fault" in message) {
        refuse(message);
        continue;
      }
      use(message, client);
      const again = parseMessage(serializeMessage(message));
      if ("fault" in again) throw new TypeError(`Round ${round}: ${again.text}`);
      expect([...again.headers].length).toBeGreaterThan(4);
    }
    // The mutations must reach beyond the first check, and must not all be refused.
    for (const kind of ["message", "address", "via", "cseq", "header-syntax", "request-uri"]) {
      expect(seen.get(kind) ?? 0).toBeGreaterThan(ROUNDS / 1000);
    }
  }, TIMEOUT_MS);

  test("of streams are the same messages however they are cut", () => {
    const random = new SeededRandom(3261);
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = mutate(messages[round % messages.length], random, { others: messages });
      const whole = new SipStreamParser().push(bytes).filter((item) => !("ping" in item));
      const cut = random.uint32() % (bytes.length + 1);
      const parser = new SipStreamParser();
      const parts = [...parser.push(bytes.subarray(0, cut)), ...parser.push(bytes.subarray(cut))]
        .filter((item) => !("ping" in item));
      const kinds = (items: typeof whole) =>
        items.map((item) =>
          "fault" in item ? item.fault : "method" in item ? item.method : "other"
        );
      if (kinds(whole).join() !== kinds(parts).join()) {
        throw new TypeError(
          `Round ${round}: cut at ${cut} gives ${kinds(parts)}, not ${kinds(whole)}`,
        );
      }
    }
  }, TIMEOUT_MS);

  test("of session descriptions are agreed to or refused; what is agreed can be written", () => {
    const random = new SeededRandom(3264);
    const capabilities = {
      address: "192.0.2.2",
      port: 5000,
      rtcpMux: true,
      codecs: [
        { name: "PCMU", clockRate: 8000, payloadType: 0 },
        { name: "opus", clockRate: 48000, channels: 2, payloadType: 111 },
      ],
    };
    let negotiation = new SdpNegotiation(random);
    let answers = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = mutate(bodies[round % bodies.length], random, { others: bodies });
      const result = negotiation.answer(bytes, capabilities);
      if (typeof result === "object" && "sdp" in result) {
        answers++;
        const offered = parseSdp(bytes);
        const written = parseSdp(result.sdp);
        if ("fault" in offered || "fault" in written) throw new TypeError(`Round ${round}`);
        expect(written.media.length).toBe(offered.media.length);
        expect(parseSdp(formatSdp(written))).toEqual(written);
      }
      negotiation.offer(capabilities);
      negotiation.accept(bytes);
      if (round % 16 === 0) negotiation = new SdpNegotiation(random);
    }
    expect(answers).toBeGreaterThan(ROUNDS / 10);
  }, TIMEOUT_MS);
});
