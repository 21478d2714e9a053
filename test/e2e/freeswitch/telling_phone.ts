/**
 * A program over the library: a phone that gives callers their own sound back, prints as a line of JSON
 * each thing that happens to a call, and presses the keys that it is told from the line itself.
 *
 * Arguments: the SIP port, the first and the last RTP port, and the codecs by commas.
 */
import process from "node:process";
import { loopback, PhoneHandler } from "../../../mod.ts";

const [sipPort, rtpStartPort, rtpEndPort] = process.argv.slice(2, 5).map(Number);
const codecs = process.argv[5].split(",");

function tell(what: string, call: string, more: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ what, call, ...more })}\n`);
}

const phone = new PhoneHandler({
  admission: false,
  voiceBackend: loopback(),
  sipPort,
  rtpStartPort,
  rtpEndPort,
  codecs,
  inbandDtmf: true,
});

phone.on("answered", ({ call }) => {
  tell("answered", call.id, { from: call.info.from, to: call.info.to.user });
});
phone.on("ended", ({ call, end }) => tell("ended", call.id, { cause: end.cause }));
phone.on("error", ({ call, error }) => tell("error", call?.id ?? "", { error: String(error) }));
phone.on("dtmf", ({ call, digit, way }) => {
  tell("dtmf", call.id, { digit, way });
  // # hangs up, 0 is answered with three keys, and the others are only told.
  if (digit === "#") void call.hangup();
  if (digit === "0") call.sendDtmf("7*A");
});

await phone.start();
tell("ready", "");
process.once("SIGTERM", async () => {
  await phone.stop();
  process.exit(0);
});
