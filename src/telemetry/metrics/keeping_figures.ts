/** Figures of what outlives a call: sessions, recordings, records. */

import type { RecordingEvent } from "../../call/mod.ts";
import type { PhoneHandler } from "../../phone/mod.ts";
import { type Figures, known } from "./figures.ts";

const OUTCOMES = ["finished", "failed", "left"];
/** Bytes of a sample of both sides. */
const STEREO_BYTES = 4;

/** Adds the figures of what `phone` keeps; returns what ends the listening. */
export function keepingFigures(figures: Figures, phone: PhoneHandler): readonly (() => void)[] {
  sessionFigures(figures, phone);
  recordFigures(figures, phone);
  return phone.vitals.canRecord ? recordingFigures(figures, phone) : [];
}

function sessionFigures(figures: Figures, phone: PhoneHandler): void {
  const { counters } = phone.sessions;
  figures.count({
    name: "sessions_total",
    help: "What became of the sessions of calls, by what it was; zombies are calls that only one " +
      "side knew.",
    labels: ["what"],
  }, (put) => {
    for (const [what, count] of Object.entries(counters)) put(count, { what });
  });
  figures.count({
    name: "zombie_calls_total",
    help: "Calls that only we or only FreeSWITCH knew, and that were ended.",
  }, (put) => put(counters.zombies));
  if (phone.sessions.writes === undefined) return;
  figures.count({
    name: "store_writes_total",
    help:
      "Writes of calls to the store: written, failed, and those that went out with a later one.",
    labels: ["outcome"],
  }, (put) => {
    const { writes } = phone.sessions;
    for (const [outcome, count] of Object.entries(writes ?? {})) put(count, { outcome });
  });
}

function recordFigures(figures: Figures, phone: PhoneHandler): void {
  if (phone.vitals.records === undefined) return;
  figures.gauge({
    name: "call_records_waiting",
    help: "Records of calls that the disk has not taken yet.",
  }, (put) => put(phone.vitals.records!.waiting));
  figures.count({
    name: "call_records_lost_total",
    help: "Records of calls that were given up, as too many waited for the disk.",
  }, (put) => put(phone.vitals.records!.givenUp));
}

function recordingFigures(figures: Figures, phone: PhoneHandler): (() => void)[] {
  const ended = figures.tally({
    name: "recordings_total",
    help: "Recordings that ended, by how: left are those that another process goes on with.",
    labels: ["outcome"],
  }, OUTCOMES.map((outcome) => ({ outcome })));
  const seconds = figures.tally({
    name: "recorded_seconds_total",
    help: "What recordings that ended are long, together.",
  });
  const lost = figures.tally({
    name: "recording_lost_seconds_total",
    help: "What of recordings is silence, as the disk was too slow or full.",
  });
  const bytes = figures.tally({
    name: "recording_bytes_total",
    help:
      "The sound of recordings that ended, in bytes: of both sides, without the heads of files.",
  });
  const troubles = figures.tally({
    name: "recording_disk_troubles_total",
    help: "Times the disk did not take a recording, by whether it was full.",
    labels: ["reason"],
  }, [{ reason: "full" }, { reason: "other" }]);
  const uploads = figures.tally({
    name: "recording_uploads_total",
    help: "Tries to take a finished recording away, by whether they worked.",
    labels: ["outcome"],
  }, [{ outcome: "uploaded" }, { outcome: "failed" }]);
  const under = new Set<string>();
  figures.gauge({ name: "recordings", help: "Recordings under way." }, (put) => put(under.size));
  const note = (event: RecordingEvent, sampleRate: number) => {
    if (event.type === "started") under.add(event.path);
    else if (event.type === "trouble") {
      troubles.inc({ reason: isFull(event.error) ? "full" : "other" });
    } else if (event.type === "uploaded") uploads.inc({ outcome: "uploaded" });
    else if (event.type === "upload-failed") uploads.inc({ outcome: "failed" });
    if (event.type !== "ended") return;
    const { outcome, durationMs, lostMs } = event;
    under.delete(event.path);
    ended.inc({ outcome: known(outcome, OUTCOMES) });
    seconds.inc(durationMs / 1000);
    bytes.inc(Math.round(durationMs * sampleRate / 1000) * STEREO_BYTES);
    lost.inc(lostMs / 1000);
  };
  return [
    phone.on("recording", ({ call, event }) => note(event, call?.media?.line.sampleRate ?? 0)),
  ];
}

/** Whether there is no room on a disk (ENOSPC), or none for us (EDQUOT). */
function isFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, message } = cause as Error & { readonly code?: unknown };
    if (code === "ENOSPC" || code === "EDQUOT" || /ENOSPC|EDQUOT|no space left/i.test(message)) {
      return true;
    }
  }
  return false;
}
