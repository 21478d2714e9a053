import { describe, expect, test } from "bun:test";
import {
  answerOffer,
  type AudioFormat,
  formatSdp,
  type MediaAgreement,
  type MediaCapabilities,
  type MediaDirection,
  parseSdp,
  type SdpAnswer,
} from "../../src/sip/mod.ts";
import { rows } from "../support/rows.ts";
import { lines } from "../support/sip_text.ts";

const PCMU: AudioFormat = { name: "PCMU", clockRate: 8000, payloadType: 0 };
const PCMA: AudioFormat = { name: "PCMA", clockRate: 8000, payloadType: 8 };
const OPUS: AudioFormat = {
  name: "opus",
  clockRate: 48000,
  channels: 2,
  payloadType: 111,
  fmtp: "useinbandfec=1",
};
const L16: AudioFormat = { name: "L16", clockRate: 8000, payloadType: 110 };

const US: MediaCapabilities = { address: "192.0.2.2", port: 5000, codecs: [PCMU, PCMA, OPUS, L16] };

/** What FreeSWITCH 1.10.12 offers, with its own numbers. */
const FREESWITCH = [
  "c=IN IP4 192.0.2.1",
  "m=audio 41356 RTP/AVP 0 8 102 103 101 13 104 105",
  "a=rtpmap:0 PCMU/8000",
  "a=rtpmap:8 PCMA/8000",
  "a=rtpmap:102 opus/48000/2",
  "a=fmtp:102 useinbandfec=0; cbr=1; ptime=20; minptime=10; maxptime=40",
  "a=rtpmap:103 L16/8000",
  "a=rtpmap:101 telephone-event/8000",
  "a=fmtp:101 0-15",
  "a=rtpmap:13 CN/8000",
  "a=rtpmap:104 telephone-event/48000",
  "a=fmtp:104 0-15",
  "a=rtpmap:105 CN/48000",
  "a=ptime:20",
];

function answer(
  offer: readonly string[],
  changes: Partial<MediaCapabilities> = {},
): SdpAnswer | "no-common-codec" {
  const session = parseSdp(lines("v=0", ...offer));
  if ("fault" in session) throw new TypeError(session.text);
  return answerOffer(session, { ...US, ...changes });
}

function agreement(offer: readonly string[], changes?: Partial<MediaCapabilities>): MediaAgreement {
  const answered = answer(offer, changes);
  if (typeof answered === "string") throw new TypeError(answered);
  return answered.agreement;
}

/** The media lines of our answer, as written. */
function written(offer: readonly string[], changes?: Partial<MediaCapabilities>): string[] {
  const answered = answer(offer, changes);
  if (typeof answered === "string") throw new TypeError(answered);
  const origin = { sessionId: "1", version: "1", address: "192.0.2.2" };
  const text = new TextDecoder().decode(formatSdp({ origin, media: answered.media }));
  return text.trimEnd().split("\r\n").slice(5);
}

const PLAIN = ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 0"];

describe("answerOffer", () => {
  test("takes one codec, digits and comfort noise of FreeSWITCH's offer", () => {
    expect(agreement(FREESWITCH)).toEqual({
      codec: { ...PCMU, channels: 1 },
      payloadTypes: { send: 0, receive: 0 },
      telephoneEvent: { send: 101, receive: 101, clockRate: 8000 },
      comfortNoise: { send: 13, receive: 13 },
      ptimeMs: 20,
      remoteRtp: { address: "192.0.2.1", port: 41356 },
      remoteRtcp: { address: "192.0.2.1", port: 41357 },
      rtcpMux: false,
      direction: "sendrecv",
      isHeld: false,
    });
    expect(written(FREESWITCH)).toEqual([
      "m=audio 5000 RTP/AVP 0 101 13",
      "a=rtpmap:0 PCMU/8000",
      "a=rtpmap:101 telephone-event/8000",
      "a=rtpmap:13 CN/8000",
      "a=fmtp:101 0-15",
      "a=ptime:20",
      "a=sendrecv",
    ]);
  });

  test("answers opus under the offered number with our parameters and digits at its clock", () => {
    const changes = { codecs: [OPUS, PCMU] };
    expect(agreement(FREESWITCH, changes)).toMatchObject({
      codec: {
        name: "opus",
        clockRate: 48000,
        channels: 2,
        payloadType: 102,
        fmtp: "useinbandfec=0; cbr=1; ptime=20; minptime=10; maxptime=40",
      },
      payloadTypes: { send: 102, receive: 102 },
      telephoneEvent: { send: 104, receive: 104, clockRate: 48000 },
      comfortNoise: undefined,
    });
    expect(written(FREESWITCH, changes)).toEqual([
      "m=audio 5000 RTP/AVP 102 104",
      "a=rtpmap:102 opus/48000/2",
      "a=rtpmap:104 telephone-event/48000",
      "a=fmtp:102 useinbandfec=1",
      "a=fmtp:104 0-15",
      "a=ptime:20",
      "a=sendrecv",
    ]);
  });

  test("follows our order of codecs, or the peer's when told to", () => {
    const offer = ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 8 0"];
    expect(agreement(offer).codec.name).toBe("PCMU");
    expect(agreement(offer, { codecs: [PCMA, PCMU] }).codec.name).toBe("PCMA");
    expect(agreement(offer, { prefersRemoteOrder: true }).codec.name).toBe("PCMA");
  });

  test("finds a codec by its name in any case, its clock and its channels", () => {
    const offer = (rtpmap: string) => [
      "c=IN IP4 192.0.2.1",
      "m=audio 4000 RTP/AVP 96",
      `a=rtpmap:96 ${rtpmap}`,
    ];
    expect(agreement(offer("pcmu/8000")).codec.payloadType).toBe(96);
    expect(agreement(offer("OPUS/48000/2")).codec.name).toBe("OPUS");
    expect(agreement(offer("L16/8000/1")).codec.payloadType).toBe(96);
    expect(answer(offer("opus/48000"))).toBe("no-common-codec");
    expect(answer(offer("L16/8000/2"))).toBe("no-common-codec");
    expect(answer(offer("PCMU/16000"))).toBe("no-common-codec");
  });

  test("takes digits at 8000 Hz when the peer has none at the codec's clock", () => {
    const offer = [
      "c=IN IP4 192.0.2.1",
      "m=audio 4000 RTP/AVP 96 97",
      "a=rtpmap:96 opus/48000/2",
      "a=rtpmap:97 telephone-event/8000",
    ];
    expect(agreement(offer).telephoneEvent).toEqual({ send: 97, receive: 97, clockRate: 8000 });
  });

  test("leaves digits and comfort noise out when told to", () => {
    const changes = { telephoneEvents: false, comfortNoise: false };
    expect(agreement(FREESWITCH, changes).telephoneEvent).toBeUndefined();
    expect(agreement(FREESWITCH, changes).comfortNoise).toBeUndefined();
    expect(written(FREESWITCH, changes)[0]).toBe("m=audio 5000 RTP/AVP 0");
  });

  test("refuses all media but the first sound, in their places", () => {
    const offer = [
      "c=IN IP4 192.0.2.1",
      "m=video 4002 RTP/AVP 31",
      "m=audio 4004 RTP/SAVP 0",
      "m=audio 4000 RTP/AVP 0",
      "m=audio 4006 RTP/AVP 0",
      "m=image 4008 udptl t38",
    ];
    expect(written(offer).filter((line) => line.startsWith("m="))).toEqual([
      "m=video 0 RTP/AVP 31",
      "m=audio 0 RTP/SAVP 0",
      "m=audio 5000 RTP/AVP 0",
      "m=audio 0 RTP/AVP 0",
      "m=image 0 udptl t38",
    ]);
    expect(agreement(offer).remoteRtp?.port).toBe(4000);
  });

  test("takes the second sound when the first has no codec of ours", () => {
    const offer = ["c=IN IP4 192.0.2.1", "m=audio 1 RTP/AVP 18", "m=audio 2 RTP/AVP 0"];
    expect(written(offer)[0]).toBe("m=audio 0 RTP/AVP 18");
    expect(agreement(offer).remoteRtp?.port).toBe(2);
  });

  test("takes the sound at an address like ours where there is one, and else any", () => {
    const v6 = ["m=audio 1 RTP/AVP 0", "c=IN IP6 2001:db8::1"];
    const v4 = ["m=audio 2 RTP/AVP 0", "c=IN IP4 192.0.2.1"];
    expect(agreement([...v6, ...v4]).remoteRtp?.port).toBe(2);
    expect(agreement([...v6, ...v4], { address: "2001:db8::2" }).remoteRtp?.port).toBe(1);
    expect(written([...v6, ...v4])[0]).toBe("m=audio 0 RTP/AVP 0");
    // Its packets may well come from an address of ours.
    expect(agreement(v6).remoteRtp?.port).toBe(1);
  });

  test("keeps the profile of an offer with feedback, and ignores ICE and keys it may do without", () => {
    const offer = [
      "c=IN IP4 192.0.2.1",
      "m=audio 4000 RTP/AVPF 0",
      "a=ice-ufrag:abcd",
      "a=candidate:1 1 UDP 1 198.51.100.1 9 typ host",
      "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc",
    ];
    expect(written(offer)[0]).toBe("m=audio 5000 RTP/AVPF 0");
    expect(written(offer).some((line) => /crypto|ice|candidate/.test(line))).toBe(false);
  });

  test.each<[label: string, offer: string[]]>([
    ["only codecs we do not have", ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/AVP 18 9"]],
    ["only digits", [
      "c=IN IP4 192.0.2.1",
      "m=audio 4000 RTP/AVP 101",
      "a=rtpmap:101 telephone-event/8000",
    ]],
    ["SRTP", ["c=IN IP4 192.0.2.1", "m=audio 4000 RTP/SAVP 0"]],
    ["DTLS", ["c=IN IP4 192.0.2.1", "m=audio 4000 UDP/TLS/RTP/SAVPF 0"]],
    ["sound that is off", ["c=IN IP4 192.0.2.1", "m=audio 0 RTP/AVP 0"]],
    ["video", ["c=IN IP4 192.0.2.1", "m=video 4000 RTP/AVP 0"]],
    ["no media", ["c=IN IP4 192.0.2.1"]],
    ["no address", ["m=audio 4000 RTP/AVP 0"]],
    ["a host name", ["c=IN IP4 media.example.com", "m=audio 4000 RTP/AVP 0"]],
    ["a multicast group", ["c=IN IP4 224.2.1.1/127", "m=audio 4000 RTP/AVP 0"]],
    ["an IPv6 multicast group", ["c=IN IP6 ff15::101/3", "m=audio 4000 RTP/AVP 0"]],
  ])("finds nothing in common with an offer of %s", (_label, offer) => {
    expect(answer(offer)).toBe("no-common-codec");
  });

  test.each<[theirs: MediaDirection, wish: MediaDirection, ours: MediaDirection, held: boolean]>([
    ["sendrecv", "sendrecv", "sendrecv", false],
    ["sendonly", "sendrecv", "recvonly", true],
    ["recvonly", "sendrecv", "sendonly", false],
    ["inactive", "sendrecv", "inactive", true],
    ["sendrecv", "sendonly", "sendonly", false],
    ["sendonly", "sendonly", "inactive", true],
    ["recvonly", "sendonly", "sendonly", false],
    ["sendrecv", "recvonly", "recvonly", false],
    ["recvonly", "recvonly", "inactive", false],
    ["sendrecv", "inactive", "inactive", false],
  ])("answers %s, wishing %s, with %s", (theirs, direction, ours, isHeld) => {
    const offer = [...PLAIN, `a=${theirs}`];
    expect(agreement(offer, { direction })).toMatchObject({ direction: ours, isHeld });
    expect(written(offer, { direction }).at(-1)).toBe(`a=${ours}`);
  });

  test.each(rows("c=IN IP4 0.0.0.0", "c=IN IP6 ::"))("takes %s for a hold", (connection) => {
    const held = agreement([connection, "m=audio 4000 RTP/AVP 0"]);
    expect(held.isHeld).toBe(true);
    expect(held.direction).toBe("recvonly");
    expect([held.remoteRtp, held.remoteRtcp]).toEqual([undefined, undefined]);
  });

  test("sends RTCP where a=rtcp says, or to the next port", () => {
    expect(agreement([...PLAIN, "a=rtcp:7 IN IP4 192.0.2.7"]).remoteRtcp).toEqual({
      address: "192.0.2.7",
      port: 7,
    });
    expect(agreement([...PLAIN, "a=rtcp:7 IN IP4 host.example"]).remoteRtcp).toEqual({
      address: "192.0.2.1",
      port: 4001,
    });
  });

  test("shares a port for RTP and RTCP only when both can", () => {
    const offer = [...PLAIN, "a=rtcp-mux"];
    expect(agreement(offer).rtcpMux).toBe(false);
    expect(written(offer)).not.toContain("a=rtcp-mux");
    const mux = agreement(offer, { rtcpMux: true });
    expect(mux.remoteRtcp).toEqual({ address: "192.0.2.1", port: 4000 });
    expect(written(offer, { rtcpMux: true })).toContain("a=rtcp-mux");
    expect(agreement(PLAIN, { rtcpMux: true }).rtcpMux).toBe(false);
  });

  test("says where our RTCP is when that is not the next port", () => {
    expect(written(PLAIN, { rtcpPort: 5001 }).join()).not.toContain("a=rtcp:");
    expect(written(PLAIN, { rtcpPort: 7000 })).toContain("a=rtcp:7000");
  });

  test.each<[attributes: string[], ptimesMs: number[] | undefined, expected: number]>([
    [[], undefined, 20],
    [["a=ptime:30"], undefined, 20],
    [["a=ptime:30"], [20, 30, 40], 30],
    [["a=ptime:30", "a=maxptime:20"], [20, 30], 20],
    [["a=maxptime:20"], [40, 20], 20],
    [["a=maxptime:10"], [20], 20],
    [["a=ptime:20.5"], [20], 20],
  ])("with %j and packets of %j ms sends %d ms", (attributes, ptimesMs, expected) => {
    expect(agreement([...PLAIN, ...attributes], { ptimesMs }).ptimeMs).toBe(expected);
  });

  test("talks IPv6", () => {
    const offer = ["c=IN IP6 2001:db8::1", "m=audio 4000 RTP/AVP 0"];
    expect(agreement(offer).remoteRtp).toEqual({ address: "2001:db8::1", port: 4000 });
  });
});
