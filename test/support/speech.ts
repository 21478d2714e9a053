/** Recorded speech to talk with: 8,000 Hz, as FreeSWITCH sent it in test/fixtures/rtp. */
import { readFileSync } from "node:fs";
import { Heard } from "./caller/heard.ts";
import { readRtp } from "./caller/rtp_bytes.ts";

/** The port of the fixture's agent, to whom the speech was sent. */
const AGENT_PORT = 6600;

/** Seconds of speech from `fromSeconds` on; there are 11 of them. */
export function speech(fromSeconds: number, seconds: number): Int16Array {
  return wholeSpeech().slice(fromSeconds * 8000, (fromSeconds + seconds) * 8000);
}

let whole: Int16Array | undefined;

function wholeSpeech(): Int16Array {
  if (whole !== undefined) return whole;
  const heard = new Heard();
  const file = readFileSync(new URL("../fixtures/rtp/freeswitch-speech.pcap", import.meta.url));
  for (const datagram of udpTo(AGENT_PORT, file)) {
    const packet = readRtp(datagram);
    if (packet?.payloadType === 0) heard.arrivals.push({ ...packet, at: 0 });
  }
  return whole = heard.sound();
}

/** The UDP payloads sent to a port, in a little-endian pcap of Ethernet and IPv4. */
function* udpTo(port: number, file: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 24; at < file.length;) {
    const size = view.getUint32(at + 8, true);
    const ip = at + 16 + 14;
    const udp = ip + (file[ip] & 15) * 4;
    if (file[ip + 9] === 17 && view.getUint16(udp + 2) === port) {
      yield file.subarray(udp + 8, udp + view.getUint16(udp + 4));
    }
    at += 16 + size;
  }
}
