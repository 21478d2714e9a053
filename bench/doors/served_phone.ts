/** A phone with all its doors that sends back what it hears, as a process of its own. */
import process from "node:process";
import { loopback } from "../../src/backend/mod.ts";
import { AudioSocketServer, browserCall, twilioCall } from "../../src/door/mod.ts";
import { serveHttp } from "../../src/http/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";

const phone = new PhoneHandler({
  voiceBackend: loopback(),
  detector: "fvad",
  // What is measured is what others on this machine leave to us.
  admission: false,
  sipPort: 0,
  rtpStartPort: 25_000,
  rtpEndPort: 25_199,
});
const { port: sip } = await phone.start();
const { port: http } = await serveHttp({
  phone,
  port: 0,
  browserCall: (socket, { address = "" }) =>
    void browserCall(phone, socket, { remoteAddress: address }),
  twilioCall: (socket, { address = "" }) =>
    void twilioCall(phone, socket, { remoteAddress: address, authToken: false }),
});
const { port: audioSocket } = await new AudioSocketServer(phone, { port: 0 }).start();
process.stdout.write(`ready: ${JSON.stringify({ sip, http, audioSocket })}\n`);
