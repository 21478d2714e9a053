/**
 * A program over the library: a phone that records its calls, whose agent clicks; it prints as a line of
 * JSON what happens to calls and to recordings, pauses a recording at the key 1 and resumes it at 2.
 *
 * Arguments: the SIP port, the first and the last RTP port, the codecs by commas, the folder of the
 * recordings, and for how many ms a recording that was cut off may still go on.
 */
import process from "node:process";
import { type AudioFrame, PhoneHandler } from "../../../mod.ts";

const [sipPort, rtpStartPort, rtpEndPort] = process.argv.slice(2, 5).map(Number);
const [codecs, folder, resumeWithinMs = "5000"] = process.argv.slice(5);

/** A click, one sample, every 0.7 s and a bit. */
const EVERY = 5657;

function clicking(): ReadableStream<AudioFrame> {
  let sample = 0;
  return new ReadableStream({
    pull(controller) {
      const samples = new Int16Array(160);
      const next = Math.ceil(sample / EVERY) * EVERY;
      if (next < sample + 160) samples[next - sample] = 20_000;
      controller.enqueue({ sampleRate: 8000, samples, timestamp: sample });
      sample += 160;
    },
  });
}

const phone = new PhoneHandler({
  admission: false,
  voiceBackend: () => ({ readable: clicking(), writable: new WritableStream<AudioFrame>() }),
  sipPort,
  rtpStartPort,
  rtpEndPort,
  codecs: codecs.split(","),
  recording: { folder, fileName: "{to}-{from}", resumeWithinMs: Number(resumeWithinMs) },
});

function tell(what: string, call: string, more: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ what, call, ...more })}\n`);
}

phone.on("answered", ({ call }) => tell("answered", call.id));
phone.on("ended", ({ call, end }) => tell("ended", call.id, { cause: end.cause }));
phone.on("error", ({ call, error }) => tell("error", call?.id ?? "", { error: String(error) }));
phone.on(
  "recording",
  ({ call, event }) => tell(`recording ${event.type}`, call?.id ?? "", { event }),
);
phone.on("dtmf", ({ call, digit }) => {
  if (digit === "1") call.recording?.pause();
  if (digit === "2") call.recording?.resume();
});

await phone.start();
tell("ready", "");
process.once("SIGTERM", async () => {
  await phone.stop();
  process.exit(0);
});
