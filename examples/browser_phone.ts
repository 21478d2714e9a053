/**
 * A telephone in the browser: open the page and talk with the bot.
 *
 * Run it with `bun run examples/browser_phone.ts` or `deno run -A examples/browser_phone.ts`, and open what
 * it prints. A call of the page is a call as any other: it goes through the same chain, and is on the
 * dashboard, in the figures and in the records.
 */

import process from "node:process";
import { echo, PhoneHandler } from "@sofia/phone";
import { browserCall } from "@sofia/phone/door";
import { serveHttp } from "@sofia/phone/http";

const phone = new PhoneHandler({
  voiceBackend: echo(),
  sipPort: Number(process.env.SOFIA_PHONE_SIP_PORT ?? 5070),
});
phone.on("answered", ({ call }) => console.log(`a call by ${call.info.door ?? "sip"}: ${call.id}`));
const { address, port } = await phone.start();

const server = await serveHttp({
  phone,
  port: Number(process.env.SOFIA_PHONE_HTTP_PORT ?? 8080),
  doors: ["sip", "browser"],
  // `watch` tells the page what is said, for its captions.
  browserCall: (socket, { address = "unknown", watch }) =>
    void browserCall(phone, socket, { remoteAddress: address, watch }),
});

console.log(`ready: dial sip:echo@${address}:${port}`);
console.log(`open ${server.url}/phone to talk`);

async function stop(): Promise<void> {
  await phone.stop();
  await server.stop();
}

process.once("SIGTERM", stop);
process.once("SIGINT", stop);
