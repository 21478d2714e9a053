/** A live call, as it is shown. */

import * as v from "valibot";
import { transcriptEntry } from "./transcript_entry.ts";
import { turnTiming } from "./turn_timing.ts";

/** How the line of a call is. */
const quality = v.pipe(
  v.object({
    mos: v.pipe(
      v.number(),
      v.description("The opinion that the E-model estimates of what we hear, 1 (bad) to 4.5"),
    ),
    lossPercent: v.pipe(v.number(), v.minValue(0), v.maxValue(100), v.description("Packets lost")),
    jitterMs: v.pipe(v.number(), v.description("How unevenly packets come")),
    roundTripMs: v.optional(
      v.pipe(v.number(), v.description("There and back, where RTCP tells it")),
    ),
    late: v.pipe(v.number(), v.description("Packets that came too late to be heard")),
    concealed: v.pipe(v.number(), v.description("Sound that was made up, in ms")),
  }),
  v.metadata({ ref: "LineQuality" }),
);

const fields = {
  id: v.pipe(v.string(), v.description("Names the call")),
  state: v.pipe(
    v.picklist(["arriving", "calling", "live", "ended"]),
    v.description("How far it has come: arriving and calling are not answered yet"),
  ),
  direction: v.pipe(v.picklist(["in", "out"]), v.description("Whether they call us, or we them")),
  door: v.pipe(
    v.picklist(["sip", "browser", "twilio", "audiosocket"]),
    v.description("What the call comes by"),
  ),
  from: v.pipe(
    v.object({ user: v.string(), name: v.optional(v.string()) }),
    v.description("Who calls"),
  ),
  to: v.pipe(v.object({ user: v.string() }), v.description("Who is called")),
  startedAt: v.pipe(v.number(), v.description("When it came or was begun, in ms since 1970")),
  answeredAt: v.optional(
    v.pipe(v.number(), v.description("When it was answered, in ms since 1970")),
  ),
  codec: v.optional(v.pipe(v.string(), v.description("The codec, by its name in SDP"))),
  speaking: v.pipe(
    v.object({ caller: v.boolean(), agent: v.boolean() }),
    v.description("Whose voice is on the line now"),
  ),
  quality: v.optional(quality),
  isRecording: v.pipe(v.boolean(), v.description("A recording is under way, and not paused")),
  isMuted: v.pipe(v.boolean(), v.description("One of the sides is not heard by the other")),
  isOnHold: v.pipe(v.boolean(), v.description("The caller hears music")),
  turns: v.pipe(v.number(), v.integer(), v.description("Turns of the caller so far")),
};

const example = {
  id: "3f8a2c1e-7b7e-4b54-9d0a-0c6f1c9b2d11",
  state: "live",
  direction: "in",
  door: "sip",
  from: { user: "+4930123456", name: "Ada" },
  to: { user: "bot" },
  startedAt: 1795773600000,
  answeredAt: 1795773600120,
  codec: "PCMU",
  speaking: { caller: true, agent: false },
  quality: { mos: 4.36, lossPercent: 0, jitterMs: 0.4, late: 0, concealed: 0 },
  isRecording: false,
  isMuted: false,
  isOnHold: false,
  turns: 3,
};

/** A call in a list. */
export const callView = v.pipe(
  v.object(fields),
  v.metadata({ ref: "Call", examples: [example] }),
);

/** A call with what was said in it. */
export const callDetail = v.pipe(
  v.object({
    ...fields,
    transcript: v.pipe(
      v.array(transcriptEntry),
      v.description("What was said, the latest 500 entries"),
    ),
    timings: v.pipe(v.array(turnTiming), v.description("The latest 200 turns")),
  }),
  v.metadata({ ref: "CallDetail" }),
);

/** All calls. */
export const callList = v.pipe(
  v.object({ calls: v.array(callView) }),
  v.metadata({ ref: "CallList" }),
);

/** A call in a list. */
export type CallView = v.InferOutput<typeof callView>;

/** A call with what was said in it. */
export type CallDetail = v.InferOutput<typeof callDetail>;
