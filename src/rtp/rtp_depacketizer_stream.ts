import {
  type RtpDatagram,
  RtpDepacketizer,
  type RtpDepacketizerOptions,
} from "./rtp_depacketizer.ts";
import type { ReceivedRtpPacket } from "./rtp_packet.ts";

/**
 * The chain's first stage: datagrams in, the peer's packets out, as {@link RtpDepacketizer} says.
 *
 * @example
 * ```ts
 * import { RtpDepacketizerStream } from "@sofia/phone/rtp";
 * import assert from "node:assert/strict";
 *
 * const source = { address: "192.0.2.1", port: 4000 };
 * const stage = new RtpDepacketizerStream({
 *   formats: [{ payloadType: 0, kind: "audio", clockRate: 8000 }],
 *   source: { signalled: source },
 * });
 * const data = Uint8Array.of(0x80, 0, 0, 7, 0, 0, 0, 160, 0, 0, 0, 1, 0xff);
 * const packets = ReadableStream.from([{ data, source, receivedAt: 20 }]).pipeThrough(stage);
 * for await (const packet of packets) assert.equal(packet.sequenceNumber, 7);
 * assert.equal(stage.depacketizer.counters.packets, 1);
 * ```
 */
export class RtpDepacketizerStream extends TransformStream<RtpDatagram, ReceivedRtpPacket> {
  /** The core: its counters, source lock and statistics; new payload types after a re-INVITE. */
  readonly depacketizer: RtpDepacketizer;

  /** Makes the stage of one call. */
  constructor(options: RtpDepacketizerOptions) {
    const depacketizer = new RtpDepacketizer(options);
    super(rtpDepacketizerTransformer(depacketizer));
    this.depacketizer = depacketizer;
  }
}

/** The stage of {@link RtpDepacketizerStream} around a core that is there already. */
export function rtpDepacketizerTransformer(
  depacketizer: RtpDepacketizer,
): Transformer<RtpDatagram, ReceivedRtpPacket> {
  let now = 0;
  const close = () => depacketizer.close(now);
  return {
    transform(datagram, controller) {
      now = datagram.receivedAt;
      for (const packet of depacketizer.push(datagram)) controller.enqueue(packet);
    },
    flush: close,
    cancel: close,
  };
}
