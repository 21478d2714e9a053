import { describe, expect, test } from "bun:test";
import type { SipCall } from "../../src/sip/mod.ts";
import { parseDigestParams } from "../../src/sip/digest_challenge.ts";
import { digestResponse } from "../../src/sip/digest_response.ts";
import { respond, sdp, sdpBytes } from "../support/sip_peer.ts";
import { fieldOf, fieldsOf, type Sent, SipWire, startLines } from "../support/sip_wire.ts";

const AUTH = { username: "agent", password: "secret", realm: "example.com" };
const CONTACT = "Contact: <sip:1001@192.0.2.20:5060>";
const ACK = "ACK sip:1001@192.0.2.20:5060 SIP/2.0";
const REINVITE = "INVITE sip:1001@192.0.2.20:5060 SIP/2.0";

function challenge(nonce: string, qop: "auth" | "auth-int" = "auth"): string {
  return `WWW-Authenticate: Digest realm="example.com", nonce="${nonce}", qop="${qop}"`;
}

/** An outgoing call whose INVITE was challenged, or not. */
async function scene(lines: string[]) {
  const wire = await SipWire.open();
  const outcome = wire.agent.invite({
    target: "sip:1001@192.0.2.20",
    sdp: sdpBytes("offer"),
    auth: AUTH,
  });
  let [invite] = await wire.pass(0);
  if (lines.length > 0) [, invite] = await wire.udp(respond(invite.text, "401 Prove", { lines }));
  const ok = respond(invite.text, "200 OK", { body: sdp("answer"), lines: [CONTACT] });
  const [ack] = await wire.udp(ok);
  return { wire, invite, ack, call: await outcome as SipCall };
}

describe("DialogClient", () => {
  test("acknowledges with the proof of the INVITE, which nobody can ask for again", async () => {
    const { invite, ack } = await scene([challenge("n1")]);
    expect(fieldOf(invite.text, "Authorization")).toContain('nonce="n1"');
    expect(fieldOf(ack.text, "Authorization")).toBe(fieldOf(invite.text, "Authorization"));
  });

  test("acknowledges without a proof what needed none", async () => {
    const { ack } = await scene([]);
    expect(fieldsOf(ack.text, "Authorization")).toEqual([]);
  });

  test("proves a re-INVITE and its ACK alike, under the new number", async () => {
    const { wire, call } = await scene([]);
    const changed = call.reinvite(sdpBytes("hold"));
    const [first] = await wire.pass(0);
    const lines = [challenge("n2")];
    const [refusal, second] = await wire.udp(respond(first.text, "401 Prove", { lines }));
    expect(startLines([refusal, second])).toEqual([ACK, REINVITE]);
    const [ack] = await wire.udp(respond(second.text, "200 OK", { body: sdp("held") }));
    expect([fieldOf(second.text, "CSeq"), fieldOf(ack.text, "CSeq")]).toEqual([
      "3 INVITE",
      "3 ACK",
    ]);
    expect(fieldOf(ack.text, "Authorization")).toBe(fieldOf(second.text, "Authorization"));
    expect(await changed).toEqual(sdpBytes("held"));
  });

  test("hashes the body when the integrity of that is asked for", async () => {
    const { wire, call } = await scene([challenge("n3", "auth-int")]);
    void call.reinvite(sdpBytes("hold"));
    const [invite] = await wire.pass(0);
    const proof = parseDigestParams(fieldOf(invite.text, "Authorization"));
    const of = (name: string): string => proof.get(name) ?? "";
    expect(of("qop")).toBe("auth-int");
    expect(of("response")).toBe(digestResponse({
      ...AUTH,
      ...{ algorithm: "MD5", qop: "auth-int", method: "INVITE", body: sdpBytes("hold") },
      ...{ nonce: of("nonce"), cnonce: of("cnonce"), nc: of("nc"), uri: of("uri") },
    }));
  });

  test("cancels the INVITE with the proof, not the one before it, after 64 * T1", async () => {
    const { wire, call } = await scene([]);
    const failed = call.reinvite(sdpBytes("hold")).catch((error) => error);
    const [first] = await wire.pass(0);
    await wire.pass(10_000);
    const lines = [challenge("n4")];
    const sent = await wire.udp(respond(first.text, "401 Prove", { lines }));
    const second = sent.find(({ text }) => text.startsWith("INVITE"))!;
    await wire.udp(respond(second.text, "100 Trying"));
    const [cancel] = await wire.pass(22_000);
    expect(startLines([cancel])).toEqual(["CANCEL sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(fieldOf(cancel.text, "Via")).toBe(fieldOf(second.text, "Via"));
    expect(fieldOf(cancel.text, "CSeq")).toBe("3 CANCEL");
    expect(await failed).toMatchObject({ status: 408 });
  });

  test("cancels nothing that the peer has not shown to know of", async () => {
    const { wire, call } = await scene([]);
    const failed = call.reinvite(sdpBytes("hold")).catch((error) => error);
    const sent: Sent[] = await wire.pass(40_000);
    expect(await failed).toMatchObject({ status: 408 });
    const methods = new Set(sent.map(({ text }) => text.slice(0, text.indexOf(" "))));
    expect([...methods]).toEqual(["INVITE", "BYE"]);
  });
});
