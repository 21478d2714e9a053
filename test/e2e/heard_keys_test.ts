import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concatSamples, silence, tone } from "../../src/audio/mod.ts";
import type { CallRecord } from "../../src/call/mod.ts";
import { dtmfTones } from "../../src/tone/mod.ts";
import { attempts } from "../support/attempts.ts";
import { Baresip } from "../support/baresip.ts";
import { lacks, lacksRawSockets } from "../support/needs.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { runSipp } from "../support/sipp.ts";
import { speech } from "../support/speech.ts";
import { wait } from "../support/wait.ts";

const TELLING = new URL("../support/telling_backend.ts", import.meta.url).pathname;

/** The keys of telephones that sipp has recordings of, by their names. */
const RECORDED = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "star", "0", "pound"];

/** A phone that hears keys in every way, prints them and records its calls. */
async function start(): Promise<PhoneProcess & { records(): CallRecord[]; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "keys-"));
  const path = join(folder, "calls.jsonl");
  const args = ["--inband-dtmf", "on", "--call-records", path];
  const phone = await PhoneProcess.start({ backend: TELLING, args });
  return Object.assign(phone, {
    folder,
    records: () =>
      readFileSync(path, "utf8").trim().split("\n").map((line): CallRecord => JSON.parse(line)),
  });
}

function keysOf(phone: PhoneProcess): string {
  return [...phone.program.stdout.matchAll(/^key (.)$/gm)].map(([, key]) => key).join("");
}

describe.skipIf(lacks("baresip"))("keys that a telephone plays as sound", () => {
  test(
    "reach the backend once each and are in the record; its speech is no key",
    () =>
      attempts(async () => {
        await using phone = await start();
        const keys = "159D*0#A3";
        const played = [...keys].flatMap((key) => [
          tone(dtmfTones(key), 80, { levelDb: -18 }),
          silence(80),
        ]);
        const samples = concatSamples([speech(0, 1), silence(300), ...played, speech(3, 4)]);
        await using telephone = await Baresip.start({ sampleRate: 8000, samples });
        await telephone.command("dial", `sip:agent@127.0.0.1:${phone.port}`);
        await telephone.event("CALL_ESTABLISHED");
        await phone.program.says(/^key 3$/m, 10_000);
        await wait(1000);
        await telephone.command("hangup");
        await telephone.event("CALL_CLOSED");
        expect((await phone.stop()).code).toBe(0);
        expect(keysOf(phone)).toBe(keys);
        const [record] = phone.records();
        expect(record.keys.map(({ digit }) => digit).join("")).toBe(keys);
        for (const { way, durationMs } of record.keys) {
          expect(way).toBe("inband");
          expect(Math.abs(durationMs - 80)).toBeLessThanOrEqual(6);
        }
        expect(record.end).toEqual({ cause: "remote" });
        rmSync(phone.folder, { recursive: true });
      }),
    120_000,
  );
});

/** A call by sipp in which `actions` are what it does once it is through. */
function scenario(actions: string): string {
  const headers = (method: string, cseq: number, to = "[peer_tag_param]") => `
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: sipp <sip:sipp@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
      To: agent <sip:agent@[remote_ip]:[remote_port]>${to}
      Call-ID: [call_id]
      CSeq: ${cseq} ${method}
      Contact: sip:sipp@[local_ip]:[local_port]
      Max-Forwards: 70`;
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="keys">
  <send retrans="500"><![CDATA[
      INVITE sip:agent@[remote_ip]:[remote_port] SIP/2.0${headers("INVITE", 1, "")}
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio [auto_media_port] RTP/AVP 0 101
      a=rtpmap:0 PCMU/8000
      a=rtpmap:101 telephone-event/8000
      a=fmtp:101 0-15
  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rtd="true"/>
  <send><![CDATA[
      ACK sip:agent@[remote_ip]:[remote_port] SIP/2.0${headers("ACK", 1)}
      Content-Length: 0

  ]]></send>
  ${actions.replaceAll(/\{headers (\d+)\}/g, (_, cseq) => headers("INFO", cseq))}
  <send retrans="500"><![CDATA[
      BYE sip:agent@[remote_ip]:[remote_port] SIP/2.0${headers("BYE", 90)}
      Content-Length: 0

  ]]></send>
  <recv response="200"/>
</scenario>`;
}

function infoOf(key: string, cseq: number): string {
  return `<send retrans="500"><![CDATA[
      INFO sip:agent@[remote_ip]:[remote_port] SIP/2.0{headers ${cseq}}
      Content-Type: application/dtmf-relay
      Content-Length: [len]

      Signal=${key}
      Duration=160
  ]]></send>
  <recv response="200"/>`;
}

describe.skipIf(lacks("sipp"))("keys of sipp", () => {
  test.skipIf(lacks("sipp") || lacksRawSockets())(
    "that it has recorded from telephones reach the backend once each",
    async () => {
      await using phone = await start();
      const plays = RECORDED.map((key) =>
        `<nop><action>
          <exec play_pcap_audio="pcap/dtmf_2833_${key}.pcap"/>
        </action></nop><pause milliseconds="250"/>`
      );
      const report = await runSipp({ scenario: scenario(plays.join("\n")), port: phone.port });
      expect(report).toMatchObject({ exitCode: 0, successful: 1, failed: 0, errors: "" });
      expect((await phone.stop()).code).toBe(0);
      expect(keysOf(phone)).toBe("123456789*0#");
      expect(phone.records()[0].keys.map(({ way }) => way)).toEqual(new Array(12).fill("rtp"));
      rmSync(phone.folder, { recursive: true });
    },
    40_000,
  );

  test("by INFO reach the backend once each", async () => {
    await using phone = await start();
    const infos = [..."19#*"].map((key, i) => infoOf(key, 2 + i)).join("\n");
    const report = await runSipp({ scenario: scenario(infos), port: phone.port });
    expect(report).toMatchObject({ exitCode: 0, successful: 1, failed: 0, errors: "" });
    expect((await phone.stop()).code).toBe(0);
    expect(keysOf(phone)).toBe("19#*");
    const [{ keys }] = phone.records();
    expect(keys.map(({ way, durationMs }) => `${way} ${durationMs}`)).toEqual(
      new Array(4).fill("info 160"),
    );
    rmSync(phone.folder, { recursive: true });
  }, 40_000);
});
