/** What a voice or a noise over the agent's did to it, as the caller hears it. */
import type { AgentPacket } from "./agent_packets.ts";

/** What became of the agent's voice after `at`. */
export interface Interruption {
  /** From then to the first packet that is lowered by 12 dB or silent, in ms; undefined if none is. */
  readonly loweredMs: number | undefined;
  /** From then to the last packet with a voice in it, in ms; undefined if the agent went on. */
  readonly stoppedMs: number | undefined;
}

/** How much softer a voice is that was lowered, in dB. */
const LOWERED_DB = -12;
/** Silent packets at the end of a call after which an agent that had more to say was stopped: 200 ms. */
const SILENT_PACKETS = 10;

/** Looks at the packets of an agent that had more to say than the call was long. */
export function interruption(packets: readonly AgentPacket[], at: number): Interruption {
  const lowered = packets.find((one) => one.at >= at && one.gainDb <= LOWERED_DB);
  const last = packets.findLastIndex(({ gainDb }) => gainDb > -Infinity);
  const goesOn = last >= packets.length - SILENT_PACKETS;
  return {
    loweredMs: lowered && lowered.at - at,
    stoppedMs: goesOn || last < 0 ? undefined : packets[last].at - at,
  };
}

/** Whether the agent was ever lowered, whenever that was. */
export function wasLowered(packets: readonly AgentPacket[]): boolean {
  return packets.some(({ gainDb }) => gainDb <= LOWERED_DB && gainDb > -Infinity);
}
