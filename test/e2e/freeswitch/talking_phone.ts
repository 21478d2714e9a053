/**
 * A program over the library: a phone whose agent talks for long and is interrupted; it prints as a line
 * of JSON what happens in each conversation.
 *
 * Arguments: the SIP port, the first and the last RTP port.
 */
import process from "node:process";
import { PhoneHandler } from "../../../mod.ts";
import talking from "../../support/talking_backend.ts";

const [sipPort, rtpStartPort, rtpEndPort] = process.argv.slice(2, 5).map(Number);
const phone = new PhoneHandler({
  admission: false,
  voiceBackend: talking,
  sipPort,
  rtpStartPort,
  rtpEndPort,
  codecs: ["PCMU"],
});

function tell(what: string, call: string, more: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ what, call, ...more })}\n`);
}

phone.on("answered", ({ call }) => tell("answered", call.id));
phone.on("ended", ({ call, end }) => tell("ended", call.id, { cause: end.cause }));
phone.on("conversation", ({ call, event }) => tell(event.type, call.id, { event }));

await phone.start();
tell("ready", "");
process.once("SIGTERM", async () => {
  await phone.stop();
  process.exit(0);
});
