import { describe, expect, test } from "bun:test";
import { type SipCall, type SipRefer, SipStatusError } from "../../src/sip/mod.ts";
import { respond, sdpBytes, SipPeer } from "../support/sip_peer.ts";
import { bodyOf, fieldOf, type Sent, SipWire, startLines } from "../support/sip_wire.ts";

async function scene(onRefer?: (refer: SipRefer) => boolean) {
  const calls: SipCall[] = [];
  const wire = await SipWire.open({
    onInvite: (call) => {
      calls.push(call);
      call.handlers = { onRefer };
      call.answer(sdpBytes("answer"));
    },
  });
  const peer = new SipPeer(wire);
  await peer.establish();
  return { wire, peer, call: calls[0] };
}

/** Subscription-State and body of a NOTIFY. */
function reportOf({ text }: Sent): [string, string, string] {
  return [fieldOf(text, "Event"), fieldOf(text, "Subscription-State"), bodyOf(text).trim()];
}

const REFER_TO = { lines: ['Refer-To: "Bob" <sip:1002@192.0.2.20>', "Referred-By: <sip:1001@x>"] };
const ACTIVE = "active;expires=180";
const OVER = "terminated;reason=noresource";

describe("ReceivedRefers", () => {
  test("accepts, and reports until the end", async () => {
    const refers: SipRefer[] = [];
    const { wire, peer } = await scene((refer) => refers.push(refer) > 0);
    const [accepted, trying] = await peer.send("REFER", REFER_TO);
    expect(startLines([accepted])).toEqual(["SIP/2.0 202 Accepted"]);
    expect(fieldOf(accepted.text, "Contact")).toBe("<sip:192.0.2.10:5070>");
    expect(startLines([trying])).toEqual(["NOTIFY sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(reportOf(trying)).toEqual(["refer", ACTIVE, "SIP/2.0 100 Trying"]);
    expect(fieldOf(trying.text, "Content-Type")).toBe("message/sipfrag;version=2.0");
    expect([refers[0].target, refers[0].referredBy]).toEqual([
      "sip:1002@192.0.2.20",
      "<sip:1001@x>",
    ]);
    await wire.udp(respond(trying.text, "200 OK"));
    refers[0].report(180);
    refers[0].report(200, "Done");
    refers[0].report(503);
    expect((await wire.pass(0)).map(reportOf)).toEqual([
      ["refer", ACTIVE, "SIP/2.0 180 Ringing"],
      ["refer", OVER, "SIP/2.0 200 Done"],
    ]);
  });

  test("says 202 before anything that is reported while the handler still runs", async () => {
    const { peer } = await scene((refer) => {
      refer.report(200);
      return true;
    });
    const sent = await peer.send("REFER", REFER_TO);
    expect(startLines(sent).map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "SIP/2.0 202",
      "NOTIFY sip:1001@192.0.2.20:5060",
      "NOTIFY sip:1001@192.0.2.20:5060",
    ]);
  });

  test("tells the reports of a second REFER from those of the first", async () => {
    const { peer } = await scene(() => true);
    await peer.send("REFER", { ...REFER_TO, cseq: 7 });
    const [, second] = await peer.send("REFER", { ...REFER_TO, cseq: 8 });
    expect(reportOf(second)[0]).toBe("refer;id=8");
  });

  test.each([
    ["nobody takes transfers", undefined, REFER_TO.lines, "603 Decline"],
    ["the handler declines", () => false, REFER_TO.lines, "603 Decline"],
    [
      "the handler throws",
      () => {
        throw new Error("broken");
      },
      REFER_TO.lines,
      "603 Decline",
    ],
    ["Refer-To is missing", () => true, [], "400 Refer-To Is Missing Or Malformed"],
    [
      "Refer-To names two",
      () => true,
      ["Refer-To: <sip:1@a>, <sip:2@a>"],
      "400 Refer-To Is Missing Or Malformed",
    ],
    ["Refer-To is rubbish", () => true, ["Refer-To: <<>>"], "400 Refer-To Is Missing Or Malformed"],
  ])("refuses when %s", async (_name, onRefer, lines, status) => {
    const { peer } = await scene(onRefer);
    expect(startLines(await peer.send("REFER", { lines }))).toEqual([`SIP/2.0 ${status}`]);
  });

  test("reports nothing once the call is over", async () => {
    const refers: SipRefer[] = [];
    const { wire, peer } = await scene((refer) => refers.push(refer) > 0);
    const [, trying] = await peer.send("REFER", REFER_TO);
    await wire.udp(respond(trying.text, "200 OK"));
    await peer.send("BYE");
    refers[0].report(200);
    expect(await wire.pass(0)).toEqual([]);
  });
});

describe("SentRefers", () => {
  async function sent(options: Parameters<SipCall["refer"]>[1] = {}) {
    const all = await scene();
    const outcome = all.call.refer("sip:1002@192.0.2.20", options).catch((error) => error);
    const [refer] = await all.wire.pass(0);
    return { ...all, outcome, refer };
  }

  const report = (line: string, state: string, event = "refer") => ({
    body: `${line}\r\n`,
    lines: [`Event: ${event}`, `Subscription-State: ${state}`, "Content-Type: message/sipfrag"],
  });

  test("asks, follows the reports, and tells how it ended", async () => {
    const heard: [number, string][] = [];
    const { wire, peer, outcome, refer } = await sent({
      onProgress: (...progress) => heard.push(progress),
    });
    expect(startLines([refer])).toEqual(["REFER sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(fieldOf(refer.text, "Refer-To")).toBe("<sip:1002@192.0.2.20>");
    await wire.udp(respond(refer.text, "202 Accepted"));
    expect(startLines(await peer.send("NOTIFY", report("SIP/2.0 100 Trying", ACTIVE)))).toEqual([
      "SIP/2.0 200 OK",
    ]);
    const id = fieldOf(refer.text, "CSeq").split(" ")[0];
    await peer.send("NOTIFY", report("SIP/2.0 486 Busy Here", OVER, `refer;id=${id}`));
    expect(await outcome).toBe(486);
    expect(heard).toEqual([[100, "Trying"], [486, "Busy Here"]]);
  });

  test("takes a report that overtakes the answer", async () => {
    const { peer, outcome } = await sent();
    await peer.send("NOTIFY", report("SIP/2.0 200 OK", OVER, "refer;id=1"));
    expect(await outcome).toBe(200);
  });

  test("fails when the peer refuses", async () => {
    const { wire, outcome, refer } = await sent();
    await wire.udp(respond(refer.text, "603 Decline"));
    const error = await outcome as SipStatusError;
    expect(error).toBeInstanceOf(SipStatusError);
    expect([error.status, error.message]).toEqual([
      603,
      "Cannot transfer as the peer refuses: 603 Decline",
    ]);
  });

  test("fails when no report comes in time", async () => {
    const { wire, outcome, refer } = await sent({ timeoutMs: 10_000 });
    await wire.udp(respond(refer.text, "202 Accepted"));
    await wire.pass(10_000);
    expect(await outcome).toMatchObject({ status: 408 });
  });

  test("fails when the call ends first", async () => {
    const { wire, peer, outcome, refer } = await sent();
    await wire.udp(respond(refer.text, "202 Accepted"));
    await peer.send("BYE");
    expect(await outcome).toMatchObject({ status: 481 });
  });

  test("is content with a peer that does not report", async () => {
    const { wire, outcome, refer } = await sent();
    await wire.udp(respond(refer.text, "202 Accepted", { lines: ["Refer-Sub: false"] }));
    expect(await outcome).toBe(202);
  });

  test("refuses reports of other things, or of nothing", async () => {
    const { peer } = await scene();
    expect(startLines(await peer.send("NOTIFY", report("", ACTIVE, "presence")))).toEqual([
      "SIP/2.0 489 Bad Event",
    ]);
    expect(startLines(await peer.send("NOTIFY", report("SIP/2.0 200 OK", OVER)))).toEqual([
      "SIP/2.0 481 Call/Transaction Does Not Exist",
    ]);
  });

  test("rejects a target that is no URI", async () => {
    const { call } = await scene();
    const error = await call.refer("1002").catch((error) => error);
    expect([error.name, error.message]).toEqual([
      "SyntaxError",
      "Cannot transfer as the target must be a URI: current value is 1002",
    ]);
  });
});
