/**
 * A number of Twilio's that the bot answers, by Media Streams: no SIP and no FreeSWITCH.
 *
 * 1. Make this machine reachable by https, with a proxy or a tunnel to port 8080.
 * 2. TWILIO_AUTH_TOKEN=... PUBLIC_URL=https://phone.example.com bun run examples/twilio.ts
 *    (or `deno run -A examples/twilio.ts`)
 * 3. In Twilio's console, let the number's "A call comes in" be a webhook: PUBLIC_URL/twilio/voice, POST.
 *
 * Twilio signs the webhook; the answer to it carries a key by which its stream is let in.
 */

import process from "node:process";
import { echo, PhoneHandler } from "@sofia/phone";
import { twilioAnswer, twilioCall } from "@sofia/phone/door";
import { serveHttp } from "@sofia/phone/http";

const { TWILIO_AUTH_TOKEN: authToken = "", PUBLIC_URL: publicUrl = "" } = process.env;
if (authToken === "" || publicUrl === "") throw new Error("Set TWILIO_AUTH_TOKEN and PUBLIC_URL");

const phone = new PhoneHandler({
  voiceBackend: echo(),
  sipPort: Number(process.env.SOFIA_PHONE_SIP_PORT ?? 5070),
});
const { address, port } = await phone.start();

const server = await serveHttp({
  phone,
  port: Number(process.env.SOFIA_PHONE_HTTP_PORT ?? 8080),
  doors: ["sip", "twilio"],
  twilioVoice: (request) =>
    twilioAnswer(request, {
      authToken,
      // As Twilio knows it: that is what it signs, whatever a proxy makes of it.
      url: `${publicUrl}/twilio/voice`,
      streamUrl: `${publicUrl.replace(/^http/, "ws")}/twilio/socket`,
    }),
  twilioCall: (socket, { address = "unknown" }) =>
    void twilioCall(phone, socket, { remoteAddress: address, authToken }),
});

console.log(`ready: dial sip:echo@${address}:${port}`);
console.log(`Twilio asks ${publicUrl}/twilio/voice, which is ${server.url}/twilio/voice here`);

async function stop(): Promise<void> {
  await phone.stop();
  await server.stop();
}

process.once("SIGTERM", stop);
process.once("SIGINT", stop);
