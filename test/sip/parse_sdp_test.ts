import { describe, expect, test } from "bun:test";
import { formatSdp, parseSdp, type SdpMedia, type SdpSession } from "../../src/sip/mod.ts";
import { rows } from "../support/rows.ts";
import { lines } from "../support/sip_text.ts";

function session(bytes: Uint8Array): SdpSession {
  const parsed = parseSdp(bytes);
  if ("fault" in parsed) throw new TypeError(`${parsed.fault}: ${parsed.text}`);
  return parsed;
}

/** The only medium of a description. */
function medium(...text: string[]): SdpMedia {
  const { media } = session(lines("v=0", ...text));
  expect(media.length).toBe(1);
  return media[0];
}

function faultOf(bytes: Uint8Array): string | undefined {
  const parsed = parseSdp(bytes);
  return "fault" in parsed ? parsed.fault : undefined;
}

describe("parseSdp", () => {
  test("reads an offer with all it has", () => {
    const parsed = session(lines(
      "v=0",
      "o=FreeSWITCH 17953600419876543210 1795360042 IN IP4 192.0.2.9",
      "s=FreeSWITCH",
      "c=IN IP4 192.0.2.1",
      "t=0 0",
      "m=audio 41356 RTP/AVP 0 102 101 13",
      "a=rtpmap:102 opus/48000/2",
      "a=fmtp:102 useinbandfec=1; cbr=1",
      "a=rtpmap:101 telephone-event/8000",
      "a=fmtp:101 0-15",
      "a=rtcp:41400 IN IP4 192.0.2.3",
      "a=rtcp-mux",
      "a=ptime:20",
      "a=maxptime:60",
      "a=sendonly",
    ));
    expect(parsed.origin).toEqual({
      sessionId: "17953600419876543210",
      version: "1795360042",
      address: "192.0.2.9",
    });
    expect(parsed.media).toEqual([{
      type: "audio",
      port: 41356,
      protocol: "RTP/AVP",
      payloads: "0 102 101 13",
      formats: [
        { name: "PCMU", clockRate: 8000, payloadType: 0 },
        {
          name: "opus",
          clockRate: 48000,
          channels: 2,
          payloadType: 102,
          fmtp: "useinbandfec=1; cbr=1",
        },
        {
          name: "telephone-event",
          clockRate: 8000,
          channels: 1,
          payloadType: 101,
          fmtp: "0-15",
        },
        { name: "CN", clockRate: 8000, payloadType: 13 },
      ],
      address: "192.0.2.1",
      rtcp: { address: "192.0.2.3", port: 41400 },
      rtcpMux: true,
      direction: "sendonly",
      ptimeMs: 20,
      maxPtimeMs: 60,
    }]);
  });

  test("prefers what a medium says to what the session says", () => {
    const { media } = session(lines(
      "v=0",
      "c=IN IP4 192.0.2.1",
      "a=recvonly",
      "a=ptime:30",
      "m=audio 1 RTP/AVP 0",
      "m=audio 2 RTP/AVP 0",
      "c=IN IP6 2001:db8::1",
      "a=inactive",
      "a=ptime:40",
    ));
    expect(media.map(({ address, direction, ptimeMs }) => [address, direction, ptimeMs])).toEqual([
      ["192.0.2.1", "recvonly", 30],
      ["2001:db8::1", "inactive", 40],
    ]);
  });

  test("knows the payload types that need no rtpmap, and lets a rtpmap rename them", () => {
    const names = medium("m=audio 1 RTP/AVP 0 8 10 11 13 18 96 8", "a=rtpmap:8 L16/8000").formats;
    expect(names.map(({ name, clockRate, channels }) => [name, clockRate, channels ?? 1])).toEqual([
      ["PCMU", 8000, 1],
      ["L16", 8000, 1],
      ["L16", 44100, 2],
      ["L16", 44100, 1],
      ["CN", 8000, 1],
      ["G729", 8000, 1],
    ]);
  });

  test.each(rows("PCMU/8000", "PCMU/8000/1", "PCMU/8000/", "pcmu/8000 "))(
    "reads rtpmap:0 %j as one channel",
    (map) => {
      const [{ clockRate, channels = 1 }] =
        medium("m=audio 1 RTP/AVP 0", `a=rtpmap:0 ${map}`).formats;
      expect([clockRate, channels]).toEqual([8000, 1]);
    },
  );

  test("puts RTCP at the address of RTP when only a port is given", () => {
    const { rtcp } = medium("c=IN IP4 192.0.2.1", "m=audio 1 RTP/AVP 0", "a=rtcp:7");
    expect(rtcp).toEqual({ address: "192.0.2.1", port: 7 });
    expect(medium("m=audio 1 RTP/AVP 0", "a=rtcp:0").rtcp).toBeUndefined();
    expect(medium("m=audio 1 RTP/AVP 0", "a=rtcp:65536").rtcp).toBeUndefined();
  });

  test("reads media of any kind, so that they can be refused", () => {
    const { media } = session(lines(
      "v=0",
      "m=image 4000 udptl t38",
      "m=video 0 RTP/SAVPF 96 97",
      "m=x-y 9 UDP/BFCP *",
      "m=audio 49170/2 RTP/AVP 0",
      "m=application 9 TCP/MSRP  *",
    ));
    expect(media.map(({ type, port, protocol, payloads }) => [type, port, protocol, payloads]))
      .toEqual([
        ["image", 4000, "udptl", "t38"],
        ["video", 0, "RTP/SAVPF", "96 97"],
        ["x-y", 9, "UDP/BFCP", "*"],
        ["audio", 49170, "RTP/AVP", "0"],
        ["application", 9, "TCP/MSRP", "*"],
      ]);
  });

  test("does without o=, s=, t= and c=, takes bare LF, and skips what it does not know", () => {
    const text =
      "v=0\nx=1\nm=audio 1 RTP/AVP 0\na=candidate:1 1 UDP 1 192.0.2.1 1 typ host\nnonsense";
    const parsed = session(new TextEncoder().encode(text));
    expect(parsed.origin).toEqual({ sessionId: "0", version: "0", address: "" });
    expect(parsed.media[0].address).toBe("");
  });

  test.each<[label: string, line: string]>([
    ["no number", "a=ptime:soon"],
    ["nothing", "a=ptime:"],
    ["zero", "a=ptime:0"],
    ["several dots", "a=ptime:1.2.3"],
  ])("takes a ptime of %s for none", (_label, line) => {
    expect(medium("m=audio 1 RTP/AVP 0", line).ptimeMs).toBeUndefined();
  });

  test.each<[label: string, text: string[], kind: string]>([
    ["nothing", [], "not-sdp"],
    ["another version", ["v=1", "m=audio 1 RTP/AVP 0"], "not-sdp"],
    ["XML", ["<audio>", "</audio>"], "not-sdp"],
    ["a medium before v=0", ["m=audio 1 RTP/AVP 0", "v=0"], "not-sdp"],
    ["an empty m=", ["v=0", "m="], "malformed-media"],
    ["no port", ["v=0", "m=audio RTP/AVP 0"], "malformed-media"],
    ["no formats", ["v=0", "m=audio 1 RTP/AVP"], "malformed-media"],
    ["a port above 65535", ["v=0", "m=audio 65536 RTP/AVP 0"], "malformed-media"],
    ["a port below zero", ["v=0", "m=audio -1 RTP/AVP 0"], "malformed-media"],
    ["129 formats", ["v=0", `m=audio 1 RTP/AVP${" 0".repeat(129)}`], "malformed-media"],
    ["33 media", ["v=0", ...Array(33).fill("m=audio 1 RTP/AVP 0")], "too-many-media"],
    ["501 lines", ["v=0", ...Array(500).fill("a=ptime:1")], "too-large"],
    ["17 kB", ["v=0", `s=${"x".repeat(17_000)}`], "too-large"],
  ])("says what is wrong with %s", (_label, text, kind) => {
    expect(faultOf(lines(...text))).toBe(kind);
  });

  test("is not misled by names that objects inherit", () => {
    const { formats } = medium(
      "m=audio 1 RTP/AVP 96 97",
      "a=rtpmap:96 __proto__/8000",
      "a=rtpmap:97 constructor/8000",
      "a=fmtp:97 __proto__=1",
    );
    expect(formats.map(({ name }) => name)).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>).clockRate).toBeUndefined();
  });
});

describe("formatSdp", () => {
  test("writes what parseSdp reads", () => {
    const description: SdpSession = {
      origin: { sessionId: "7", version: "2", address: "2001:db8::2" },
      media: [{
        type: "audio",
        port: 5000,
        protocol: "RTP/AVP",
        payloads: "111 101",
        formats: [
          { name: "opus", clockRate: 48000, channels: 2, payloadType: 111, fmtp: "useinbandfec=1" },
          {
            name: "telephone-event",
            clockRate: 48000,
            channels: 1,
            payloadType: 101,
            fmtp: "0-15",
          },
        ],
        address: "2001:db8::2",
        rtcp: { address: "2001:db8::2", port: 6000 },
        rtcpMux: true,
        direction: "recvonly",
        ptimeMs: 20,
        maxPtimeMs: 40,
      }],
    };
    expect(session(formatSdp(description))).toEqual(description);
  });

  test("writes a refused medium as one line", () => {
    const { media } = session(lines("v=0", "m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000"));
    const origin = { sessionId: "7", version: "1", address: "192.0.2.2" };
    expect(new TextDecoder().decode(formatSdp({ origin, media }))).toBe([
      "v=0",
      "o=- 7 1 IN IP4 192.0.2.2",
      "s=-",
      "c=IN IP4 192.0.2.2",
      "t=0 0",
      "m=video 0 RTP/AVP 96",
      "",
    ].join("\r\n"));
  });
});
