/**
 * A bot behind Asterisk, by its AudioSocket: one TCP connection for each call.
 *
 * Run it with `bun run examples/audiosocket.ts` or `deno run -A examples/audiosocket.ts`, and in the
 * dialplan of an Asterisk on the same machine:
 *
 *     exten => 7000,1,Answer()
 *      same => n,Set(CALL=${UUID()})
 *      same => n,AudioSocket(${CALL},127.0.0.1:9092)
 *      same => n,Hangup()
 */

import process from "node:process";
import { echo, PhoneHandler } from "@sofia/phone";
import { AudioSocketServer } from "@sofia/phone/door";

const phone = new PhoneHandler({
  voiceBackend: echo(),
  sipPort: Number(process.env.SOFIA_PHONE_SIP_PORT ?? 5070),
});
const { address, port } = await phone.start();

const asterisk = new AudioSocketServer(phone, {
  port: Number(process.env.SOFIA_PHONE_AUDIOSOCKET_PORT ?? 9092),
  // The protocol tells a UUID and no more: who called is known where that was made.
  whoIs: (uuid) => ({ from: `caller-${uuid.slice(0, 8)}`, to: "7000" }),
});
const door = await asterisk.start();

phone.on("answered", ({ call }) => console.log(`${call.info.from.user} calls: ${call.id}`));
console.log(`ready: dial sip:echo@${address}:${port}`);
console.log(`AudioSocket at ${door.address}:${door.port}`);

async function stop(): Promise<void> {
  await phone.stop();
  await asterisk.stop();
}

process.once("SIGTERM", stop);
process.once("SIGINT", stop);
