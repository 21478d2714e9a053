/** One call in virtual time: the caller's telephone, the line, and the session that answers. */

import { type AudioFrame, FRAME_MS } from "../audio/mod.ts";
import {
  type Backend,
  type CallInfo,
  type ConversationEvent,
  type HistoryEntry,
  isDuplexBackend,
  isStreamBackend,
} from "../backend/mod.ts";
import { type Clock, type Random, Ticker, type VirtualClock } from "../clock/mod.ts";
import { codecsNamed } from "../codec/mod.ts";
import { type Chain, type MediaParameters, MediaSession } from "../media/mod.ts";
import { parseRtpPacket } from "../rtp/mod.ts";
import type { DetectorFactory } from "../vad/mod.ts";
import { AgentWatch } from "./agent_watch.ts";
import { BackendEar } from "./backend_ear.ts";
import type { CallerAction } from "./caller_action.ts";
import { CallerPhone } from "./caller_phone.ts";
import { Conversation, type ConversationEnd } from "./conversation.ts";
import type { Line } from "./impair.ts";
import { ImpairedWay } from "./impaired_way.ts";
import type { PendingSteps } from "./pending_steps.ts";
import { ScriptPlayer } from "./script_player.ts";
import type { SimulateOptions } from "./simulate_options.ts";
import { VirtualNetwork } from "./virtual_network.ts";

/** What a {@link SimulatedCall} is made of. */
export interface SimulatedCallOptions extends Omit<SimulateOptions, "clock" | "line" | "detector"> {
  readonly backend: Backend;
  readonly actions: readonly CallerAction[];
  readonly detector: DetectorFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly line: Line;
  /** What the backend is busy with in real time. */
  readonly steps: PendingSteps;
  /** What the detector is busy with in real time. */
  readonly detections: PendingSteps;
}
