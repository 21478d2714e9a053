/**
 * A span for each call, its turns, and each step of the bot, by OpenTelemetry.
 *
 * Run it with `bun run examples/otel.ts` or `deno run -A examples/otel.ts`, call it, say something and hang
 * up: it prints the spans. In the place of the console put an exporter of your own, such as
 * `@opentelemetry/exporter-trace-otlp-http`. With the command line, register the SDK in the module of
 * your bot and say `--traces`.
 */

import process from "node:process";
import { echo, PhoneHandler } from "@sofia/phone";
import { PhoneTraces } from "@sofia/phone/telemetry";
import {
  BasicTracerProvider,
  ConsoleSpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

const provider = new BasicTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter())],
});

const phone = new PhoneHandler({
  voiceBackend: echo(),
  sipPort: Number(process.env.SOFIA_PHONE_SIP_PORT ?? 5070),
});
// Where a provider is registered for the whole process, `tracer` can be left out.
const traces = new PhoneTraces(phone, { tracer: provider.getTracer("my-bot") });
const { address, port } = await phone.start();
console.log(`ready: dial sip:echo@${address}:${port}`);

async function stop(): Promise<void> {
  await phone.stop();
  traces.stop();
  await provider.shutdown();
}

process.once("SIGTERM", stop);
process.once("SIGINT", stop);
