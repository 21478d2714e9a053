/**
 * A program over the library: a phone that gives each caller to the same target at once, and prints what
 * became of it.
 *
 * Arguments: the SIP port, the first and the last RTP port, the port of the event socket and its
 * password, and the target.
 */
import process from "node:process";
import { loopback, PhoneHandler } from "../../../mod.ts";

const [sipPort, rtpStartPort, rtpEndPort, port] = process.argv.slice(2, 6).map(Number);
const [password, target] = process.argv.slice(6);
const phone = new PhoneHandler({
  admission: false,
  voiceBackend: loopback(),
  sipPort,
  rtpStartPort,
  rtpEndPort,
  codecs: ["PCMU"],
  detector: "fvad",
  freeswitch: { port, password },
});
phone.on("freeswitch", ({ isConnected }) => void process.stdout.write(`linked ${isConnected}\n`));
phone.on("answered", async ({ call }) => {
  const { outcome } = await call.transfer(target);
  process.stdout.write(`${outcome}\n`);
});
await phone.start();
process.once("SIGTERM", async () => {
  await phone.stop();
  process.exit(0);
});
