import { describe, expect, test } from "bun:test";
import { parseSdp } from "../../src/sip/mod.ts";
import { sdpBytes } from "../support/sip_peer.ts";
import { fieldsOf, sip, SipWire, startLines } from "../support/sip_wire.ts";
import { lines } from "../support/sip_text.ts";

const PEER = { address: "2001:db8::9", port: 5060 };

/** An OPTIONS by IPv6, of which some lines are other than usual. */
function options(
  changes: Readonly<Record<string, string>> = {},
  uri = "sip:[2001:db8::10]",
): string {
  const fields = {
    Via: "SIP/2.0/UDP [2001:db8::9];branch=z9hG4bKas3-111",
    "Max-Forwards": "70",
    From: "<sip:user@example.com>;tag=81x2",
    To: "<sip:user@example.com>",
    "Call-ID": "SSG9559905523997077@hlau_4100",
    CSeq: "8612 OPTIONS",
    Contact: "<sip:user@[2001:db8::1]>",
    ...changes,
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return sip([`OPTIONS ${uri} SIP/2.0`, ...head].join("\n"));
}

async function answersTo(text: string) {
  const wire = await SipWire.open({
    ...{ host: "2001:db8::10", onInvite: (call) => void call.answer(sdpBytes("answer")) },
  });
  return await wire.udp(text, PEER);
}

// RFC 5118, SIP torture messages for IPv6, by its sections.
describe("a user agent on IPv6 takes", () => {
  test.each([
    ["4.1: an address in brackets as the Request-URI", options()],
    ["4.3: one whose last group looks like a port", options({}, "sip:[2001:db8::10:5070]")],
    ["4.4: one with a port", options({}, "sip:[2001:db8::10]:5070")],
    [
      "4.5: received in a Via with brackets, though the grammar has none",
      options({ Via: "SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3" }),
    ],
    [
      "4.5: received in a Via without",
      options({ Via: "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3" }),
    ],
    [
      "4.8: addresses of both versions in several Vias, and of an odd spelling",
      options({
        Via: "SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111, " +
          "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144;received=2001:DB8:0:0::9:255",
      }),
    ],
    [
      "4.9: an IPv4 address written as IPv6",
      options({
        Via: "SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19",
        Contact: "<sip:user@[::ffff:192.0.2.2]>",
      }),
    ],
    [
      "4.10: an IPv4 address at the end, also behind three colons",
      options({ Contact: "<sip:user@[2001:db8:::192.0.2.1]>" }, "sip:u@[2001:db8::192.0.2.1]"),
    ],
  ])("%s", async (_, text) => {
    const [answer] = await answersTo(text);
    expect(startLines([answer])).toEqual(["SIP/2.0 200 OK"]);
    const via = fieldsOf(answer.text, "Via").join(", ");
    expect(via).toContain("branch=z9hG4bK");
  });

  test("4.2: no address without brackets, which is answered by 400", async () => {
    const [answer] = await answersTo(options({}, "sip:2001:db8::10"));
    expect(startLines([answer])).toEqual(["SIP/2.0 400 The Request-URI is malformed"]);
    expect(answer.to).toMatchObject(PEER);
  });

  test("and says where a request came from that names another address", async () => {
    const [answer] = await answersTo(
      options({ Via: "SIP/2.0/UDP [2001:db8::77]:5070;branch=z9hG4bKas3;rport" }),
    );
    expect(fieldsOf(answer.text, "Via")).toEqual([
      "SIP/2.0/UDP [2001:db8::77]:5070;branch=z9hG4bKas3;rport=5060;received=2001:db8::9",
    ]);
    expect(answer.to).toMatchObject(PEER);
  });

  test("4.6, 4.7, 4.9: sound at addresses of both versions", () => {
    const session = parseSdp(lines(
      "v=0",
      "o=assistant 971731711378798081 0 IN IP6 2001:db8::20",
      "s=Live video feed for today's meeting",
      "c=IN IP6 2001:db8::20",
      "m=audio 6000 RTP/AVP 2",
      "m=audio 6024 RTP/AVP 0",
      "c=IN IP4 192.0.2.1",
      "m=audio 6026 RTP/AVP 0",
      "c=IN IP6 ::ffff:192.0.2.2",
    ));
    expect("media" in session && session.media.map(({ address }) => address))
      .toEqual(["2001:db8::20", "192.0.2.1", "::ffff:192.0.2.2"]);
  });
});
