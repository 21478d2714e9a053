import type { Clock, Ticker } from "../clock/mod.ts";

/** What one packet is. */
export interface PacedPacketOptions {
  /** Its length in ticks of the RTP clock. */
  readonly duration: number;
  /** Whether it starts a talkspurt: the first sound after silence or a gap. */
  readonly marker: boolean;
  /** Sound of the chain, silence because there is none, or what a {@link PacketSource} gave. */
  readonly kind: "audio" | "silence" | "event";
  /** The number its format has in SDP, if not the codec's. */
  readonly payloadType?: number;
  /** How long ago what it tells began, in ticks of the RTP clock. */
  readonly age?: number;
}

/**
 * Takes the place of sound: asked at each tick, gives a packet or, to let sound through, undefined.
 *
 * The sound waits meanwhile. `DtmfSender` of `rtp` is one: `pacer.source(() => sender.next())`.
 */
export type PacketSource = () =>
  | (Pick<PacedPacketOptions, "marker" | "payloadType" | "age"> & { readonly payload: Uint8Array })
  | undefined;

/** What a {@link Pacer} needs. */
export interface PacerOptions {
  /** What departures are dated by. */
  readonly clock: Clock;
  /** The metronome of all calls. */
  readonly ticker: Ticker;
  /** Ticks of the RTP clock per second. */
  readonly clockRate: number;
  /** A payload of one period of silence, sent when there is nothing else. */
  readonly silence: Uint8Array;
  /** Sends a packet. */
  readonly emit: (payload: Uint8Array, options: PacedPacketOptions) => void;
  /** Lets `duration` ticks of the RTP clock pass in which nothing was sent. */
  readonly skip: (duration: number) => void;
  /**
   * Encodes sound again, softer than it was, so that the voice can be lowered and faded out. Where it
   * is not given, as payloads depend on each other, the voice is held back instead of lowered.
   * @default undefined
   */
  readonly encode?: (samples: Int16Array) => Uint8Array;
  /**
   * Told the sound of each packet as it leaves; undefined for silence, and for each slot that was passed
   * over, up to a second of them. @default nobody is told
   */
  readonly onSound?: (samples: Int16Array | undefined) => void;
  /**
   * Told after each tick when the sound that leaves next is due, in ms of the clock: what was sent and
   * passed over so far fills the time up to there. @default nobody is told
   */
  readonly onTick?: (nextAt: number) => void;
  /**
   * The frames are the caller's own sound, one for one, so that delay is worse than a gap. Nothing
   * is held back, and what piled up and does not go away, because the process or the network
   * stalled, is dropped.
   * @default false speech that runs ahead waits, and none of it is lost
   */
  readonly live?: boolean;
  /**
   * Asked at each tick whether a packet may leave; while not, frames wait, and the RTP clock goes on.
   * @default one always may
   */
  readonly hasRoom?: () => boolean;
  /**
   * How many of the packets that {@link PacerOptions.emit} was given last were not played yet, where
   * whoever plays them tells. The ledger has what was played then, and not what left.
   * @default what leaves counts as played
   */
  readonly unplayed?: () => number;
  /**
   * Stops it. An aborted `pipeTo` waits for the frames under way, and those for their ticks; with the
   * same signal here, it need not.
   * @default undefined
   */
  readonly signal?: AbortSignal;
}

/** What a {@link Pacer} has sent. */
export interface PacerCounters {
  /** Frames of the chain. */
  audio: number;
  /** Periods of silence. */
  silence: number;
  /** Packets of a source, in the place of sound. */
  events: number;
  /** Frames dropped as their turn was interrupted. */
  interrupted: number;
  /** Frames of a live chain dropped to be rid of a delay. */
  stale: number;
  /** Periods in which nothing left, as the process was busy. */
  missed: number;
}
