import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import {
  parseMessage,
  parseNameAddr,
  parseSdp,
  parseUri,
  parseVias,
  SdpNegotiation,
  serializeMessage,
  type SipMessage,
  SipStreamParser,
} from "../../src/sip/mod.ts";
import { readPcap } from "../support/pcap.ts";

const SIP_PORTS = [5260, 5270];

function capture(name: string): Uint8Array[] {
  const packets = readPcap(new URL(`../fixtures/rtp/${name}.pcap`, import.meta.url));
  return packets
    .filter((packet) => SIP_PORTS.includes(packet.destination.port))
    .map((packet) => packet.payload);
}

const datagrams = [...capture("freeswitch-call-with-dtmf"), ...capture("freeswitch-speech")];

function message(bytes: Uint8Array): SipMessage {
  const parsed = parseMessage(bytes);
  if ("fault" in parsed) throw new TypeError(`${parsed.fault}: ${parsed.text}`);
  return parsed;
}

describe("what FreeSWITCH 1.10.12 sends", () => {
  test("is read whole", () => {
    const kinds = datagrams.map(message).map((each) =>
      "method" in each ? each.method : each.status
    );
    const count = (kind: string | number) => kinds.filter((each) => each === kind).length;
    expect(datagrams.length).toBe(39);
    expect([count("INVITE"), count("ACK"), count("INFO"), count("BYE")]).toEqual([5, 5, 16, 1]);
    expect([count(100), count(180), count(200)]).toEqual([3, 2, 7]);
  });

  test("is the same when it is written again and read again", () => {
    for (const bytes of datagrams) {
      const first = message(bytes);
      const second = message(serializeMessage(first));
      const fields = (each: SipMessage) =>
        [...each.headers].filter(([name]) => name !== "Content-Length");
      expect(fields(second)).toEqual(fields(first));
      expect(second.body).toEqual(first.body);
      expect({ ...second, headers: 0, body: 0 }).toEqual({ ...first, headers: 0, body: 0 });
    }
  });

  test("can be cut out of a stream", () => {
    const parser = new SipStreamParser();
    const stream = Uint8Array.from(datagrams.flatMap((bytes) => [...bytes]));
    const items = [];
    for (let at = 0; at < stream.length; at += 100) {
      items.push(...parser.push(stream.subarray(at, at + 100)));
    }
    expect(items.length).toBe(datagrams.length);
    expect(items.some((item) => "fault" in item)).toBe(false);
  });

  test("names the caller, the hop and the target", () => {
    const invites = datagrams.map(message)
      .filter((each) => "method" in each && each.uri.startsWith("sip:bot@"));
    const { headers } = invites[0];
    const from = parseNameAddr(headers.get("From")!);
    expect(from?.displayName).toBe("Zo\u00eb");
    expect(from?.params.get("tag")).toBeDefined();
    const [via] = parseVias(headers)!;
    expect([via.host, via.port, via.params.get("rport")]).toEqual(["127.0.0.1", 5260, ""]);
    const contact = parseNameAddr(headers.get("Contact")!);
    expect(parseUri(contact!.uri)).toMatchObject({ user: "mod_sofia", port: 5260 });
  });

  test("offers sound that we can answer, hold and resume included", () => {
    const offers = datagrams.map(message).filter((each) =>
      "method" in each && each.method === "INVITE"
    );
    const negotiation = new SdpNegotiation(new SeededRandom(1));
    const codecs = [{ name: "PCMU", clockRate: 8000, payloadType: 0 }];
    const directions = offers.map(({ body }) => {
      const result = negotiation.answer(body, { address: "127.0.0.1", port: 6600, codecs });
      if (typeof result === "string" || "fault" in result) throw new TypeError("no answer");
      expect(result.agreement.telephoneEvent).toEqual({ send: 101, receive: 101, clockRate: 8000 });
      expect(result.agreement.comfortNoise).toEqual({ send: 13, receive: 13 });
      expect(parseSdp(result.sdp)).toMatchObject({ media: [{ port: 6600 }] });
      return result.agreement.direction;
    });
    expect(directions).toEqual(["sendrecv", "sendrecv", "recvonly", "sendrecv", "sendrecv"]);
  });
});
