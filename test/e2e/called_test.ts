import { afterAll, describe, expect, test } from "bun:test";
import { type AudioFrame, Framer } from "../../src/audio/mod.ts";
import { loopback, type StreamBackend } from "../../src/backend/mod.ts";
import { CallRefusedError } from "../../src/call/mod.ts";
import { type CallOptions, PhoneHandler } from "../../src/phone/mod.ts";
import { attempts } from "../support/attempts.ts";
import { Baresip } from "../support/baresip.ts";
import { claimPorts, type PortRange } from "../support/free_ports.ts";
import { lacks } from "../support/needs.ts";
import { SippUas } from "../support/sipp_uas.ts";
import { speech } from "../support/speech.ts";
import { matchSpeech } from "../support/speech_match.ts";
import { eventually, wait } from "../support/wait.ts";

let phone: PhoneHandler | undefined;
let ports: PortRange;

async function started(): Promise<PhoneHandler> {
  if (phone !== undefined) return phone;
  ports = await claimPorts(200);
  phone = new PhoneHandler({
    admission: false,
    voiceBackend: loopback(),
    sipPort: 0,
    rtpStartPort: ports.start,
    rtpEndPort: ports.end,
  });
  await phone.start();
  return phone;
}

afterAll(async () => {
  await phone?.stop();
  await ports?.[Symbol.asyncDispose]();
});

/** The fields that each answer of a scenario has. */
const FIELDS = `
      [last_Via:]
      [last_From:]
      [last_To:];tag=[pid]SIPpTag[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Contact: <sip:[local_ip]:[local_port];transport=[transport]>`;
const SDP = (port: string) => `
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=sipp 1 1 IN IP4 [local_ip]
      s=-
      c=IN IP4 [media_ip]
      t=0 0
      m=audio ${port} RTP/AVP 8
      a=rtpmap:8 PCMA/8000
`;
const send = (text: string, more = "") =>
  `<send ${more}><![CDATA[
${text}
]]></send>`;

/** What sipp does with one call, after it has come. */
function scenario(...steps: string[]): string {
  return `<?xml version="1.0"?><scenario name="called"><recv request="INVITE"/>${steps.join("\n")}
</scenario>`;
}

const REFUSES = (status: string, fields = "") =>
  scenario(
    send(`      SIP/2.0 ${status}${FIELDS}${fields}
      Content-Length: 0`),
    '<recv request="ACK"/>',
  );

const RINGS = scenario(
  send(`      SIP/2.0 180 Ringing${FIELDS}
      Content-Length: 0`),
  '<recv request="CANCEL"/>',
  send(`      SIP/2.0 200 OK${FIELDS}
      Content-Length: 0`),
  send(`      SIP/2.0 487 Request Terminated
      [last_Via:]
      [last_From:]
      [last_To:];tag=[pid]SIPpTag[call_number]
      [last_Call-ID:]
      CSeq: 1 INVITE
      Content-Length: 0`),
  '<recv request="ACK"/>',
);

const EARLY = scenario(
  send(`      SIP/2.0 183 Session Progress${FIELDS}${SDP("[media_port]")}`),
  '<pause milliseconds="200"/>',
  send(`      SIP/2.0 200 OK${FIELDS}${SDP("[media_port]")}`, 'retrans="500"'),
  '<recv request="ACK"/>',
  '<recv request="BYE"/>',
  send(`      SIP/2.0 200 OK
      [last_Via:]
      [last_From:]
      [last_To:]
      [last_Call-ID:]
      [last_CSeq:]
      Content-Length: 0`),
);

describe.skipIf(lacks("sipp"))("sipp, called by the phone", () => {
  test("has 20 calls made and ended by its own script, over UDP and over TCP", async () => {
    const phone = await started();
    const run = async (transport: "udp" | "tcp") => {
      await using uas = await SippUas.start({ transport, calls: 20 });
      await wait(300);
      const target = `sip:service@127.0.0.1:${uas.port};transport=${transport}`;
      const calls = await Promise.all(Array.from({ length: 20 }, async (_, index) => {
        // All at once would keep a small machine from answering within the half second of SIP.
        await wait(index * 60);
        return await phone.call(target);
      }));
      expect(calls.map(({ state }) => state)).toEqual(Array(20).fill("live"));
      await Promise.all(calls.map((call) => call.hangup()));
      expect(await uas.ended()).toEqual({ code: 0, errors: "" });
    };
    // On a machine that stands still for half a second an INVITE comes twice, which the script does not know.
    await Promise.all([attempts(() => run("udp")), attempts(() => run("tcp"))]);
  }, 60_000);

  test.each(
    [
      ["busy", REFUSES("486 Busy Here"), { outcome: "busy", status: 486, q850: 17 }],
      ["declined", REFUSES("603 Decline"), { outcome: "declined", status: 603, q850: 21 }],
      ["no answer", REFUSES("480 Unavailable", "\n      Reason: Q.850;cause=19"), {
        outcome: "no-answer",
        status: 480,
        q850: 19,
      }],
      ["ringing for ever", RINGS, { outcome: "no-answer", status: 408, q850: 19 }],
    ] as const,
  )("is %s, and the phone says so", async (_, scenario, told) => {
    const phone = await started();
    await using uas = await SippUas.start({ scenario, calls: 1 });
    await wait(300);
    const options: CallOptions = { ringTimeoutMs: 1000 };
    const error = await phone.call(`sip:service@127.0.0.1:${uas.port}`, options)
      .then(() => undefined, (error) => error);
    expect(error).toBeInstanceOf(CallRefusedError);
    expect(error).toMatchObject(told);
    expect(await uas.ended()).toEqual({ code: 0, errors: "" });
  }, 60_000);

  test("lets hear something before its answer", async () => {
    const phone = await started();
    await using uas = await SippUas.start({ scenario: EARLY, calls: 1 });
    await wait(300);
    const heard: [number, boolean][] = [];
    const call = await phone.call(`sip:service@127.0.0.1:${uas.port}`, {
      onProgress: ({ status, hasSound }) => heard.push([status, hasSound]),
    });
    expect(heard).toEqual([[183, true]]);
    expect(String(call.media?.chain)).toContain("PCMA");
    await call.hangup();
    expect(await uas.ended()).toEqual({ code: 0, errors: "" });
  }, 60_000);
});

/** What it says in each of its calls; it keeps what it hears. */
class Talker {
  readonly heard: Int16Array[] = [];
  readonly said = speech(5, 2.5);
  readonly backend: StreamBackend = () => {
    const frames = new Framer(160).push(this.said);
    return {
      writable: new WritableStream<AudioFrame>({
        write: ({ samples }) => void this.heard.push(samples),
      }),
      readable: new ReadableStream<AudioFrame>({
        pull(controller) {
          const samples = frames.shift() ?? new Int16Array(160);
          controller.enqueue({ sampleRate: 8000, samples, timestamp: 0 });
        },
      }),
    };
  };

  /** All that it has heard. */
  sound(): Int16Array {
    const sound = new Int16Array(this.heard.length * 160);
    this.heard.forEach((samples, index) => sound.set(samples, index * 160));
    return sound;
  }
}

describe.skipIf(lacks("baresip"))("baresip, called by the phone", () => {
  test("rings, is heard and hears, and is hung up on", () =>
    attempts(async () => {
      const phone = await started();
      const spoken = { sampleRate: 8000, samples: speech(0, 10) };
      await using telephone = await Baresip.start(spoken);
      const talker = new Talker();
      const statuses: number[] = [];
      const calling = phone.call(`sip:baresip@127.0.0.1:${telephone.sipPort}`, {
        voiceBackend: talker.backend,
        onProgress: ({ status }) => statuses.push(status),
      });
      await telephone.event("CALL_INCOMING");
      await eventually("it rings", () => statuses.includes(180));
      await telephone.command("accept");
      const call = await calling;
      await wait(3500);
      await call.hangup();
      await telephone.event("CALL_CLOSED");
      const { heard } = await telephone.stop();
      const there = matchSpeech(talker.said, heard.samples);
      expect(there.correlation).toBeGreaterThan(0.95);
      const here = matchSpeech(spoken.samples, talker.sound());
      expect(here.correlation).toBeGreaterThan(0.95);
      expect(Math.abs(here.levelDb)).toBeLessThan(1);
    }), 120_000);

  test("is hung up by its owner, and refuses", () =>
    attempts(async () => {
      const phone = await started();
      await using telephone = await Baresip.start({ sampleRate: 8000, samples: speech(0, 2) });
      const target = `sip:baresip@127.0.0.1:${telephone.sipPort}`;
      const calling = phone.call(target);
      await telephone.event("CALL_INCOMING");
      await telephone.command("accept");
      const call = await calling;
      await telephone.command("hangup");
      expect((await call.ended).cause).toBe("remote");
      const refused = phone.call(target).then(() => undefined, (error) => error);
      await eventually("it rings again", () => telephone.seen("CALL_INCOMING") === 2);
      await telephone.command("hangup");
      expect(await refused).toBeInstanceOf(CallRefusedError);
      expect((await refused).outcome).toBe("busy");
    }), 120_000);
});
