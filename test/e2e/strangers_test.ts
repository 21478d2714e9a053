import { describe, expect, test } from "bun:test";
import { createConnection } from "node:net";
import { SeededRandom } from "../../src/clock/mod.ts";
import { attempts } from "../support/attempts.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { toMuLaw } from "../support/caller/mu_law.ts";
import { writeRtp } from "../support/caller/rtp_bytes.ts";
import { bindUdp, closeUdp } from "../support/free_ports.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { speech } from "../support/speech.ts";
import { matchSpeech } from "../support/speech_match.ts";
import { wait } from "../support/wait.ts";

/** Bytes of no meaning, or of half a one. */
function rubbish(random: SeededRandom): Uint8Array {
  const bytes = new Uint8Array(random.uint32() % 400).map(() => random.uint32());
  const heads = ["", "INVITE sip:a@b SIP/2.0\r\n", "SIP/2.0 200 OK\r\nVia: ", "\r\n\r\n", "BYE "];
  const head = new TextEncoder().encode(heads[random.uint32() % heads.length]);
  const out = new Uint8Array(head.length + bytes.length);
  out.set(head);
  out.set(bytes, head.length);
  return out;
}

/** Speaks for three seconds while `disturb` is called for each 10 ms, and compares. */
function speakWhile(
  phone: PhoneProcess,
  disturb: (caller: IndependentCaller, index: number) => void,
): Promise<void> {
  return attempts(() => speakOnce(phone, disturb));
}

async function speakOnce(
  phone: PhoneProcess,
  disturb: (caller: IndependentCaller, index: number) => void,
): Promise<void> {
  await using caller = await IndependentCaller.call(phone.port);
  const spoken = caller.voice.say(speech(3, 3));
  for (let index = 0; index < 300; index++) {
    disturb(caller, index);
    await wait(10);
  }
  await spoken;
  await wait(200);
  const match = matchSpeech(speech(3, 3), caller.heard.sound());
  expect(match.correlation).toBeGreaterThan(0.95);
  expect(match.covered).toBeGreaterThan(0.95);
  expect(caller.asked).toEqual([]);
  expect(await caller.bye()).toBe(200);
  expect(phone.program.stderr).not.toMatch(/unhandled|uncaught|TypeError|RangeError/i);
}

describe("a stranger", () => {
  test("who sends rubbish to the SIP port over UDP disturbs no call", async () => {
    await using phone = await PhoneProcess.start();
    const stranger = await bindUdp(0);
    const random = new SeededRandom(1);
    await speakWhile(phone, () => stranger.send(rubbish(random), phone.port, "127.0.0.1"));
    await closeUdp(stranger);
  }, 40_000);

  test("who sends rubbish to the SIP port over TCP, or nothing, disturbs no call", async () => {
    await using phone = await PhoneProcess.start();
    const random = new SeededRandom(2);
    await speakWhile(phone, (_caller, index) => {
      const socket = createConnection(phone.port, "127.0.0.1");
      socket.on("error", () => {});
      if (index % 3 !== 0) socket.write(rubbish(random));
      if (index % 2 === 0) setTimeout(() => socket.resetAndDestroy(), 50);
      else setTimeout(() => socket.end(), 500);
    });
  }, 40_000);

  test("who sends rubbish and somebody's speech to the RTP port is not heard", async () => {
    await using phone = await PhoneProcess.start();
    const stranger = await bindUdp(0);
    const random = new SeededRandom(3);
    const other = speech(7, 3);
    await speakWhile(phone, ({ media }, index) => {
      const payload = Uint8Array.from(other.subarray(index * 80, index * 80 + 160), toMuLaw);
      const forged = { payloadType: 0, marker: false, sequence: index, timestamp: index * 160 };
      stranger.send(writeRtp({ ...forged, ssrc: 99, payload }), media.port, media.address);
      stranger.send(rubbish(random), media.port, media.address);
      stranger.send(rubbish(random), media.port + 1, media.address);
    });
    await closeUdp(stranger);
  }, 40_000);

  test("cannot end a call with a BYE of his own, though he knows its name", async () => {
    await using phone = await PhoneProcess.start();
    const stranger = await bindUdp(0);
    await speakWhile(phone, ({ callId }, index) => {
      const bye = [
        `BYE sip:agent@127.0.0.1:${phone.port} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${stranger.address().port};branch=z9hG4bKforged${index}`,
        "From: <sip:caller@127.0.0.1>;tag=forged",
        "To: <sip:agent@127.0.0.1>;tag=forged",
        `Call-ID: ${callId}`,
        "CSeq: 2 BYE",
        "Max-Forwards: 70",
        "Content-Length: 0",
        "",
        "",
      ];
      stranger.send(bye.join("\r\n"), phone.port, "127.0.0.1");
    });
    await closeUdp(stranger);
  }, 40_000);
});
