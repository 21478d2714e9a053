import { describe, expect, test } from "bun:test";
import { type SipCall, SipUserAgent, type SipUserAgentOptions } from "../../../src/sip/mod.ts";
import { freePort } from "../../support/free_ports.ts";
import { lacks } from "../../support/needs.ts";
import { Program } from "../../support/program.ts";
import { rows } from "../../support/rows.ts";
import { runSipp } from "../../support/sipp.ts";
import { eventually } from "../../support/wait.ts";

const sdp = new TextEncoder().encode([
  ...["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"],
  ...["m=audio 40000 RTP/AVP 0", ""],
].join("\r\n"));

async function agent(options: SipUserAgentOptions): Promise<SipUserAgent> {
  const agent = new SipUserAgent({ port: 0, ...options });
  await agent.start();
  return agent;
}

describe.skipIf(lacks("sipp"))("a user agent and sipp", () => {
  test.each(rows<"udp" | "tcp">("udp", "tcp"))(
    "takes 200 calls over %s, 100 a second, without a failure",
    async (transport) => {
      let confirmed = 0;
      const phone = await agent({
        onInvite: (call) => {
          call.handlers = { onConfirmed: () => confirmed++ };
          call.ring();
          call.answer(sdp);
        },
      });
      const { port } = phone.local;
      const report = await runSipp({ scenario: "uac", port, calls: 200, rate: 100, transport });
      expect(report).toMatchObject({ successful: 200, failed: 0, exitCode: 0, errors: "" });
      expect(confirmed).toBe(200);
      expect(phone.counters).toMatchObject({ calls: 0, faults: {}, stray: 0, handlerErrors: 0 });
      await phone.stop();
    },
    60_000,
  );

  test.each(rows<"udp" | "tcp">("udp", "tcp"))("calls sipp over %s and hangs up", async (name) => {
    const port = await freePort();
    const flags = ["-i", "127.0.0.1", "-p", String(port), "-t", name === "tcp" ? "t1" : "u1"];
    await using uas = new Program("sipp", ["-sn", "uas", ...flags, "-nostdin", "-m", "20"]);
    const phone = await agent({});
    const target = `sip:uas@127.0.0.1:${port};transport=${name}`;
    // sipp says nothing when it is ready; the first call is tried until it is.
    let first: SipCall | undefined;
    await eventually("sipp listens", () => {
      if (first !== undefined) return true;
      void phone.invite({ target, sdp }).then((call) => first ??= call, () => {});
      return false;
    });
    const calls = await Promise.all(
      Array.from({ length: 10 }, () => phone.invite({ target, sdp })),
    );
    expect(calls.every(({ state }) => state === "confirmed")).toBe(true);
    await Promise.all([...phone.calls].map((call) => call.hangup()));
    expect(phone.counters).toMatchObject({ calls: 0, faults: {} });
    await phone.stop();
    uas.kill("SIGKILL");
  }, 60_000);

  test("repeats its 200 over TCP until a slow ACK comes", async () => {
    const phone = await agent({ onInvite: (call) => void call.answer(sdp) });
    const scenario = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="slow ack">
  <send><![CDATA[
    INVITE sip:a@[remote_ip]:[remote_port] SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
    To: <sip:a@[remote_ip]:[remote_port]>
    Call-ID: [call_id]
    CSeq: 1 INVITE
    Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
    Content-Length: 0

  ]]></send>
  <recv response="200"/>
  <recv response="200"/>
  <recv response="200"/>
  <send><![CDATA[
    ACK sip:a@[remote_ip]:[remote_port] SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
    To: <sip:a@[remote_ip]:[remote_port]>[peer_tag_param]
    Call-ID: [call_id]
    CSeq: 1 ACK
    Content-Type: application/sdp
    Content-Length: [len]

    v=0
    s=answer
  ]]></send>
  <send><![CDATA[
    BYE sip:a@[remote_ip]:[remote_port] SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
    To: <sip:a@[remote_ip]:[remote_port]>[peer_tag_param]
    Call-ID: [call_id]
    CSeq: 2 BYE
    Content-Length: 0

  ]]></send>
  <recv response="200"/>
</scenario>`;
    const { port } = phone.local;
    const report = await runSipp({ scenario, port, calls: 3, transport: "tcp" });
    expect(report).toMatchObject({ successful: 3, failed: 0 });
    expect(phone.counters.retransmissions).toBeGreaterThanOrEqual(6);
    await phone.stop();
  }, 30_000);
});
