/** Figures of sound: what became of packets, and how good lines are. */

import { type Call, callQuality } from "../../call/mod.ts";
import { JITTER_S, LOSS, MOS, ROUND_TRIP_S } from "./buckets.ts";
import type { Figures } from "./figures.ts";
import type { LineQualities, LiveCalls, SoundSums } from "./live_calls.ts";

/** The counts, by their names; the values of those that end in `seconds` are in ms. */
const COUNTS: readonly (readonly [name: string, help: string, of: keyof SoundSums])[] = [
  ["rtp_received_total", "Datagrams that came to the ports of calls.", "received"],
  ["rtp_sent_total", "Packets that were sent, of sound, silence and keys.", "sent"],
  ["rtp_used_total", "Packets whose sound was used.", "used"],
  ["rtp_lost_total", "Packets that were given up.", "lost"],
  ["rtp_late_total", "Packets that came when their time was over.", "late"],
  ["rtp_duplicates_total", "Packets that had come before.", "duplicates"],
  ["rtp_reordered_total", "Packets that came out of order, in time nevertheless.", "reordered"],
  [
    "rtp_discarded_total",
    "Packets that fit nothing: strays, payloads of no codec, more sound than there was time for.",
    "discarded",
  ],
  ["rtp_resyncs_total", "Times the packets of a caller began anew.", "resyncs"],
  ["rtp_strangers_total", "Packets of somebody else than the caller, kept out.", "strangers"],
  ["rtp_dropped_total", "Datagrams that came faster than they could be read.", "dropped"],
  ["rtp_send_errors_total", "Packets that the system did not send.", "sendErrors"],
  ["rtp_missed_total", "Packets that were not sent, as the process was busy.", "missed"],
  ["rtp_stale_total", "Frames dropped to be rid of a delay, of live sound.", "stale"],
  [
    "concealed_seconds_total",
    "Sound that was made up for packets that did not come.",
    "concealedMs",
  ],
  ["silent_line_seconds_total", "Silence made up as callers sent nothing.", "silenceMs"],
];
const QUANTILES = [0.05, 0.5, 0.95, 1];

/** Adds the figures of the sound of all calls; returns who is to be told of a call that is over. */
export function soundFigures(figures: Figures, calls: () => LiveCalls): (call: Call) => void {
  for (const [name, help, of] of COUNTS) {
    const scale = name.includes("seconds") ? 1000 : 1;
    figures.count({ name, help }, (put) => put(calls().sums[of] as number / scale));
  }
  figures.count({
    name: "rtp_malformed_total",
    help: "Datagrams that are no RTP, by what is wrong with them.",
    labels: ["fault"],
  }, (put) => {
    for (const [fault, count] of Object.entries(calls().sums.malformed)) put(count, { fault });
  });
  liveFigures(figures, calls);
  return endFigures(figures);
}

/** What the calls there are have come to so far, from the worst to the best. */
function liveFigures(figures: Figures, calls: () => LiveCalls): void {
  const quantiles = (name: string, help: string, of: keyof LineQualities, scale = 1) => {
    figures.gauge({ name, help, labels: ["quantile"] }, (put) => {
      const sorted = calls().qualities[of];
      if (sorted.length === 0) return;
      for (const quantile of QUANTILES) {
        const index = Math.max(0, Math.ceil(quantile * sorted.length) - 1);
        put(sorted[index] / scale, { quantile: String(quantile) });
      }
    });
  };
  quantiles(
    "live_mos",
    "What callers would say of the lines of calls now, 1 to 4.5, by the E-model: quantiles.",
    "mos",
  );
  quantiles(
    "live_loss_ratio",
    "The share of packets lost in calls now: quantiles.",
    "lossShare",
  );
  quantiles(
    "live_jitter_seconds",
    "How unevenly packets come in calls now: quantiles.",
    "jitterMs",
    1000,
  );
}

/** What a call has come to in the end, in both directions where the other side tells. */
function endFigures(figures: Figures): (call: Call) => void {
  const sides = [{ side: "heard" }, { side: "sent" }];
  const labels = ["side"];
  const mos = figures.histogram(
    {
      name: "call_mos",
      help:
        "What callers would say of the line of a call, 1 to 4.5, by the E-model, when it is over.",
      labels,
    },
    MOS,
    sides,
  );
  const loss = figures.histogram(
    {
      name: "call_loss_ratio",
      help: "The share of a call's packets that were lost, when it is over.",
      labels,
    },
    LOSS,
    sides,
  );
  const jitter = figures.histogram(
    {
      name: "call_jitter_seconds",
      help: "How unevenly the packets of a call came, when it is over.",
      labels,
    },
    JITTER_S,
    sides,
  );
  const roundTrip = figures.histogram({
    name: "call_round_trip_seconds",
    help: "There and back by RTCP, when a call is over; of callers that send it.",
  }, ROUND_TRIP_S);
  const unheard = figures.tally({
    name: "calls_unheard_total",
    help: "Calls that were answered, and of whose caller no sound ever came.",
  });
  return ({ media, wasAnswered }) => {
    if (media === undefined || !wasAnswered) return;
    const { heard, sent, roundTripMs } = callQuality(media.codec, media.statistics);
    if (heard.packets === 0) unheard.inc();
    for (const [side, line] of [["heard", heard], ["sent", sent]] as const) {
      if (line === undefined || side === "heard" && heard.packets === 0) continue;
      mos.observe({ side }, line.mos);
      loss.observe({ side }, line.lossShare);
      jitter.observe({ side }, line.jitterMs / 1000);
    }
    if (roundTripMs !== undefined) roundTrip.observe(roundTripMs / 1000);
  };
}
