import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import {
  type AudioFormat,
  type MediaAgreement,
  type MediaCapabilities,
  SdpNegotiation,
  type SdpRefusal,
} from "../../src/sip/mod.ts";
import { lines } from "../support/sip_text.ts";

const PCMU: AudioFormat = { name: "PCMU", clockRate: 8000, payloadType: 0 };
const PCMA: AudioFormat = { name: "PCMA", clockRate: 8000, payloadType: 8 };
const OPUS: AudioFormat = { name: "opus", clockRate: 48000, channels: 2, payloadType: 111 };

const ALICE: MediaCapabilities = { address: "192.0.2.1", port: 4000, codecs: [OPUS, PCMA] };
const BOB: MediaCapabilities = { address: "192.0.2.2", port: 5000, codecs: [PCMA, PCMU] };

function ours(seed: number): SdpNegotiation {
  return new SdpNegotiation(new SeededRandom(seed));
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function line(bytes: Uint8Array, start: string): string | undefined {
  return text(bytes).split("\r\n").find((each) => each.startsWith(start));
}

function version(bytes: Uint8Array): number {
  return Number(line(bytes, "o=")?.split(" ")[2]);
}

function agreed(result: MediaAgreement | SdpRefusal): MediaAgreement {
  if (typeof result === "string" || "fault" in result) throw new TypeError(JSON.stringify(result));
  return result;
}

/** Both sides after one offers and the other answers. */
function negotiate(
  offerer: SdpNegotiation,
  answerer: SdpNegotiation,
  capabilities: { offer: MediaCapabilities; answer: MediaCapabilities },
): [offerer: MediaAgreement, answerer: MediaAgreement] {
  const answer = answerer.answer(offerer.offer(capabilities.offer), capabilities.answer);
  if (typeof answer === "string" || "fault" in answer) throw new TypeError(JSON.stringify(answer));
  return [agreed(offerer.accept(answer.sdp)), answer.agreement];
}

describe("SdpNegotiation", () => {
  test("offers every codec, digits at each clock, comfort noise", () => {
    expect(text(ours(1).offer(ALICE)).trimEnd().split("\r\n").slice(2)).toEqual([
      "s=-",
      "c=IN IP4 192.0.2.1",
      "t=0 0",
      "m=audio 4000 RTP/AVP 111 8 101 102 13",
      "a=rtpmap:111 opus/48000/2",
      "a=rtpmap:8 PCMA/8000",
      "a=rtpmap:101 telephone-event/48000",
      "a=rtpmap:102 telephone-event/8000",
      "a=rtpmap:13 CN/8000",
      "a=fmtp:101 0-15",
      "a=fmtp:102 0-15",
      "a=ptime:20",
      "a=sendrecv",
    ]);
  });

  test("brings both sides to the same agreement", () => {
    const [alice, bob] = negotiate(ours(1), ours(2), { offer: ALICE, answer: BOB });
    expect(alice.codec.name).toBe("PCMA");
    expect(alice.payloadTypes).toEqual({ send: 8, receive: 8 });
    expect(alice.telephoneEvent).toEqual(bob.telephoneEvent);
    expect(alice.comfortNoise).toEqual({ send: 13, receive: 13 });
    expect(alice.remoteRtp).toEqual({ address: "192.0.2.2", port: 5000 });
    expect(bob.remoteRtp).toEqual({ address: "192.0.2.1", port: 4000 });
  });

  test("keeps apart the numbers of the two directions when the answer renumbers", () => {
    const alice = ours(1);
    alice.offer(ALICE);
    const agreement = agreed(alice.accept(lines(
      "v=0",
      "c=IN IP4 192.0.2.2",
      "m=audio 5000 RTP/AVP 96 97",
      "a=rtpmap:96 opus/48000/2",
      "a=fmtp:96 useinbandfec=1",
      "a=rtpmap:97 telephone-event/48000",
    )));
    expect(agreement.payloadTypes).toEqual({ send: 96, receive: 111 });
    expect(agreement.telephoneEvent).toEqual({ send: 97, receive: 101, clockRate: 48000 });
    expect(agreement.codec).toMatchObject({ payloadType: 96, fmtp: "useinbandfec=1" });
  });

  test("takes the first codec of an answer that leaves several", () => {
    const alice = ours(1);
    alice.offer({ ...ALICE, codecs: [PCMU, PCMA] });
    const answer = lines("v=0", "c=IN IP4 192.0.2.2", "m=audio 5000 RTP/AVP 8 0");
    expect(agreed(alice.accept(answer)).codec.name).toBe("PCMA");
  });

  test.each<[label: string, answer: string[], refusal: string]>([
    ["refused sound", ["c=IN IP4 192.0.2.2", "m=audio 0 RTP/AVP 8"], "no-common-codec"],
    [
      "a codec that was not offered",
      ["c=IN IP4 192.0.2.2", "m=audio 5 RTP/AVP 0"],
      "no-common-codec",
    ],
    ["digits alone", [
      "c=IN IP4 192.0.2.2",
      "m=audio 5 RTP/AVP 102",
      "a=rtpmap:102 telephone-event/8000",
    ], "no-common-codec"],
    ["no media", ["c=IN IP4 192.0.2.2"], "wrong-media"],
    ["a medium too many", [
      "c=IN IP4 192.0.2.2",
      "m=audio 5 RTP/AVP 8",
      "m=video 5 RTP/AVP 31",
    ], "wrong-media"],
  ])("refuses an answer of %s, and changes nothing", (_label, answer, refusal) => {
    const alice = ours(1);
    const [before] = negotiate(alice, ours(2), { offer: ALICE, answer: BOB });
    alice.offer(ALICE);
    const result = alice.accept(lines("v=0", ...answer));
    const kind = typeof result === "object" && "fault" in result ? result.fault : result;
    expect<unknown>(kind).toBe(refusal);
    expect(alice.agreement).toEqual(before);
  });

  test("refuses an answer to no offer, and garbage", () => {
    const alice = ours(1);
    expect(alice.accept(lines("v=0"))).toMatchObject({ fault: "wrong-media" });
    alice.offer(ALICE);
    expect(alice.accept(lines("hello"))).toMatchObject({ fault: "not-sdp" });
    expect(alice.answer(lines("hello"), ALICE)).toMatchObject({ fault: "not-sdp" });
    expect(alice.agreement).toBeUndefined();
  });

  test("takes the answer to a description in force that was offered again", () => {
    const [alice, bob] = [ours(1), ours(2)];
    negotiate(alice, bob, { offer: ALICE, answer: BOB });
    const moved = lines("v=0", "c=IN IP4 192.0.2.3", "m=audio 6000 RTP/AVP 8");
    for (const party of [alice, bob]) {
      const agreement = agreed(party.accept(moved));
      expect(agreement.remoteRtp).toEqual({ address: "192.0.2.3", port: 6000 });
      expect([agreement.codec.name, agreement.direction]).toEqual(["PCMA", "sendrecv"]);
    }
  });

  test("goes back to what was agreed when an offer is withdrawn", () => {
    const alice = ours(1);
    negotiate(alice, ours(2), { offer: ALICE, answer: BOB });
    alice.offer({ ...ALICE, direction: "sendonly" });
    alice.withdraw();
    const again = lines("v=0", "c=IN IP4 192.0.2.2", "m=audio 5000 RTP/AVP 8");
    expect(agreed(alice.accept(again)).direction).toBe("sendrecv");
  });

  test("raises the version when the description changes, and only then", () => {
    const bob = ours(2);
    const offer = (port: number, ...rest: string[]) =>
      lines("v=0", "c=IN IP4 192.0.2.1", `m=audio ${port} RTP/AVP 8`, ...rest);
    const versionOf = (bytes: Uint8Array): number => {
      const answer = bob.answer(bytes, BOB);
      if (typeof answer === "string" || "fault" in answer) throw new TypeError();
      return version(answer.sdp);
    };
    const first = versionOf(offer(4000));
    // A session timer's refresh, then one from another port: our side stays as it was.
    expect(versionOf(offer(4000))).toBe(first);
    expect(versionOf(offer(4002))).toBe(first);
    expect(versionOf(offer(4002, "a=sendonly"))).toBe(first + 1);
    expect(versionOf(offer(4002))).toBe(first + 2);
    expect(version(bob.offer({ ...BOB, direction: "sendonly" }))).toBe(first + 3);
  });

  test("keeps its session id", () => {
    const alice = ours(1);
    const id = (bytes: Uint8Array) => line(bytes, "o=")?.split(" ")[1];
    expect(id(alice.offer(ALICE))).toBe(id(alice.offer({ ...ALICE, port: 4002 })));
    expect(id(ours(2).offer(ALICE))).not.toBe(id(ours(3).offer(ALICE)));
  });

  test("holds, resumes and moves by further offers", () => {
    const [alice, bob] = [ours(1), ours(2)];
    negotiate(alice, bob, { offer: ALICE, answer: BOB });
    const agree = (changes: Partial<MediaCapabilities>) =>
      negotiate(alice, bob, { offer: { ...ALICE, ...changes }, answer: BOB });
    const [holder, held] = agree({ direction: "sendonly" });
    expect([holder.direction, held.direction, held.isHeld]).toEqual(["sendonly", "recvonly", true]);
    const [resumer, resumed] = agree({});
    expect([resumer.direction, resumed.direction, resumed.isHeld]).toEqual(
      ["sendrecv", "sendrecv", false],
    );
    const [, moved] = agree({ address: "192.0.2.3", port: 4400 });
    expect(moved.remoteRtp).toEqual({ address: "192.0.2.3", port: 4400 });
  });

  test("changes the codec by a further offer", () => {
    const [alice, bob] = [ours(1), ours(2)];
    negotiate(alice, bob, { offer: ALICE, answer: BOB });
    const offer = { ...ALICE, codecs: [PCMU] };
    const [changed] = negotiate(alice, bob, { offer, answer: BOB });
    expect(changed.codec.name).toBe("PCMU");
  });

  test("keeps refused media in their places when it is our turn to offer", () => {
    const bob = ours(2);
    bob.answer(
      lines("v=0", "c=IN IP4 192.0.2.1", "m=video 2 RTP/AVP 31", "m=audio 4 RTP/AVP 8"),
      BOB,
    );
    const media = text(bob.offer(BOB)).split("\r\n").filter((each) => each.startsWith("m="));
    expect(media).toEqual(["m=video 0 RTP/AVP 31", "m=audio 5000 RTP/AVP 8 0 101 13"]);
  });

  test("never gives a number another meaning within a call", () => {
    const bob = ours(2);
    const capabilities = { ...BOB, codecs: [OPUS, PCMU] };
    bob.answer(
      lines(
        "v=0",
        "c=IN IP4 192.0.2.1",
        "m=audio 4 RTP/AVP 96 111",
        "a=rtpmap:96 opus/48000/2",
        "a=rtpmap:111 telephone-event/48000",
      ),
      capabilities,
    );
    const offer = bob.offer(capabilities);
    expect(line(offer, "a=rtpmap:96")).toBe("a=rtpmap:96 opus/48000/2");
    expect(line(offer, "a=rtpmap:111")).toBe("a=rtpmap:111 telephone-event/48000");
  });

  test("gives each format a number of its own when two wish for the same", () => {
    const rates = [8000, 16000, 24000];
    const codecs = rates.map((clockRate) => ({ name: "L16", clockRate, payloadType: 101 }));
    const payloads = line(ours(1).offer({ ...ALICE, codecs }), "m=")?.split(" ").slice(3);
    expect(payloads?.length).toBe(7);
    expect(new Set(payloads).size).toBe(7);
  });

  test("refuses to offer more formats than there are numbers", () => {
    const codecs = Array.from({ length: 40 }, (_, i) => {
      return { name: "L16", clockRate: 8000 + i, payloadType: 96 };
    });
    expect(() => ours(1).offer({ ...ALICE, codecs })).toThrow(
      /^Cannot offer codecs as there are 32/,
    );
  });
});
