/**
 * A bot with all that one wants to see of it: the dashboard, the HTTP interface, figures for Prometheus.
 *
 * Run it with `bun run examples/with_http.ts` or `deno run -A examples/with_http.ts`, and open what it
 * prints. The command line does all of this by itself: this is how a program of your own does it.
 */

import process from "node:process";
import { echo, PhoneHandler } from "@sofia/phone";
import { serveHttp } from "@sofia/phone/http";
import { PhoneMetrics } from "@sofia/phone/telemetry";

const phone = new PhoneHandler({
  voiceBackend: echo(),
  sipPort: Number(process.env.SOFIA_PHONE_SIP_PORT ?? 5070),
});
const { address, port } = await phone.start();

const metrics = new PhoneMetrics(phone);
const server = await serveHttp({
  phone,
  metrics,
  port: Number(process.env.SOFIA_PHONE_HTTP_PORT ?? 8080),
  // Only this machine reaches it. For others: host: "0.0.0.0", and a token that they have to show.
});

console.log(`ready: dial sip:echo@${address}:${port}`);
console.log(`open ${server.url}/ to watch, ${server.url}/docs to read what it can do`);

async function stop(): Promise<void> {
  // Live calls may finish. The server is there until the last one has: /ready says no meanwhile.
  await phone.drain();
  await phone.stop();
  metrics.stop();
  await server.stop();
}

process.once("SIGTERM", stop);
process.once("SIGINT", stop);
