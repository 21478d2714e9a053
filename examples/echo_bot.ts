/**
 * The phone inside a program of your own: a bot that says back what it hears.
 *
 * Run it with `bun run examples/echo_bot.ts` or `deno run -A examples/echo_bot.ts`.
 */

import process from "node:process";
import { echo, PhoneHandler } from "@sofia/phone";

const phone = new PhoneHandler({
  voiceBackend: echo(),
  sipPort: Number(process.env.SOFIA_PHONE_SIP_PORT ?? 5070),
});

phone.on("answered", ({ call }) => console.log(`${call.info.from.user} calls: ${call.id}`));
phone.on("dtmf", ({ call, digit }) => console.log(`${call.info.from.user} presses ${digit}`));
phone.on("ended", ({ call, end }) => console.log(`${call.info.from.user} is gone: ${end.cause}`));

const { address, port } = await phone.start();
console.log(`ready: dial sip:echo@${address}:${port}`);

process.once("SIGTERM", () => phone.stop());
process.once("SIGINT", () => phone.stop());
